"""Marks as a table that is typed into: those that a term is to bring, and empty lines for others."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from django.utils.translation import gettext, pgettext

from core.grids import GridCell, GridColumn, grid_row
from core.templatetags.written import credits_
from transcripts.imports.typed import TypedMark
from transcripts.selectors.expected import Expected

BLANK_LINES = 3
Faults = Mapping[str, Mapping[str, tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class MarkLine:
    """A line; `expected`: whose mark of which course it is, else both are typed too."""

    key: str
    cells: dict[str, GridCell]
    values: Mapping[str, str]
    expected: Expected | None = None


def columns() -> tuple[GridColumn, ...]:
    """What is typed of a mark."""
    return (
        GridColumn("student", gettext("Student number"), max_length=30),
        GridColumn("code", gettext("Course code"), max_length=30),
        GridColumn("credits", gettext("Credits"), "number", max_length=8),
        GridColumn("mark", pgettext("study", "Mark"), max_length=30),
        GridColumn("day", gettext("Date of examination"), "day", max_length=10),
        GridColumn("attempt", gettext("Attempt"), "number", max_length=2),
    )


def marks_table(
    expected: Sequence[Expected], typed: Mapping[str, TypedMark] | None = None, faults: Faults | None = None
) -> list[MarkLine]:
    """The lines as they are expected or were typed. A mark that is posted already asks for the next attempt."""
    known = {f"e{number}": one for number, one in enumerate(expected, start=1)}
    lines = {key: _line(one) for key, one in known.items()} if typed is None else dict(typed)
    whose = {(one.number, one.course.code): one for one in expected}
    shown = columns()
    found = []
    for number, (key, line) in enumerate(lines.items(), start=1):
        values = asdict(line)
        one = whose.get((line.student, line.code)) if key.startswith("e") else None
        found.append(MarkLine(key, grid_row(shown, key, number, values, (faults or {}).get(key, {})), values, one))
    return found


def _line(one: Expected) -> TypedMark:
    return TypedMark(one.number, one.course.code, credits_(one.course.credits), attempt=str(one.attempt + 1))


def blank_lines(taken: Sequence[MarkLine]) -> list[MarkLine]:
    """Empty lines under those that stand there."""
    keys = {line.key for line in taken}
    free = (key for key in (f"b{number}" for number in range(1, len(keys) + BLANK_LINES + 1)) if key not in keys)
    return [blank(key, len(taken) + at) for at, key in enumerate(list(free)[:BLANK_LINES], start=1)]


def blank(key: str, number: int = 0) -> MarkLine:
    """An empty line."""
    return MarkLine(key, grid_row(columns(), key, number, {"attempt": "1"}, {}), {})
