"""What is wrong with something entered, said at its field; between which days a day that people write down may lie.

Pure, as `core.machine` is: workflows write their rules with it, services refuse by `core.workflow.refuse_faults`, and
pages put each fault beside its field (`core.http`).
"""

import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext_noop

from core.values import FIRST_DAY, LAST_DAY, named_signs, unwritten

_AHEAD = gettext_noop("This day lies ahead.")
_TOO_LONG = gettext_noop("At most %(longest)s signs; this text has %(length)s.")
_BETWEEN = gettext_noop("The date must lie between %(since)s and %(until)s.")
# The letters that the fonts of papers have (static/paper/fonts): Latin, Greek, Cyrillic, kana, Chinese. In their place any other,
# and each emoji, is printed as an empty box.
_NOT_DRAWN = re.compile(
    r"(?![A-Za-z\u00aa-\u02ff\u0370-\u03e1\u0400-\u052f\u1e00-\u1fff\u3005\u3041-\u3094\u30a1-\u30f6\u30fc\u3400-\u4db5\u4e00-\u9fa5])"
    r"[^\W\d_]|[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f]"
)
_REGISTER_NUMBER = re.compile(r"[^\W_](?:[^\W_]|[-/.])*")
_CODE = re.compile(r"[^\W_][\w .,:()/+&№–-]*")
_FORMULA = ("=", "+", "-", "@")
_LETTERS = gettext_noop("“%(letters)s” cannot be printed on papers: write it in Latin, Cyrillic or Chinese letters.")


@dataclass(frozen=True)
class Fault:
    """What is wrong with something entered: the field, a message id, its parameters."""

    field: str
    text: str
    params: Mapping[str, Any] = dataclasses.field(default_factory=dict)


def sentence(words: str) -> str:
    """What is told beside a field, as a whole sentence: what files are told row by row begins small."""
    words = capfirst(words)
    return words if words.endswith((".", "!", "?")) else f"{words}."


def length_faults(field: str, text: str, longest: int) -> Iterator[Fault]:
    """A text that people read to its end."""
    if len(text) > longest:
        yield Fault(field, _TOO_LONG, {"longest": longest, "length": len(text)})


def no_such_signs(field: str, signs: Iterable[str]) -> Fault:
    """That signs which cannot stand in a text stand there: each by its name."""
    return Fault(field, gettext_noop("no such signs can stand here: %(signs)s"), {"signs": named_signs(signs)})


def sign_faults(field: str, text: str) -> Iterator[Fault]:
    """Signs that nobody writes and nobody sees: what is kept for good would not be what its reader sees."""
    if signs := unwritten(text):
        yield no_such_signs(field, signs)


def no_such_day(field: str, written: str) -> Fault:
    """That a day is written as days are, and stands in no calendar: 31.04.2027."""
    return Fault(field, gettext_noop("there is no such day: %(day)s"), {"day": written})


def register_number_faults(field: str, number: str) -> Iterator[Fault]:
    """A number by which a register knows somebody: it begins with a letter or a digit, and has but these and - / . in it."""
    if number and not _REGISTER_NUMBER.fullmatch(number):
        yield Fault(
            field, gettext_noop("a number begins with a letter or a digit and has letters, digits and - / . only")
        )


def code_faults(field: str, code: str) -> Iterator[Fault]:
    """A code by which programmes and courses are known: as a number, with spaces and further signs, as in M.Sc. Informatik."""
    if code and not _CODE.fullmatch(code):
        text = gettext_noop(
            "a code begins with a letter or a digit and has letters, digits, spaces and . , : ( ) / + & № – - _ only"
        )
        yield Fault(field, text)


def formula_faults(field: str, text: str) -> Iterator[Fault]:
    """A free text does not begin as a formula does: tables that it is copied to would reckon with it."""
    if text.startswith(_FORMULA):
        signs = {"signs": " ".join(_FORMULA)}
        yield Fault(field, gettext_noop("must not begin with one of the signs %(signs)s"), signs)


def letter_faults(**written: str) -> Iterator[Fault]:
    """Names, by their fields, of which papers could print empty boxes alone: Korean, Arabic, Georgian letters, emoji."""
    for field, text in written.items():
        if odd := "".join(dict.fromkeys(_NOT_DRAWN.findall(text))):
            yield Fault(field, _LETTERS, {"letters": odd[:10]})


def day_faults(
    field: str,
    day: date,
    *,
    since: date = FIRST_DAY,
    until: date = LAST_DAY,
    before: str = _BETWEEN,
    after: str = _BETWEEN,
) -> Iterator[Fault]:
    """A day lies between two days, both included; it may lie ahead.

    `before` and `after` say why it may not lie before `since` or after `until`, which they may call %(day)s.
    """
    if not since <= day <= until:
        bound, text = (since, before) if day < since else (until, after)
        params = {"day": bound, "since": since, "until": until}
        yield Fault(field, text, {name: f"{value:%d.%m.%Y}" for name, value in params.items()})


def past_faults(
    field: str,
    day: date,
    *,
    today: date,
    since: date = FIRST_DAY,
    until: date = LAST_DAY,
    before: str = _BETWEEN,
    after: str = _BETWEEN,
) -> Iterator[Fault]:
    """The day of what has happened: as `day_faults`, and it does not lie ahead."""
    if day > today:
        yield Fault(field, _AHEAD)
    else:
        yield from day_faults(field, day, since=since, until=min(until, today), before=before, after=after)
