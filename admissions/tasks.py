"""What this app gives workers: the sweep of what time brings, and what is done with many applications."""

from admissions import tables  # noqa: F401 -- registers its kinds of work
from admissions.services import due
from core import reminders

reminders.register("admissions", due.settle_due)
