"""Recognition: derived from marks and rows of Annex 1, made by one person, certified by another, frozen for good."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext, override
from pytest_django import Settings

from core.models import WorkItem
from core.values import today
from core.workflow import BlockedError, NotAllowedError, ReasonMissingError, RefusedError, WrongStateError
from core.worklist import open_items_of
from documents.services import revoke
from institutions.enums import Role
from institutions.models import Membership
from programmes.models import Enrolment
from tests.conftest import ClientAs
from tests.factories import agreements, institutions, mobility, programmes
from tests.factories import transcripts as factory
from transcripts.enums import DifferenceCause, ProtocolState, RemovalWay
from transcripts.models import Difference, RecognitionLine, RecognitionProtocol, Result
from transcripts.selectors.protocols import certified_of
from transcripts.services import differences, protocols
from transcripts.services.transcripts import issue_transcript
from transcripts.workflow.protocols import PROTOCOL

pytestmark = pytest.mark.django_db


def said(protocol: RecognitionProtocol) -> dict[str, tuple[Decimal, int | None, str]]:
    return {
        line.course.code: (line.credits, line.percent, line.letter) for line in protocol.lines.select_related("course")
    }


def missing(protocol: RecognitionProtocol) -> dict[str, str]:
    return {gap.course.code: gap.cause for gap in protocol.differences.select_related("course")}


def with_a_difference() -> tuple[RecognitionProtocol, Difference]:
    """A draft with INF2 passed and INF4 failed: CSE4 is a difference."""
    plan = mobility.approved()
    factory.post(
        factory.host_term(plan), [factory.row(plan, "INF2", "1,7"), factory.row(plan, "INF4", "5,0", credits=5)]
    )
    protocol = factory.draft(plan)
    return protocol, protocol.differences.get()


@pytest.mark.clause("5.7.3-a")
def test_marks_become_lines_without_anybody_typing_them_again() -> None:
    protocol = factory.draft()

    assert said(protocol) == {
        "CSE2": (Decimal(5), 88, "B+"),
        "CSE3": (Decimal(5), 88, "B+"),
        "CSE4": (Decimal(5), 83, "B"),
    }
    assert missing(protocol) == {}
    assert [mark.mark_text for mark in protocol.lines.all()[0].results.all()] == ["1,7"]


@pytest.mark.clause("5.11-b")
def test_a_failed_mark_is_a_difference() -> None:
    plan = mobility.approved()
    factory.post(
        factory.host_term(plan), [factory.row(plan, "INF2", "5,0"), factory.row(plan, "INF4", "1,0", credits=5)]
    )

    protocol = factory.draft(plan)

    assert said(protocol) == {"CSE4": (Decimal(5), 100, "A")}
    assert missing(protocol) == {"CSE2": DifferenceCause.FAILED, "CSE3": DifferenceCause.FAILED}


@pytest.mark.clause("5.11-b")
def test_a_missing_mark_and_short_credits_are_differences() -> None:
    plan = mobility.approved()
    factory.post(factory.host_term(plan), [factory.row(plan, "INF2", "1,0", credits=8)])

    protocol = factory.draft(plan)

    assert said(protocol) == {"CSE2": (Decimal(4), 100, "A"), "CSE3": (Decimal(4), 100, "A")}
    assert missing(protocol) == {
        "CSE2": DifferenceCause.CREDITS_SHORT,
        "CSE3": DifferenceCause.CREDITS_SHORT,
        "CSE4": DifferenceCause.NOT_TAKEN,
    }


@pytest.mark.clause("5.7.3-a")
def test_a_pass_without_a_number_carries_credits_and_no_points() -> None:
    plan = mobility.approved()
    factory.post(factory.host_term(plan), [factory.row(plan, "INF4", "bestanden", credits=5)])

    line = factory.draft(plan).lines.get(course__code="CSE4")

    assert (line.credits, line.percent, line.points, line.letter) == (Decimal(5), None, None, "P")


def test_the_last_attempt_counts_and_leaves_what_is_set_for_others() -> None:
    plan = mobility.approved()
    term = factory.host_term(plan)
    factory.post(term, [factory.row(plan, "INF4", "5,0", credits=5)])
    protocol, due = factory.draft(plan), today() + timedelta(days=90)
    gap = protocol.differences.get(course__code="CSE2")
    differences.set_removal(
        protocol_id=protocol.pk,
        difference_id=gap.pk,
        way=RemovalWay.ONLINE,
        due=due,
        actor=factory.director(plan),
    )

    factory.post(term, [factory.row(plan, "INF4", "3,0", credits=5, attempt=2)])

    assert protocol.lines.get(course__code="CSE4").percent == 67
    # The row is the same: a form that is open on it still finds it.
    gap.refresh_from_db()
    assert (gap.cause, gap.way, gap.due) == (DifferenceCause.NOT_TAKEN, RemovalWay.ONLINE, due)


@pytest.mark.clause("5.11-b")
def test_a_mark_outside_annex_1_makes_no_protocol_without_differences() -> None:
    plan = mobility.approved()
    pathway = plan.placement.application.intake.pathway
    assert pathway.partner_curriculum is not None
    programmes.course(pathway.partner_curriculum, "INF9")
    factory.post(factory.host_term(plan), [factory.row(plan, "INF9", "1,0", credits=5)])
    protocol = factory.draft(plan)
    assert missing(protocol) == dict.fromkeys(("CSE2", "CSE3", "CSE4"), DifferenceCause.NOT_TAKEN)

    with pytest.raises(BlockedError, match="CSE4"):
        protocols.make_protocol(protocol_id=protocol.pk, actor=factory.director(plan))


@pytest.mark.clause("5.11-b")
def test_a_course_of_the_semester_that_the_partner_does_not_teach_is_a_difference() -> None:
    pathway = agreements.open_pathway()
    assert pathway.home_curriculum is not None
    programmes.course(pathway.home_curriculum, "CSE9", semester=3)
    plan = factory.passed_plan(pathway)

    assert missing(factory.draft(plan)) == {"CSE9": DifferenceCause.NOT_COVERED}


@pytest.mark.clause("6.9-b")
def test_while_the_marks_are_late_the_partner_is_waited_for() -> None:
    plan = mobility.approved()

    protocol = factory.draft(plan)
    waits = WorkItem.objects.filter(
        subject_type="transcripts.recognitionprotocol", subject_id=protocol.pk, closed_at=None
    )

    assert [(item.queue.split("@")[0], item.due) for item in waits] == [
        (Role.PARTNER_COORDINATOR.value, protocol.term.ends_on + timedelta(days=30))
    ]
    factory.post(
        factory.host_term(plan), [factory.row(plan, "INF2", "1,7"), factory.row(plan, "INF4", "2,0", credits=5)]
    )
    assert [item.queue.split("@")[0] for item in waits.all()] == [Role.INSTITUTE_DIRECTOR.value]


@pytest.mark.clause("5.11-b")
def test_a_protocol_with_a_difference_needs_its_way_and_date() -> None:
    protocol, gap = with_a_difference()
    director = factory.director(protocol.plan)
    with pytest.raises(BlockedError, match="CSE4"):
        protocols.make_protocol(protocol_id=protocol.pk, actor=director)

    factory.remove_in_summer(gap, by=director)
    made = protocols.make_protocol(protocol_id=protocol.pk, actor=director)

    assert (made.state, made.made_by) == (ProtocolState.MADE, director)
    assert made.differences.get().way == RemovalWay.SUMMER


@pytest.mark.clause("5.7.3-a")
def test_a_refusal_needs_a_reason_and_can_be_taken_back() -> None:
    protocol = factory.draft()
    director = factory.director(protocol.plan)
    line = protocol.lines.get(course__code="CSE4")
    with pytest.raises(ReasonMissingError):
        differences.refuse_line(protocol_id=protocol.pk, line_id=line.pk, reason=" ", actor=director)

    differences.refuse_line(protocol_id=protocol.pk, line_id=line.pk, reason="Other contents", actor=director)
    assert missing(protocol) == {"CSE4": DifferenceCause.REFUSED}
    differences.recognise_again(protocol_id=protocol.pk, difference_id=protocol.differences.get().pk, actor=director)

    assert missing(protocol) == {}
    assert "CSE4" in said(protocol)


@pytest.mark.clause("5.11-a")
def test_a_certified_protocol_is_numbered_and_frozen() -> None:
    protocol = factory.certified()

    assert protocol.state == ProtocolState.CERTIFIED
    assert protocol.document is not None
    assert protocol.document.number_text.endswith("-ҚЕ")
    assert set(protocol.lines.values_list("frozen", flat=True)) == {True}
    assert not WorkItem.objects.filter(subject_type="transcripts.recognitionprotocol", closed_at=None).exists()


@pytest.mark.clause("5.11-d")
@pytest.mark.parametrize(
    "change",
    [
        lambda: RecognitionLine.objects.update(percent=100),
        lambda: RecognitionLine.objects.filter(letter="B").delete(),
        lambda: Result.objects.update(mark=Decimal("1.0")),
        lambda: Result.objects.filter(attempt=1).update(is_pass=False),
        lambda: RecognitionProtocol.objects.update(certified_by=None),
    ],
)
def test_what_is_certified_or_posted_never_changes_not_even_by_sql(change: Callable[[], object]) -> None:
    factory.certified()

    with pytest.raises(IntegrityError), transaction.atomic():
        change()


@pytest.mark.clause("5.11-a")
def test_nobody_certifies_what_the_same_person_made() -> None:
    protocol = factory.made()
    director = protocol.made_by
    assert director is not None
    vice_rector = institutions.user(Role.VICE_RECTOR)
    factory.acting(director, Role.VICE_RECTOR, vice_rector)
    director.standing = None

    with pytest.raises(BlockedError, match="same person"):
        protocols.certify_protocol(protocol_id=protocol.pk, actor=director)


@pytest.mark.clause("5.11-a")
def test_nobody_certifies_what_was_made_on_ones_own_behalf() -> None:
    plan = factory.passed_plan()
    vice_rector = institutions.user(Role.VICE_RECTOR)
    director = factory.director(plan)
    Membership.objects.filter(user=director).update(acting_for=vice_rector)
    protocol = protocols.make_protocol(protocol_id=factory.draft(plan).pk, actor=director)

    with pytest.raises(BlockedError, match="behalf"):
        protocols.certify_protocol(protocol_id=protocol.pk, actor=vice_rector)


@pytest.mark.clause("5.11-a")
def test_the_vice_rector_may_return_it_with_a_reason() -> None:
    protocol = factory.made()
    vice_rector = institutions.user(Role.VICE_RECTOR)
    with pytest.raises(ReasonMissingError):
        protocols.return_protocol(protocol_id=protocol.pk, reason="", actor=vice_rector)

    returned = protocols.return_protocol(protocol_id=protocol.pk, reason="Look at CSE4 again", actor=vice_rector)
    assert returned.state == ProtocolState.DRAFT

    # The first page is still open while the director refuses a line and makes it again.
    seen, director = protocol.content_hash, factory.director(protocol.plan)
    gap = factory.refused(protocol.plan)
    factory.remove_in_summer(gap, by=director)
    again = protocols.make_protocol(protocol_id=protocol.pk, actor=director)
    with pytest.raises(WrongStateError, match="made again after you opened it"):
        protocols.certify_protocol(protocol_id=protocol.pk, actor=vice_rector, seen_hash=seen)

    done = protocols.certify_protocol(protocol_id=protocol.pk, actor=vice_rector, seen_hash=again.content_hash)

    assert (done.state, done.made_by, missing(done)) == (
        ProtocolState.CERTIFIED,
        director,
        {gap.course.code: DifferenceCause.REFUSED},
    )


def test_marks_that_came_after_the_protocol_was_made_are_not_certified_unseen(client_as: ClientAs) -> None:
    plan = mobility.approved()
    term = factory.host_term(plan)
    factory.post(term, [factory.row(plan, "INF2", "1,7"), factory.row(plan, "INF4", "4,0", credits=5)])
    protocol = factory.made(plan)
    factory.post(term, [factory.row(plan, "INF4", "2,0", credits=5, attempt=2)])

    # Inbox and page know it before anybody clicks.
    (waiting,) = open_items_of(protocol)
    assert "must be returned and made again" in waiting.text
    vice_rector = institutions.user(Role.VICE_RECTOR)
    page = client_as(vice_rector).get(f"/transcripts/protocols/{protocol.pk}/")
    assert [blocker.clause for blocker in page.context["blockers"]] == ["5.11"]
    with pytest.raises(BlockedError, match="must be returned and made again"):
        protocols.certify_protocol(protocol_id=protocol.pk, actor=vice_rector)


@pytest.mark.clause("5.11-d")
def test_a_correction_is_a_new_protocol_that_supersedes(client_as: ClientAs) -> None:
    plan = factory.passed_plan()
    gap = factory.refused(plan)
    old = factory.certified_with_differences(plan)
    registrar = institutions.user(Role.REGISTRAR)
    issued = issue_transcript(enrolment_id=plan.enrolment_id, actor=registrar)
    director = factory.director(old.plan)
    new = protocols.correct_protocol(protocol_id=old.pk, reason="A mark was retaken", actor=director)
    # What was refused stays refused, and how it is removed is not asked again.
    assert new.differences.values_list("course", "cause", "way", "due").get() == (
        gap.course_id,
        DifferenceCause.REFUSED,
        RemovalWay.SUMMER,
        old.differences.get().due,
    )
    protocols.make_protocol(protocol_id=new.pk, actor=director)
    new = protocols.certify_protocol(protocol_id=new.pk, actor=institutions.user(Role.VICE_RECTOR))

    old.refresh_from_db()
    assert old.document is not None
    assert (old.state, old.document.state, new.supersedes) == (ProtocolState.CERTIFIED, "superseded", old)
    assert {line.protocol_id for line in certified_of([plan.enrolment_id])} == {new.pk}
    with pytest.raises(WrongStateError):
        protocols.correct_protocol(protocol_id=old.pk, reason="Again", actor=director)
    # The transcript that the old one stands on is the Registrar's Office's to issue anew.
    assert [item.queue for item in open_items_of(issued)] == ["registrar@home"]
    page = client_as(registrar).get(f"/transcripts/{issued.pk}/").content.decode()
    assert "A protocol behind this transcript was corrected or revoked" in page
    issue_transcript(enrolment_id=plan.enrolment_id, actor=registrar)
    assert open_items_of(issued) == []


@pytest.mark.clause("5.11-d")
@pytest.mark.clause("5.12-a")
def test_a_revoked_protocol_enters_no_transcript_and_is_corrected_by_a_new_one() -> None:
    old = factory.certified()
    director, vice_rector = factory.director(old.plan), institutions.user(Role.VICE_RECTOR)
    registrar = institutions.user(Role.REGISTRAR)
    issued = issue_transcript(enrolment_id=old.plan.enrolment_id, actor=registrar)
    revoke(document_id=old.document_id or 0, reason="A mistake in the names.", actor=vice_rector)
    assert not certified_of([old.plan.enrolment_id]).exists()
    assert len(open_items_of(issued)) == 1
    revoke(document_id=issued.document_id, reason="Its protocol was revoked.", actor=registrar)
    assert open_items_of(issued) == []

    new = protocols.correct_protocol(protocol_id=old.pk, reason="The paper was revoked", actor=director)
    protocols.make_protocol(protocol_id=new.pk, actor=director)
    new = protocols.certify_protocol(protocol_id=new.pk, actor=vice_rector)

    assert new.document is not None
    assert new.document.supersedes is None
    assert {line.protocol_id for line in certified_of([old.plan.enrolment_id])} == {new.pk}


@pytest.mark.clause("5.11-c")
def test_only_the_removal_of_a_certified_difference_is_written_later() -> None:
    protocol, gap = with_a_difference()
    director = factory.director(protocol.plan)
    due = today() + timedelta(days=90)
    differences.set_removal(
        protocol_id=protocol.pk, difference_id=gap.pk, way=RemovalWay.ONLINE, due=due, actor=director
    )
    factory.certified(protocol.plan)

    # Making the protocol derives its differences anew.
    certified = protocol.differences.get()

    removed = differences.difference_removed(
        difference_id=certified.pk, removed_on=today(), actor=institutions.user(Role.REGISTRAR)
    )

    assert (removed.way, removed.due, removed.removed_on) == (RemovalWay.ONLINE, due, today())
    with pytest.raises(IntegrityError), transaction.atomic():
        Difference.objects.update(due=today())
    with pytest.raises(WrongStateError, match="removed already"):
        differences.difference_removed(
            difference_id=certified.pk,
            removed_on=today() - timedelta(days=1),
            actor=institutions.user(Role.REGISTRAR),
        )


@pytest.mark.clause("5.11-c")
def test_a_removal_of_tomorrow_is_refused_beside_its_day(client_as: ClientAs) -> None:
    protocol, gap = with_a_difference()
    due = today() + timedelta(days=90)
    director = factory.director(protocol.plan)
    differences.set_removal(
        protocol_id=protocol.pk, difference_id=gap.pk, way=RemovalWay.ONLINE, due=due, actor=director
    )
    factory.certified(protocol.plan)
    certified = protocol.differences.get()
    day = f"{today() + timedelta(days=1):%d.%m.%Y}"

    page = client_as(institutions.user(Role.REGISTRAR)).post(
        reverse("transcripts:protocol-removed", args=[protocol.pk, certified.pk]), {"removed_on": day}
    )

    assert page.context["form"].errors == {"removed_on": ["This day lies ahead."]}
    assert f'value="{day}"' in page.content.decode()
    assert protocol.differences.get().removed_on is None


def test_only_the_institute_director_makes_a_protocol(subtests: pytest.Subtests) -> None:
    protocol = factory.draft()
    application = protocol.plan.placement.application
    for role in [r.value for r in Role if r not in {Role.INSTITUTE_DIRECTOR, Role.STUDENT}]:
        unit = application.department if role in {r.value for r in Role.unit_roles()} else None
        unit = application.institute if role == Role.INSTITUTE_COORDINATOR else unit
        university = institutions.partner() if role == Role.PARTNER_COORDINATOR else None
        user = institutions.user(role, unit=unit, university=university)
        with subtests.test(role=role), pytest.raises((NotAllowedError, RecognitionProtocol.DoesNotExist)):
            protocols.make_protocol(protocol_id=protocol.pk, actor=user)

    protocol.refresh_from_db()
    assert (protocol.state, protocol.made_by) == (ProtocolState.DRAFT, None)


def test_many_are_certified_one_by_one_and_refusals_are_told() -> None:
    pathway = agreements.open_pathway()
    ready, waiting = factory.made(factory.passed_plan(pathway)), factory.draft(factory.passed_plan(pathway))

    done, refused = protocols.certify_many(
        chosen={ready.pk: ready.content_hash, waiting.pk: ""}, actor=institutions.user(Role.VICE_RECTOR)
    )

    assert [protocol.pk for protocol in done] == [ready.pk]
    assert [pk for pk, _ in refused] == [waiting.pk]


def test_the_machine_cites_what_it_decides() -> None:
    assert PROTOCOL.clauses() == frozenset({"5.11", "6.9"})


def test_a_reason_shared_by_many_is_said_once(client_as: ClientAs, settings: Settings) -> None:
    # Each is certified in a transaction of its own, locked and read anew: that is no N+1 to be mended.
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if not name.startswith("zeal.")]
    pathway = agreements.open_pathway()
    for _ in range(3):
        factory.made(factory.passed_plan(pathway))
    client = client_as(institutions.user(Role.VICE_RECTOR))
    page = client.get("/transcripts/protocols/").content.decode()
    form = {"chosen": re.findall(r'name="chosen" value="([^"]+)"', page)}
    client.post("/transcripts/protocols/certify/", form, follow=True)

    again = client.post("/transcripts/protocols/certify/", form, follow=True)

    (said,) = [str(message) for message in again.context["messages"]]
    assert said.startswith("Somebody was first")
    assert said.endswith("Protocols: 3.")


# --- until when a difference is removed ---------------------------------------------------------------------------------


@pytest.mark.clause("5.11-b")
@pytest.mark.parametrize(
    ("entry", "last"),
    [
        (lambda stay: stay.year + 5, lambda stay, entry: date(entry + 2, 8, 31)),
        (lambda stay: stay.year - 9, lambda stay, entry: stay + timedelta(days=365)),
        (lambda stay: None, lambda stay, entry: stay + timedelta(days=365)),
    ],
)
def test_a_difference_is_removed_while_the_student_still_studies(
    entry: Callable[[date], int | None], last: Callable[[date, int | None], date]
) -> None:
    protocol, gap = with_a_difference()
    ends = protocol.plan.placement.ends_on
    year = entry(ends)
    Enrolment.objects.filter(pk=protocol.plan.enrolment_id).update(entry_year=year)
    assert protocol.plan.enrolment.programme is not None
    assert protocol.plan.enrolment.programme.semesters == 4
    until, director = last(ends, year), factory.director(protocol.plan)

    set_to = partial(
        differences.set_removal, protocol_id=protocol.pk, difference_id=gap.pk, way=RemovalWay.SUMMER, actor=director
    )
    with pytest.raises(RefusedError, match=f"by {until:%d.%m.%Y} at the latest"):
        set_to(due=until + timedelta(days=1))
    set_to(due=until)

    gap.refresh_from_db()
    assert gap.due == until


def test_a_way_that_another_window_set_is_told_before_it_is_overwritten(client_as: ClientAs) -> None:
    protocol, gap = with_a_difference()
    client = client_as(factory.director(protocol.plan))
    address = f"/transcripts/protocols/{protocol.pk}/differences/{gap.pk}/"
    day = f"{today() + timedelta(days=90):%d.%m.%Y}"
    seen = client.get(address).context["form"].initial["seen"]
    client.post(address, {"seen": seen, "way": RemovalWay.SUMMER, "due": day})

    told = client.post(address, {"seen": seen, "way": RemovalWay.ONLINE, "due": day})

    assert f"«In the summer semester, {day}»".casefold() in told.content.decode().casefold()
    assert protocol.differences.get().way == RemovalWay.SUMMER
    client.post(address, {"seen": told.context["form"]["seen"].value(), "way": RemovalWay.ONLINE, "due": day})
    assert protocol.differences.get().way == RemovalWay.ONLINE


def test_a_date_too_late_stays_in_the_form_with_its_reason(client_as: ClientAs) -> None:
    protocol, gap = with_a_difference()
    client = client_as(factory.director(protocol.plan))
    address = f"/transcripts/protocols/{protocol.pk}/differences/{gap.pk}/"

    answer = client.post(address, {"way": RemovalWay.SUMMER, "due": "01.01.2099"})

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "while the student still studies" in page
    assert 'value="01.01.2099"' in page
    gap.refresh_from_db()
    assert gap.due is None


@pytest.mark.parametrize(("language", "sign"), [("kk", ","), ("ru", ","), ("en", ".")])
def test_numbers_stand_as_the_reader_writes_them(language: str, sign: str, client_as: ClientAs) -> None:
    protocol = factory.made()
    client = client_as(factory.director(protocol.plan))
    client.cookies["django_language"] = language

    page = client.get(f"/transcripts/protocols/{protocol.pk}/").content.decode()

    assert f"88{sign}33\N{NO-BREAK SPACE}%" in page
    assert f'data-label="{gettext_in(language)}">3.33<' in page
    assert f"88{'.' if sign == ',' else ','}33" not in page


def gettext_in(language: str) -> str:
    with override(language):
        return gettext("Points")
