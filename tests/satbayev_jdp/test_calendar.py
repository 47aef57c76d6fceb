"""The calendar of an IPD year: each of its lines comes to the right inbox by the one sweep, once, and goes when it is settled.

The table of the lines stands in docs/reminders.md.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from functools import partial

import pytest
import time_machine
from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from admissions.models import VisaCase
from admissions.services import incoming
from admissions.services.intakes import prolong_intake
from agreements.enums import Direction
from agreements.models import Agreement
from core import reminders, story
from core.history import subject_type
from core.models import WorkItem
from core.tasks import settle_due
from core.values import today
from core.workflow import NotAllowedError, WrongStateError
from institutions.enums import LicenceKind, Role
from institutions.models import Holiday, Licence, Person
from institutions.services.universities import add_licence
from mobility.models import Placement
from mobility.selectors.stay import stay_facts, turn_of
from mobility.services import stay
from tests.admissions.coming import Guests
from tests.admissions.road import Cast
from tests.conftest import ClientAs
from tests.factories import agreements, institutions, mobility
from tests.factories import transcripts as factory
from tests.transcripts.road import guest, with_a_difference
from transcripts.models import RecognitionProtocol, SemesterReport
from transcripts.services import differences, protocols

pytestmark = pytest.mark.django_db


def words(item: WorkItem) -> str:
    """What an item says."""
    return item.text % story.said(item.params)


def said(thing: models.Model) -> list[tuple[str, str]]:
    """Who is asked for what about a thing: role and words, in order."""
    items = WorkItem.objects.filter(subject_type=subject_type(thing), subject_id=thing.pk, closed_at=None)
    return sorted((item.queue.partition("@")[0], words(item)) for item in items)


def of(thing: models.Model, role: str, clause: str) -> list[str]:
    """What a role is asked about a thing on a clause."""
    items = WorkItem.objects.filter(
        subject_type=subject_type(thing), subject_id=thing.pk, closed_at=None, clause=clause
    )
    return sorted(words(item) for item in items if item.queue.startswith(f"{role}@"))


@contextmanager
def swept_on(day: date) -> Iterator[None]:
    """That day, after the sweep; a second one must find nothing, whatever the first has found."""
    with time_machine.travel(day, tick=False):
        settle_due.delay()
        first = list(WorkItem.objects.order_by("pk").values())
        settle_due.delay()
        assert list(WorkItem.objects.order_by("pk").values()) == first
        yield


# --- agreement, licence, accreditation -------------------------------------------------------------------------------


@pytest.mark.clause("6.12-e")
def test_an_agreement_that_ends_is_told_of_three_times_and_each_time_once() -> None:
    agreement = agreements.open_pathway().agreement
    end = today() + timedelta(days=400)
    Agreement.objects.filter(pk=agreement.pk).update(valid_until=end)
    opened: dict[int, int] = {}
    for days in (181, 180, 91, 90, 31, 30, 0):
        with swept_on(end - timedelta(days=days)):
            opened[days] = WorkItem.objects.filter(subject_type="agreements.agreement").count()
            assert len(said(agreement)) == (days <= 180)

    assert opened == {181: 0, 180: 1, 91: 1, 90: 2, 31: 2, 30: 3, 0: 3}


@pytest.mark.clause("4.2-b")
@pytest.mark.parametrize("at_home", [True, False])
def test_an_accreditation_asks_to_be_renewed_and_a_later_one_is_the_answer_at_once(*, at_home: bool) -> None:
    university = institutions.home() if at_home else institutions.partner()
    licence = institutions.licence(
        university, kind=LicenceKind.ACCREDITATION, valid_until=today() + timedelta(days=100)
    )
    end = today() + timedelta(days=100)
    with swept_on(today()):
        assert said(licence) == [
            ("ipd_coordinator", f"The accreditation of {university.names} for 7M061 ends on {end:%d.%m.%Y}.")
        ]
    with swept_on(end + timedelta(days=1)):
        assert [words for _role, words in said(licence)] == [
            f"The accreditation of {university.names} for 7M061 ended on {end:%d.%m.%Y}."
        ]
        add_licence(
            university=university,
            number="A-2",
            issuer="Agency",
            direction="7M061",
            level="master",
            valid_from=today(),
            valid_until=today() + timedelta(days=1000),
            kind=LicenceKind.ACCREDITATION,
            actor=institutions.user(Role.IPD_COORDINATOR),
        )
        assert said(licence) == []


@pytest.mark.clause("4.2-b")
def test_an_accreditation_is_no_licence() -> None:
    pathway = agreements.open_pathway()
    Licence.objects.update(valid_until=today() - timedelta(days=1))
    institutions.licence(pathway.partner_programme.university, kind=LicenceKind.ACCREDITATION)
    with swept_on(today()):
        assert len(of(pathway, "ipd_coordinator", "4.2")) == 1


# --- intake, list, approvals, invitation ------------------------------------------------------------------------------


@pytest.mark.clause("8.1-a")
def test_an_intake_that_closes_with_nobody_comes_to_the_institute_until_somebody_applies() -> None:
    cast = Cast()
    closes = cast.intake.closes_on
    with swept_on(closes - timedelta(days=15)):
        assert said(cast.intake) == []
    with swept_on(closes - timedelta(days=14)):
        assert said(cast.intake) == [
            (
                "institute_coordinator",
                f"The intake closes on {closes:%d.%m.%Y} and nobody has applied: tell the students.",
            )
        ]
        cast.submitted()
        assert said(cast.intake) == []


@pytest.mark.clause("7.1-a")
def test_an_intake_that_closes_with_nobody_comes_to_the_partner_until_it_names_somebody() -> None:
    guests = Guests()
    closes = guests.intake.closes_on
    with swept_on(closes):
        assert said(guests.intake) == [
            ("partner_coordinator", f"The intake closes on {closes:%d.%m.%Y}: name your candidates.")
        ]
        guests.draft()
        settle_due.delay()
        assert said(guests.intake) == []
    with swept_on(closes + timedelta(days=1)):
        assert said(guests.intake) == []


def test_a_draft_waits_until_its_intake_closes_and_again_once_that_is_prolonged() -> None:
    cast = Cast()
    application = cast.draft(cast.student())
    closes = cast.intake.closes_on
    with swept_on(closes):
        assert [role for role, _words in said(application)] == ["student"]
    with swept_on(closes + timedelta(days=1)):
        assert said(application) == []
        prolong_intake(intake_id=cast.intake.pk, closes_on=today() + timedelta(days=5), actor=cast.ipd)
        settle_due.delay()
        assert [role for role, _words in said(application)] == ["student"]


@pytest.mark.clause("8.1-a")
def test_a_list_of_candidates_is_due_when_its_intake_closes() -> None:
    cast = Cast()
    cast.submitted()
    made = cast.gathered()

    (item,) = WorkItem.objects.filter(subject_type=subject_type(made), closed_at=None)
    assert (item.queue.partition("@")[0], item.due) == ("institute_coordinator", cast.intake.closes_on)


@pytest.mark.clause("7.3-a")
def test_an_approval_that_waits_over_five_working_days_comes_to_the_ipd_with_the_holidays_left_out() -> None:
    guests = Guests()
    application = guests.in_review()
    item = WorkItem.objects.get(subject_type=subject_type(application), closed_at=None)
    assert item.queue.startswith("department_head@")
    late = f"The department has not decided: it was due on {item.due:%d.%m.%Y}."
    with swept_on(item.due):
        assert of(application, "ipd_coordinator", "7.3") == []
    with swept_on(item.due + timedelta(days=1)):
        assert of(application, "ipd_coordinator", "7.3") == [late]
        incoming.agree(application_id=application.pk, actor=guests.head)
        assert of(application, "ipd_coordinator", "7.3") == []


def test_a_holiday_moves_the_fifth_working_day() -> None:
    guests = Guests()
    due = WorkItem.objects.get(subject_type=subject_type(guests.in_review()), closed_at=None).due
    Holiday.objects.create(country="KZ", day=due, name_kk="Күн")

    later = WorkItem.objects.get(subject_type=subject_type(guests.in_review()), closed_at=None, due__gt=due).due

    assert later > due


@pytest.mark.clause("8.3-a")
def test_an_invitation_that_is_not_in_comes_to_the_ipd() -> None:
    cast = Cast()
    application, _student = cast.proposed()
    due = WorkItem.objects.get(subject_type=subject_type(application), closed_at=None).due
    with swept_on(due + timedelta(days=1)):
        assert of(application, "ipd_coordinator", "8.3") == [
            f"The partner's invitation or paper is not in: it was due on {due:%d.%m.%Y}."
        ]
        cast.invite(application)
        assert of(application, "ipd_coordinator", "8.3") == []


# --- the stay ---------------------------------------------------------------------------------------------------------


@pytest.mark.clause("9.1-a")
def test_an_arrival_is_told_to_the_student_two_weeks_before_and_asked_of_the_institute() -> None:
    guests = Guests()
    placement = guests.expected()
    starts = placement.starts_on
    words = f"Your stay begins on {starts:%d.%m.%Y}: read what to bring and where to go on arrival."
    with swept_on(starts - timedelta(days=15)):
        assert of(placement, "student", "9.1") == []
    with swept_on(starts - timedelta(days=14)):
        assert of(placement, "student", "9.1") == [words]
        assert of(placement, "institute_coordinator", "9.1") == ["Record the arrival"]
    with swept_on(starts):
        stay.record_arrival(placement_id=placement.pk, crossed_border_on=today(), met_by="A", actor=guests.coordinator)
        assert words not in of(placement, "student", "9.1")


@pytest.mark.clause("7.6-a")
def test_a_passport_that_ends_is_asked_for_at_ninety_and_thirty_days() -> None:
    placement = Guests().arrived()
    end = placement.ends_on + timedelta(days=60)
    Person.objects.update(passport_valid_until=end)
    with swept_on(end - timedelta(days=91)):
        assert of(placement, "student", "7.6") == []
    with swept_on(end - timedelta(days=90)):
        first = WorkItem.objects.filter(clause="7.6", subject_type="mobility.placement", closed_at=None)
        assert [item.queue.partition("@")[0] for item in first.order_by("queue")] == ["ipd_coordinator", "student"]
        assert {item.due for item in first} == {end}
        Person.objects.update(passport_valid_until=end + timedelta(days=900))
    with swept_on(end - timedelta(days=89)):
        assert of(placement, "student", "7.6") == []


@pytest.mark.clause("7.6-a")
def test_a_visa_that_ends_before_the_stay_is_asked_to_be_prolonged() -> None:
    placement = Guests().arrived()
    end = placement.ends_on - timedelta(days=20)
    VisaCase.objects.update(valid_until=end)
    words = f"The visa ends on {end:%d.%m.%Y}, before the stay does: have it prolonged."
    with swept_on(end - timedelta(days=30)):
        assert of(placement, "student", "7.6") == of(placement, "ipd_coordinator", "7.6") == [words]
        VisaCase.objects.update(valid_until=placement.ends_on)
        settle_due.delay()
        assert of(placement, "student", "7.6") == []


@pytest.mark.clause("9.2-a")
def test_a_registration_that_ends_before_the_stay_is_asked_to_be_extended_before_and_after_its_end() -> None:
    guests = Guests()
    placement = guests.arrived()
    register = partial(stay.record_registration, placement_id=placement.pk, registered_on=today(), actor=guests.ipd)
    end = placement.ends_on - timedelta(days=60)
    register(number="R-1", registered_until=end)
    words = f"The migration registration ends on {end:%d.%m.%Y}, before the stay does: have it extended."
    with swept_on(end - timedelta(days=31)):
        assert of(placement, "student", "9.2") == of(placement, "ipd_coordinator", "9.2") == []
    with swept_on(end - timedelta(days=30)):
        assert of(placement, "student", "9.2") == of(placement, "ipd_coordinator", "9.2") == [words]
        month_before = WorkItem.objects.filter(clause="9.2", subject_type="mobility.placement", closed_at=None)
        assert {item.due for item in month_before} == {end}
        asked_then = set(month_before.values_list("pk", flat=True))
    with swept_on(end - timedelta(days=10)):  # asked anew
        assert of(placement, "student", "9.2") == [words]
        assert asked_then.isdisjoint(month_before.values_list("pk", flat=True))
    with swept_on(end + timedelta(days=1)):
        ended = f"The migration registration ended on {end:%d.%m.%Y}: it is to be extended."
        assert of(placement, "student", "9.2") == of(placement, "ipd_coordinator", "9.2") == [ended]
        register(number="R-2", registered_until=placement.ends_on)
        assert of(placement, "student", "9.2") == of(placement, "ipd_coordinator", "9.2") == []


# --- marks, recognition, reports ---------------------------------------------------------------------------------------


@pytest.mark.clause("6.9-a")
def test_a_semester_that_ended_asks_for_the_report_and_says_it_once() -> None:
    term = factory.host_term(guest())
    with swept_on(term.ends_on):
        assert not SemesterReport.objects.exists()
    with swept_on(term.ends_on + timedelta(days=1)):
        report = SemesterReport.objects.get()
        assert [role for role, _words in said(report)] == ["ipd_coordinator"]


@pytest.mark.clause("6.9")
def test_marks_that_are_missing_are_the_partners_and_after_their_day_the_ipds_too() -> None:
    plan = mobility.approved()
    term = factory.host_term(plan)
    with swept_on(term.ends_on + timedelta(days=1)):
        protocol = RecognitionProtocol.objects.get()
        due = WorkItem.objects.get(subject_type=subject_type(protocol), closed_at=None).due
        assert [role for role, _words in said(protocol)] == ["partner_coordinator"]
    with swept_on(due + timedelta(days=1)):
        assert of(protocol, "ipd_coordinator", "6.9") == [
            f"The partner's marks have not come: they were due on {due:%d.%m.%Y}."
        ]


@pytest.mark.clause("5.11-a")
def test_a_recognition_that_is_not_certified_comes_to_the_ipd_until_it_is() -> None:
    protocol = factory.made()
    due = WorkItem.objects.get(subject_type=subject_type(protocol), closed_at=None).due
    with swept_on(due + timedelta(days=1)):
        assert of(protocol, "ipd_coordinator", "5.11") == [
            f"The recognition protocol is not certified: it was due on {due:%d.%m.%Y}."
        ]
        protocols.certify_protocol(protocol_id=protocol.pk, actor=institutions.user(Role.VICE_RECTOR))
        assert of(protocol, "ipd_coordinator", "5.11") == []


@pytest.mark.clause("5.11-c")
def test_the_day_of_a_difference_comes_to_the_student_and_once_it_is_over_to_the_registrar_too() -> None:
    protocol, gap = with_a_difference()
    factory.remove_in_summer(gap, by=factory.director(protocol.plan))
    factory.certified(protocol.plan)
    difference = protocol.differences.get()
    due, code = difference.due, difference.course.code
    assert due is not None
    with swept_on(due - timedelta(days=31)):
        assert of(protocol, "student", "5.11") == []
    with swept_on(due - timedelta(days=30)):
        assert of(protocol, "student", "5.11") == [f"Remove the difference in {code} by {due:%d.%m.%Y}."]
        assert of(protocol, "registrar", "5.11") == []
    with swept_on(due + timedelta(days=1)):
        over = [f"The difference in {code} was to be removed by {due:%d.%m.%Y}."]
        assert of(protocol, "student", "5.11") == of(protocol, "registrar", "5.11") == over
        differences.difference_removed(
            difference_id=difference.pk, removed_on=today(), actor=institutions.user(Role.REGISTRAR)
        )
        assert of(protocol, "student", "5.11") == of(protocol, "registrar", "5.11") == []


@pytest.mark.clause("7.5a")
@pytest.mark.parametrize("direction", list(Direction))
def test_after_each_year_the_transcript_goes_to_the_registrar_the_ipd_and_the_institute(direction: str) -> None:
    placement = mobility.placement(direction=direction)
    Placement.objects.filter(pk=placement.pk).update(
        state="present", starts_on=date(2024, 9, 1), ends_on=date(2026, 6, 20), came_to_ipd_on=date(2024, 9, 2)
    )
    with time_machine.travel(date(2024, 9, 1), tick=False):
        offices = {
            "registrar": institutions.user(Role.REGISTRAR),
            "ipd_coordinator": institutions.user(Role.IPD_COORDINATOR),
            "institute_coordinator": institutions.user(
                Role.INSTITUTE_COORDINATOR, unit=placement.application.institute
            ),
        }
        lawyer = institutions.user(Role.LAWYER)
    with swept_on(date(2025, 6, 30)):
        assert of(placement, "student", "7.5a") == []
    with swept_on(date(2025, 7, 1)):
        (asked,) = of(placement, "student", "7.5a")
        assert asked.startswith(
            "The year 2024/25 is over: the original of its transcript goes to the Registrar's Office"
        )
        placement.refresh_from_db()
        turn = turn_of(placement, stay_facts(placement))
        assert {"student", *offices} <= set(turn.movers)  # the strips of case and stay name them, as their inboxes do
        for office, who in offices.items():
            (missing,) = of(placement, office, "7.5a")
            assert missing.endswith("of the transcript of the year 2024/25 has not come.")
            stay.record_transcript(placement_id=placement.pk, actor=who)
            assert of(placement, office, "7.5a") == []
            with pytest.raises(WrongStateError):
                stay.record_transcript(placement_id=placement.pk, actor=who)
        assert of(placement, "student", "7.5a") == []
    with swept_on(date(2026, 7, 1)):
        assert "2025/26" in of(placement, "student", "7.5a")[0]
        with pytest.raises(NotAllowedError):
            stay.record_transcript(placement_id=placement.pk, actor=lawyer)


def test_the_page_of_the_stay_lets_the_office_write_it_down(client_as: ClientAs) -> None:
    placement = mobility.placement(direction=Direction.INCOMING)
    Placement.objects.filter(pk=placement.pk).update(
        state="ended", starts_on=today() - timedelta(days=800), ends_on=today() - timedelta(days=500)
    )
    registrar, address = institutions.user(Role.REGISTRAR), f"/mobility/stays/{placement.pk}/"
    stay.settle(placement)
    page = client_as(registrar).get(address)
    student = mobility.account_of(placement.application.enrolment.person)
    to_student = client_as(student).get(address)

    sure = client_as(registrar).get(page.context["action"].url)
    client_as(registrar).post(page.context["action"].url)
    after = client_as(registrar).get(page.context["action"].url)

    placement.refresh_from_db()
    assert "This cannot be undone." in sure.content.decode()
    assert after.status_code == 302
    assert client_as(student).get(page.context["action"].url).status_code == 404
    ((name, offices),) = placement.transcripts_received.items()
    assert (page.context["action"].label, offices) == (f"Transcript of {name} received", ["registrar"])
    assert to_student.context["action"].url == "#blockers"
    first = to_student.context["blockers"][0]
    assert (page.context["blockers"][0].blocker.whose_move, first.whose_move) == (Role.REGISTRAR, Role.STUDENT)
    for told in (page, to_student):
        html = told.content.decode()
        assert 'id="blockers"' in html
        assert f"The year {name} is over: the original of its transcript goes to the Registrar" in html
        assert f"The original of the transcript of the year {name} has not come." in html


# --- the sweep itself -------------------------------------------------------------------------------------------------


def test_a_part_that_fails_keeps_no_other_from_its_work(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []

    def broken() -> None:
        raise RuntimeError("the first part")

    monkeypatch.setattr(reminders, "_parts", {"a": broken, "b": lambda: done.append("b")})
    with pytest.raises(RuntimeError, match="the first part"):
        reminders.sweep()
    assert done == ["b"]


def test_a_sweep_that_is_killed_halfway_is_made_up_for_by_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    guests = Guests(seats=3)
    applications = [guests.in_review() for _ in range(3)]
    due = WorkItem.objects.filter(subject_type="admissions.application", closed_at=None).latest("due").due
    kind = "admissions.services.due._settle_application"
    settled: list[int] = []

    def dies_at_the_second(pk: int) -> None:
        if settled:
            raise KeyboardInterrupt
        settled.append(pk)
        real(pk)

    from admissions.services import due as part  # noqa: PLC0415 -- the function that is put back

    real: Callable[[int], None] = part._settle_application
    with time_machine.travel(due + timedelta(days=1), tick=False):
        monkeypatch.setattr(kind, dies_at_the_second)
        with pytest.raises(KeyboardInterrupt):
            settle_due()
        monkeypatch.setattr(kind, real)
        settle_due()
        told = WorkItem.objects.filter(cause__startswith="late:", subject_type="admissions.application", closed_at=None)
        assert sorted(told.values_list("subject_id", flat=True)) == [one.pk for one in applications]


def test_the_sweep_asks_the_same_number_of_questions_whatever_there_is() -> None:
    guests, counts = Guests(seats=9), []
    for more in (1, 2):
        for _ in range(more):
            guests.arrived()
        with time_machine.travel(today() + timedelta(days=60), tick=False):
            settle_due()
            with CaptureQueriesContext(connection) as asked:
                settle_due()
        counts.append(len(asked))

    assert counts[0] == counts[1]
