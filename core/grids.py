"""A grid: a table whose cells are typed into, sent as a form. `static/js/grid` moves in it; without, it is a plain form."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.http import QueryDict

from core.imports import parse_decimal

_KEY = re.compile("[a-z0-9]{1,20}")
# By row, then by column: what was typed, and what is wrong with it.
Rows = dict[str, dict[str, str]]
Faults = dict[str, dict[str, tuple[str, ...]]]
# What is summed, by the name that `data-sum` gives it on the page; of which block: a semester or a course, and whether in summer.
Sums = Mapping[str, Decimal | int]
Bucket = tuple[str, bool]


@dataclass(frozen=True, slots=True)
class GridColumn:
    """A column of a grid. `label`: its whole name, as a reader of the screen hears it at every cell, and cards show it.

    `kind`: text, number, day, check or choice with `choices` (value, words); `options`: the id of a list of suggestions.
    `most`: beyond which a typed number counts for nothing; `whole`: as it does here with a fraction, and everywhere below zero.
    """

    name: str
    label: str
    kind: str = "text"
    choices: tuple[tuple[str, str], ...] = ()
    options: str = ""
    max_length: int = 300
    most: Decimal | int | None = None
    whole: bool = False


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell that is typed into: what stands there, and what is wrong with it."""

    column: GridColumn
    key: str
    line: int
    value: str = ""
    faults: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Under which it is sent."""
        return f"{self.column.name}-{self.key}"

    @property
    def amount(self) -> Decimal:
        """What it adds to a sum, as `amountOf` in `static/js/grid/cells.js`: nothing where it was refused or cannot stand."""
        amount = (None if self.faults else parse_decimal(self.value)) or Decimal(0)
        most, whole = self.column.most, self.column.whole
        cannot = amount < 0 or (most is not None and amount > most) or (whole and amount != amount.to_integral_value())
        return Decimal(0) if cannot else amount


def typed_rows(data: QueryDict, columns: Iterable[str]) -> Rows:
    """The rows of a grid as they were sent, in their order: by key, each column's text. A box that is not ticked is empty.

    A NUL is dropped: no form stands between it and the database.
    """
    empty = dict.fromkeys(columns, "")
    rows: Rows = {}
    for name in data:
        column, _dash, key = name.partition("-")
        if column in empty and _KEY.fullmatch(key):
            rows.setdefault(key, dict(empty))[column] = (data.get(name) or "").replace("\0", "")
    return rows


def grid_row(
    columns: Sequence[GridColumn], key: str, line: int, values: Mapping[str, str], faults: Mapping[str, tuple[str, ...]]
) -> dict[str, GridCell]:
    """The cells of one row by column."""
    return {
        column.name: GridCell(column, key, line, values.get(column.name, ""), faults.get(column.name, ()))
        for column in columns
    }


# --- totals -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SumColumn:
    """A column of the totals. `name`: of its sum; `hours`: of a second one, which stands small under it."""

    name: str
    label: str
    hours: str = ""


@dataclass(frozen=True, slots=True)
class TotalRow:
    """The sums of one block, or of the whole grid (`bucket` empty), and what is to be said of them in words."""

    bucket: str
    summer: bool
    sums: Sums
    words: str = ""


@dataclass(frozen=True, slots=True)
class Totals:
    """The totals under a grid, which `grid/totals.js` counts on while somebody types.

    `by`: the column that says the block of a row. `said`: what the bar tells of a block, with {bucket} and {name of a sum}.
    `words`: those that a script needs to say a difference as the server does; only then there is a column of words.
    """

    title: str
    by: str
    label: str
    whole_label: str
    said: str
    columns: tuple[SumColumn, ...]
    rows: Sequence[TotalRow]
    whole: TotalRow
    words: str = ""
    clause: str = ""
    note: str = ""

    @property
    def blank(self) -> TotalRow:
        """From which a script makes the row of a block that is new."""
        return TotalRow("—", summer=False, sums={})


def sums_by(counted: Iterable[tuple[Bucket, Sums]]) -> tuple[list[TotalRow], TotalRow]:
    """The sums of each block in the order in which they come, and of the whole."""
    blocks: dict[Bucket, dict[str, Decimal | int]] = {}
    whole: dict[str, Decimal | int] = defaultdict(int)
    for bucket, sums in counted:
        block = blocks.setdefault(bucket, defaultdict(int))
        for name, amount in sums.items():
            block[name] += amount
            whole[name] += amount
    return [TotalRow(*bucket, block) for bucket, block in blocks.items()], TotalRow("", summer=False, sums=whole)
