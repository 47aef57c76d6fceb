"""What an edit changed, as history says it: each field that is another now, from what to what, in three languages."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.formats import localize
from django.utils.functional import Promise
from django.utils.translation import gettext, override

from core.values import LANGUAGES, Localized

# A title has up to 300 signs: it is told from where it differs, in so many.
_LONGEST = 60


@dataclass(frozen=True)
class Field:
    """A field as history calls it. `said` puts its value, or each of its values, into words of the language that is active.

    `is_secret`: a number of a passport or an IIN, of which words tell no more than that it changed (decision 17).
    """

    label: Promise | str
    said: Callable[[Any], object] = str
    is_secret: bool = False


@dataclass(frozen=True)
class Changes:
    """The fields that are others now, as they were and as they are, and what is told of them."""

    before: dict[str, Any]
    after: dict[str, Any]
    words: Localized


def changes_of(fields: Mapping[str, Field], before: Mapping[str, Any], after: Mapping[str, Any]) -> Changes | None:
    """What differs between two sets of values of the same fields; None where nothing does."""
    names = [name for name in fields if before[name] != after[name]]
    if not names:
        return None
    words = {}
    for language in LANGUAGES:
        with override(language):
            words[language] = "; ".join(_sentence(fields[name], before[name], after[name]) for name in names)
    return Changes({name: before[name] for name in names}, {name: after[name] for name in names}, Localized(**words))


def _sentence(field: Field, before: object, after: object) -> str:
    if field.is_secret:
        return "{}: {}".format(field.label, gettext("changed (not shown here)"))
    return "{}: {} → {}".format(field.label, *_shortened(_told(field, before), _told(field, after)))


def _plain(value: Decimal) -> Decimal:
    """Without zeros at its end: a column and a form write the same number differently."""
    return Decimal(f"{value.normalize():f}")


def _told(field: Field, value: object) -> str:
    if value in (None, "", []):
        return "—"
    if isinstance(value, list):
        return ", ".join(str(field.said(one)) for one in value)
    if isinstance(value, Decimal) and field.said is str:
        return str(localize(_plain(value)))
    return str(field.said(value))


def _shortened(before: str, after: str) -> tuple[str, str]:
    """Two long texts from the word on in which they begin to differ."""
    if max(len(before), len(after)) <= _LONGEST:
        return before, after
    pairs = enumerate(zip(before, after, strict=False))
    same = next((at for at, (one, other) in pairs if one != other), min(len(before), len(after)))
    start = before.rfind(" ", 0, same) + 1 if same > _LONGEST // 2 else 0
    return _cut(before, start), _cut(after, start)


def _cut(text: str, start: int) -> str:
    return ("…" if start else "") + text[start : start + _LONGEST] + ("…" if len(text) > start + _LONGEST else "")
