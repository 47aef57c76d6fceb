"""Annex 1 as a grid: blocks by semester, cells that reach over several lines, relations and differences in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from django.utils.translation import gettext

from agreements.convert import AnnexEntry, AnnexSums, sums_of
from agreements.enums import Relation, Side
from agreements.models import AnnexCourse, AnnexRow
from agreements.pdf import span_at
from agreements.selectors.annex import entries_of
from core.templatetags.written import credits_

_TONES = {
    Relation.ONE_TO_ONE: "good",
    Relation.TAKEN_THERE: "plain",
    Relation.ADDITIONAL: "attention",
    Relation.DIFFERENCE: "attention",
}


@dataclass(frozen=True, slots=True)
class GridCell:
    """A course on one side, over `span` lines. `more`: the name in the reader's language, where the printed one stands above."""

    name: str
    more: str
    credits: Decimal
    hours: int
    span: int


@dataclass(frozen=True, slots=True)
class GridLine:
    """A line of the grid. `height` is not 0 on the first line of a row, which also bears the relation over all its lines."""

    number: str
    home: GridCell | None
    home_gap: int
    partner: GridCell | None
    partner_gap: int
    height: int
    relation: str
    tone: str
    note: str
    reason: str
    position: int
    one_sided: bool


@dataclass(frozen=True, slots=True)
class GridBlock:
    """A semester with its lines and sums."""

    semester: int
    is_summer: bool
    lines: tuple[GridLine, ...]
    sums: AnnexSums


def grid_of(rows: Sequence[AnnexRow]) -> list[GridBlock]:
    """The blocks of a version whose rows come with their courses. No query."""
    blocks = []
    for (semester, is_summer), group in groupby(rows, key=lambda row: (row.semester, row.is_summer)):
        found = list(group)
        entries = entries_of(found)
        lines = tuple(line for row, entry in zip(found, entries, strict=True) for line in _lines(row, entry))
        blocks.append(GridBlock(semester, is_summer, lines, sums_of(entries)))
    return blocks


def difference_in_words(sums: AnnexSums) -> str:
    """A total in words: by how much the partner's sums differ from the University's, and what one side has alone (A1-c)."""
    text = gettext("equal")
    if sums.credit_difference or sums.hour_difference:
        by = {"credits": _with_sign(sums.credit_difference), "hours": _with_sign(sums.hour_difference)}
        text = gettext("difference at the partner: credits %(credits)s, hours %(hours)s") % by
    alone = (
        (gettext("at the University only: %(credits)s"), sums.alone),
        (gettext("at the partner only: %(credits)s"), sums.partner_alone),
    )
    told = "; ".join(words % {"credits": credits_(credits)} for words, credits in alone if credits)
    return f"{text} ({told})" if told else text


def _with_sign(difference: Decimal | int) -> str:
    return f"+{credits_(difference)}" if difference > 0 else credits_(difference)


def compared(difference: Decimal) -> str:
    """The partner's credits in a row beside the University's, in words."""
    if not difference:
        return gettext("equal")
    more, fewer = (
        gettext("credits more at the partner: %(credits)s"),
        gettext("credits fewer at the partner: %(credits)s"),
    )
    return (more if difference > 0 else fewer) % {"credits": credits_(abs(difference))}


def _lines(row: AnnexRow, entry: AnnexEntry) -> list[GridLine]:
    courses = list(row.courses.all())
    home = [course for course in courses if course.side == Side.HOME]
    partner = [course for course in courses if course.side == Side.PARTNER]
    height = max(len(home), len(partner))
    difference = entry.credits(Side.PARTNER) - entry.credits(Side.HOME) if home and partner else Decimal(0)
    return [
        GridLine(
            number=_number(home, partner, at),
            home=_cell(home, at, height),
            home_gap=height if not home and at == 0 else 0,
            partner=_cell(partner, at, height),
            partner_gap=height if not partner and at == 0 else 0,
            height=height if at == 0 else 0,
            relation=relation_in_words(row.relation, len(home), len(partner)),
            tone=_TONES.get(Relation(row.relation), "accent"),
            note=compared(difference) if difference and at == 0 else "",
            reason=row.reason,
            position=row.position,
            one_sided=not home or not partner,
        )
        for at in range(height)
    ]


def relation_in_words(relation: str, home: int, partner: int) -> str:
    """How many courses of each side stand for each other, or what becomes of a side alone."""
    if relation == Relation.TAKEN_THERE:
        return gettext("at the partner only") if not home else gettext("at the University only")
    words = {(2, 1): gettext("two to one"), (1, 2): gettext("one to two")}
    if relation in (Relation.MANY_TO_ONE, Relation.ONE_TO_MANY) and (home, partner) in words:
        return words[home, partner]
    return str(Relation(relation).label)


def _number(home: Sequence[AnnexCourse], partner: Sequence[AnnexCourse], at: int) -> str:
    for side in (home, partner):
        if at < len(side) and side[at].printed_number:
            return side[at].printed_number
    return ""


def _cell(courses: Sequence[AnnexCourse], at: int, height: int) -> GridCell | None:
    if at >= len(courses):
        return None
    course = courses[at]
    name, more = course.name, course.course.name
    more = more if more.casefold() != name.casefold() else ""
    return GridCell(name, more, course.credits, course.hours, span_at(len(courses), at, height))
