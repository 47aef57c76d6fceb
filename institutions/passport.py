"""A passport as people copy it: names and number as it spells them, how files call the sex that stands in it, and until when it
can be valid at all.
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, timedelta

from django.utils.translation import gettext_noop

from core.faults import Fault, day_faults, letter_faults, no_such_signs
from core.imports import Word
from core.values import Localized
from institutions.enums import Sex

SEXES = (
    Word(Sex.MALE, Localized("ер", "муж", "male"), ("м", "m", "мужской")),
    Word(Sex.FEMALE, Localized("әйел", "жен", "female"), ("ж", "f", "женский")),
)
# Given out for ten years, by a few countries for fifteen: what is later is a slip of the hand, or "without end".
_LONGEST = timedelta(days=20 * 365 + 5)
_NUMBER = re.compile(r"(?=.*[0-9])[A-Z0-9]+(?:-[A-Z0-9]+)*")


def number_of(written: str) -> str:
    """The number without spaces, in capitals: two spellings of one passport are one passport.

    >>> number_of("18 fv 99121")
    '18FV99121'
    """
    return "".join(written.split()).upper()


def number_faults(field: str, written: str) -> Iterator[Fault]:
    """A passport's number (`number_of`) has Latin letters and digits, some countries' hyphens between them, and a digit; zeros
    alone fill a field, and are none.
    """
    if written and not _NUMBER.fullmatch(written):
        yield Fault(field, gettext_noop("a passport's number has Latin letters and digits"))
    elif written and not written.strip("0-"):
        yield Fault(field, gettext_noop("a number of zeros alone is no passport's number"))


# Signs that stand in names beside letters; the last three are the apostrophes of transcriptions.
_IN_NAMES = frozenset(" -–.,()/·'`’ʻʼ")


def name_faults(field: str, written: str, *, latin: bool = True) -> Iterator[Fault]:
    """A name begins with a letter and has no signs but those of names. `latin`: as the passport spells it."""
    odd = {sign for sign in written if sign not in _IN_NAMES and unicodedata.category(sign)[0] not in "LM"}
    if odd:
        yield no_such_signs(field, odd)
    elif latin and any(sign.isalpha() and not _is_latin(sign) for sign in written):
        yield Fault(field, gettext_noop("must be in Latin letters, as in the passport"))
    elif written and not written[0].isalpha():
        yield Fault(field, gettext_noop("must begin with a letter"))
    else:
        yield from letter_faults(**{field: written})


def _is_latin(sign: str) -> bool:
    return sign in _IN_NAMES or unicodedata.name(sign, "").startswith("LATIN ")


def validity_faults(field: str, until: date, *, today: date) -> Iterator[Fault]:
    """No passport is valid for more than twenty years to come (7.6 rests on its last day)."""
    text = gettext_noop("no passport is valid for so long: %(day)s at the latest")
    yield from day_faults(field, until, until=today + _LONGEST, after=text)
