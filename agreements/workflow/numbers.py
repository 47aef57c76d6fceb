"""What people copy from papers: an agreement's number, a programme's in EPVO, a teacher's name (5.3, 5.7.4, 6.12)."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext_noop

from core.faults import Fault
from institutions.passport import name_faults

# Letters and digits of any alphabet in groups, between them one of the signs that registers use: 17-К, 03/2-11.
_GROUPS = re.compile(r"[^\W_]+(?:(?: ?[-–./№] ?| )[^\W_]+)*")
# The platform counts programmes of all universities: fewer digits are no number of it.
EPVO_DIGITS, EPVO_LENGTH = 3, 20
LEAST_LETTERS = 2


def bare_number(text: str) -> str:
    """A number without the sign № that pages and papers put before it."""
    return text.strip().removeprefix("№").strip()


def number_faults(number: str) -> Iterator[Fault]:
    """An agreement's number is of letters and digits, and has a digit (6.12)."""
    if not _GROUPS.fullmatch(number) or not _digits(number):
        text = gettext_noop(
            "A number has a digit, and nothing but letters, digits and - / . between them, such as 17-К."
        )
        yield Fault("number", text)


def epvo_number_faults(number: str) -> Iterator[Fault]:
    """A programme's number in EPVO has at least three digits, and at most twenty signs (5.3-b)."""
    if not _GROUPS.fullmatch(number) or _digits(number) < EPVO_DIGITS or len(number) > EPVO_LENGTH:
        text = gettext_noop(
            "An EPVO number has at least %(digits)s digits and at most %(length)s signs: letters, digits and - / . between them."
        )
        yield Fault("number", text, {"digits": EPVO_DIGITS, "length": EPVO_LENGTH})


def teacher_faults(full_name: str) -> Iterator[Fault]:
    """A teacher is somebody with a name: of two letters at least, and of no signs but those of names (5.7.4-a)."""
    if sum(sign.isalpha() for sign in full_name) < LEAST_LETTERS:
        yield Fault("full_name", gettext_noop("A name has two letters at least."))
    else:
        yield from name_faults("full_name", full_name, latin=False)


def _digits(number: str) -> int:
    return sum(sign.isdecimal() for sign in number)
