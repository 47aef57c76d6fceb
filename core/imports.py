"""Reading what offices send: XLSX and CSV become a grid of cells, rows typed by header, problems named by sheet and cell.

An import has four steps: rows → typed rows → checks → write. The dry run is the same code without the last one.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, BinaryIO

import openpyxl
from django.conf import settings
from django.utils.translation import gettext, gettext_noop
from openpyxl.cell.cell import Cell as OpenpyxlCell
from openpyxl.utils import get_column_letter
from openpyxl.utils.escape import unescape
from openpyxl.worksheet.worksheet import Worksheet

from core.archives import problem_with
from core.templatetags.written import credits_
from core.values import is_text, round_half_up, seen

MAX_ROWS = 20_000
PROBLEMS_SHOWN = 50
LINES_SHOWN = 500
MAX_COLUMNS = 60
HEADER_SEARCH_ROWS = 12
# What a text file or a spreadsheet's escape can hold and no database keeps.
_NO_TEXT = re.compile("[\0\ud800-\udfff]")


def _written(params: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters as the reader writes and sees them: the language's decimal sign, and no sign that turns a line round."""
    return {name: _shown(value) for name, value in params.items()}


def _shown(value: Any) -> Any:
    if isinstance(value, Decimal):
        return credits_(value)
    return seen(value) if isinstance(value, str) else value


class UnreadableFileError(Exception):
    """The file cannot be read as a table at all; `text` is a message id with parameters."""

    def __init__(self, text: str, params: Mapping[str, Any] | None = None) -> None:
        super().__init__(text)
        self.text, self.params = text, dict(params or {})

    def __str__(self) -> str:
        return gettext(self.text) % self.params


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in a file, where: sheet and cell. Shown in the reader's language."""

    where: str
    text: str
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """What is wrong, for who sees where."""
        return gettext(self.text) % _written(self.params)

    def __str__(self) -> str:
        return f"{self.where}: {self.words}"


class Outcome(Enum):
    """What an import does, or would do, with one row."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    HELD = "held"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One row of a dry run: where it stands, what becomes of it, why."""

    where: str
    outcome: Outcome
    subject: str
    text: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def shown(self) -> str:
        """Whom or what the row is about, with the name of each sign that nobody sees."""
        return seen(self.subject)

    @property
    def note(self) -> str:
        """The reason in the reader's language."""
        return gettext(self.text) % _written(self.params) if self.text else ""


@dataclass
class ImportReport:
    """What an import found: problems (any one means that nothing is written) and what becomes of each row."""

    problems: list[Problem] = field(default_factory=list)
    lines: list[ReportLine] = field(default_factory=list)
    written: bool = False
    digest: str = ""

    @property
    def ok(self) -> bool:
        """True when the file may be written."""
        return not self.problems

    @property
    def first_problems(self) -> list[Problem]:
        """As many problems as a person reads before mending the file."""
        return self.problems[:PROBLEMS_SHOWN]

    @property
    def more_problems(self) -> int:
        """How many problems are not shown."""
        return len(self.problems) - len(self.first_problems)

    @property
    def first_lines(self) -> list[ReportLine]:
        """As many rows as a page holds: all of a faultless file that an office has, the beginning of an endless one."""
        return self.lines[:LINES_SHOWN]

    @property
    def more_lines(self) -> int:
        """How many rows are not shown."""
        return len(self.lines) - len(self.first_lines)

    def count(self, outcome: Outcome) -> int:
        """How many rows have this outcome."""
        return sum(line.outcome is outcome for line in self.lines)


@dataclass(frozen=True, slots=True)
class Cell:
    """A value with its place. `is_told`: a formula, or signs that are no text; told of when the file is opened, and not read."""

    value: Any
    where: str
    is_told: bool = False

    @property
    def text(self) -> str:
        """The value as trimmed text; numbers without a trailing .0."""
        if self.value is None:
            return ""
        if isinstance(self.value, float) and self.value.is_integer():
            return str(int(self.value))
        return " ".join(str(self.value).split())


@dataclass(frozen=True)
class Grid:
    """One sheet: cells by (row, column) from 1, and merged ranges as (first row, first column, last row, last column)."""

    name: str
    height: int
    width: int
    cells: Mapping[tuple[int, int], Cell]
    merged: tuple[tuple[int, int, int, int], ...] = ()

    def cell(self, row: int, column: int) -> Cell:
        """The cell, empty where there is none."""
        return self.cells.get((row, column)) or Cell(None, place(self.name, row, column))

    def merge_at(self, row: int, column: int) -> tuple[int, int, int, int] | None:
        """The merged range that covers this cell, if any."""
        for first_row, first_column, last_row, last_column in self.merged:
            if first_row <= row <= last_row and first_column <= column <= last_column:
                return first_row, first_column, last_row, last_column
        return None


@dataclass(frozen=True)
class Header:
    """A column that a file must (or may) have: our key and the titles offices give it, in any language and case."""

    key: str
    titles: tuple[str, ...]
    required: bool = True


class Row:
    """A row read by header. Getters give a typed value or None, and note a problem at the cell.

    `is_faulty`: something is wrong with it, or was told of when the file was opened: it cannot be taken as it stands.
    """

    def __init__(self, cells: Mapping[str, Cell], number: int, problems: list[Problem]) -> None:
        self.cells, self.number, self._problems = cells, number, problems
        self.is_faulty = any(cell.is_told for cell in cells.values())

    def where(self, key: str) -> str:
        """The place of a column in this row."""
        return self.cells[key].where

    def problem(self, key: str, text: str, **params: Any) -> None:
        """Note what is wrong with this cell (message id and parameters), unless that is said already."""
        self.is_faulty = True
        if not self.cells[key].is_told:
            self._problems.append(Problem(self.where(key), text, params))

    def text(self, key: str, *, required: bool = True) -> str:
        """The trimmed text; nothing for a formula or for signs that are no text: neither is a value or anybody's name."""
        cell = self.cells.get(key)
        value = cell.text if cell is not None and not cell.is_told else ""
        if required and not value:
            self.problem(key, gettext_noop("must not be empty"))
        return value

    def decimal(
        self, key: str, *, low: Decimal, high: Decimal, places: int | None = None, required: bool = True
    ) -> Decimal | None:
        """A number between `low` and `high`; a decimal comma is read as a point. `places`: digits that its column keeps."""
        raw = self.text(key, required=required)
        if not raw:
            return None
        value = parse_decimal(raw)
        if value is None:
            self.problem(key, gettext_noop("must be a number, got “%(value)s”"), value=raw)
        elif not low <= value <= high:
            self.problem(
                key,
                gettext_noop("must lie between %(low)s and %(high)s, got “%(value)s”"),
                low=low,
                high=high,
                value=raw,
            )
        elif places is not None and round_half_up(value, places) != value:
            text = gettext_noop("must have at most %(places)s digits after the point, got “%(value)s”")
            self.problem(key, text, places=places, value=raw)
        else:
            return value
        return None

    def integer(self, key: str, *, low: int, high: int, required: bool = True) -> int | None:
        """A whole number between `low` and `high`."""
        value = self.decimal(key, low=Decimal(low), high=Decimal(high), required=required)
        if value is not None and value != value.to_integral_value():
            self.problem(key, gettext_noop("must be a whole number, got “%(value)s”"), value=value)
            return None
        return int(value) if value is not None else None

    def day(self, key: str, *, required: bool = True) -> date | None:
        """A date: a date cell, 24.11.2026 or 2026-11-24."""
        value = self.cells[key].value if key in self.cells else None
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        raw = self.text(key, required=required)
        if not raw:
            return None
        parsed = parse_date(raw)
        if parsed is None:
            self.problem(key, gettext_noop("must be a date, got “%(value)s”"), value=raw)
        return parsed

    def choice(self, key: str, words: Mapping[str, str], *, required: bool = True) -> str:
        """One of the known words (compared without case); gives the value that the word stands for."""
        raw = self.text(key, required=required)
        if not raw:
            return ""
        found = words.get(raw.casefold())
        if found is None:
            self.problem(
                key,
                gettext_noop("“%(value)s” is not known here; known: %(known)s"),
                value=raw,
                known=", ".join(sorted(words)),
            )
        return found or ""


LONGEST_NUMBER = 40  # signs, spaces among them
_NUMBER = re.compile(r"[+-]?([0-9]+[.,]?[0-9]*|[.,][0-9]+)")


def parse_decimal(raw: str) -> Decimal | None:
    """A decimal from “3,5”, “3.5” or “1 234,5”; None for anything else, also for powers: 1e999999 has a million digits."""
    written = "".join(raw.split())
    if len(raw) > LONGEST_NUMBER or not _NUMBER.fullmatch(written):
        return None
    return Decimal(written.replace(",", "."))


def parse_date(raw: str) -> date | None:
    """A date from the two spellings met in offices; None for anything else."""
    for pattern in ("%d.%m.%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(raw, pattern).date()  # noqa: DTZ007 -- a calendar day has no zone
        except ValueError:
            continue
    return None


def place(sheet: str, row: int, column: int) -> str:
    """How a cell is named to people: «Sheet», B7."""
    return f"«{sheet}», {get_column_letter(column)}{row}"


def open_grid(file: BinaryIO, filename: str) -> tuple[Grid, list[Problem]]:
    """The first sheet of a workbook, or a CSV file, with its cells that cannot be read as problems.

    Raises UnreadableFileError for another type, a broken, protected, macro-bearing or too large file.
    """
    content = file.read(settings.IMPORT_MAX_BYTES + 1)
    if len(content) > settings.IMPORT_MAX_BYTES:
        raise UnreadableFileError(
            gettext_noop("The file is larger than %(megabytes)s MB."),
            {"megabytes": settings.IMPORT_MAX_BYTES // 1024**2},
        )
    if not content:
        raise UnreadableFileError(gettext_noop("The file is empty."))
    if content[:4] == b"PK\x03\x04":
        return _workbook_grid(content)
    if filename.lower().endswith(".csv") and is_text(content):
        return _csv_grid(content, filename)
    raise UnreadableFileError(gettext_noop("This is neither an XLSX workbook nor a CSV file."))


def _workbook_grid(content: bytes) -> tuple[Grid, list[Problem]]:
    if problem := problem_with(content):
        raise UnreadableFileError(problem)
    try:
        workbook = openpyxl.load_workbook(io.BytesIO(content), data_only=False, keep_links=False)
        sheet = workbook.worksheets[0]
    except Exception as error:  # openpyxl raises whatever the broken part happens to raise
        raise UnreadableFileError(gettext_noop("The workbook is broken and cannot be opened.")) from error
    _check_size(sheet.max_row, sheet.max_column)
    return _sheet_grid(sheet)


def _sheet_grid(sheet: Worksheet) -> tuple[Grid, list[Problem]]:
    problems: list[Problem] = []
    cells: dict[tuple[int, int], Cell] = {}
    for line in sheet.iter_rows():
        for cell in line:
            if cell.value is None or not isinstance(cell, OpenpyxlCell):
                continue
            where = place(sheet.title, cell.row, cell.column)
            # A spreadsheet writes signs that XML cannot hold, and others that nobody sees, as _x200B_.
            value = unescape(cell.value) if isinstance(cell.value, str) else cell.value
            cells[cell.row, cell.column] = cell_of(value, where, problems, is_formula=cell.data_type == "f")
    merged = tuple(
        (area.min_row, area.min_col, area.max_row, area.max_col)
        for area in sorted(sheet.merged_cells.ranges, key=lambda area: (area.min_row, area.min_col))
    )
    return Grid(sheet.title, sheet.max_row, sheet.max_column, cells, merged), problems


def cell_of(value: Any, where: str, problems: list[Problem], *, is_formula: bool) -> Cell:
    """The cell; what cannot be read in it is a problem."""
    odd = sorted(set(_NO_TEXT.findall(value))) if isinstance(value, str) else []
    if is_formula:
        problems.append(Problem(where, gettext_noop("holds a formula; paste its value instead")))
    elif odd:
        signs = ", ".join(f"U+{ord(sign):04X}" for sign in odd)
        problems.append(Problem(where, gettext_noop("holds signs that are no text: %(signs)s"), {"signs": signs}))
    return Cell(value, where, is_formula or bool(odd))


def _check_size(rows: int, columns: int) -> None:
    if rows > MAX_ROWS or columns > MAX_COLUMNS:
        raise UnreadableFileError(
            gettext_noop(
                "The table has %(rows)s rows and %(columns)s columns; at most %(max_rows)s and %(max_columns)s are read."
            ),
            {"rows": rows, "columns": columns, "max_rows": MAX_ROWS, "max_columns": MAX_COLUMNS},
        )


def _csv_grid(content: bytes, filename: str) -> tuple[Grid, list[Problem]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1251", errors="replace")
    first_line = text.splitlines()[0] if text.strip() else ""
    delimiter = max(";,\t", key=first_line.count)
    try:
        # newline="": the reader knows every kind of line end, also the lone \r of old Excels.
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:  # most often a quotation mark that is never closed
        raise UnreadableFileError(gettext_noop("The CSV file is broken and cannot be read.")) from error
    _check_size(len(lines), max((len(line) for line in lines), default=0))
    problems: list[Problem] = []
    cells: dict[tuple[int, int], Cell] = {}
    for row, line in enumerate(lines, start=1):
        for column, value in enumerate(line, start=1):
            if value.strip():
                where = place(filename, row, column)
                cells[row, column] = cell_of(value.strip(), where, problems, is_formula=value.startswith("="))
    return Grid(filename, len(lines), max((len(line) for line in lines), default=0), cells), problems


def read_rows(grid: Grid, headers: Sequence[Header], problems: list[Problem]) -> Iterator[Row]:
    """The rows under the header line, which is looked for among the first rows (title lines may stand above it).

    Rows without any value are passed over. A missing required column raises UnreadableFileError with its title.
    """
    header_row, columns = _find_header(grid, headers)
    for number in range(header_row + 1, grid.height + 1):
        cells = {key: grid.cell(number, column) for key, column in columns.items()}
        if any(cell.text for cell in cells.values()):
            yield Row(cells, number, problems)


def _find_header(grid: Grid, headers: Sequence[Header]) -> tuple[int, dict[str, int]]:
    best: tuple[int, dict[str, int]] = (0, {})
    for row in range(1, min(grid.height, HEADER_SEARCH_ROWS) + 1):
        titles = {grid.cell(row, column).text.casefold(): column for column in range(grid.width, 0, -1)}
        columns = {
            header.key: titles[title.casefold()]
            for header in headers
            for title in header.titles
            if title.casefold() in titles
        }
        if len(columns) > len(best[1]):
            best = row, columns
    missing = [header.titles[0] for header in headers if header.required and header.key not in best[1]]
    if missing:
        raise UnreadableFileError(
            gettext_noop("These columns are missing: %(columns)s."), {"columns": ", ".join(missing)}
        )
    return best
