"""What an edit changed, as history says it: each field that is another now, from what to what, in three languages."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.formats import localize
from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import override

from core.values import LANGUAGES, Localized

# A title has up to 300 signs; to see which one it was, its beginning is enough.
_LONGEST = 60


@dataclass(frozen=True)
class Field:
    """A field as history calls it. `said` puts its value, or each of its values, into words of the language that is active."""

    label: Promise
    said: Callable[[Any], object] = str


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
            words[language] = "; ".join(
                f"{fields[name].label}: {_told(fields[name], before[name])} → {_told(fields[name], after[name])}"
                for name in names
            )
    return Changes({name: before[name] for name in names}, {name: after[name] for name in names}, Localized(**words))


def _plain(value: Decimal) -> Decimal:
    """Without zeros at its end: a column and a form write the same number differently."""
    return Decimal(f"{value.normalize():f}")


def _told(field: Field, value: object) -> str:
    if value in (None, "", []):
        return "—"
    if isinstance(value, list):
        text = ", ".join(str(field.said(one)) for one in value)
    else:
        text = str(localize(_plain(value)) if isinstance(value, Decimal) else field.said(value))
    return Truncator(text).chars(_LONGEST)
