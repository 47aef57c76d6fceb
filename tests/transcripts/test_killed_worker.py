"""A worker is really killed (SIGKILL) in the middle of a bulk, several times: each transcript exists once, nothing is lost."""

import signal
import subprocess
import sys
import time
import zipfile
from datetime import timedelta
from io import BytesIO

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from core import jobs
from core.models import Job, JobItem
from documents.models import OfficialDocument
from institutions.enums import Role
from tests.factories import agreements, institutions, programmes
from tests.factories import transcripts as factory
from tests.transcripts.road import autumn_of_2024
from transcripts.models import Transcript
from transcripts.services.transcripts import BULK

STUDENTS = 4
KILLS = 2
# A worker of its own: another process on the same database and files.
WORKER = """
import sys
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
settings.MEDIA_ROOT = sys.argv[2]
import django
django.setup()
from core import jobs
jobs.run(int(sys.argv[3]))
"""


def worker(job: Job) -> "subprocess.Popen[bytes]":
    name = str(connection.settings_dict["NAME"])
    command = [sys.executable, "-c", WORKER, name, str(settings.MEDIA_ROOT), str(job.pk)]
    return subprocess.Popen(command, cwd=settings.BASE_DIR)  # noqa: S603 -- our own interpreter and script


def asked_for() -> Job:
    """A bulk as the request writes it down, with no worker woken."""
    pathway = agreements.open_pathway()
    students = [programmes.enrolment(pathway.home_programme) for _ in range(STUDENTS)]
    autumn_of_2024()
    rows = [
        (student.student_number, "", code, 5, "2024/25", 1, 70 + n, "11.01.2025", 1)
        for n, student in enumerate(students)
        for code in ("CSE1", "CSE5")
    ]
    assert factory.post_home(rows).written
    job = Job.objects.create(kind=BULK, title="Transcripts", created_by=institutions.user(Role.REGISTRAR))
    JobItem.objects.bulk_create(
        JobItem(job=job, position=n, ref=student.pk) for n, student in enumerate(students, start=1)
    )
    return job


def kill_after_one_more(job: Job) -> None:
    """Start a worker and kill it as soon as it has issued one transcript more, wherever it is then."""
    before = Transcript.objects.count()
    process = worker(job)
    until = time.monotonic() + 60
    while Transcript.objects.count() == before and time.monotonic() < until and process.poll() is None:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    # Two minutes pass: its lease has run out.
    JobItem.objects.filter(done_at=None).update(leased_until=timezone.now() - timedelta(seconds=1))


@pytest.mark.django_db(transaction=True)
def test_a_killed_bulk_has_one_effect_and_loses_nothing() -> None:
    job = asked_for()

    for _ in range(KILLS):
        kill_after_one_more(job)
    told = jobs.progress(job)
    assert not told.is_finished
    assert told.done < STUDENTS
    assert worker(job).wait(timeout=90) == 0
    jobs.run(job.pk)  # once more: nothing is left to do

    job.refresh_from_db()
    papers = OfficialDocument.objects.filter(job_item__job=job)
    assert (Transcript.objects.count(), papers.count()) == (STUDENTS, STUDENTS)
    assert not papers.filter(sha256="").exists()
    assert sorted(papers.values_list("number", flat=True)) == list(range(1, STUDENTS + 1))
    assert (jobs.progress(job).done, job.finished_at is not None) == (STUDENTS, True)
    with job.result_file.open("rb") as file, zipfile.ZipFile(BytesIO(file.read())) as archive:
        assert len(archive.namelist()) == STUDENTS
