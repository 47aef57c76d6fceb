"""Study plans: their lists as guards, whose side is whose, agreements on the content hash."""

from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from admissions.models import Intake
from agreements.enums import Direction, Side
from agreements.models import AnnexCourse
from core.history import history_of
from core.models import WorkItem
from core.story import story_of
from core.values import text_hash
from core.workflow import (
    BlockedError,
    ChangedMeanwhileError,
    FaultyError,
    NotAllowedError,
    ReasonMissingError,
    RefusedError,
    WrongStateError,
)
from institutions.enums import Role
from institutions.permissions import standing_of
from mobility.enums import LineKind, PlanState, TakenAt
from mobility.models import PlanItem, StudyPlan
from mobility.permissions.plans import roles_on_plan, sees_plan
from mobility.selectors import plans as selectors
from mobility.selectors.plan_sheets import sheet_of
from mobility.services import plans as services
from mobility.services.plan_lines import NOT_COVERED
from mobility.workflow.plans import PLAN, Agreed, CourseFact, LineFact, PlanFacts
from programmes.enums import TermKind
from programmes.models import AcademicTerm, Enrolment
from tests.conftest import ClientAs
from tests.factories import agreements, institutions, mobility, programmes

pytestmark = pytest.mark.django_db
FIVE = Decimal(5)


def line(*, at_university: bool = False, covered: bool = True, kind: str = "planned", **more: Any) -> LineFact:
    return LineFact(at_university=at_university, covered=covered, kind=kind, credits=FIVE, **more)


def blockers(kind: str, of: LineFact | None) -> list[str]:
    facts = PlanFacts(courses=(CourseFact("X", kind, FIVE, of),))
    return [blocker.clause for blocker in PLAN.step("propose").blockers(facts)]


@pytest.mark.clause("5.14-a")
@pytest.mark.clause("6.6-a")
@pytest.mark.parametrize(
    ("of", "free"),
    [
        (line(at_university=True, covered=False), True),
        (line(covered=True), True),
        (line(covered=False, kind="difference"), True),
        (line(covered=False), False),
        (None, False),
    ],
)
def test_each_home_course_is_taken_at_home_covered_or_a_stated_difference(of: LineFact | None, *, free: bool) -> None:
    assert (blockers("course", of) == []) is free


@pytest.mark.clause("5.14-b")
@pytest.mark.clause("6.7-a")
def test_a_practice_is_done_in_full_at_either_side() -> None:
    assert blockers("practice", line()) == []
    assert blockers("practice", line(kind="difference")) == ["5.14"]
    short = LineFact(at_university=False, covered=True, kind="planned", credits=Decimal(4))
    assert blockers("practice", short) == ["5.14"]


@pytest.mark.clause("5.14-b")
def test_a_row_of_annex_1_alone_does_not_replace_the_final_attestation() -> None:
    assert blockers("final_attestation", line(covered=True)) == ["5.14"]
    assert blockers("final_attestation", line(covered=True, joint_commission=True)) == []
    assert blockers("final_attestation", line(at_university=True)) == []


@pytest.mark.clause("7.3-d")
@pytest.mark.parametrize(
    ("kind", "of", "free"),
    [
        ("course", line(at_university=True, agreed=False), False),
        ("course", line(at_university=True, agreed=False, kind="difference"), True),
        ("course", line(at_university=False, agreed=False), True),
        ("practice", line(at_university=True, agreed=False), True),
    ],
)
def test_a_course_here_is_agreed_to_by_the_department(kind: str, of: LineFact, *, free: bool) -> None:
    assert blockers(kind, of) == ([] if free else ["7.3"])


@pytest.mark.clause("7.3-d")
def test_the_departments_choice_binds_its_rows_in_the_semesters_of_the_stay_alone() -> None:
    agreed = Agreed(rows=frozenset({1}), semesters=frozenset({3}))

    assert [agreed.holds(3, 1), agreed.holds(4, 2), agreed.holds(3, None), agreed.holds(3, 2)] == [True] * 3 + [False]
    assert Agreed(semesters=frozenset({3})).holds(3, 2)


@pytest.mark.clause("5.10-a")
def test_a_plan_is_made_from_the_frozen_annex() -> None:
    plan = mobility.plan()

    found = {item.course.code: item for item in selectors.items_of([plan])[plan.pk]}

    assert {code: item.taken_at for code, item in found.items()} == {
        "CSE1": TakenAt.HOME,
        "CSE2": TakenAt.HOST,
        "CSE3": TakenAt.HOST,
        "CSE4": TakenAt.HOST,
        "CSE5": TakenAt.HOME,
    }
    assert found["CSE2"].annex_row_id == found["CSE3"].annex_row_id
    assert found["CSE2"].term == plan.placement.application.intake.term
    assert found["CSE5"].reason


@pytest.mark.clause("5.14-b")
def test_the_attestation_is_planned_at_the_university() -> None:
    pathway = agreements.open_pathway()
    mobility.with_attestation(pathway)

    plan = mobility.plan(mobility.placement(pathway))

    assert plan.items.get(course__code="FAT1").taken_at == TakenAt.HOME


@pytest.mark.clause("5.14-a")
def test_the_partners_modules_outside_annex_1_stay_open_until_it_decides() -> None:
    pathway = agreements.open_pathway()
    assert pathway.partner_curriculum is not None
    module = programmes.course(pathway.partner_curriculum, "INF-M-130", credits=6, semester=1)
    plan = mobility.plan(mobility.placement(pathway))
    partner = mobility.parties(plan.placement)["partner"]

    assert selectors.plan_facts_of([plan])[plan.pk].open_modules == ("INF-M-130",)
    with pytest.raises(ReasonMissingError):
        services.decide_module(
            plan_id=plan.pk, course_id=module.pk, actor=partner, kind=LineKind.WAIVED, semester=1, reason=" "
        )
    services.decide_module(
        plan_id=plan.pk, course_id=module.pk, actor=partner, kind=LineKind.WAIVED, semester=1, reason="Known from home"
    )

    assert selectors.plan_facts_of([plan])[plan.pk].open_modules == ()
    assert sheet_of(plan, standing_of(partner)).modules[0].reason == "Known from home"
    assert story_of(plan)[0].text == "decided on module INF-M-130 of the partner's list: not asked for"
    with pytest.raises(ChangedMeanwhileError, match="«Semester 1, on site, not asked for, Known from home»"):
        services.decide_module(
            plan_id=plan.pk,
            course_id=module.pk,
            actor=partner,
            kind=LineKind.ADDITIONAL,
            semester=1,
            reason="Asked for",
            seen=text_hash(""),
        )


@pytest.mark.clause("5.14-a")
def test_what_becomes_of_a_module_in_a_row_of_annex_1_is_the_rows_to_say() -> None:
    plan = mobility.plan()
    pathway = plan.placement.application.intake.pathway
    in_a_row = AnnexCourse.objects.filter(row__version=plan.annex_version, side=Side.PARTNER).earliest("pk")
    assert in_a_row.course.curriculum_id == pathway.partner_curriculum_id

    with pytest.raises(RefusedError, match="stands in Annex 1"):
        services.decide_module(
            plan_id=plan.pk,
            course_id=in_a_row.course_id,
            actor=mobility.parties(plan.placement)["partner"],
            kind=LineKind.WAIVED,
            semester=1,
            reason="Known from home",
        )


@pytest.mark.clause("6.8-a")
def test_each_side_changes_its_own_side_only() -> None:
    plan = mobility.plan()
    people = mobility.parties(plan.placement)
    ours, theirs = plan.items.get(course__code="CSE1"), plan.items.get(course__code="CSE4")

    def change(item: PlanItem, who: str, semester: int = 4) -> PlanItem:
        return services.change_line(
            item_id=item.pk, plan_id=plan.pk, actor=people[who], semester=semester, is_summer=True, mode="online"
        )

    with pytest.raises(NotAllowedError):
        change(ours, "partner")
    with pytest.raises(NotAllowedError):
        change(theirs, "advisor")
    with pytest.raises(NotAllowedError):
        change(ours, "student")
    with pytest.raises(FaultyError, match="not at the partner in semester 4"):
        change(theirs, "partner")
    with pytest.raises(FaultyError, match="semesters 1 to 12"):
        change(ours, "advisor", semester=13)

    assert (change(ours, "advisor").semester, change(theirs, "partner", semester=3).is_summer) == (4, True)


@pytest.mark.clause("5.13-a")
def test_a_line_moves_to_another_semester_with_its_term_and_history_tells_all_of_it() -> None:
    stay = mobility.placement()
    intake = stay.application.intake
    host, entered = stay.host, intake.term.year - 1
    intake.last_term = programmes.term(host, starts_in=10, kind=TermKind.SPRING)
    intake.semesters = 2
    intake.save()
    home = institutions.home()
    autumn = AcademicTerm.objects.create(
        university=home, year=entered, kind=TermKind.AUTUMN, starts_on=date(2020, 9, 1), ends_on=date(2021, 1, 31)
    )
    Enrolment.objects.filter(pk=stay.application.enrolment_id).update(entry_year=entered)
    plan = mobility.plan(stay)
    people = mobility.parties(plan.placement)
    ours, theirs = plan.items.get(course__code="CSE1"), plan.items.get(course__code="CSE4")
    assert (ours.term, theirs.term) == (autumn, intake.term)

    for item, who, semester in ((ours, "advisor", 3), (theirs, "partner", 4)):
        services.change_line(
            item_id=item.pk, plan_id=plan.pk, actor=people[who], semester=semester, is_summer=False, mode="on_site"
        )
        item.refresh_from_db()

    assert (ours.term, theirs.term) == (None, intake.last_term)
    entry = history_of(plan).latest("pk")
    assert (entry.before["term"], entry.after["term"]) == (intake.term_id, intake.last_term_id)


@pytest.mark.clause("6.8-a")
def test_a_line_that_another_window_changed_is_shown_before_it_is_overwritten(client_as: ClientAs) -> None:
    plan = mobility.plan()
    client = client_as(mobility.parties(plan.placement)["advisor"])
    item = plan.items.get(course__code="CSE5")
    reason, address = item.reason, reverse("mobility:studyplan-line", args=[plan.pk, item.pk])
    seen = client.get(address).context["form"]["seen"].value()
    typed = {"seen": seen, "semester": item.semester, "mode": "on_site", "difference_reason": ""}

    client.post(address, {**typed, "mode": "online"})
    told = client.post(address, {**typed, "semester": 2})
    item.refresh_from_db()
    assert (told.status_code, item.mode, item.reason) == (422, "online", reason)
    (words,) = told.context["form"].errors["__all__"]
    assert f"«Semester {item.semester}, online, by the plan, {reason}»" in words
    again = {**typed, "semester": 2, "seen": told.context["form"]["seen"].value()}
    assert client.post(address, again).headers["Location"] == reverse("mobility:studyplan", args=[plan.pk])

    item.refresh_from_db()
    assert (item.semester, item.mode) == (2, "on_site")


@pytest.mark.clause("5.10")
def test_everybody_agrees_and_the_last_word_approves() -> None:
    plan = mobility.proposed()
    people = list(mobility.parties(plan.placement).values())

    for user in people[:-1]:
        assert services.agree_to_plan(plan_id=plan.pk, actor=user, seen_hash=plan.content_hash).state == "proposed"
    approved = services.agree_to_plan(plan_id=plan.pk, actor=people[-1], seen_hash=plan.content_hash)

    assert approved.state == PlanState.APPROVED
    assert not WorkItem.objects.filter(subject_type="mobility.studyplan", closed_at=None).exists()


@pytest.mark.clause("5.10")
def test_a_proposed_plan_waits_for_each_part_in_its_own_queue() -> None:
    plan = mobility.proposed()

    queues = WorkItem.objects.filter(subject_id=plan.pk, subject_type="mobility.studyplan", closed_at=None)

    assert {queue.split("@")[0] for queue in queues.values_list("queue", flat=True)} == {
        "student",
        "advisor",
        "department_head",
        "partner_coordinator",
    }


@pytest.mark.clause("5.13-a")
def test_a_change_asks_everybody_again() -> None:
    plan = mobility.proposed()
    people = mobility.parties(plan.placement)
    for who in ("student", "department"):
        services.agree_to_plan(plan_id=plan.pk, actor=people[who], seen_hash=plan.content_hash)
    services.return_plan(plan_id=plan.pk, actor=people["department"], reason="Too much")
    unchanged = services.propose_plan(plan_id=plan.pk, actor=people["advisor"])
    assert selectors.plan_facts_of([unchanged])[plan.pk].agreed == {"student"}  # who returned it is asked again
    services.return_plan(plan_id=plan.pk, actor=people["department"], reason="As I said")
    item = plan.items.get(course__code="CSE1")
    services.change_line(
        item_id=item.pk, plan_id=plan.pk, actor=people["advisor"], semester=4, is_summer=False, mode="on_site"
    )
    old = plan.content_hash
    plan = services.propose_plan(plan_id=plan.pk, actor=people["advisor"])

    assert plan.content_hash != old
    assert selectors.plan_facts_of([plan])[plan.pk].agreed == frozenset()
    with pytest.raises(WrongStateError):
        services.agree_to_plan(plan_id=plan.pk, actor=people["student"], seen_hash=old)


def test_nobody_without_a_part_agrees() -> None:
    plan = mobility.proposed()

    with pytest.raises(NotAllowedError):
        services.agree_to_plan(plan_id=plan.pk, actor=institutions.user(Role.REGISTRAR), seen_hash=plan.content_hash)


@pytest.mark.clause("5.13-a")
def test_a_new_version_replaces_the_approved_one_when_it_is_approved() -> None:
    plan = mobility.approved()
    people = mobility.parties(plan.placement)
    newer = services.revise_plan(plan_id=plan.pk, actor=people["advisor"])
    services.propose_plan(plan_id=newer.pk, actor=people["advisor"])

    for user in people.values():
        services.agree_to_plan(plan_id=newer.pk, actor=user, seen_hash=newer.content_hash)

    plan.refresh_from_db()
    newer.refresh_from_db()
    assert (plan.state, newer.state, newer.number) == (PlanState.REPLACED, PlanState.APPROVED, 2)


@pytest.mark.clause("5.14-b")
def test_a_plan_without_its_practice_in_full_cannot_be_sent() -> None:
    pathway = agreements.open_pathway()
    assert pathway.home_curriculum is not None
    programmes.course(pathway.home_curriculum, "PRC1", semester=2, kind="practice")
    plan = mobility.plan(mobility.placement(pathway))
    advisor = mobility.parties(plan.placement)["advisor"]
    item = plan.items.get(course__code="PRC1")
    services.change_line(
        item_id=item.pk,
        plan_id=plan.pk,
        actor=advisor,
        semester=2,
        is_summer=False,
        mode="on_site",
        difference_reason="Later",
    )

    with pytest.raises(BlockedError, match="PRC1"):
        services.propose_plan(plan_id=plan.pk, actor=advisor)


@pytest.mark.parametrize(
    ("role", "mine"),
    [
        (Role.ADVISOR, True),
        (Role.DEPARTMENT_HEAD, True),
        (Role.INSTITUTE_DIRECTOR, True),
        (Role.REGISTRAR, True),
        (Role.AUDITOR, True),
        (Role.FINANCE_OFFICER, False),
        (Role.PARTNER_COORDINATOR, False),
    ],
)
def test_a_list_and_a_page_agree_on_who_sees_a_plan(role: str, *, mine: bool) -> None:
    plan = mobility.plan()
    application = plan.placement.application
    units = {
        Role.ADVISOR: application.department,
        Role.DEPARTMENT_HEAD: application.department,
        Role.INSTITUTE_DIRECTOR: application.institute,
    }
    other = institutions.partner("Elsewhere", "PL") if role == Role.PARTNER_COORDINATOR else None
    user = institutions.user(role, unit=units.get(Role(role)), university=other)
    standing = standing_of(user)

    loaded = StudyPlan.objects.get(pk=plan.pk)

    assert selectors.plans_visible_to(standing).filter(pk=plan.pk).exists() is mine
    assert sees_plan.test(standing, loaded) is mine


def test_a_named_advisor_is_the_only_one() -> None:
    plan = mobility.plan()
    other = institutions.user(Role.ADVISOR, unit=plan.placement.application.department)
    named = institutions.user(Role.ADVISOR, unit=plan.placement.application.department)
    plan.placement.advisor = named

    assert Role.ADVISOR not in roles_on_plan(plan, standing_of(other))
    assert Role.ADVISOR in roles_on_plan(plan, standing_of(named))


@pytest.mark.clause("5.14-a")
def test_an_incoming_students_plan_is_of_university_courses() -> None:
    plan = mobility.plan(mobility.placement(direction=Direction.INCOMING, number_here="20269001"))

    found = {item.course.code: (item.taken_at, item.kind) for item in selectors.items_of([plan])[plan.pk]}

    assert found == {
        "CSE1": (TakenAt.HOME, LineKind.PLANNED),
        "CSE2": (TakenAt.HOST, LineKind.PLANNED),
        "CSE3": (TakenAt.HOST, LineKind.PLANNED),
        "CSE4": (TakenAt.HOST, LineKind.PLANNED),
        "CSE5": (TakenAt.HOST, LineKind.DIFFERENCE),
    }


@pytest.mark.clause("7.3-d")
def test_a_guest_masters_here_what_the_department_agreed_to_for_the_term() -> None:
    stay = mobility.placement(direction=Direction.INCOMING, number_here="20269002")
    Intake.objects.filter(pk=stay.application.intake_id).update(semester=2)
    others = AnnexCourse.objects.filter(row__version=stay.application.annex_version, course__code="CSE4")
    stay.application.chosen_rows.set(others.values_list("row", flat=True))

    plan = mobility.plan(stay)

    line = plan.items.get(course__code="CSE5")
    assert (line.kind, line.term) == (LineKind.DIFFERENCE, None)
    assert line.reason == "not among the courses that the department agreed to for that term"
    change = partial(
        services.change_line,
        item_id=line.pk,
        plan_id=plan.pk,
        actor=mobility.parties(stay)["advisor"],
        is_summer=False,
        mode=line.mode,
    )
    with pytest.raises(FaultyError, match="did not agree to course CSE5 for semester 2"):
        change(semester=2, difference_reason="")
    change(semester=3, difference_reason="Taught later")
    assert change(semester=2, difference_reason="Taught in autumn").term is None


@pytest.mark.clause("7.3-d")
def test_a_guests_plan_with_a_course_that_the_department_did_not_agree_to_is_not_sent() -> None:
    stay = mobility.placement(direction=Direction.INCOMING, number_here="20269003")
    plan = mobility.plan(stay)
    advisor = mobility.parties(stay)["advisor"]
    assert plan.items.get(course__code="CSE4").kind == LineKind.PLANNED
    others = AnnexCourse.objects.filter(row__version=plan.annex_version, course__code="CSE2")
    stay.application.chosen_rows.set(others.values_list("row", flat=True))

    with pytest.raises(BlockedError, match="CSE4") as refused:
        services.propose_plan(plan_id=plan.pk, actor=advisor)

    assert [(blocker.clause, blocker.whose_move) for blocker in refused.value.blockers] == [("7.3", Role.ADVISOR)]


@pytest.mark.parametrize("count", [1, 3])
def test_facts_of_a_list_cost_the_same(count: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    pathway = agreements.open_pathway()
    for _ in range(count):
        mobility.plan(mobility.placement(pathway))
    plans = list(selectors.plans_visible_to(standing_of(institutions.user(Role.AUDITOR))).order_by("pk"))

    with django_assert_num_queries(5):
        assert len(selectors.plan_facts_of(plans)) == count


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_page_costs_the_same(
    count: int, client_as: ClientAs, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    pathway = agreements.open_pathway()
    for _ in range(count):
        mobility.plan(mobility.placement(pathway))
    client: Client = client_as(institutions.user(Role.IPD_COORDINATOR))
    client.get("/mobility/plans/")

    with django_assert_num_queries(8):  # one is the pager's count of the plans
        page = client.get("/mobility/plans/")

    assert page.status_code == 200
    assert len(page.context["plans"]) == page.context["page"].paginator.count == count
    assert f"1–{count} of {count}" in page.content.decode()


@pytest.mark.parametrize("who", ["student", "advisor", "department", "partner"])
def test_the_page_shows_the_grid_and_takes_an_agreement(who: str, client_as: ClientAs) -> None:
    plan = mobility.proposed()
    user = mobility.parties(plan.placement)[who]
    client: Client = client_as(user)

    page = client.get(f"/mobility/plans/{plan.pk}/")
    answer = client.post(f"/mobility/plans/{plan.pk}/agree/{plan.content_hash}/", follow=True)

    assert "Agree to the plan" in page.content.decode()
    assert answer.status_code == 200
    assert who in {part.name for part in answer.context["sheet"].parts if part.agreed}


def test_who_agrees_is_told_who_is_still_asked(client_as: ClientAs) -> None:
    plan = mobility.proposed()
    parties = mobility.parties(plan.placement)
    told = []
    for user in parties.values():
        address = f"/mobility/plans/{plan.pk}/agree/{plan.content_hash}/"
        (message,) = client_as(user).post(address, follow=True).context["messages"]
        told.append(str(message))

    assert told[0] == "You have agreed. Still to agree: advisor, head of department, partner coordinator."
    assert told[-1] == "You have agreed; everybody has, and the plan is approved."


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_a_reason_of_the_programs_own_is_shown_in_words_and_kept_as_it_is(language: str, client_as: ClientAs) -> None:
    plan = mobility.plan()
    item = plan.items.filter(taken_at=TakenAt.HOME).order_by("pk")[0]
    PlanItem.objects.filter(pk=item.pk).update(kind=LineKind.DIFFERENCE, reason=NOT_COVERED)
    client = client_as(mobility.parties(plan.placement)["advisor"])
    client.cookies["django_language"] = language
    address = f"/mobility/plans/{plan.pk}/lines/{item.pk}/"

    form = client.get(address).context["form"]
    shown = form["difference_reason"].value()
    client.post(address, {"semester": item.semester, "mode": item.mode, "difference_reason": shown})

    assert (shown == NOT_COVERED) == (language == "en")
    item.refresh_from_db()
    assert (item.kind, item.reason) == (LineKind.DIFFERENCE, NOT_COVERED)


def test_a_stranger_gets_the_same_answer_as_for_nothing(client_as: ClientAs) -> None:
    plan = mobility.plan()
    client: Client = client_as(institutions.user(Role.FINANCE_OFFICER))

    assert client.get(f"/mobility/plans/{plan.pk}/").status_code == 404
    assert client.post(f"/mobility/plans/{plan.pk}/propose/").status_code == 404
