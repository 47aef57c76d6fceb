"""Marks as a table that is typed into: those that a term is to bring, and empty lines for others."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from django.utils.translation import gettext, pgettext

from core.grids import Bucket, GridCell, GridColumn, SumColumn, Sums, Totals, grid_row, sums_by
from core.imports import parse_decimal
from core.templatetags.written import credits_
from transcripts.imports.marks import MAX_CREDITS
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

    @property
    def awaited(self) -> bool:
        """Whether a mark is expected here and none has been posted."""
        return self.expected is not None and not self.expected.posted

    def given(self, column: str) -> str:
        """What is typed in a cell and not refused."""
        return "" if self.cells[column].faults else self.values.get(column, "").strip()

    @property
    def differs(self) -> bool:
        """Whether other credits are typed than the curriculum gives."""
        typed = self.values.get("credits", "").strip()
        return self.expected is not None and bool(typed) and parse_decimal(typed) != self.expected.course.credits


def columns() -> tuple[GridColumn, ...]:
    """What is typed of a mark."""
    return (
        GridColumn("student", gettext("Student number"), max_length=30),
        GridColumn("code", gettext("Course code"), max_length=30),
        GridColumn("credits", gettext("Credits"), "number", max_length=8, most=MAX_CREDITS),
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


def totals_of(lines: Sequence[MarkLine]) -> Totals:
    """How many marks are typed for each course, of how many credits, and how many are still missing."""
    counted = ((_bucket(line), sums) for line in lines if (sums := _sums(line)))
    blocks, whole = sums_by(counted)
    return Totals(
        title=gettext("Totals"),
        by="code",
        label=gettext("Course"),
        whole_label=gettext("All courses"),
        said=gettext("{bucket}: with a mark {marked}, still without a mark {unmarked}"),
        columns=(
            SumColumn("marked", gettext("with a mark")),
            SumColumn("credits", gettext("credits with a mark")),
            SumColumn("unmarked", gettext("still without a mark")),
        ),
        rows=blocks,
        whole=whole,
    )


def _bucket(line: MarkLine) -> Bucket:
    return line.expected.course.code if line.expected else line.values.get("code", "").strip() or "—", False


def _sums(line: MarkLine) -> Sums:
    """A line on which nothing is to be typed, and nothing is, counts for nothing; what was refused is as if not typed."""
    if line.given("mark"):
        return {"marked": 1, "credits": line.cells["credits"].amount}
    return {"unmarked": 1} if line.awaited or (line.values.get("student", "").strip() and not line.expected) else {}
