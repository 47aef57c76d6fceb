"""What this app gives the sweep of what time brings."""

from core import reminders
from mobility.services import due

reminders.register("mobility", due.settle_due)
