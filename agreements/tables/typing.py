"""Annex 1 as a table that is typed into: its lines, what is wrong beside each cell, sums, what was agreed before."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from decimal import Decimal

from django.utils.translation import gettext

from agreements.convert import AnnexEntry, AnnexLine, relation_of, sums_of
from agreements.enums import Relation, Side
from agreements.imports.rows import MAX_CREDITS, MAX_HOURS, MAX_SEMESTER, CourseNames, plain_name
from agreements.imports.typed import COLUMNS, LABELS, TypedLine, cell_place, is_translated, printed_name, tied
from agreements.models import AnnexCourse, AnnexRow, Pathway
from agreements.tables.grid import compared, difference_in_words, relation_in_words
from core.grids import GridCell, GridColumn, SumColumn, Sums, TotalRow, Totals, grid_row
from core.imports import Problem
from core.templatetags.written import credits_
from core.values import fold
from programmes.models import Course

BLANK_LINES = 4
HOME_COURSES, PARTNER_COURSES = "home-courses", "partner-courses"


@dataclass(frozen=True, slots=True)
class TypedRow:
    """A line of the table: its cells by column, and how it stands to the other side, in words with their tone."""

    key: str
    cells: dict[str, GridCell]
    line: TypedLine = field(default_factory=TypedLine)
    words: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Agreed:
    """What stands for courses of the University. `names`: by which its first course is found; `where`: the newest version of
    it, `times`: in how many pathways it was agreed; `fits`: take it.
    """

    names: str
    home: str
    partner: str
    credits: Decimal
    where: str
    times: int
    fits: tuple[str, str, str] | None


def columns() -> tuple[GridColumn, ...]:
    """The columns, named whole."""
    kinds = {"summer": "check", "relation": "choice"}
    options = {"home": HOME_COURSES, "partner": PARTNER_COURSES}
    alone = (Relation.ADDITIONAL, Relation.DIFFERENCE)
    most: dict[str, Decimal | int] = {"semester": MAX_SEMESTER, "credits": MAX_CREDITS, "hours": MAX_HOURS}
    choices = (("", "—"), *((relation.value, str(relation.label)) for relation in alone))
    amounts = {name: name.rpartition("_")[2] for name in COLUMNS}
    return tuple(
        GridColumn(
            name=name,
            label=str(LABELS[name]),
            kind="number" if amount in most else kinds.get(name, "text"),
            choices=choices if name == "relation" else (),
            options=options.get(name, ""),
            max_length=10 if amount in most or name == "number" else 300,
            most=most.get(amount),
            whole=amount in ("semester", "hours"),
        )
        for name, amount in amounts.items()
    )


def lines_of(rows: Iterable[AnnexRow]) -> list[TypedLine]:
    """The rows of a version as they would be typed: each № is the printed number of the row's first line."""
    found: list[TypedLine] = []
    for row in rows:
        courses = list(row.courses.all())
        home = [course for course in courses if course.side == Side.HOME]
        partner = [course for course in courses if course.side == Side.PARTNER]
        number = (home or partner)[0].printed_number or f"{len(found) + 1}"
        for at in range(max(len(home), len(partner))):
            line = TypedLine(number=number, semester=str(row.semester), summer="1" if row.is_summer else "")
            line = _with_course(line, "home", home, at)
            line = _with_course(line, "partner", partner, at)
            if at == 0 and row.relation in (Relation.ADDITIONAL, Relation.DIFFERENCE):
                line = replace(line, relation=row.relation, reason=row.reason)
            found.append(line)
    return found


def _with_course(line: TypedLine, side: str, courses: Sequence[AnnexCourse], at: int) -> TypedLine:
    if at >= len(courses):
        return line
    course = courses[at]
    return _filled(line, side, course.printed_name, course.credits, course.hours)


def _filled(line: TypedLine, side: str, name: str, credits: Decimal, hours: int) -> TypedLine:
    amounts = {f"{side}_credits": credits_(credits), f"{side}_hours": str(hours)}
    return replace(line, **{side: name}, **amounts)


def lines_of_curricula(
    home: Sequence[Course], partner: Sequence[Course], before: Iterable[AnnexRow]
) -> list[TypedLine]:
    """Each course of the University a line; beside it what was agreed for it before, where the partner still teaches it."""
    ours = {course.code: course for course in home}
    theirs = {course.code: course for course in partner}
    ties: dict[str, tuple[list[Course], list[Course]]] = {}
    used: set[str] = set()
    for row in before:
        sides = _codes(row, Side.HOME), _codes(row, Side.PARTNER)
        known = set(sides[0]) <= ours.keys() and set(sides[1]) <= theirs.keys()
        if known and not ties.keys() & set(sides[0]) and not used & set(sides[1]):
            used |= set(sides[1])
            tie = [ours[code] for code in sides[0]], [theirs[code] for code in sides[1]]
            ties |= dict.fromkeys(sides[0], tie)
    found: list[TypedLine] = []
    done: set[str] = set()
    for course in home:
        if course.code in done:
            continue
        left, right = ties.get(course.code, ([course], []))
        done |= {one.code for one in left}
        number = str(len(found) + 1)
        for at in range(max(len(left), len(right))):
            line = TypedLine(number=number, semester=str(course.semester))
            for side, courses in (("home", left), ("partner", right)):
                if at < len(courses):
                    one = courses[at]
                    line = _filled(line, side, printed_name(one), one.credits, one.hours)
            found.append(line)
    return found


def names_to_read(home: Sequence[Course]) -> dict[str, str]:
    """By printed name, how the reader's language names a course of the University, where that tells the same courses."""
    names = CourseNames(home)
    return {
        plain_name(printed): course.name
        for course in home
        if is_translated(course, course.name)
        and names.find(course.name, 0) == names.find(printed := printed_name(course), 0)
    }


def to_read(lines: Iterable[TypedLine], names: Mapping[str, str]) -> list[TypedLine]:
    """Lines as their reader reads them (`names_to_read`); a name that is printed otherwise than in the curriculum stays."""
    return [replace(line, home=names.get(plain_name(line.home), line.home)) for line in lines]


def _codes(row: AnnexRow, side: str) -> list[str]:
    return [line.course.code for line in row.courses.all() if line.side == side]


def agreed_list(rows: Iterable[AnnexRow], home: Sequence[Course], partner: Sequence[Course]) -> list[Agreed]:
    """What was agreed before for courses of this programme alone, each pair once as its newest version (the first that comes)
    has it, in the reader's language: first what this partner teaches.
    """
    ours = {course.code for course in home}
    theirs = {course.code: course for course in partner}
    pairs: dict[tuple[str, str], list[AnnexRow]] = defaultdict(list)
    for row in rows:
        if set(_codes(row, Side.HOME)) <= ours:
            pairs[_names(row, Side.HOME), _names(row, Side.PARTNER)].append(row)
    found = [_agreed(names, same, theirs) for names, same in pairs.items()]
    return sorted(found, key=lambda one: one.fits is None)


def _agreed(names: tuple[str, str], rows: Sequence[AnnexRow], theirs: Mapping[str, Course]) -> Agreed:
    newest = next((row for row in rows if set(_codes(row, Side.PARTNER)) <= theirs.keys()), rows[0])
    there = [line for line in newest.courses.all() if line.side == Side.PARTNER]
    same = theirs.get(there[0].course.code) if len(there) == 1 else None
    version = newest.version
    return Agreed(
        names="|".join(
            sorted({name for line in newest.courses.all() if line.side == Side.HOME for name in _all_names(line)})
        ),
        home=names[0],
        partner=names[1],
        credits=sum((line.credits for line in there), Decimal(0)),
        where=f"{version.pathway.partner_programme.university.name}, {version.number}",
        times=len(rows),
        fits=(there[0].printed_name, credits_(same.credits), str(same.hours)) if same else None,
    )


def _names(row: AnnexRow, side: str) -> str:
    return " + ".join(line.course.name for line in row.courses.all() if line.side == side)


def _all_names(line: AnnexCourse) -> set[str]:
    course = line.course
    return {
        fold(name) for name in (course.code, course.name_kk, course.name_ru, course.name_en, line.printed_name) if name
    }


def typed_table(lines: Mapping[str, TypedLine], problems: Sequence[Problem]) -> list[TypedRow]:
    """The table as it was typed, each problem beside its cell."""
    faults: dict[str, list[str]] = defaultdict(list)
    for problem in problems:
        faults[problem.where].append(problem.words)
    shown = columns()
    rows = []
    for number, (key, line) in enumerate(lines.items(), start=1):
        told = {name: tuple(faults.get(cell_place(number, name), ())) for name in COLUMNS}
        rows.append(TypedRow(key, grid_row(shown, key, number, asdict(line), told), line))
    for place, (words, tone) in _words(rows).items():
        rows[place] = replace(rows[place], words=words, tone=tone)
    return rows


def _tied(rows: Sequence[TypedRow]) -> Iterator[tuple[int, AnnexEntry]]:
    """Each row of Annex 1 at the place of its first line."""
    for places in tied([row.line for row in rows]):
        yield places[0], _entry([rows[place] for place in places])


def _words(rows: Sequence[TypedRow]) -> dict[int, tuple[str, str]]:
    """How each row stands, and in which tone, at the place of its first line."""
    found = {}
    for place, entry in _tied(rows):
        home, partner = (len(entry.side(side)) for side in (Side.HOME, Side.PARTNER))
        words = relation_in_words(entry.relation, home, partner)
        difference = entry.credits(Side.PARTNER) - entry.credits(Side.HOME)
        if home and partner and difference:
            found[place] = f"{words} · {compared(difference)}", "attention"
        else:
            stated = entry.relation in (Relation.ADDITIONAL, Relation.DIFFERENCE)
            found[place] = words, "attention" if stated else "good" if home and partner else "plain"
    return found


def _entry(rows: Sequence[TypedRow]) -> AnnexEntry:
    """Lines of one № as values: what is typed is summed before it is right, what cannot stand or was refused is as if not typed."""
    found = []
    for side in (Side.HOME, Side.PARTNER):
        for row in rows:
            name, credits, hours = (row.cells[f"{side}{part}"] for part in ("", "_credits", "_hours"))
            if any(cell.value.strip() for cell in (name, credits, hours)):
                found.append(AnnexLine(side, "", name.value.strip(), 0, credits.amount, int(hours.amount)))
    lines = [row.line for row in rows]
    home, partner = (sum(line.side == side for line in found) for side in (Side.HOME, Side.PARTNER))
    stated = next((line.relation for line in lines if line.relation in Relation.values), "")
    relation = relation_of(home, partner)
    semester = next((int(said) for row in rows if (said := row.cells["semester"].amount)), 0)
    one_sided = relation == Relation.TAKEN_THERE
    summer = any(line.summer for line in lines)
    return AnnexEntry(semester, summer, stated if stated and one_sided else relation, "", tuple(found))


def totals_of(rows: Sequence[TypedRow], pathway: Pathway) -> Totals:
    """Sums by semester, then of the whole table, as far as it can be read (A1-c)."""
    entries = [entry for _place, entry in _tied(rows)]
    blocks: dict[tuple[int, bool], list[AnnexEntry]] = defaultdict(list)
    for entry in entries:
        blocks[entry.semester, entry.is_summer].append(entry)
    return Totals(
        title=gettext("Totals"),
        clause="A1",
        by="semester",
        label=gettext("Semester"),
        whole_label=gettext("Whole programme"),
        said=gettext("{bucket}: credits {home-credits} ↔ {partner-credits}, {words}"),
        columns=(
            SumColumn("home-credits", str(pathway.home_programme.university.name), "home-hours"),
            SumColumn("partner-credits", str(pathway.partner_programme.university.name), "partner-hours"),
        ),
        rows=[_total(str(key[0] or "—"), block, summer=key[1]) for key, block in sorted(blocks.items())],
        whole=_total("", entries),
        words=words_for_script(),
    )


def _total(semester: str, entries: Sequence[AnnexEntry], *, summer: bool = False) -> TotalRow:
    sums = sums_of(entries)
    shown: Sums = {
        "home-credits": sums.home_credits,
        "home-hours": sums.home_hours,
        "partner-credits": sums.partner_credits,
        "partner-hours": sums.partner_hours,
    }
    return TotalRow(semester, summer, shown, difference_in_words(sums))


def words_for_script() -> str:
    """The words of relations and differences as the server writes them, for who counts while typing."""
    relations = {
        "0:1": relation_in_words(Relation.TAKEN_THERE, 0, 1),
        "1:0": relation_in_words(Relation.TAKEN_THERE, 1, 0),
        "1:1": relation_in_words(Relation.ONE_TO_ONE, 1, 1),
        "2:1": relation_in_words(Relation.MANY_TO_ONE, 2, 1),
        "1:2": relation_in_words(Relation.ONE_TO_MANY, 1, 2),
        "n:1": relation_in_words(Relation.MANY_TO_ONE, 3, 1),
        "1:n": relation_in_words(Relation.ONE_TO_MANY, 1, 3),
        "n:n": relation_in_words(Relation.MANY_TO_MANY, 2, 2),
        "additional": str(Relation.ADDITIONAL.label),
        "difference": str(Relation.DIFFERENCE.label),
    }
    differences = {
        "equal": gettext("equal"),
        "fewer": gettext("credits fewer at the partner: %(credits)s"),
        "more": gettext("credits more at the partner: %(credits)s"),
        "total": gettext("difference at the partner: credits %(credits)s, hours %(hours)s"),
        "homeAlone": gettext("at the University only: %(credits)s"),
        "partnerAlone": gettext("at the partner only: %(credits)s"),
    }
    return json.dumps({**relations, **differences}, ensure_ascii=False)
