"""A table of Annex 1, wherever it came from: its rows linked to courses and checked, each problem named by its cell.

What counts as wrong (docs/decisions/0012-what-an-annex-file-may-differ-in.md): credits that differ from the curriculum's are a
problem, since recognition counts them; hours and semesters that differ are told and do not stop the table.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import cast

from django.utils.translation import gettext_noop

from agreements.convert import AnnexEntry, AnnexLine, AnnexSums, annex_hash, relation_of, sums_of
from agreements.enums import Side
from agreements.models import AnnexVersion
from core.imports import Cell, ImportReport, Outcome, Problem, ReportLine, parse_decimal
from core.values import fold, trimmed
from programmes.models import Course

MIN_CREDITS, MAX_CREDITS, MAX_HOURS, MAX_SEMESTER = Decimal("0.5"), Decimal(60), 2400, 14


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row as the table has it, linked to courses; `where` is its first cell, `notes` what is told about it."""

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
    def made(self) -> AnnexVersion:
        """The version of a report that is well after writing: it has one."""
        return cast(AnnexVersion, self.version)

    @property
    def remarks(self) -> list[ReportLine]:
        """The rows and courses about which something is told that stops nothing."""
        return [line for line in self.lines if line.text]

    @property
    def sums(self) -> AnnexSums:
        """Credits and hours of both sides of the whole table."""
        return sums_of(self.entries)


@dataclass
class AnnexTable:
    """What a table says, and what is wrong with it. `named`: the courses that it names, also in rows that are not taken.

    `refused`: those rows, as a report shows them.
    """

    rows: list[ReadRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    named: frozenset[int] = frozenset()
    refused: list[AnnexReportLine] = field(default_factory=list)

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
            for name in {plain_name(name) for name in names if name}:
                self._by_name.setdefault(name, []).append(course)

    def find(self, name: str, semester: int) -> list[Course]:
        """The courses of this name, or of one part of "this / that"; of several, those of the semester."""
        found = self._by_name.get(plain_name(name), [])
        if not found:
            parts = [plain_name(part) for part in name.split("/")]
            courses = {course.pk: course for part in parts for course in self._by_name.get(part, [])}
            found = list(courses.values())
        same = [course for course in found if course.semester == semester]
        return same if len(found) > 1 and same else found


def plain_name(name: str) -> str:
    """A name as names are compared: without case, quotation marks and white space between words."""
    return fold(" ".join(name.replace("«", "").replace("»", "").split()))


@dataclass(frozen=True, slots=True)
class Amounts:
    """The cells of a course on one side of a line: its name, credits and hours."""

    name: Cell
    credits: Cell
    hours: Cell

    @property
    def is_empty(self) -> bool:
        """True when nothing stands there."""
        return not (self.name.text or self.credits.text or self.hours.text)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a table with the number that stands or is counted beside it."""

    number: str
    home: Amounts
    partner: Amounts


@dataclass(frozen=True, slots=True)
class Group:
    """Lines that stand for each other. `stated`: the relation that a row of one side is given, `reason`: the cell that says why."""

    semester: int
    is_summer: bool
    lines: tuple[Line, ...]
    stated: Cell
    relation: str
    reason: Cell
    why: str

    @property
    def told(self) -> list[Cell]:
        """What cannot be read is named once, as the table is opened; its row is none that could be written."""
        cells = [
            cell
            for line in self.lines
            for side in (line.home, line.partner)
            for cell in (side.name, side.credits, side.hours)
        ]
        return [cell for cell in (*cells, self.stated, self.reason) if cell.is_told]

    @property
    def shown(self) -> str:
        """The courses of both sides as they are named, be it right or not."""
        sides = ([line.home.name.text for line in self.lines], [line.partner.name.text for line in self.lines])
        return " ↔ ".join(" + ".join(filter(None, names)) or "—" for names in sides)


class Checker:
    """Takes groups of lines one by one; `rows` are those that may be written, `problems` all that is wrong."""

    def __init__(self, home: Sequence[Course], partner: Sequence[Course], problems: list[Problem]) -> None:
        self.problems = problems
        self.names = {Side.HOME: CourseNames(home), Side.PARTNER: CourseNames(partner)}
        self.rows: list[ReadRow] = []
        self.refused: list[AnnexReportLine] = []
        self.met: dict[int, str] = {}

    @property
    def table(self) -> AnnexTable:
        """What has been read."""
        return AnnexTable(self.rows, self.problems, frozenset(self.met), self.refused)

    def problem(self, cell: Cell, text: str, **params: object) -> None:
        """Note what is wrong with a cell, unless that is said already."""
        if not cell.is_told:
            self.problems.append(Problem(cell.where, text, params))

    def take(self, group: Group) -> None:
        """Check a group, all that is wrong with it at once: linked to courses it becomes a row."""
        home = sum(not line.home.is_empty for line in group.lines)
        partner = sum(not line.partner.is_empty for line in group.lines)
        if not home and not partner:
            return
        before = len(self.problems)
        notes: list[str] = []
        lines: list[AnnexLine] = []
        for side in (Side.HOME, Side.PARTNER):
            for line in group.lines:
                found = self._line(side, line, group.semester, notes)
                if found is not None:
                    lines.append(found)
        faulty = [*(problem.where for problem in self.problems[before:]), *(cell.where for cell in group.told)]
        relation, reason = self._note(group, relation_of(home, partner), alone=not home or not partner)
        if faulty:
            self.refused.append(AnnexReportLine(faulty[0], Outcome.REFUSED, group.shown))
            return
        entry = AnnexEntry(group.semester, group.is_summer, relation, reason, tuple(lines))
        self.rows.append(ReadRow(entry, group.lines[0].home.name.where, tuple(dict.fromkeys(notes))))

    def _note(self, group: Group, relation: str, *, alone: bool) -> tuple[str, str]:
        if not group.relation:
            return relation, ""
        if not alone:
            self.problem(group.stated, gettext_noop("only a row of one side can be additional or a difference"))
        elif not trimmed(group.why):
            self.problem(group.reason, gettext_noop("an additional row or a difference needs a reason"))
        return group.relation, trimmed(group.why)[:300]

    def _line(self, side: Side, line: Line, semester: int, notes: list[str]) -> AnnexLine | None:
        cells = line.home if side == Side.HOME else line.partner
        if cells.is_empty:
            return None
        course = None
        if cells.name.text:
            course = self._course(side, cells.name, semester)
        else:
            self.problem(cells.credits if cells.credits.text else cells.hours, gettext_noop("has no course beside it"))
        amount, time = self._credits(cells.credits), self._hours(cells.hours)
        if course is not None and amount is not None and amount != course.credits:
            text = gettext_noop("has %(printed)s credits; the curriculum gives %(course)s %(credits)s")
            known = f"{course.credits.normalize():f}"
            self.problem(cells.credits, text, printed=cells.credits.text, course=course.code, credits=known)
        if course is None or amount is None or time is None:
            return None
        if time != course.hours:
            notes.append(gettext_noop("hours differ from the curriculum's"))
        if side == Side.HOME and course.semester != semester:
            notes.append(gettext_noop("stands in another semester than in the University's curriculum"))
        return AnnexLine(side, line.number[:10], cells.name.text[:300], course.pk, amount, time)

    def _course(self, side: Side, name: Cell, semester: int) -> Course | None:
        found = self.names[side].find(name.text, semester)
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
        self.met.setdefault(course.pk, name.where)
        return course

    def _credits(self, cell: Cell) -> Decimal | None:
        value = parse_decimal(cell.text)
        if not cell.text:
            self.problem(cell, gettext_noop("the number of credits is missing"))
        elif value is None:
            self.problem(cell, gettext_noop("credits must be a number, got “%(value)s”"), value=cell.text)
        elif not MIN_CREDITS <= value <= MAX_CREDITS:
            text = gettext_noop("credits must lie between %(low)s and %(high)s, got %(value)s")
            self.problem(cell, text, low=MIN_CREDITS, high=MAX_CREDITS, value=cell.text)
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
