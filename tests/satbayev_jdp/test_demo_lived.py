"""The whole demo: somebody at every step of both roads, work for every office, lists with something to show, on any day."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import pairwise
from unittest import mock

import pytest
import time_machine
from django.core.management import call_command
from django.db.models import Model, QuerySet, TextChoices
from django.test import TestCase
from django.urls import reverse
from django.utils import timezone, translation

from admissions.enums import ApplicationState as A
from admissions.enums import ItemState, ListState, OrderState, VisaState
from admissions.models import Application, CandidateList, Order, PackageItem, PartnerReply, VisaCase
from agreements.enums import AgreementKind, AgreementState, AnnexState, Direction, PathwayState
from agreements.models import Agreement, AnnexVersion, Pathway
from core.jobs import progress_of
from core.models import Job, WorkItem
from core.values import today
from core.worklist import open_count
from documents.enums import DocumentState
from documents.models import OfficialDocument
from institutions.enums import Role
from institutions.models import Membership, Person, User
from institutions.permissions import standing_of
from mobility.enums import PlacementState, PlanState
from mobility.models import Placement, StudyPlan
from programmes.models import Enrolment
from satbayev_jdp.demo.cast import CAST
from satbayev_jdp.demo.world import email_of
from tests.admissions.road import PDF
from transcripts.enums import ProtocolState, ReportState
from transcripts.models import Difference, RecognitionProtocol, ResultFile, SemesterReport
from transcripts.selectors.transcripts import printable_of, with_last_transcript

# Who has no work in the program, and why.
NOTHING_WAITS = {
    Role.AUDITOR: "reads everything and decides nothing",
}
LISTS: dict[str, type[TextChoices]] = {
    "admissions:applications": A,
    "admissions:orders": OrderState,
    "agreements:agreements": AgreementState,
    "agreements:pathways": PathwayState,
    "mobility:stays": PlacementState,
    "mobility:studyplans": PlanState,
    "transcripts:recognitionprotocols": ProtocolState,
    "transcripts:semesterreports": ReportState,
    "documents:papers": DocumentState,
}
# Days around which the terms, the year and the calendar turn.
DAYS = ("2026-12-31", "2027-02-01", "2027-06-30", "2027-09-01", "2028-02-29")


@contextmanager
def _built(day: str | None = None) -> Iterator[None]:
    """The demo as the command makes it; what papers look like is held where they are printed."""
    with mock.patch("documents.press.print_pdf", return_value=PDF), translation.override("kk"):
        if day is None:
            call_command("demo", "--no-static", verbosity=0)
            yield
            return
        morning = datetime.fromisoformat(f"{day}T09:30").replace(tzinfo=timezone.get_default_timezone())
        with time_machine.travel(morning, tick=True):
            call_command("demo", "--no-static", verbosity=0)
            yield


def _states(rows: "QuerySet[Model]", field: str = "state") -> set[str]:
    return set(rows.values_list(field, flat=True))


def _numbers_follow_the_days() -> None:
    papers = OfficialDocument.objects.order_by("register__series", "register__year", "number")
    rows = papers.values_list("register", "number", "issued_at")
    for (register, number, at), (next_register, next_number, next_at) in pairwise(rows):
        if register == next_register:
            assert (next_number, next_at >= at) == (number + 1, True), (register, next_number)


@pytest.mark.timeout(900)
class TestDemo(TestCase):
    """Today's demo, built once for all."""

    @classmethod
    def setUpTestData(cls) -> None:
        """Build it."""
        with _built():
            pass

    def test_somebody_stands_at_every_step_of_both_roads(self) -> None:
        out, into = (Application.objects.filter(direction=way) for way in (Direction.OUTGOING, Direction.INCOMING))

        not_out = {A.IN_REVIEW, A.DEPARTMENT_AGREED, A.RECOMMENDED, A.ORDER_DRAFTED, A.ARRIVED}
        not_in = {A.SUBMITTED, A.PROPOSED, A.ORDER_REQUESTED, A.DEPARTED, A.PARTNER_REFUSED}
        assert _states(out) == set(A.values) - not_out
        assert _states(into) == set(A.values) - not_in
        assert Application.objects.values("enrolment__person").distinct().count() >= 40
        assert out.filter(state=A.NOMINATED, is_reserve=True).exists()
        assert out.filter(state=A.NOMINATED, is_reserve=False).exists()
        assert PartnerReply.objects.filter(answer="waiting", application__state=A.PROPOSED).exists()
        partners = into.values_list("intake__pathway__partner_programme__university__short_name", flat=True)
        assert len(set(partners)) >= 2

    def test_each_thing_stands_in_each_of_its_states(self) -> None:
        assert _states(CandidateList.objects.all()) == set(ListState.values)
        assert _states(Order.objects.all()) >= {OrderState.DRAFT, OrderState.FOR_SIGNATURE, OrderState.SIGNED}
        assert _states(PackageItem.objects.all(), "status") == set(ItemState.values)
        assert _states(VisaCase.objects.all()) == set(VisaState.values)
        assert _states(Agreement.objects.filter(kind=AgreementKind.AGREEMENT)) >= {
            AgreementState.DRAFT,
            AgreementState.AGREED,
            AgreementState.APPROVED,
            AgreementState.SIGNED,
        }
        assert _states(Agreement.objects.filter(kind=AgreementKind.MEMORANDUM)) >= {
            AgreementState.DRAFT,
            AgreementState.AGREED,
            AgreementState.CONFIRMED,
            AgreementState.SIGNED,
            AgreementState.ENDED,
        }
        assert _states(Pathway.objects.all()) == set(PathwayState.values)
        assert _states(AnnexVersion.objects.all()) == set(AnnexState.values)
        assert _states(Placement.objects.all()) == set(PlacementState.values)
        assert _states(StudyPlan.objects.all()) >= set(PlanState.values) - {PlanState.REPLACED}
        assert _states(RecognitionProtocol.objects.all()) == set(ProtocolState.values)
        assert _states(SemesterReport.objects.all()) == set(ReportState.values)
        assert _states(OfficialDocument.objects.all()) == set(DocumentState.values)

    def test_what_both_sides_agreed_to_has_a_text(self) -> None:
        past_draft = Agreement.objects.exclude(state__in=(AgreementState.DRAFT, AgreementState.ENDED))
        assert {
            one.terms.exclude(text_kk="").exclude(text_ru="").exclude(text_en="").count() for one in past_draft
        } == {7}

    def test_what_was_taken_back_has_its_successor_or_waits_for_it(self) -> None:
        transcripts = OfficialDocument.objects.filter(kind="transcript")
        assert _states(transcripts) >= {DocumentState.ISSUED, DocumentState.SUPERSEDED, DocumentState.REVOKED}
        protocols = OfficialDocument.objects.filter(kind="recognition_protocol")
        assert _states(protocols) >= {DocumentState.ISSUED, DocumentState.SUPERSEDED, DocumentState.REVOKED}
        assert OfficialDocument.objects.filter(kind="semester_report", state=DocumentState.REVOKED).exists()
        assert Difference.objects.filter(removed_on=None).exists()
        assert Difference.objects.exclude(removed_on=None).exists()
        assert Agreement.objects.exclude(renews=None).values("renews").distinct().count() >= 2
        assert ResultFile.objects.count() >= 6
        assert {(bar.done > 0, bar.failed > 0) for bar in progress_of(Job.objects.all())} == {
            (True, False),
            (False, True),
        }

    def test_agreements_end_in_a_month_in_three_and_in_six(self) -> None:
        ends = Agreement.objects.filter(state=AgreementState.SIGNED).values_list("valid_until", flat=True)
        left = [(day - today()).days for day in ends if day]

        for first, last in ((0, 30), (31, 90), (91, 180), (181, 4000)):
            assert any(first <= days <= last for days in left), (first, last)

    def test_every_office_has_work_waiting_or_says_why_not(self) -> None:
        without = {part.role for part in CAST if not open_count(standing_of(_user(part.login)).queues)}

        assert without == set(NOTHING_WAITS)

    def test_late_and_coming_work_lies_side_by_side(self) -> None:
        items = WorkItem.objects.filter(closed_at=None, queue=f"{Role.IPD_COORDINATOR.value}@home")

        assert items.filter(due__lt=today()).exists()
        assert items.filter(due__gt=today()).exists()

    def test_there_is_work_for_many_at_once(self) -> None:
        """Ten decisions with one that cannot be taken, forty transcripts with one that cannot be made (tests/journeys)."""
        named = Application.objects.filter(direction=Direction.INCOMING, state=A.NOMINATED)
        returned = named.filter(package__status=ItemState.RETURNED).distinct().count()
        listed = with_last_transcript(Enrolment.objects.all()).values_list("pk", flat=True)
        lines = [facts.lines > 0 for facts in printable_of(list(listed)).values()]

        assert (named.count() - returned >= 10, returned > 0) == (True, True)
        assert (sum(lines) >= 40, all(lines)) == (True, False)

    def test_somebody_acts_for_somebody_from_a_day_to_a_day(self) -> None:
        acting = Membership.objects.get(acting_for__isnull=False)

        assert acting.ends_on is not None
        assert acting.starts_on < today() < acting.ends_on

    def test_names_are_spelled_in_both_ways_with_every_kazakh_letter(self) -> None:
        students = Person.objects.filter(enrolments__university__is_home=True)
        written = "".join(students.values_list("name_cyrillic", flat=True)).lower()

        assert {letter for letter in "әғқңөұүһі" if letter not in written} == set()
        assert not students.filter(surname="").exists()

    def test_numbers_follow_the_days(self) -> None:
        _numbers_follow_the_days()

    def test_each_list_shows_three_states_or_more(self) -> None:
        self.client.force_login(_user("ipd"), backend="django.contrib.auth.backends.ModelBackend")
        self.client.cookies["django_language"] = "en"

        for name, states in LISTS.items():
            page = self.client.get(reverse(name)).content.decode()
            rows = " ".join(re.findall(r"<tbody.*?</tbody>", page, re.DOTALL))
            assert len({label for label in states.labels if str(label) in rows}) >= 3, name


def _user(login: str) -> User:
    return User.objects.get(email=email_of(login))


@pytest.mark.journey  # a minute each: beside the journeys, on the embedded default
@pytest.mark.timeout(900)
@pytest.mark.django_db
@pytest.mark.parametrize("day", DAYS)
def test_it_is_built_on_any_day(day: str) -> None:
    with _built(day):
        assert (
            not OfficialDocument.objects.filter(issued_at__gt=timezone.now()).exclude(issued_at__date=today()).exists()
        )
        _numbers_follow_the_days()
        without = {part.role for part in CAST if not open_count(standing_of(_user(part.login)).queues)}
        assert without <= set(NOTHING_WAITS)
