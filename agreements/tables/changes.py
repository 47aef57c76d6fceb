"""What a version of Annex 1 changes in another, in words: rows that are new, gone, or say something else."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from agreements.convert import AnnexEntry
from agreements.enums import Side
from agreements.models import AnnexRow
from agreements.tables.grid import relation_in_words
from core.templatetags.written import credits_, quoted


@dataclass(frozen=True, slots=True)
class Change:
    """A row that is `new`, `gone` or `changed`; `words`: what it says, and what has become of it."""

    kind: str
    row: str
    words: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The kind in the reader's language."""
        return {"new": gettext("new"), "gone": gettext("gone"), "changed": gettext("changed")}[self.kind]

    @property
    def tone(self) -> str:
        """The colour beside the word."""
        return {"new": "good", "gone": "bad", "changed": "attention"}[self.kind]


Names = Mapping[tuple[int, str], str]  # of a course as it is printed: how the reader reads it


def names_of(rows: Iterable[AnnexRow]) -> Names:
    """How courses of rows that come with them are named in the reader's language."""
    return {(line.course_id, line.printed_name): line.name for row in rows for line in row.courses.all()}


def changes_between(before: Sequence[AnnexEntry], after: Sequence[AnnexEntry], names: Names) -> list[Change]:
    """What `after` says otherwise than `before`. A row is the same one while it holds any course of its side at home.

    A row of the partner alone is known by its courses there. Printed numbers say nothing: they are counted anew.
    """
    left = list(before)
    found = []
    for entry in after:
        old = next((one for one in left if _keys(one) & _keys(entry)), None)
        if old is None:
            found.append(Change("new", _named(entry, names)))
            continue
        left.remove(old)
        if words := tuple(_differences(old, entry, names)):
            found.append(Change("changed", _named(entry, names), words))
    return [*found, *(Change("gone", _named(entry, names)) for entry in left)]


def _keys(entry: AnnexEntry) -> set[int]:
    return {line.course_id for line in entry.side(Side.HOME) or entry.side(Side.PARTNER)}


def _named(entry: AnnexEntry, names: Names) -> str:
    return " ↔ ".join(_names(entry, side, names) for side in (Side.HOME, Side.PARTNER))


def _names(entry: AnnexEntry, side: str, names: Names) -> str:
    printed = ((line.course_id, line.printed_name) for line in entry.side(side))
    return " + ".join(names.get(line, line[1]) for line in printed) or "—"


def _differences(old: AnnexEntry, new: AnnexEntry, names: Names) -> Iterator[str]:
    if (old.semester, old.is_summer) != (new.semester, new.is_summer):
        yield _turned(gettext("semester"), _semester(old), _semester(new))
    for side, label in ((Side.HOME, gettext("the University")), (Side.PARTNER, gettext("the partner"))):
        if _names(old, side, {}) != _names(new, side, {}):
            # What is printed otherwise may be named alike in the reader's language.
            read = names if _names(old, side, names) != _names(new, side, names) else {}
            yield _turned(label, _names(old, side, read), _names(new, side, read))
        if old.credits(side) != new.credits(side):
            yield _turned(f"{label}, {gettext('credits')}", credits_(old.credits(side)), credits_(new.credits(side)))
        if old.hours(side) != new.hours(side):
            yield _turned(f"{label}, {gettext('hours')}", str(old.hours(side)), str(new.hours(side)))
    if _stated(old) != _stated(new):
        yield _turned(gettext("relation"), _stated(old), _stated(new))


def _turned(what: str, old: str, new: str) -> str:
    return f"{what}: {old} → {new}"


def _semester(entry: AnnexEntry) -> str:
    return f"{entry.semester}, {gettext('summer semester')}" if entry.is_summer else str(entry.semester)


def _stated(entry: AnnexEntry) -> str:
    home, partner = (len(entry.side(side)) for side in (Side.HOME, Side.PARTNER))
    words = relation_in_words(entry.relation, home, partner)
    return f"{words} {quoted(entry.reason)}" if entry.reason else words
