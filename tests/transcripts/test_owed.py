"""What is certified is entered in the transcript: until then the Registrar's Office is waited for (5.12, 6.11)."""

import pytest
from django.test import Client

from core import jobs
from core.worklist import open_items_of
from documents.services import revoke
from institutions.enums import Role
from tests.conftest import ClientAs
from tests.factories import agreements, institutions
from tests.factories import transcripts as factory
from tests.many import confirm, foresee
from tests.transcripts.road import autumn_of_2024, registrar, with_a_difference
from transcripts.models import Transcript
from transcripts.selectors.protocols import owed_to_transcripts
from transcripts.selectors.transcripts import contents_of
from transcripts.services import transcripts

pytestmark = pytest.mark.django_db


@pytest.mark.clause("5.12")
@pytest.mark.clause("6.11")
def test_after_certification_the_registrars_office_is_waited_for_until_the_credits_stand(client_as: ClientAs) -> None:
    protocol = factory.certified()
    clerk, student = registrar(), protocol.plan.enrolment_id
    client: Client = client_as(clerk)

    answer = client.get(f"/transcripts/protocols/{protocol.pk}/")
    (item,) = open_items_of(protocol)
    assert (item.queue, item.clause) == ("registrar@home", "6.11")
    assert (answer.context["movers"], answer.context["due"]) == (["You: Registrar's Office"], item.due)
    assert answer.context["action"]["url"] == f"/transcripts/students/{student}/"

    issued = transcripts.issue_transcript(enrolment_id=student, actor=clerk)
    answer = client.get(f"/transcripts/protocols/{protocol.pk}/")
    assert (open_items_of(protocol), answer.context["movers"], answer.context["action"]) == ([], [], None)

    # A revoked transcript holds nothing: it is asked for again.
    revoke(document_id=issued.document_id, reason="A mistake in the seal.", actor=clerk)
    assert len(open_items_of(protocol)) == 1


@pytest.mark.clause("6.11")
def test_the_list_marks_who_has_credits_on_no_transcript_and_issues_just_for_these(client_as: ClientAs) -> None:
    pathway = agreements.open_pathway()
    clerk = registrar()
    served, waiting = (factory.certified(factory.passed_plan(pathway)) for _ in range(2))
    unmade = factory.draft(factory.passed_plan(pathway))
    transcripts.issue_transcript(enrolment_id=served.plan.enrolment_id, actor=clerk)
    client: Client = client_as(clerk)

    marked = {row.pk: row.owed for row in client.get("/transcripts/").context["page"]}
    assert marked == {
        served.plan.enrolment_id: False,
        waiting.plan.enrolment_id: True,
        unmade.plan.enrolment_id: False,
    }
    page = client.get("/transcripts/?owed=1")
    assert [row.pk for row in page.context["page"]] == [waiting.plan.enrolment_id]

    programme = waiting.plan.enrolment.programme_id
    for query in ("owed=1", f"owed=1&programme={programme}"):
        asked = foresee(client, "/transcripts/bulk/", "transcripts.issue", all="1", query=query)
        started = confirm(client, "/transcripts/bulk/", asked).request["PATH_INFO"]
        job = jobs.jobs_of(clerk)[0]
        assert (started, [item.ref for item in job.items.all()]) == (f"/jobs/{job.pk}/", [waiting.plan.enrolment_id])
    jobs.run(job.pk)

    assert open_items_of(waiting) == []
    assert Transcript.objects.count() == 2
    assert list(client.get("/transcripts/?owed=1").context["page"]) == []


@pytest.mark.clause("5.12")
def test_a_recognised_course_that_was_passed_at_home_after_all_is_not_waited_for() -> None:
    protocol, gap = with_a_difference()
    factory.remove_in_summer(gap, by=factory.director(protocol.plan))
    factory.certified(protocol.plan)
    autumn_of_2024()
    student = protocol.plan.enrolment
    codes = list(protocol.lines.values_list("course__code", flat=True))
    report = factory.post_home(
        [(student.student_number, "", code, 5, "2024/25", 1, 90, "2025-01-20", 1) for code in codes]
    )
    assert report.written, report.problems

    assert not owed_to_transcripts().exists()
    assert open_items_of(protocol) == []
    assert {line.recognition for line in contents_of(student).lines} == {None}


def test_a_transcript_whose_protocol_was_revoked_is_asked_for_where_nothing_takes_its_place() -> None:
    protocol = factory.certified()
    clerk = registrar()
    issued = transcripts.issue_transcript(enrolment_id=protocol.plan.enrolment_id, actor=clerk)

    revoke(document_id=protocol.document_id or 0, reason="A mistake.", actor=institutions.user(Role.VICE_RECTOR))

    assert [item.queue for item in open_items_of(issued)] == ["registrar@home"]
    assert [item.clause for item in open_items_of(protocol)] == ["5.11"]
