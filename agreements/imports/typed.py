"""Annex 1 typed on a page: lines with the same № stand for each other. The same checks as a file's."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace

from django.utils.translation import gettext, gettext_lazy, gettext_noop

from agreements.convert import AnnexLine
from agreements.enums import Relation
from agreements.imports.rows import MAX_SEMESTER, Amounts, AnnexTable, Checker, Group, Line, plain_name
from core.imports import Cell, Problem, cell_of, parse_decimal
from programmes.models import Course


@dataclass(frozen=True, slots=True)
class TypedLine:
    """A line as it was typed: texts. `number` ties it to the other lines of that №; empty: it stands alone."""

    number: str = ""
    semester: str = ""
    summer: str = ""
    home: str = ""
    home_credits: str = ""
    home_hours: str = ""
    partner: str = ""
    partner_credits: str = ""
    partner_hours: str = ""
    relation: str = ""
    reason: str = ""

    @property
    def is_empty(self) -> bool:
        """A line that says nothing is none: a № and a semester say nothing yet."""
        said = (self.home, self.home_credits, self.home_hours, self.partner, self.partner_credits, self.partner_hours)
        return not any(text.strip() for text in (*said, self.reason))


COLUMNS = tuple(field.name for field in fields(TypedLine))
# Column heads, and the names by which people are told of a cell.
LABELS = {
    "number": gettext_lazy("No."),
    "semester": gettext_lazy("Semester"),
    "summer": gettext_lazy("Summer"),
    "home": gettext_lazy("Course, the University"),
    "home_credits": gettext_lazy("Credits, the University"),
    "home_hours": gettext_lazy("Hours, the University"),
    "partner": gettext_lazy("Course, the partner"),
    "partner_credits": gettext_lazy("Credits, the partner"),
    "partner_hours": gettext_lazy("Hours, the partner"),
    "relation": gettext_lazy("Relation"),
    "reason": gettext_lazy("Reason"),
}


def cell_place(number: int, column: str) -> str:
    """How a typed cell is named to people: by its line and its column."""
    return gettext("line %(number)s, %(column)s") % {"number": number, "column": str(LABELS[column])}


def tied(lines: Sequence[TypedLine]) -> list[list[int]]:
    """The places of the lines that stand for each other, by №, in the order of their first lines. Empty lines are none."""
    groups: dict[str, list[int]] = {}
    for place, line in enumerate(lines):
        if not line.is_empty:
            groups.setdefault(line.number.strip() or f"alone {place}", []).append(place)
    return list(groups.values())


def printed_name(course: Course) -> str:
    """The name that a printed table gives a course: the University's in Kazakh, a partner's in its own language."""
    return course.name_original or course.name_kk or course.name_en or course.name_ru or course.code


def read_typed(
    lines: Sequence[TypedLine], *, home: Sequence[Course], partner: Sequence[Course], printed: Mapping[int, str]
) -> AnnexTable:
    """Type, link and check a typed table. All problems at once, each named by line and column.

    A course of the University that is typed by its name in another language than Kazakh is printed as before (`printed`, by
    course), else in Kazakh: pages name courses in their reader's language, papers print what is agreed.
    """
    problems: list[Problem] = []
    checker = Checker(home, partner, problems)
    reader = _Reader(lines, problems)
    groups = [reader.group(places) for places in tied(lines)]
    # What stands in one semester stands together, whatever the order in which it was typed.
    counted = 1
    for group in sorted(groups, key=lambda group: (group.semester, group.is_summer)):
        checker.take(_numbered(group, counted))
        counted += len(group.lines)
    if not groups:
        problems.append(Problem(gettext("the table"), gettext_noop("There is no row of courses in it.")))
    courses = {course.pk: course for course in home}
    checker.rows = [
        replace(
            row, entry=replace(row.entry, lines=tuple(_printed(line, courses, printed) for line in row.entry.lines))
        )
        for row in checker.rows
    ]
    return checker.table


def _printed(line: AnnexLine, courses: Mapping[int, Course], printed: Mapping[int, str]) -> AnnexLine:
    course = courses.get(line.course_id)
    if course is None or not course.name_kk or not is_translated(course, line.printed_name):
        return line
    return replace(line, printed_name=printed.get(course.pk) or printed_name(course))


def is_translated(course: Course, name: str) -> bool:
    """Whether a name is that of a course in Russian or English and not in Kazakh."""
    plain = plain_name(name)
    return plain != plain_name(course.name_kk) and plain in {plain_name(course.name_ru), plain_name(course.name_en)}


def _numbered(group: Group, first: int) -> Group:
    """The printed numbers are counted through the whole table."""
    lines = (Line(str(number), line.home, line.partner) for number, line in enumerate(group.lines, start=first))
    return Group(group.semester, group.is_summer, tuple(lines), group.stated, group.relation, group.reason, group.why)


class _Reader:
    def __init__(self, lines: Sequence[TypedLine], problems: list[Problem]) -> None:
        self.lines, self.problems = lines, problems

    def cell(self, place: int, column: str) -> Cell:
        text = getattr(self.lines[place], column).strip()
        return cell_of(text, cell_place(place + 1, column), self.problems, is_formula=text.startswith("="))

    def problem(self, cell: Cell, text: str, **params: object) -> None:
        if not cell.is_told:
            self.problems.append(Problem(cell.where, text, params))

    def group(self, places: Sequence[int]) -> Group:
        """What is said of a whole row (semester, relation, reason) stands on its first line; other lines may repeat it."""
        semester = self._semester(places)
        summer = any(self.lines[place].summer for place in places)
        stated = next((place for place in places if self.lines[place].relation.strip()), places[0])
        why = next((place for place in places if self.lines[place].reason.strip()), stated)
        reason = self.cell(why, "reason")
        relation = self.lines[stated].relation.strip()
        if relation not in {"", Relation.ADDITIONAL, Relation.DIFFERENCE}:
            relation = ""
        if reason.text and not relation:
            told = gettext_noop("a reason belongs to an additional row or to a difference: say which")
            self.problem(reason, told)
        return Group(
            semester,
            summer,
            tuple(self._packed(places)),
            Cell(relation, cell_place(stated + 1, "relation")),
            relation,
            reason,
            reason.text,
        )

    def _packed(self, places: Sequence[int]) -> Iterable[Line]:
        """The courses of each side from the top, without the gaps that were left between them."""
        sides = []
        for side in ("home", "partner"):
            cells = (
                Amounts(*(self.cell(place, column) for column in (side, f"{side}_credits", f"{side}_hours")))
                for place in places
            )
            sides.append([amounts for amounts in cells if not amounts.is_empty])
        height = max(len(side) for side in sides)
        nothing = Cell(None, cell_place(places[0] + 1, "home"))
        empty = Amounts(nothing, nothing, nothing)
        for at in range(height):
            home, partner = (side[at] if at < len(side) else empty for side in sides)
            yield Line("", home, partner)

    def _semester(self, places: Sequence[int]) -> int:
        """The semester of a row, the first that can be read; what is wrong with that of any line is noted."""
        found = 0
        cells = [self.cell(place, "semester") for place in places]
        for cell in (cell for cell in cells if cell.text):
            value = parse_decimal(cell.text)
            if value is None or value != value.to_integral_value():
                self.problem(
                    cell, gettext_noop("the semester must be a whole number, got “%(value)s”"), value=cell.text
                )
            elif not 1 <= value <= MAX_SEMESTER:
                self.problem(cell, gettext_noop("there is no semester %(number)s"), number=cell.text)
            elif found and value != found:
                self.problem(
                    cell,
                    gettext_noop("lines of one No. stand in one semester; above stands %(semester)s"),
                    semester=found,
                )
            else:
                found = int(value)
        if not any(cell.text for cell in cells):
            self.problem(cells[0], gettext_noop("the semester is missing"))
        return found or 1
