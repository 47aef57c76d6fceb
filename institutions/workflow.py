"""What may be entered as a right to train (4.2): pure rules over the words of an entry."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from django.utils.translation import gettext_noop

from core.faults import Fault, day_faults
from institutions.enums import Level

# Licences of the first years of the republic still hold.
_FIRST_LICENCES = date(1992, 1, 1)
_BEGINS_AHEAD = timedelta(days=366)
# The classifier of training directions: the level's digit and letter, the field, the direction.
_CODES = {Level.BACHELOR: "6B", Level.MASTER: "7M", Level.DOCTORATE: "8D"}


def direction_of(text: str) -> str:
    """A direction's code as the classifier writes it, however it was typed."""
    return text.strip().upper()


def licence_faults(
    *, direction: str, level: str, valid_from: date, valid_until: date | None, today: date
) -> Iterator[Fault]:
    """The direction is a code of its level; a right begins a year ahead at most and ends after it begins (R-4.2-b)."""
    code = _CODES[Level(level)]
    if not re.fullmatch(code + r"\d{3}", direction):
        text = gettext_noop("A training direction of this level is %(code)s and three digits, e.g. %(code)s061.")
        yield Fault("direction", text, {"code": code})
    yield from day_faults("valid_from", valid_from, since=_FIRST_LICENCES, until=today + _BEGINS_AHEAD)
    if valid_until and valid_until < valid_from:
        yield Fault("valid_until", gettext_noop("A licence cannot end before it begins."))
    elif valid_until:
        yield from day_faults("valid_until", valid_until)
