"""What this app gives the sweep of what time brings."""

from admissions.services import due
from core import reminders

reminders.register("admissions", due.settle_due)
