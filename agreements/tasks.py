"""What this app gives the sweep of what time brings."""

from agreements.services import due
from core import reminders

reminders.register("agreements", due.settle_due)
