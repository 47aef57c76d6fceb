"""Many transcripts at once: each issued once, packed together, and what could not be done is told."""

import zipfile
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import gettext, override
from pytest_django import DjangoAssertNumQueries

from core import jobs
from core.models import Job
from documents.models import OfficialDocument
from institutions.enums import Role
from programmes.models import Enrolment
from tests.conftest import ClientAs
from tests.factories import agreements, institutions, mobility
from tests.factories import transcripts as factory
from tests.many import confirm, foresee
from tests.transcripts.road import registrar
from transcripts.models import Transcript
from transcripts.selectors.transcripts import unchanged_of
from transcripts.services import transcripts

pytestmark = pytest.mark.django_db


def test_a_bulk_issues_each_once_however_often_it_runs() -> None:
    pathway = agreements.open_pathway()
    plans = [factory.certified(factory.passed_plan(pathway)).plan for _ in range(2)]
    job = transcripts.start_bulk(enrolment_ids=[plan.enrolment_id for plan in plans], actor=registrar())

    for item in job.items.all():
        transcripts.work_on(item)
        transcripts.work_on(item)
    jobs.run(job.pk)
    jobs.run(job.pk)

    job.refresh_from_db()
    assert Transcript.objects.count() == 2
    assert not OfficialDocument.objects.filter(job_item__job=job, sha256="").exists()
    with job.result_file.open("rb") as file, zipfile.ZipFile(BytesIO(file.read())) as archive:
        assert len(archive.namelist()) == 2
    assert jobs.progress(job).done == 2


def test_a_bulk_tells_what_it_could_not_do_and_whom_it_waits_for(client_as: ClientAs) -> None:
    pathway = agreements.open_pathway()
    nothing = mobility.approved(mobility.placement(pathway))
    draft, made = factory.draft(factory.passed_plan(pathway)).plan, factory.made(factory.passed_plan(pathway)).plan
    plans = [nothing, draft, made]
    clerk = registrar()
    job = transcripts.start_bulk(enrolment_ids=[plan.enrolment_id for plan in plans], actor=clerk)

    for _ in range(jobs.MAX_ATTEMPTS):
        jobs.run(job.pk)

    why = {row.name: row.text.removeprefix("There is no mark to print yet") for row in jobs.told_of(job)}
    names = [f"{plan.enrolment.person} · {plan.enrolment.student_number}" for plan in plans]
    assert [why[name] for name in names] == [
        ".",
        ": the institute director has not made the recognition protocol.",
        ": the recognition protocol awaits the Vice-Rector's certification.",
    ]
    assert jobs.progress(job).failed == 3
    page = client_as(clerk).get(f"/transcripts/students/{made.enrolment_id}/").content.decode()
    assert "Whose move: Vice-Rector for Academic Affairs" in page
    assert "Issue the transcript" not in page


def test_a_bulk_packs_what_is_issued_already_and_tells_its_number() -> None:
    pathway = agreements.open_pathway()
    plans = [factory.certified(factory.passed_plan(pathway)).plan for _ in range(2)]
    clerk = registrar()
    before = transcripts.issue_transcript(enrolment_id=plans[0].enrolment_id, actor=clerk)

    job = transcripts.start_bulk(enrolment_ids=[plan.enrolment_id for plan in plans], actor=clerk)
    jobs.run(job.pk)

    job.refresh_from_db()
    assert Transcript.objects.count() == 2
    made = Transcript.objects.exclude(pk=before.pk).get().document.number_text
    assert {(row.text, row.failed) for row in jobs.told_of(job)} == {
        (f"issued already: No. {before.document.number_text}", False),
        (f"issued: No. {made}", False),
    }
    with job.result_file.open("rb") as file, zipfile.ZipFile(BytesIO(file.read())) as archive:
        names = archive.namelist()
    assert len(names) == 2
    whose = before.document.holder
    assert whose
    assert any(name.endswith(f"_{before.document.number_text}_{whose.passport_name}.pdf") for name in names)


def test_the_preview_tells_whose_transcript_in_force_says_the_same_and_asks_no_more_for_many(
    client_as: ClientAs, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    pathway = agreements.open_pathway()
    plans = [factory.certified(factory.passed_plan(pathway)).plan for _ in range(4)]
    clerk = registrar()
    issued = [transcripts.issue_transcript(enrolment_id=one.enrolment_id, actor=clerk) for one in plans[:3]]
    client: Client = client_as(clerk)

    page = foresee(client, "/transcripts/bulk/", "transcripts.issue", *(one.enrolment_id for one in plans))

    told = {one.pk: one.more for one in page.context["will"]}
    assert len(told) == 4
    for one in issued:
        assert f"says the same as No. {one.document.number_text}" in told[one.enrolment_id]
    assert "says the same" not in told[plans[3].enrolment_id]
    students = list(Enrolment.objects.filter(transcripts__isnull=False).select_related("person"))
    with CaptureQueriesContext(connection) as alone:
        unchanged_of(students[:1])
    with django_assert_num_queries(len(alone)):
        assert len(unchanged_of(students)) == 3


def test_a_bulk_is_not_started_again_while_it_runs_and_has_no_effect_afterwards(client_as: ClientAs) -> None:
    pathway = agreements.open_pathway()
    plans = [factory.certified(factory.passed_plan(pathway)).plan for _ in range(2)]
    keys = [plan.enrolment_id for plan in plans]
    clerk = registrar()
    client: Client = client_as(clerk)
    job = transcripts.start_bulk(enrolment_ids=keys, actor=clerk)

    again = confirm(client, "/transcripts/bulk/", foresee(client, "/transcripts/bulk/", "transcripts.issue", *keys))

    assert again.request["PATH_INFO"] == f"/jobs/{job.pk}/"
    assert Job.objects.count() == 1
    jobs.run(job.pk)
    later = transcripts.start_bulk(enrolment_ids=keys, actor=clerk)
    jobs.run(later.pk)
    assert Transcript.objects.count() == 2
    assert [row.text.split(":")[0] for row in jobs.told_of(later)] == ["issued already", "issued already"]


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_a_bulks_page_speaks_the_readers_language(language: str, client_as: ClientAs) -> None:
    clerk = registrar()
    with override("kk"):
        job = transcripts.start_bulk(enrolment_ids=[mobility.approved().enrolment_id], actor=clerk)
        jobs.run(job.pk)
    client: Client = client_as(clerk)
    client.cookies["django_language"] = language

    page = client.get(f"/jobs/{job.pk}/").content.decode()

    with override(language):
        assert f"<h1>{gettext('Transcripts')}</h1>" in page
        assert gettext("There is no mark to print yet.") in page


def test_a_key_too_long_for_any_database_is_nobodys(client_as: ClientAs) -> None:
    long = "9" * 30
    client = client_as(registrar())

    assert not client.get(f"/transcripts/?programme={long}").context["page"].object_list
    for form in ({"pick": long}, {"rows": f"{long}:x"}, {"all": "1", "query": f"programme={long}"}):
        answer = client.post("/transcripts/bulk/", {"action": "transcripts.issue", **form})
        assert answer.headers["Location"].startswith("/transcripts/"), form
    client = client_as(institutions.user(Role.VICE_RECTOR))
    answer = client.post("/transcripts/protocols/many/", {"action": "protocols.certify", "rows": f"{long}:x"})
    assert answer.status_code == 302
