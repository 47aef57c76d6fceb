"""What this app gives workers: the sweep of what time brings, and what is done with many stays and plans."""

from core import reminders
from mobility.services import due
from mobility.tables import deeds, plan_deeds  # noqa: F401 -- registers its kinds of work

reminders.register("mobility", due.settle_due)
