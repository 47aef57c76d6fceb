"""Transcripts: only the Registrar's Office, only certified recognitions, never changed, one of them in force."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from core.workflow import NotAllowedError, RefusedError
from documents.models import OfficialDocument
from documents.services import revoke
from institutions.enums import Role
from tests.conftest import ClientAs
from tests.factories import institutions, mobility
from tests.factories import transcripts as factory
from tests.transcripts.road import guest, guest_mark, registrar
from transcripts.models import Transcript, TranscriptLine
from transcripts.selectors.transcripts import contents_of
from transcripts.services import protocols, transcripts

pytestmark = pytest.mark.django_db


@pytest.mark.clause("5.12-a")
def test_only_certified_recognitions_enter_the_transcript() -> None:
    plan = factory.passed_plan()
    protocol = factory.made(plan)
    assert contents_of(plan.enrolment).lines == []

    protocols.certify_protocol(protocol_id=protocol.pk, actor=institutions.user(Role.VICE_RECTOR))

    assert {line.course.code for line in contents_of(plan.enrolment).lines} == {"CSE2", "CSE3", "CSE4"}


@pytest.mark.clause("6.11-a")
def test_a_recognised_line_names_partner_course_credits_and_mark() -> None:
    protocol = factory.certified()

    issued = transcripts.issue_transcript(enrolment_id=protocol.plan.enrolment_id, actor=registrar())

    (block,) = issued.document.context["blocks"]
    assert protocol.document is not None
    assert block["protocol"] == protocol.document.number_text
    line = block["lines"][0]
    assert line["partner"] == "Hochschule Nordtal"
    assert [(source["credits"], source["mark"]) for source in line["sources"]] == [("10", "1,7")]
    # (3.33·5 + 3.33·5 + 3.0·5) / 15 = 3.22
    assert (issued.document.context["credits"], issued.document.context["gpa"]) == ("15", "3.22")


@pytest.mark.clause("6.11-b")
@pytest.mark.parametrize("role", [Role.IPD_COORDINATOR, Role.VICE_RECTOR, Role.METHODICAL_SECTION, Role.AUDITOR])
def test_nobody_but_the_registrars_office_issues_transcripts(role: str) -> None:
    protocol = factory.certified()

    with pytest.raises(NotAllowedError):
        transcripts.issue_transcript(enrolment_id=protocol.plan.enrolment_id, actor=institutions.user(role))


def test_a_transcript_without_marks_is_refused() -> None:
    plan = mobility.approved()

    with pytest.raises(RefusedError):
        transcripts.issue_transcript(enrolment_id=plan.enrolment_id, actor=registrar())


def test_an_issued_transcript_never_changes() -> None:
    protocol = factory.certified()
    transcripts.issue_transcript(enrolment_id=protocol.plan.enrolment_id, actor=registrar())

    for change in (
        lambda: TranscriptLine.objects.update(percent=100),
        lambda: Transcript.objects.all().delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


@pytest.mark.clause("5.9-a")
def test_an_incoming_students_transcript_bears_included_education() -> None:
    plan = guest()
    guest_mark(plan, "CSE2", 88)

    issued = transcripts.issue_transcript(enrolment_id=plan.enrolment_id, actor=registrar())

    included = issued.document.context["included"]
    assert (included["courses"], included["credits"]) == (3, "15")


@pytest.mark.clause("6.11")
def test_the_same_transcript_is_not_issued_twice(client_as: ClientAs) -> None:
    protocol = factory.certified()
    student = protocol.plan.enrolment_id
    client: Client = client_as(registrar())
    tabs = [client.get(f"/transcripts/students/{student}/") for _ in range(2)]

    told = [
        client.post(f"/transcripts/students/{student}/issue/", {"seen": tab.context["digest"]}, follow=True)
        for tab in tabs
    ]

    made = Transcript.objects.get()
    assert [answer.request["PATH_INFO"] for answer in told] == [f"/transcripts/{made.pk}/"] * 2
    said = f"issued already: No. {made.document.number_text}"
    assert [said in answer.content.decode() for answer in told] == [False, True]
    page = client.get(f"/transcripts/students/{student}/").content.decode()
    assert "Issue the transcript" not in page
    assert f"No. {made.document.number_text}" in page


@pytest.mark.clause("6.11")
def test_a_new_transcript_supersedes_the_last_so_that_one_is_in_force() -> None:
    plan = guest()
    made = []
    for code, percent in (("CSE2", 88), ("CSE3", 70), ("CSE4", 91)):
        guest_mark(plan, code, percent)
        made.append(transcripts.issue_transcript(enrolment_id=plan.enrolment_id, actor=registrar()))

    states = [OfficialDocument.objects.get(pk=one.document_id).state for one in made]

    assert states == ["superseded", "superseded", "issued"]
    assert made[2].document.supersedes_id == made[1].document_id


def test_after_a_revoked_transcript_the_same_may_be_issued_again() -> None:
    protocol = factory.certified()
    clerk = registrar()
    first = transcripts.issue_transcript(enrolment_id=protocol.plan.enrolment_id, actor=clerk)
    revoke(document_id=first.document_id, reason="A mistake in the seal.", actor=clerk)

    second = transcripts.issue_transcript(enrolment_id=protocol.plan.enrolment_id, actor=clerk)

    assert second.document.supersedes_id is None
    assert second.content_hash == first.content_hash


def test_a_transcript_that_is_no_longer_what_was_seen_is_not_issued(client_as: ClientAs) -> None:
    plan = guest()
    guest_mark(plan, "CSE2", 88)
    client: Client = client_as(registrar())
    address = f"/transcripts/students/{plan.enrolment_id}/"
    seen = client.get(address).context["digest"]
    guest_mark(plan, "CSE3", 70)

    told = client.post(f"{address}issue/", {"seen": seen}, follow=True)

    assert told.request["PATH_INFO"] == address
    assert "has changed since you looked" in told.content.decode()
    assert not Transcript.objects.exists()
