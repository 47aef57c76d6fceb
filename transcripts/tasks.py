"""Doors of long work and of what time brings. Each may be run twice without harm."""

from core.jobs import JobKind, register, register_sweep
from transcripts.selectors.transcripts import names_of
from transcripts.services import opening, reports, transcripts

register(JobKind(transcripts.BULK, work=transcripts.work_on, finish=transcripts.zip_of, names=names_of))


def open_what_is_due() -> None:
    """The sweep: protocols of terms that are over, reports of semesters that have ended."""
    opening.open_due()
    reports.open_due_reports()


register_sweep(open_what_is_due)
