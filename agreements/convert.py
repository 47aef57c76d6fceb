"""Annex 1 as plain values: its rows, what relation they are in, their sums and the hash that both sides agree to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from agreements.enums import ConversionRule, Relation, Side
from core.values import Localized, content_hash

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class AnnexLine:
    """A course on one side of a row, as the printed table shows it. `course_id`: the course of that side's curriculum."""

    side: str
    printed_number: str
    printed_name: str
    course_id: int
    credits: Decimal
    hours: int


@dataclass(frozen=True, slots=True)
class AnnexEntry:
    """A row: courses of the University beside courses of the partner. `reason` is why a one-sided row stands alone."""

    semester: int
    is_summer: bool
    relation: str
    reason: str
    lines: tuple[AnnexLine, ...]

    def side(self, side: str) -> tuple[AnnexLine, ...]:
        """The courses of one side, in their order."""
        return tuple(line for line in self.lines if line.side == side)

    def credits(self, side: str) -> Decimal:
        """The credits of one side."""
        return sum((line.credits for line in self.side(side)), ZERO)

    def hours(self, side: str) -> int:
        """The hours of one side."""
        return sum(line.hours for line in self.side(side))


@dataclass(frozen=True, slots=True)
class AnnexSums:
    """Credits and hours of both sides over some rows. `alone`: credits of a side without a course of the other beside them."""

    home_credits: Decimal
    home_hours: int
    partner_credits: Decimal
    partner_hours: int
    alone: Decimal
    partner_alone: Decimal

    @property
    def credit_difference(self) -> Decimal:
        """Partner minus home: negative when the partner's side is short."""
        return self.partner_credits - self.home_credits

    @property
    def hour_difference(self) -> int:
        """Partner minus home, in hours."""
        return self.partner_hours - self.home_hours


def names_in_annex(side: str, printed: str, names: Localized) -> Localized:
    """A course as pages and papers in each language name it: the University's by its name there, in Kazakh and where it has
    none as it is printed; the partner's as it is printed.
    """
    return replace(names, kk=printed) if side == Side.HOME else Localized(printed)


def sums_of(entries: Iterable[AnnexEntry]) -> AnnexSums:
    """Totals by side (A1-c)."""
    rows = tuple(entries)
    return AnnexSums(
        home_credits=sum((row.credits(Side.HOME) for row in rows), ZERO),
        home_hours=sum(row.hours(Side.HOME) for row in rows),
        partner_credits=sum((row.credits(Side.PARTNER) for row in rows), ZERO),
        partner_hours=sum(row.hours(Side.PARTNER) for row in rows),
        alone=sum((row.credits(Side.HOME) for row in rows if not row.side(Side.PARTNER)), ZERO),
        partner_alone=sum((row.credits(Side.PARTNER) for row in rows if not row.side(Side.HOME)), ZERO),
    )


def relation_of(home: int, partner: int) -> str:
    """The relation of `home` courses of the University to `partner` courses; an empty side is taken where the course is."""
    if not home or not partner:
        return Relation.TAKEN_THERE
    if home == 1:
        return Relation.ONE_TO_ONE if partner == 1 else Relation.ONE_TO_MANY
    return Relation.MANY_TO_ONE if partner == 1 else Relation.MANY_TO_MANY


def annex_hash(entries: Sequence[AnnexEntry]) -> str:
    """SHA-256 of all that the table says: the same rows in the same order have the same hash."""
    return content_hash({"annex": 1, "rows": list(entries)})


def step_of(best: Decimal, worst: Decimal) -> Decimal:
    """The step of a scale's marks: a tenth on a scale of a few units (German), one on a scale of a hundred."""
    return Decimal("0.1") if abs(best - worst) <= 20 else Decimal(1)


def table_covers(scale: tuple[Decimal, Decimal, Decimal], table: Sequence[dict[str, str]]) -> bool:
    """Whether a conversion table has no gap and no overlap between the scale's best mark and its lowest pass.

    `scale`: best, lowest pass, step. A range of the table: from, to (marks of theirs, both included) and percent of ours.
    """
    best, passing, step = scale
    ranges = sorted(tuple(sorted((Decimal(row["from"]), Decimal(row["to"])))) for row in table)
    if not ranges or ranges[0][0] != min(best, passing) or ranges[-1][1] < max(best, passing):
        return False
    return all(after[0] - before[1] == step for before, after in pairwise(ranges))


def range_in_words(row: Mapping[str, str]) -> str:
    """A range of a conversion table as people type and read it."""
    return f"{row['from']}–{row['to']} = {row['percent']}"


def conversion_complete(rule: str, *, has_scale: bool, table_is_whole: bool) -> bool:
    """Whether a rule of conversion says all that it needs (5.7.3)."""
    if not has_scale or not rule:
        return False
    return table_is_whole if rule == ConversionRule.TABLE else True
