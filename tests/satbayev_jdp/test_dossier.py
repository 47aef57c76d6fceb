"""The dossier: the whole case of a student on one page, as far as each reader may see each part (1.4)."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from admissions.enums import ApplicationState
from admissions.models import Application
from core.http import page_of
from core.permissions import role_label
from core.values import today
from documents.models import OfficialDocument
from documents.selectors import papers_visible_to
from institutions.enums import Role
from institutions.models import User
from institutions.permissions import standing_of
from programmes.models import Enrolment
from satbayev_jdp.desk.dossier.ledger import ledger_of
from satbayev_jdp.desk.dossier.reading import Reading, read
from satbayev_jdp.desk.dossier.record import chapter_of
from tests.admissions.coming import Guests
from tests.admissions.road import Cast, enrolment_of
from tests.factories import agreements, institutions, mobility, programmes, transcripts
from transcripts.services.transcripts import issue_transcript

pytestmark = pytest.mark.django_db
ClientAs = Callable[[User], Client]


def _page(client: Client, enrolment: int) -> str:
    answer = client.get(reverse("dossier", args=[enrolment]))
    assert answer.status_code == 200
    return answer.content.decode()


def _stay(enrolment: Enrolment, partner: str) -> None:
    """A stay at a partner with an approved plan, marks, a certified protocol with differences, and a transcript."""
    pathway = agreements.open_pathway(institutions.partner(partner), enrolment.programme)
    plan = mobility.approved(mobility.placement(pathway, enrolment=enrolment))
    rows = [transcripts.row(plan, "INF2", "5,0"), transcripts.row(plan, "INF4", "1,3", credits=5)]
    assert transcripts.post(transcripts.host_term(plan), rows).written
    transcripts.certified_with_differences(plan)
    issue_transcript(enrolment_id=enrolment.pk, actor=institutions.user(Role.REGISTRAR))


def _parts(reading: Reading) -> dict[str, list[tuple[str, str, str]]]:
    """Of the first road: by the title of each part its lines, each with clause and number of the paper."""
    chapter = chapter_of(reading, reading.roads[0])
    return {
        part.title: [(one.what, one.clause, one.paper.number if one.paper else "") for one in part.entries]
        for part in chapter.parts
    }


@pytest.mark.clause("1.4-a")
def test_an_auditor_follows_a_student_from_application_to_order_clause_by_clause() -> None:
    cast = Cast()
    application, student = cast.requested(cast.student())
    auditor = standing_of(institutions.user(Role.AUDITOR))

    parts = _parts(read(auditor, enrolment_of(student).person))

    assert list(parts) == [
        "Application and decisions",
        "Package of documents",
        "Lists and letters",
        "Three-party contract",
        "Visa",
    ]
    steps = {what: clause for what, clause, _number in parts["Application and decisions"]}
    assert (steps["Application submitted"], steps["The partner invited"]) == ("8.1", "8.3")
    assert next(line[0] for line in parts["Lists and letters"]) == "Candidate list No. 1"
    assert application.letter
    assert application.letter.number_text in [number for _what, _clause, number in parts["Lists and letters"]]
    assert [what for what, _clause, _number in parts["Three-party contract"]][1:4] == [
        "Signature: student",
        "Signature: the University",
        "Signature: partner",
    ]


@pytest.mark.clause("5.12-a")
def test_each_course_leads_to_its_mark_its_protocol_and_its_transcript() -> None:
    protocol = transcripts.certified(transcripts.passed_plan())
    enrolment = protocol.plan.enrolment
    transcript = issue_transcript(enrolment_id=enrolment.pk, actor=institutions.user(Role.REGISTRAR))
    auditor = standing_of(institutions.user(Role.AUDITOR))

    reading = read(auditor, enrolment.person)
    lines = [
        line
        for semester in ledger_of(reading, reading.roads[0]).semesters
        for line in semester.lines
        if line.recognised
    ]

    assert protocol.document
    assert {paper.number for line in lines for paper in line.printed} == {transcript.document.number_text}
    assert {one.paper.number for line in lines for one in line.recognised} == {protocol.document.number_text}
    assert {mark.mark for line in lines for mark in line.marks} == {"1,7", "2,0"}
    assert all("↔" in line.annex and line.annex_url for line in lines)


def test_what_each_reader_may_not_see_is_not_in_it(client_as: ClientAs) -> None:
    protocol = transcripts.certified(transcripts.passed_plan())
    enrolment = protocol.plan.enrolment
    transcript = issue_transcript(enrolment_id=enrolment.pk, actor=institutions.user(Role.REGISTRAR))
    number = transcript.document.number_text
    student = mobility.account_of(enrolment.person)
    partner = institutions.partner_user(protocol.plan.placement.host)

    own = _page(client_as(student), enrolment.pk)
    theirs = _page(client_as(partner), enrolment.pk)

    assert number in own
    assert "Funding" in own
    assert number not in theirs
    assert "Funding" not in theirs
    assert reverse("programmes:enrolment", args=[enrolment.pk]) not in theirs


def test_no_passport_and_no_file_stands_in_a_dossier(client_as: ClientAs) -> None:
    cast = Cast()
    _application, student = cast.complete(cast.student())
    enrolment = enrolment_of(student)
    enrolment.person.passport_number = "N12345678"
    enrolment.person.save()

    page = _page(client_as(cast.ipd), enrolment.pk)

    assert "Passport" in page
    assert "N12345678" not in page
    assert "/documents/uploads/" not in page


def test_somebody_elses_dossier_is_no_page(client_as: ClientAs) -> None:
    cast = Cast()
    _application, student = cast.submitted(cast.student())
    pk = enrolment_of(student).pk
    stranger = cast.student()
    elsewhere = institutions.user(Role.DEPARTMENT_HEAD, unit=institutions.department("ME"))

    for reader in (stranger, elsewhere, cast.partner, institutions.user(Role.FINANCE_OFFICER)):
        assert client_as(reader).get(reverse("dossier", args=[pk])).status_code == 404
    assert client_as(cast.ipd).get(reverse("dossier", args=[pk + 1000])).status_code == 404


def test_what_is_missing_stands_at_the_end_with_whose_move_it_is(client_as: ClientAs) -> None:
    cast = Cast()
    _application, student = cast.submitted(cast.student())

    answer = client_as(cast.ipd).get(reverse("dossier", args=[enrolment_of(student).pk]))

    assert {line.whose for line in answer.context["missing"]} <= {role_label(role) for role in Role}


@pytest.mark.parametrize("count", [1, 3])
def test_a_dossier_costs_the_same_for_any_number_of_stays(
    client_as: ClientAs, count: int, django_assert_num_queries: Callable[[int], object]
) -> None:
    enrolment = programmes.enrolment(programmes.programme())
    for number in range(count):
        _stay(enrolment, f"Partner {number}")
    client = client_as(institutions.user(Role.AUDITOR))

    with django_assert_num_queries(35):  # type: ignore[attr-defined]  # a context manager of pytest-django
        answer = client.get(reverse("dossier", args=[enrolment.pk]))

    assert len(answer.context["chapters"]) == count


def test_a_paper_is_opened_from_the_record_by_whom_it_is_for_alone(client_as: ClientAs) -> None:
    cast = Cast()
    _application, student = cast.complete(cast.student())
    papers = list(OfficialDocument.objects.all())

    for reader in (student, cast.partner, cast.head, cast.ipd):
        page = _page(client_as(reader), enrolment_of(student).pk)
        linked = {paper.pk for paper in papers if f'href="{page_of("documents.officialdocument", paper.pk)}"' in page}
        assert linked == set(papers_visible_to(standing_of(reader)).values_list("pk", flat=True))


@pytest.mark.parametrize("count", [1, 3])
def test_a_dossier_costs_the_same_for_any_number_of_applications_with_all_their_papers(
    client_as: ClientAs, count: int, django_assert_num_queries: Callable[[int], object]
) -> None:
    first = Cast()
    student = first.student()
    for number in range(count):
        way = first.pathway
        cast = (
            first
            if not number
            else Cast(agreements.open_pathway(institutions.partner(f"P{number}"), way.home_programme))
        )
        application, _who = cast.complete(student)
        Application.objects.filter(pk=application.pk).update(state=ApplicationState.WITHDRAWN)
    client = client_as(institutions.user(Role.AUDITOR))

    with django_assert_num_queries(26):  # type: ignore[attr-defined]  # a context manager of pytest-django
        answer = client.get(reverse("dossier", args=[enrolment_of(student).pk]))

    assert len(answer.context["chapters"]) == count


def test_a_guests_university_is_named_once(client_as: ClientAs) -> None:
    guests = Guests()
    application = guests.draft()

    answer = client_as(guests.ipd).get(reverse("dossier", args=[application.enrolment_id]))
    facts = [fact for _enrolment, rows, _may_open in answer.context["enrolments"] for fact in rows]

    assert [label for label, value in facts if value == guests.pathway.partner_programme.university.name] == [
        "University"
    ]


def test_a_column_that_nothing_fills_is_left_out(client_as: ClientAs) -> None:
    plan = mobility.approved(mobility.placement(agreements.open_pathway(institutions.partner("Northdale"))))
    auditor = institutions.user(Role.AUDITOR)

    page = _page(client_as(auditor), plan.enrolment_id)

    assert "Row of Annex 1" in page
    assert "Mark as it came" not in page
    assert "Recognised as" not in page


def test_the_way_to_a_dossier_leads_over_the_list_of_students(client_as: ClientAs) -> None:
    cast = Cast()
    _application, student = cast.submitted(cast.student())
    pk = enrolment_of(student).pk
    students, own = reverse("programmes:students"), reverse("programmes:enrolment", args=[pk])

    ways = [client_as(user).get(reverse("dossier", args=[pk])).context["crumbs"] for user in (cast.ipd, student)]

    assert [[url for _label, url in way] for way in ways] == [[students, own], [own]]


def test_a_page_of_a_case_says_on_paper_who_printed_it_and_when(client_as: ClientAs) -> None:
    cast = Cast()
    application, _student = cast.submitted(cast.student())

    page = client_as(cast.ipd).get(page_of("admissions.application", application.pk)).content.decode()

    assert f"printed by {cast.ipd}" in page


@pytest.mark.clause("8.5-a")
def test_a_visa_stands_in_the_record_with_the_day_of_its_last_step_and_who_entered_it() -> None:
    cast = Cast()
    _application, student = cast.granted()
    reading = read(standing_of(cast.ipd), enrolment_of(student).person)

    (visa,) = next(part.entries for part in chapter_of(reading, reading.roads[0]).parts if part.title == "Visa")

    assert isinstance(visa.at, datetime)
    assert timezone.localdate(visa.at) == today()
    assert (visa.state, visa.who) == ("granted", str(cast.ipd))
    assert visa.more.startswith("file submitted on ")
    assert " · " in visa.more  # and from when until when it is valid
