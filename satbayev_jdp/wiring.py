"""Upward flow, all of it on this page: which event of a lower app is handled by which service of a higher one."""

from admissions.events import ApplicationAdmitted, ApplicationDeparted, ApplicationSettled
from core.events import subscribe
from mobility.services import stay


def wire() -> None:
    """Subscribe every handler. Called once, when all apps are ready."""
    subscribe(ApplicationAdmitted, stay.open_placement)
    subscribe(ApplicationDeparted, stay.begin_departed)
    subscribe(ApplicationSettled, stay.follow_application)
