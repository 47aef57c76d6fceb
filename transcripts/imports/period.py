"""Which semester the title lines of a file of marks speak of, as far as they say it: an academic year, a season."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from core.imports import Cell, Grid
from programmes.enums import TermKind
from programmes.models import AcademicTerm

_YEARS = re.compile(r"\b(20\d\d)\s*[/–—-]\s*(?:20)?(\d\d)\b")
# Beginnings of words in the languages of our partners. A European summer semester is the spring one of the calendar.
_SEASONS: tuple[tuple[re.Pattern[str], frozenset[str]], ...] = (
    (
        re.compile(r"\b(winter|autumn|fall\b|күз|қыс|осен|зимн|zimow|jesien|herbst)|[秋冬]", re.IGNORECASE),
        frozenset({TermKind.AUTUMN}),
    ),
    (re.compile(r"\b(spring|көктем|весен|wiosen|frühjahr)|春", re.IGNORECASE), frozenset({TermKind.SPRING})),
    (
        re.compile(r"\b(summer|sommer|жаз|летн|letni)|夏", re.IGNORECASE),
        frozenset({TermKind.SPRING, TermKind.SUMMER}),
    ),
)


@dataclass(frozen=True, slots=True)
class Said:
    """What a title says, and where: the first years of the academic years, the kinds of terms; empty where it says none."""

    cell: Cell
    years: frozenset[int]
    kinds: frozenset[str]

    def contradicts(self, term: AcademicTerm) -> bool:
        """True when the title speaks of another semester than `term`."""
        other_year = bool(self.years) and term.year not in self.years
        return other_year or (bool(self.kinds) and term.kind not in self.kinds)


def titles(grid: Grid, above: int) -> Iterator[Said]:
    """The cells over the row `above` that name an academic year or a season."""
    for row in range(1, above):
        for column in range(1, grid.width + 1):
            cell = grid.cell(row, column)
            said = _said(cell) if cell.text else None
            if said is not None:
                yield said


def _said(cell: Cell) -> Said | None:
    text = cell.text
    years = frozenset(int(first) for first, last in _YEARS.findall(text) if (int(first) + 1) % 100 == int(last))
    kinds = frozenset[str]().union(*(kinds for pattern, kinds in _SEASONS if pattern.search(text)))
    return Said(cell, years, kinds) if years or kinds else None
