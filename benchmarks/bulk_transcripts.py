"""One transcript on click and forty in bulk, measured on the demo's data: `DATA_DIR=… python benchmarks/bulk_transcripts.py`.

Prints seconds; nothing is asserted. The bulk issues transcripts of the demo's students over again, so use a copy of the demo.
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

from core import jobs
from core.models import Job, JobItem
from documents.services import seal
from institutions.models import User
from transcripts.models import Result
from transcripts.services.transcripts import BULK, issue_transcript

FORTY = 40


def main() -> None:
    """Measure and print."""
    registrar = User.objects.get(email="registrar@demo.satbayev.example")
    home = Result.objects.filter(university__is_home=True)
    students = list(home.order_by("enrolment").values_list("enrolment", flat=True).distinct())
    seal(issue_transcript(enrolment_id=students[0], actor=registrar).document_id)  # warm
    began = time.perf_counter()
    made = issue_transcript(enrolment_id=students[0], actor=registrar)
    issued = time.perf_counter()
    seal(made.document_id)
    ended = time.perf_counter()
    print(f"one: issue {issued - began:.2f} s, render and seal {ended - issued:.2f} s")
    job = Job.objects.create(kind=BULK, title="Transcripts", created_by=registrar)
    JobItem.objects.bulk_create(
        JobItem(job=job, position=n, ref=students[n % len(students)]) for n in range(1, FORTY + 1)
    )
    began = time.perf_counter()
    jobs.run(job.pk)
    print(f"forty, one worker, with ZIP: {time.perf_counter() - began:.1f} s")


if __name__ == "__main__":
    main()
