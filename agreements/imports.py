"""Annex 1 as offices fill it in: the printed form as XLSX, merged cells meaning that courses stand together.

What counts as wrong (docs/decisions/0012-what-an-annex-file-may-differ-in.md): credits that differ from the curriculum's are a
problem, since recognition counts them; hours and semesters that differ are told and do not stop the file.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import BinaryIO

from django.utils.translation import gettext_noop

from agreements.convert import AnnexEntry, AnnexLine, AnnexSums, annex_hash, relation_of, sums_of
from agreements.enums import Relation, Side
from agreements.models import AnnexVersion
from core.imports import Cell, Grid, ImportReport, Problem, ReportLine, UnreadableFileError, open_grid, parse_decimal
from core.values import fold, trimmed
from programmes.models import Course

NAME_TITLES = frozenset({"пәннің атауы", "наименование дисциплины", "course name", "course"})
CREDIT_TITLES = frozenset({"кредиттер саны", "количество кредитов", "кредиты", "credits"})
HOUR_TITLES = frozenset({"сағаттар", "часы", "hours"})
TOTAL_WORDS = frozenset({"барлығы", "жиыны", "итого", "всего", "total"})
_SEMESTER = re.compile(
    r"(?:^|\D)(\d{1,2})\s*[-–.]?\s*(?:семестр|semester)|(?:семестр|semester)\s*(\d{1,2})", re.IGNORECASE
)
_SUMMER = re.compile(r"жазғы|летн|summer", re.IGNORECASE)
# The note beside a one-sided row of our own export: "additional: why", in the three languages.
NOTE_WORDS: Mapping[str, str] = {
    **dict.fromkeys(("additional", "дополнительно", "қосымша"), Relation.ADDITIONAL),
    **dict.fromkeys(("difference", "разница", "айырмашылық"), Relation.DIFFERENCE),
}
MAX_CREDITS, MAX_HOURS, MAX_SEMESTER = Decimal(60), 2400, 14


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row as the file has it, linked to courses; `where` is its first cell, `notes` what is told about it."""

    entry: AnnexEntry
    where: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AnnexReportLine(ReportLine):
    """A row of a dry run of Annex 1 with what it says; a course that stands in no row says nothing."""

    entry: AnnexEntry | None = None

    @property
    def sums(self) -> AnnexSums:
        """Credits and hours of both sides of this row."""
        return sums_of([self.entry] if self.entry else [])


@dataclass
class AnnexReport(ImportReport):
    """What an import of Annex 1 found, with the sums of the whole table (A1-c).

    `version`: what was written, or the latest version where the file says the same.
    """

    entries: tuple[AnnexEntry, ...] = ()
    version: AnnexVersion | None = None

    @property
    def sums(self) -> AnnexSums:
        """Credits and hours of both sides of the whole table."""
        return sums_of(self.entries)


@dataclass
class AnnexFile:
    """What a file says, and what is wrong with it. `named`: the courses that it names, also in rows that are not taken."""

    rows: list[ReadRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    named: frozenset[int] = frozenset()

    @property
    def entries(self) -> tuple[AnnexEntry, ...]:
        """The rows as plain values."""
        return tuple(row.entry for row in self.rows)

    @property
    def hash(self) -> str:
        """What both sides will agree to."""
        return annex_hash(self.entries)


class CourseNames:
    """The courses of one side by every name they have, without regard to case; a course may be met once in a table."""

    def __init__(self, courses: Iterable[Course]) -> None:
        self._by_name: dict[str, list[Course]] = {}
        for course in courses:
            names = {course.code, course.name_kk, course.name_ru, course.name_en, course.name_original}
            for name in {_plain_name(name) for name in names if name}:
                self._by_name.setdefault(name, []).append(course)

    def find(self, name: str, semester: int) -> list[Course]:
        """The courses of this name, or of one part of "this / that"; of several, those of the semester."""
        found = self._by_name.get(_plain_name(name), [])
        if not found:
            parts = [_plain_name(part) for part in name.split("/")]
            courses = {course.pk: course for part in parts for course in self._by_name.get(part, [])}
            found = list(courses.values())
        same = [course for course in found if course.semester == semester]
        return same if len(found) > 1 and same else found


def _plain_name(name: str) -> str:
    return fold(" ".join(name.replace("«", "").replace("»", "").split()))


@dataclass(frozen=True, slots=True)
class _Columns:
    number: int
    home: tuple[int, int, int]
    partner: tuple[int, int, int]

    @property
    def note(self) -> int:
        """The column after the table, where a one-sided row may say why it stands alone."""
        return self.partner[2] + 1


def read_annex(file: BinaryIO, filename: str, *, home: Sequence[Course], partner: Sequence[Course]) -> AnnexFile:
    """Read, type, link and check a table of Annex 1. All problems at once, each named by cell. Raises UnreadableFileError."""
    grid, problems = open_grid(file, filename)
    reader = _Reader(grid, CourseNames(home), CourseNames(partner), problems)
    reader.read()
    read = AnnexFile(reader.rows, reader.problems, frozenset(reader.met))
    if not read.rows and not read.problems:
        read.problems.append(Problem(f"«{grid.name}»", gettext_noop("There is no row of courses in this file.")))
    return read


class _Reader:
    """Walks the rows under the header: semester heads, rows that merged cells tie together, totals."""

    def __init__(self, grid: Grid, home: CourseNames, partner: CourseNames, problems: list[Problem]) -> None:
        self.grid, self.problems = grid, problems
        self.names = {Side.HOME: home, Side.PARTNER: partner}
        self.rows: list[ReadRow] = []
        self.header, self.columns = _find_columns(grid)
        self.semester = 0
        self.is_summer = False
        self.met: dict[int, str] = {}
        self.semester_starts = 0

    def problem(self, cell: Cell, text: str, **params: object) -> None:
        if not cell.is_told:  # said already, and once is enough
            self.problems.append(Problem(cell.where, text, params))

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
        self.semester_starts = len(self.rows)
        if not 1 <= self.semester <= MAX_SEMESTER:
            cells = (self.grid.cell(row, column) for column in range(1, self.columns.note + 1))
            self.problem(
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
        entries = [read.entry for read in self.rows[self.semester_starts :]]
        for side, columns in ((Side.HOME, self.columns.home), (Side.PARTNER, self.columns.partner)):
            hours = Decimal(sum(entry.hours(side) for entry in entries))
            sums = (sum((entry.credits(side) for entry in entries), Decimal(0)), hours)
            for column, found in zip(columns[1:], sums, strict=True):
                cell = self.grid.cell(row, column)
                printed = parse_decimal(cell.text) if cell.text else None
                if cell.text and printed != found:
                    text = gettext_noop("the total says %(printed)s, the rows above add up to %(found)s")
                    self.problem(cell, text, printed=cell.text, found=f"{found.normalize():f}")

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
        where = self.grid.cell(first, self.columns.home[0])
        if not self.semester:
            self.problem(where, gettext_noop("stands before the head of any semester"))
            self.semester = 1
        before = len(self.problems)
        notes: list[str] = []
        lines: list[AnnexLine] = []
        for side, columns in ((Side.HOME, self.columns.home), (Side.PARTNER, self.columns.partner)):
            for row in range(first, last + 1):
                line = self._read_line(side, row, columns, notes)
                if line is not None:
                    lines.append(line)
        if not lines or len(self.problems) > before or self._has_told(first, last):
            return
        home, partner = (sum(line.side == side for line in lines) for side in (Side.HOME, Side.PARTNER))
        relation, reason = self._note(first, relation_of(home, partner), alone=not home or not partner)
        entry = AnnexEntry(self.semester, self.is_summer, relation, reason, tuple(lines))
        self.rows.append(ReadRow(entry, where.where, tuple(dict.fromkeys(notes))))

    def _has_told(self, first: int, last: int) -> bool:
        """What cannot be read is named once, as the file is opened; its row is none that could be written."""
        columns = range(1, self.columns.note + 1)
        return any(self.grid.cell(row, column).is_told for row in range(first, last + 1) for column in columns)

    def _note(self, row: int, relation: str, *, alone: bool) -> tuple[str, str]:
        cell = self.grid.cell(row, self.columns.note)
        word, _colon, reason = cell.text.partition(":")
        stated = NOTE_WORDS.get(word.strip().casefold())
        if not stated:
            return relation, ""
        if not alone:
            self.problem(cell, gettext_noop("only a row of one side can be additional or a difference"))
        elif not trimmed(reason):
            self.problem(cell, gettext_noop("an additional row or a difference needs a reason after the colon"))
        return stated, trimmed(reason)[:300]

    def _read_line(self, side: Side, row: int, columns: tuple[int, int, int], notes: list[str]) -> AnnexLine | None:
        name, credits, hours = (self.grid.cell(row, column) for column in columns)
        if not (name.text or credits.text or hours.text):
            return None
        if not name.text:
            self.problem(credits if credits.text else hours, gettext_noop("has no course beside it"))
            return None
        course = self._course(side, name)
        amount, time = self._credits(credits), self._hours(hours)
        if course is None or amount is None or time is None:
            return None
        if amount != course.credits:
            text = gettext_noop("has %(printed)s credits; the curriculum gives %(course)s %(credits)s")
            known = f"{course.credits.normalize():f}"
            self.problem(credits, text, printed=credits.text, course=course.code, credits=known)
        if time != course.hours:
            notes.append(gettext_noop("hours differ from the curriculum's"))
        if side == Side.HOME and course.semester != self.semester:
            notes.append(gettext_noop("stands in another semester than in the University's curriculum"))
        number = self.grid.cell(row, self.columns.number).text[:10]
        return AnnexLine(side, number, name.text[:300], course.pk, amount, time)

    def _course(self, side: Side, name: Cell) -> Course | None:
        found = self.names[side].find(name.text, self.semester)
        if len(found) != 1:
            unknown = gettext_noop("“%(name)s” is not in the University's curriculum")
            if side == Side.PARTNER:
                unknown = gettext_noop("“%(name)s” is not in the partner's curriculum")
            several = gettext_noop("“%(name)s” may be any of several courses; write its code instead")
            self.problem(name, several if found else unknown, name=name.text)
            return None
        course = found[0]
        if course.pk in self.met:
            text = gettext_noop("“%(name)s” stands in the table twice; first at %(first)s")
            self.problem(name, text, name=name.text, first=self.met[course.pk])
            return None
        self.met[course.pk] = name.where
        return course

    def _credits(self, cell: Cell) -> Decimal | None:
        value = parse_decimal(cell.text)
        if not cell.text:
            self.problem(cell, gettext_noop("the number of credits is missing"))
        elif value is None:
            self.problem(cell, gettext_noop("credits must be a number, got “%(value)s”"), value=cell.text)
        elif not 0 < value <= MAX_CREDITS:
            text = gettext_noop("credits must lie between %(low)s and %(high)s, got %(value)s")
            self.problem(cell, text, low="0,5", high=MAX_CREDITS, value=cell.text)
        else:
            return value
        return None

    def _hours(self, cell: Cell) -> int | None:
        value = parse_decimal(cell.text)
        if not cell.text:
            self.problem(cell, gettext_noop("the number of hours is missing"))
            return None
        if value is None or value != value.to_integral_value():
            self.problem(cell, gettext_noop("hours must be a whole number, got “%(value)s”"), value=cell.text)
            return None
        if not 1 <= value <= MAX_HOURS:
            text = gettext_noop("hours must lie between %(low)s and %(high)s, got “%(value)s”")
            self.problem(cell, text, low=1, high=MAX_HOURS, value=cell.text)
            return None
        return int(value)


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
