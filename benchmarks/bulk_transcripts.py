"""One transcript on click and forty in bulk, measured on the demo's data: `DATA_DIR=… python benchmarks/bulk_transcripts.py`.

Prints seconds; nothing is asserted. It adds forty classmates of a student to the demo, so use a copy of it.
"""

# ruff: noqa: E402, INP001, T201 -- django.setup() comes before models; a benchmark is a script and prints

import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "satbayev_jdp.settings")

import django

django.setup()

from django.db.models import Count

from core import jobs
from core.models import Job, JobItem
from documents.services import seal
from institutions.models import User
from programmes.models import Enrolment
from transcripts.models import Result
from transcripts.services.transcripts import BULK, issue_transcript

FORTY = 40


def classmates() -> list[Enrolment]:
    """Forty and two students with the home marks of the demo's student who has most: nobody's transcript is issued twice."""
    home = Result.objects.filter(university__is_home=True)
    model = home.values("enrolment").annotate(marks=Count("pk")).order_by("-marks", "enrolment")[0]["enrolment"]
    made = []
    for n in range(FORTY + 2):
        enrolment = Enrolment.objects.select_related("person").get(pk=model)
        person = enrolment.person
        person.pk, person.iin, person.passport_number, person.surname = None, "", f"BENCH{n}", f"{person.surname} {n}"
        person.save()
        enrolment.pk, enrolment.person, enrolment.student_number = None, person, f"BENCH-{time.time_ns()}"
        enrolment.save()
        marks = list(home.filter(enrolment=model))
        for mark in marks:
            mark.pk, mark.enrolment = None, enrolment
        Result.objects.bulk_create(marks)
        made.append(enrolment)
    return made


def main() -> None:
    """Measure and print."""
    registrar = User.objects.get(email="registrar@demo.satbayev.example")
    warm, one, *forty = classmates()
    seal(issue_transcript(enrolment_id=warm.pk, actor=registrar).document_id)
    began = time.perf_counter()
    made = issue_transcript(enrolment_id=one.pk, actor=registrar)
    issued = time.perf_counter()
    seal(made.document_id)
    ended = time.perf_counter()
    print(f"one: issue {issued - began:.2f} s, render and seal {ended - issued:.2f} s")
    job = Job.objects.create(kind=BULK, title="Transcripts", created_by=registrar)
    JobItem.objects.bulk_create(JobItem(job=job, position=n, ref=who.pk) for n, who in enumerate(forty, start=1))
    began = time.perf_counter()
    jobs.run(job.pk)
    job.refresh_from_db()
    done = JobItem.objects.filter(job=job, error="").exclude(done_at=None).count()
    print(f"{done} of {FORTY}, one worker, with ZIP: {time.perf_counter() - began:.1f} s")


if __name__ == "__main__":
    main()
