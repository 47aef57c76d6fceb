"""A passport as people copy it: its number in one spelling, and until when it can be valid at all."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.utils.translation import gettext_noop

from core.faults import Fault, day_faults

# Given out for ten years, by a few countries for fifteen: what is later is a slip of the hand, or "without end".
_LONGEST = timedelta(days=20 * 365 + 5)


def number_of(written: str) -> str:
    """The number without spaces, in capitals: two spellings of one passport are one passport.

    >>> number_of("18 fv 99121")
    '18FV99121'
    """
    return "".join(written.split()).upper()


def validity_faults(field: str, until: date, *, today: date) -> Iterator[Fault]:
    """No passport is valid for more than twenty years to come (7.6 rests on its last day)."""
    text = gettext_noop("no passport is valid for so long: %(day)s at the latest")
    yield from day_faults(field, until, until=today + _LONGEST, after=text)
