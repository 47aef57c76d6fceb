"""Opening what offices send: a workbook's sheet or a CSV file becomes a grid of cells (core.imports), what is odd a problem."""

import csv
import io
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

import openpyxl
from django.conf import settings
from django.utils.translation import gettext_noop
from openpyxl.cell.cell import Cell as OpenpyxlCell
from openpyxl.utils.escape import unescape
from openpyxl.worksheet.worksheet import Worksheet

from core.archives import problem_with
from core.encodings import text_of
from core.imports import Cell, Grid, Problem, UnreadableFileError, cell_of, place
from core.templatetags.written import quoted
from core.values import is_text

MAX_ROWS = 20_000
MAX_COLUMNS = 60


def open_grid(file: BinaryIO, filename: str, find: Callable[[Grid], object]) -> tuple[Grid, list[Problem]]:
    """The sheet of a workbook where `find` finds the table, or a CSV file, with its cells that cannot be read as problems.

    Sheets that are not read are told first. Raises UnreadableFileError for another type, a broken, protected, macro-bearing
    or too large file, and where no sheet has the table: `find` raises it for a sheet, and says why.
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
        return _workbook_grid(content, find)
    if filename.lower().endswith(".csv") and is_text(content):
        grid, problems = _csv_grid(content, filename)
        find(grid)
        return grid, problems
    raise UnreadableFileError(gettext_noop("This is neither an XLSX workbook nor a CSV file."))


def _workbook_grid(content: bytes, find: Callable[[Grid], object]) -> tuple[Grid, list[Problem]]:
    if problem := problem_with(content):
        raise UnreadableFileError(problem)
    try:
        workbook = openpyxl.load_workbook(io.BytesIO(content), data_only=False, keep_links=False)
        first = workbook.worksheets[0]
    except Exception as error:  # openpyxl raises whatever the broken part happens to raise
        raise UnreadableFileError(gettext_noop("The workbook is broken and cannot be opened.")) from error
    sheets = [one for one in map(_opened, workbook.worksheets) if one.grid is None or one.grid.cells] or [
        _opened(first)
    ]
    refusals = [(sheet, sheet.refusal(find)) for sheet in sheets]
    read = next((sheet for sheet, refusal in refusals if refusal is None and not sheet.is_hidden), None)
    if read is None or read.grid is None:
        raise _no_table([(sheet, refusal) for sheet, refusal in refusals if refusal and not sheet.is_hidden])
    others = [sheet.unread(read.grid, has_table=refusal is None) for sheet, refusal in refusals if sheet is not read]
    return read.grid, [*others, *read.problems]


def _no_table(refusals: "list[tuple[_Sheet, UnreadableFileError]]") -> UnreadableFileError:
    """Why no sheet is read: the one sheet's reason, or each sheet's beside its name."""
    if len(refusals) == 1:
        return refusals[0][1]
    told = " ".join(f"{quoted(sheet.name)}: {refusal}" for sheet, refusal in refusals)
    return UnreadableFileError(gettext_noop("No sheet that is seen has the table. %(sheets)s"), {"sheets": told})


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A sheet of a workbook. `grid`: None where it is too large to be read, as `too_large` says."""

    name: str
    is_hidden: bool
    grid: Grid | None
    problems: list[Problem]
    too_large: UnreadableFileError | None = None

    def refusal(self, find: Callable[[Grid], object]) -> UnreadableFileError | None:
        """Why this sheet is not the table; None for one that may be."""
        if self.grid is None:
            return self.too_large
        try:
            find(self.grid)
        except UnreadableFileError as refusal:
            return refusal
        return None

    def unread(self, read: Grid, *, has_table: bool) -> Problem:
        """That this sheet is left out: a fault where it has the heads or rows like those of `read`, else a note."""
        is_table = has_table or (self.grid is not None and 2 * _fullest(self.grid) > _fullest(read))
        text = gettext_noop("this sheet is not read: only “%(read)s” is")
        if is_table and self.is_hidden:
            text = gettext_noop("this hidden sheet is not read: bring it as a file of its own, or take it out")
        elif is_table:
            text = gettext_noop("this sheet is not read: bring it as a file of its own")
        return Problem(f"«{self.name}»", text, {"read": read.name}, is_note=not is_table)


def _fullest(grid: Grid) -> int:
    """How many cells of the fullest row hold something."""
    return max(Counter(row for row, _ in grid.cells).values(), default=0)


def _opened(sheet: Worksheet) -> _Sheet:
    is_hidden = sheet.sheet_state != Worksheet.SHEETSTATE_VISIBLE
    try:
        _check_size(sheet.max_row, sheet.max_column)
    except UnreadableFileError as refusal:
        return _Sheet(sheet.title, is_hidden, None, [], refusal)
    return _Sheet(sheet.title, is_hidden, *_sheet_grid(sheet))


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


def _check_size(rows: int, columns: int) -> None:
    if rows > MAX_ROWS or columns > MAX_COLUMNS:
        raise UnreadableFileError(
            gettext_noop(
                "The table has %(rows)s rows and %(columns)s columns; at most %(max_rows)s and %(max_columns)s are read."
            ),
            {"rows": rows, "columns": columns, "max_rows": MAX_ROWS, "max_columns": MAX_COLUMNS},
        )


def _csv_grid(content: bytes, filename: str) -> tuple[Grid, list[Problem]]:
    text = text_of(content)
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
