"""Changing a draft plan: whose side is whose, what becomes of a line and of a module, what another window saved."""

from datetime import date

import pytest
from django.urls import reverse

from agreements.enums import Side
from agreements.models import AnnexCourse
from core.history import history_of
from core.story import story_of
from core.values import text_hash
from core.workflow import (
    ChangedMeanwhileError,
    FaultyError,
    NotAllowedError,
    ReasonMissingError,
    RefusedError,
)
from institutions.permissions import standing_of
from mobility.enums import LineKind, TakenAt
from mobility.models import PlanItem
from mobility.selectors import plans as selectors
from mobility.selectors.plan_sheets import sheet_of
from mobility.services import plan_changes
from mobility.services.plan_lines import NOT_COVERED
from programmes.enums import TermKind
from programmes.models import AcademicTerm, Enrolment
from tests.conftest import ClientAs
from tests.factories import agreements, institutions, mobility, programmes

pytestmark = pytest.mark.django_db


@pytest.mark.clause("5.14-a")
def test_the_partners_modules_outside_annex_1_stay_open_until_it_decides() -> None:
    pathway = agreements.open_pathway()
    assert pathway.partner_curriculum is not None
    module = programmes.course(pathway.partner_curriculum, "INF-M-130", credits=6, semester=1)
    plan = mobility.plan(mobility.placement(pathway))
    partner = mobility.parties(plan.placement)["partner"]

    assert selectors.plan_facts_of([plan])[plan.pk].open_modules == ("INF-M-130",)
    with pytest.raises(ReasonMissingError):
        plan_changes.decide_module(
            plan_id=plan.pk, course_id=module.pk, actor=partner, kind=LineKind.WAIVED, semester=1, reason="\u200b\u200b"
        )
    plan_changes.decide_module(
        plan_id=plan.pk, course_id=module.pk, actor=partner, kind=LineKind.WAIVED, semester=1, reason="Known from home"
    )

    assert selectors.plan_facts_of([plan])[plan.pk].open_modules == ()
    assert sheet_of(plan, standing_of(partner)).modules[0].reason == "Known from home"
    assert story_of(plan)[0].text == "decided on module INF-M-130 of the partner's list: not asked for"
    with pytest.raises(ChangedMeanwhileError, match="«Semester 1, on site, not asked for, Known from home»"):
        plan_changes.decide_module(
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
        plan_changes.decide_module(
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
        return plan_changes.change_line(
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
    with pytest.raises(FaultyError, match="semesters 1 to 4"):
        change(ours, "advisor", semester=5)

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
        plan_changes.change_line(
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

    saved = client.post(address, {**typed, "mode": "online"}, follow=True)
    assert [str(message) for message in saved.context["messages"]] == ["Saved."]
    told = client.post(address, {**typed, "semester": 2})
    item.refresh_from_db()
    assert (told.status_code, item.mode, item.reason) == (422, "online", reason)
    (words,) = told.context["form"].errors["__all__"]
    assert f"«Semester {item.semester}, online, by the plan, {reason}»" in words
    again = {**typed, "semester": 2, "seen": told.context["form"]["seen"].value()}
    assert client.post(address, again).headers["Location"] == reverse("mobility:studyplan", args=[plan.pk])

    item.refresh_from_db()
    assert (item.semester, item.mode) == (2, "on_site")


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
