"""What this app gives workers: the sweep of what time brings, and what is done with many applications and orders."""

from admissions.services import due
from admissions.tables import applications, orders  # noqa: F401 -- registers its kinds of work
from core import reminders

reminders.register("admissions", due.settle_due)
