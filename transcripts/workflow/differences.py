"""What the calendar asks of a difference that a certified protocol in force has set (5.11)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext_noop

from core.machine import Blocker
from core.terms import ending
from institutions.enums import Role

STAGES = (30,)
SOON = timedelta(days=STAGES[0])
_ASKED = gettext_noop("Remove the difference in %(course)s by %(day)s.")
_REMOVE = gettext_noop("Remove the academic difference")
_RECORD = gettext_noop("Record the removal of the difference")
_OVER = gettext_noop("The difference in %(course)s was to be removed by %(day)s.")


@dataclass(frozen=True, slots=True)
class OpenDifference:
    """A difference that is not removed yet: the course, and until when it is to be."""

    course: str
    due: date


def deadline(difference: OpenDifference, on: date) -> Iterator[Blocker]:
    """From a month before its day the student is asked, and once it is over the Registrar's Office too, which writes it down."""
    if difference.due > on + SOON:
        return
    over = difference.due < on
    words = {"course": difference.course, **ending(difference.due, on, STAGES)}
    for mover in (Role.STUDENT, Role.REGISTRAR) if over else (Role.STUDENT,):
        ask = _REMOVE if mover == Role.STUDENT else _RECORD
        yield Blocker("5.11", _OVER if over else _ASKED, mover, words, ask)
