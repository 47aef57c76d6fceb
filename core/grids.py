"""A grid: a table whose cells are typed into, sent as a form. `grid.js` moves in it; without, it is a plain form."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.http import QueryDict

_KEY = re.compile("[a-z0-9]{1,20}")
# By row, then by column: what was typed, and what is wrong with it.
Rows = dict[str, dict[str, str]]
Faults = dict[str, dict[str, tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class GridColumn:
    """A column of a grid. `label`: its whole name, as a reader of the screen hears it at every cell, and cards show it.

    `kind`: text, number, day, check or choice with `choices` (value, words); `options`: the id of a list of suggestions.
    """

    name: str
    label: str
    kind: str = "text"
    choices: tuple[tuple[str, str], ...] = ()
    options: str = ""
    max_length: int = 300


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


def typed_rows(data: QueryDict, columns: Iterable[str]) -> Rows:
    """The rows of a grid as they were sent, in their order: by key, each column's text. A box that is not ticked is empty."""
    empty = dict.fromkeys(columns, "")
    rows: Rows = {}
    for name in data:
        column, _dash, key = name.partition("-")
        if column in empty and _KEY.fullmatch(key):
            rows.setdefault(key, dict(empty))[column] = data.get(name) or ""
    return rows


def grid_row(
    columns: Sequence[GridColumn], key: str, line: int, values: Mapping[str, str], faults: Mapping[str, tuple[str, ...]]
) -> dict[str, GridCell]:
    """The cells of one row by column."""
    return {
        column.name: GridCell(column, key, line, values.get(column.name, ""), faults.get(column.name, ()))
        for column in columns
    }
