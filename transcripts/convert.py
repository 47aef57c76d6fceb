"""Converting marks: source scale → rule → percent → rounded → letter and points (3-e, 5.10; domain of Order No. 152).

Pure. A failed mark stays failed under every rule, a pass never becomes a fail. What was done stands in `explanation`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from agreements.convert import step_of
from core.values import Localized, round_half_up

LOWEST_PASS = 50
PASSED_LETTER = "P"
_HUNDRED, _FIFTY = Decimal(100), Decimal(50)

EXCELLENT = Localized("өте жақсы", "отлично", "excellent")
GOOD = Localized("жақсы", "хорошо", "good")
SATISFACTORY = Localized("қанағаттанарлық", "удовлетворительно", "satisfactory")
UNSATISFACTORY = Localized("қанағаттанарлықсыз", "неудовлетворительно", "unsatisfactory")
PASSED = Localized("сынақ", "зачтено", "passed")


@dataclass(frozen=True, slots=True)
class Band:
    """A letter of the Kazakh scale: whole percents from `low` to `high`, points, and the traditional word."""

    letter: str
    points: Decimal
    low: int
    high: int
    traditional: Localized

    @property
    def is_pass(self) -> bool:
        """True from the lowest pass on."""
        return self.low >= LOWEST_PASS


@dataclass(frozen=True, slots=True)
class Edition:
    """The Kazakh scale as it stands from a day on."""

    name: str
    starts_on: date
    bands: tuple[Band, ...]


def _band(letter: str, points: str, low: int, high: int, traditional: Localized) -> Band:
    return Band(letter, Decimal(points), low, high, traditional)


_PASSES_WITHOUT_C_PLUS = (
    _band("A", "4.0", 95, 100, EXCELLENT),
    _band("A-", "3.67", 90, 94, EXCELLENT),
    _band("B+", "3.33", 85, 89, GOOD),
    _band("B", "3.0", 80, 84, GOOD),
    _band("B-", "2.67", 75, 79, GOOD),
)
_LOW_PASSES = (
    _band("C", "2.0", 65, 69, SATISFACTORY),
    _band("C-", "1.67", 60, 64, SATISFACTORY),
    _band("D+", "1.33", 55, 59, SATISFACTORY),
    _band("D", "1.0", 50, 54, SATISFACTORY),
)
# Older papers know no FX and call C+ satisfactory (domain.md 1); marks are read by the edition of their examination.
EDITIONS: tuple[Edition, ...] = (
    Edition(
        "152-2011",
        date(2011, 4, 20),
        (
            *_PASSES_WITHOUT_C_PLUS,
            _band("C+", "2.33", 70, 74, SATISFACTORY),
            *_LOW_PASSES,
            _band("F", "0", 0, 49, UNSATISFACTORY),
        ),
    ),
    Edition(
        "152-2018",
        date(2018, 10, 12),
        (
            *_PASSES_WITHOUT_C_PLUS,
            _band("C+", "2.33", 70, 74, GOOD),
            *_LOW_PASSES,
            _band("FX", "0.5", 25, 49, UNSATISFACTORY),
            _band("F", "0", 0, 24, UNSATISFACTORY),
        ),
    ),
)


def edition_on(day: date) -> Edition:
    """The edition of the Kazakh scale in force on a day; before the first one, the first."""
    in_force = [edition for edition in EDITIONS if edition.starts_on <= day]
    return in_force[-1] if in_force else EDITIONS[0]


def band_of(percent: int, day: date) -> Band:
    """The letter of a whole percent (0 to 100) by the edition of `day`. ValueError outside."""
    for band in edition_on(day).bands:
        if band.low <= percent <= band.high:
            return band
    raise ValueError(f"{percent} is no percent")


@dataclass(frozen=True, slots=True)
class Scale:
    """A partner's scale as values: best mark, lowest pass, worst mark (any direction), and words without a number."""

    code: str
    names: Localized
    best: Decimal
    passing: Decimal
    worst: Decimal
    pass_words: tuple[str, ...] = ()
    fail_words: tuple[str, ...] = ()

    def holds(self, mark: Decimal) -> bool:
        """True when the mark lies on the scale."""
        return min(self.best, self.worst) <= mark <= max(self.best, self.worst)

    def passes(self, mark: Decimal) -> bool:
        """True when the mark is the lowest pass or better."""
        return mark <= self.passing if self.best < self.passing else mark >= self.passing

    def word(self, text: str) -> bool | None:
        """True for a word that passes, False for one that fails, None for anything else."""
        said = text.strip().casefold()
        if said in {word.casefold() for word in self.pass_words}:
            return True
        return False if said in {word.casefold() for word in self.fail_words} else None


@dataclass(frozen=True, slots=True)
class Rule:
    """How marks of a scale become percents: `linear`, `percent` or `table` (rows of from, to, percent)."""

    name: str
    table: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark as given: a number, or None with a word that passes or fails. `credits` weigh it in a cluster."""

    text: str
    number: Decimal | None
    is_pass: bool
    credits: Decimal = Decimal(1)
    course: str = ""


@dataclass(frozen=True, slots=True)
class Conversion:
    """What a mark is at the University. Percent, points None: passed (or failed) without a number."""

    is_pass: bool
    percent: int | None
    letter: str
    points: Decimal | None
    explanation: Mapping[str, Any]


def exact_percent(mark: Decimal, scale: Scale, rule: Rule) -> Decimal:
    """The percent before rounding. ValueError when the mark is off the scale.

    A table is agreed for passing marks; a mark that it has no row for is measured by the line.
    """
    if not scale.holds(mark):
        raise ValueError(f"{mark} is not on the scale {scale.code}")
    if rule.name == "table" and (agreed := _by_table(mark, rule.table)) is not None:
        return agreed
    if rule.name == "percent" and scale.passing == LOWEST_PASS:
        return mark
    share = abs(scale.best - mark) / abs(scale.best - scale.passing)
    return max(_HUNDRED - _FIFTY * share, Decimal(0))


def rule_used(scale: Scale, rule: Rule) -> str:
    """The rule in effect: a percent scale with another pass mark than ours is stretched (domain.md 3, rule 3)."""
    return "linear" if rule.name == "percent" and scale.passing != LOWEST_PASS else rule.name


def _by_table(mark: Decimal, table: Iterable[Mapping[str, Any]]) -> Decimal | None:
    for row in table:
        ends = Decimal(str(row["from"])), Decimal(str(row["to"]))
        if min(ends) <= mark <= max(ends):
            return Decimal(str(row["percent"]))
    return None


def whole_percent(exact: Decimal, *, is_pass: bool) -> int:
    """Rounded half up once; a pass is never below 50, a fail never above 49."""
    rounded = int(round_half_up(exact))
    return min(max(rounded, LOWEST_PASS), 100) if is_pass else max(min(rounded, LOWEST_PASS - 1), 0)


def convert(mark: Mark, scale: Scale, rule: Rule, day: date) -> Conversion:
    """One mark, by the edition of the Kazakh scale on `day`. ValueError off the scale."""
    return convert_cluster((mark,), scale, rule, day)


def convert_cluster(marks: Sequence[Mark], scale: Scale, rule: Rule, day: date) -> Conversion:
    """Marks of one row of Annex 1 as one mark: passed when each is, the numbers weighed by their credits, rounded once.

    ValueError for no marks, or a mark off the scale.
    """
    if not marks:
        raise ValueError("there is nothing to convert")
    is_pass = all(mark.is_pass for mark in marks)
    exacts = [None if mark.number is None else exact_percent(mark.number, scale, rule) for mark in marks]
    numbered = [(mark, exact) for mark, exact in zip(marks, exacts, strict=True) if exact is not None]
    said = [_said(mark, exact) for mark, exact in zip(marks, exacts, strict=True)]
    told: dict[str, Any] = {
        "scale": {"code": scale.code, "kk": scale.names.kk, "ru": scale.names.ru, "en": scale.names.en},
        "best": scale.best,
        "passing": scale.passing,
        "rule": rule_used(scale, rule),
        "edition": edition_on(day).name,
        "marks": said,
        "is_pass": is_pass,
    }
    if not numbered:
        letter = PASSED_LETTER if is_pass else "F"
        return Conversion(is_pass, None, letter, None, {**told, "exact": None, "percent": None, "letter": letter})
    weight = sum((mark.credits for mark, _ in numbered), Decimal(0))
    exact = sum((mark.credits * percent for mark, percent in numbered), Decimal(0)) / weight
    percent = whole_percent(exact, is_pass=is_pass)
    band = band_of(percent, day)
    result = {"exact": round_half_up(exact, 2), "percent": percent, "letter": band.letter, "points": band.points}
    return Conversion(is_pass, percent, band.letter, band.points, {**told, **result})


def _said(mark: Mark, exact: Decimal | None) -> dict[str, Any]:
    return {
        "text": mark.text,
        "number": mark.number,
        "credits": mark.credits,
        "course": mark.course,
        "exact": None if exact is None else round_half_up(exact, 2),
    }


def home_conversion(percent: int, day: date) -> Conversion:
    """A mark of the University itself: its percent is banded, nothing is converted."""
    band = band_of(percent, day)
    return Conversion(band.is_pass, percent, band.letter, band.points, {"rule": "home", "percent": percent})


def gpa(rows: Iterable[tuple[Decimal | None, Decimal]]) -> Decimal | None:
    """Σ(points × credits) / Σ(credits) over courses with points, two decimals half up; F counts 0, passes stay out.

    Each course once, with its last attempt: that is the caller's choice. None when no course has points.
    """
    counted = [(points, credits) for points, credits in rows if points is not None]
    total = sum((credits for _, credits in counted), Decimal(0))
    if not total:
        return None
    return round_half_up(sum((points * credits for points, credits in counted), Decimal(0)) / total, 2)


def theirs(percent: int, scale: Scale) -> Decimal | None:
    """What a passing percent is on a partner's scale, the line walked backwards; None for a fail: it stays ours to tell."""
    if percent < LOWEST_PASS:
        return None
    share = (_HUNDRED - percent) / _FIFTY
    exact = scale.best - (scale.best - scale.passing) * share
    return exact.quantize(step_of(scale.best, scale.worst), ROUND_HALF_UP)
