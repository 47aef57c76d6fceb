"""Doors of long work, and what this app gives the sweep of what time brings."""

from core import reminders
from core.jobs import JobKind, register
from transcripts.selectors.transcripts import names_of
from transcripts.services import due, transcripts
from transcripts.tables import deeds  # noqa: F401 -- registers what is done with many

register(JobKind(transcripts.BULK, work=transcripts.work_on, finish=transcripts.zip_of, names=names_of))
reminders.register("transcripts", due.settle_due)
