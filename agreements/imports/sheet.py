"""Annex 1 as offices fill it in: the printed form as XLSX, merged cells meaning that courses stand together."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import BinaryIO

from django.utils.translation import gettext_noop

from agreements.enums import Relation, Side
from agreements.imports.rows import MAX_SEMESTER, Amounts, AnnexTable, Checker, Group, Line
from core.imports import Grid, Problem, UnreadableFileError, faults_among, parse_decimal
from core.sheets import open_grid
from programmes.models import Course

NAME_TITLES = frozenset({"пәннің атауы", "наименование дисциплины", "course name", "course", "пән", "дисциплина"})
CREDIT_TITLES = frozenset({"кредиттер саны", "количество кредитов", "кредиты", "кредит", "credits"})
HOUR_TITLES = frozenset({"сағаттар", "сағат", "часы", "hours"})
TOTAL_WORDS = frozenset({"барлығы", "жиыны", "итого", "всего", "total"})
_SEMESTER = re.compile(
    r"(?:^|\D)(\d{1,2})\s*(?:[-–]й|[-–.])?\s*(?:семестр|semester)|(?:семестр|semester)\s*(\d{1,2})", re.IGNORECASE
)
_SUMMER = re.compile(r"жазғы|летн|summer", re.IGNORECASE)
# The note beside a one-sided row of our own export: "additional: why", in the three languages.
NOTE_WORDS: Mapping[str, str] = {
    **dict.fromkeys(("additional", "дополнительно", "қосымша"), Relation.ADDITIONAL),
    **dict.fromkeys(("difference", "разница", "айырмашылық"), Relation.DIFFERENCE),
}


@dataclass(frozen=True, slots=True)
class _Columns:
    number: int
    home: tuple[int, int, int]
    partner: tuple[int, int, int]

    @property
    def note(self) -> int:
        """The column after the table, where a one-sided row may say why it stands alone."""
        return self.partner[2] + 1


def read_annex(file: BinaryIO, filename: str, *, home: Sequence[Course], partner: Sequence[Course]) -> AnnexTable:
    """Read, type, link and check a table of Annex 1. All problems at once, each named by cell. Raises UnreadableFileError."""
    grid, problems = open_grid(file, filename, _find_columns)
    checker = Checker(home, partner, problems)
    _Sheet(grid, checker).read()
    read = checker.table
    if not read.rows and not faults_among(read.problems):
        read.problems.append(Problem(f"«{grid.name}»", gettext_noop("There is no row of courses in this file.")))
    return read


class _Sheet:
    """Walks the rows under the header: semester heads, rows that merged cells tie together, totals."""

    def __init__(self, grid: Grid, checker: Checker) -> None:
        self.grid, self.checker = grid, checker
        self.header, self.columns = _find_columns(grid)
        self.semester = 0
        self.is_summer = False
        self.semester_starts = 0

    def read(self) -> None:
        row = self.header + 1
        while row <= self.grid.height:
            if self._is_semester_head(row):
                row += 1
            elif self._is_total(row):
                self._check_total(row)
                row += 1
            else:
                last = self._last_row_of_group(row)
                self._read_group(row, last)
                row = last + 1

    def _texts(self, row: int) -> list[str]:
        return [self.grid.cell(row, column).text for column in range(1, self.columns.note + 1)]

    def _is_semester_head(self, row: int) -> bool:
        texts = [text for text in self._texts(row) if text]
        if len(texts) != 1:
            return False
        found = _SEMESTER.search(texts[0])
        if found is None:
            return False
        self.semester = int(found.group(1) or found.group(2))
        self.is_summer = bool(_SUMMER.search(texts[0]))
        self.semester_starts = len(self.checker.rows)
        if not 1 <= self.semester <= MAX_SEMESTER:
            cells = (self.grid.cell(row, column) for column in range(1, self.columns.note + 1))
            self.checker.problem(
                next(cell for cell in cells if cell.text),
                gettext_noop("there is no semester %(number)s"),
                number=self.semester,
            )
        return True

    def _is_total(self, row: int) -> bool:
        names = (self.grid.cell(row, self.columns.home[0]), self.grid.cell(row, self.columns.partner[0]))
        number = self.grid.cell(row, self.columns.number)
        return any(cell.text.casefold().rstrip(":") in TOTAL_WORDS for cell in (*names, number))

    def _check_total(self, row: int) -> None:
        entries = [read.entry for read in self.checker.rows[self.semester_starts :]]
        for side, columns in ((Side.HOME, self.columns.home), (Side.PARTNER, self.columns.partner)):
            hours = Decimal(sum(entry.hours(side) for entry in entries))
            sums = (sum((entry.credits(side) for entry in entries), Decimal(0)), hours)
            for column, found in zip(columns[1:], sums, strict=True):
                cell = self.grid.cell(row, column)
                printed = parse_decimal(cell.text) if cell.text else None
                if cell.text and printed != found:
                    text = gettext_noop("the total says %(printed)s, the rows above add up to %(found)s")
                    self.checker.problem(cell, text, printed=cell.text, found=f"{found.normalize():f}")

    def _last_row_of_group(self, row: int) -> int:
        """Rows that merged name cells of either side tie together, also in a chain."""
        last = current = row
        while current <= last:
            for column in (self.columns.home[0], self.columns.partner[0]):
                merged = self.grid.merge_at(current, column)
                if merged is not None:
                    last = max(last, merged[2])
            current += 1
        return min(last, self.grid.height)

    def _read_group(self, first: int, last: int) -> None:
        if not any(text for row in range(first, last + 1) for text in self._texts(row)[1:]):
            return
        if not self.semester:
            where = self.grid.cell(first, self.columns.home[0])
            self.checker.problem(where, gettext_noop("stands before the head of any semester"))
            self.semester = 1
        note = self.grid.cell(first, self.columns.note)
        word, _colon, reason = note.text.partition(":")
        stated = NOTE_WORDS.get(word.strip().casefold(), "")
        lines = tuple(self._line(row) for row in range(first, last + 1))
        self.checker.take(Group(self.semester, self.is_summer, lines, note, stated, note, reason))

    def _line(self, row: int) -> Line:
        home, partner = (
            Amounts(*(self.grid.cell(row, column) for column in columns))
            for columns in (self.columns.home, self.columns.partner)
        )
        return Line(self.grid.cell(row, self.columns.number).text, home, partner)


def _find_columns(grid: Grid) -> tuple[int, _Columns]:
    """The line of titles: course, credits, hours twice side by side."""
    for row in range(1, min(grid.height, 12) + 1):
        kinds = [_kind_of_title(grid.cell(row, column).text) for column in range(1, grid.width + 1)]
        starts = [at for at in range(len(kinds) - 2) if kinds[at : at + 3] == ["name", "credits", "hours"]]
        if len(starts) == 2:
            home, partner = ((at + 1, at + 2, at + 3) for at in starts)
            return row, _Columns(max(home[0] - 1, 1), home, partner)
    raise UnreadableFileError(
        gettext_noop("This is not the form of Annex 1: course, credits and hours are looked for on both sides.")
    )


def _kind_of_title(text: str) -> str:
    word = text.casefold()
    for kind, titles in (("name", NAME_TITLES), ("credits", CREDIT_TITLES), ("hours", HOUR_TITLES)):
        if word in titles:
            return kind
    return ""
