"""Reading what offices send, once it is a grid of cells (core.sheets): rows typed by header, problems named by sheet and cell.

An import has four steps: rows → typed rows → checks → write. The dry run is the same code without the last one.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from string import ascii_uppercase
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext, gettext_noop
from openpyxl.utils import get_column_letter

from core.faults import no_such_day
from core.templatetags.written import credits_, quoted
from core.values import LANGUAGES, Localized, joined, named_signs, one_line, round_half_up, seen, unwritten

PROBLEMS_SHOWN = 50
LINES_SHOWN = 500
# How `place` names a sheet, and a cell of it.
_PLACE = re.compile(r"«(?P<sheet>.*)»(?P<cell>, [A-Z]*[0-9]+)?")
_SUBJECT = 200  # signs of a cell by which a row is told from others


def place_shown(where: str) -> str:
    """A place as its reader's language quotes names: «Sheet», B7 or “Sheet”, B7. What is no place of a sheet stays as it is."""
    found = _PLACE.fullmatch(where)
    return f"{quoted(found['sheet'])}{found['cell'] or ''}" if found else where


def _written(params: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters as the reader writes and sees them: the language's decimal sign, and no sign that turns a line round."""
    return {name: _shown(value) for name, value in params.items()}


def _shown(value: Any) -> Any:
    if isinstance(value, Decimal):
        return credits_(value)
    return seen(place_shown(value)) if isinstance(value, str) else value


class UnreadableFileError(Exception):
    """The file cannot be read as a table at all; `text` is a message id with parameters."""

    def __init__(self, text: str, params: Mapping[str, Any] | None = None) -> None:
        super().__init__(text)
        self.text, self.params = text, dict(params or {})

    def __str__(self) -> str:
        return gettext(self.text) % self.params


def _row_at(where: str) -> tuple[str, int]:
    """The sheet and row of «Sheet», B7; row 0 where none is named."""
    sheet, _between, cell = where.rpartition(", ")
    number = cell.lstrip(ascii_uppercase)
    return sheet.strip("«»"), int(number) if number.isdecimal() else 0


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in a file, where: sheet and cell. Shown in the reader's language. `is_note`: told, and in nobody's way."""

    where: str
    text: str
    params: Mapping[str, Any] = field(default_factory=dict)
    is_note: bool = False

    @property
    def words(self) -> str:
        """What is wrong, for who sees where."""
        return gettext(self.text) % _written(self.params)

    @property
    def row(self) -> tuple[str, int]:
        """Its sheet and row; 0 for what is wrong with the whole."""
        return _row_at(self.where)

    @property
    def told_by_row(self) -> dict[tuple[str, int], str]:
        """What is wrong with each row that it speaks of: its own, and the one where the same stands already (`first`)."""
        first = self.params.get("first")
        rows = {_row_at(str(first)): str(self)} if first else {}
        cell = self.where.rpartition(", ")[2]
        return {row: told for row, told in {**rows, self.row: f"{cell}: {self.words}"}.items() if row[1]}

    def __str__(self) -> str:
        return f"{place_shown(self.where)}: {self.words}"


def faults_among(problems: Iterable[Problem]) -> list[Problem]:
    """The problems that are more than a note."""
    return [problem for problem in problems if not problem.is_note]


class Outcome(Enum):
    """What an import does, or would do, with one row."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    HELD = "held"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One row of a dry run: where it stands, what becomes of it, why."""

    where: str
    outcome: Outcome
    subject: str
    text: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def row(self) -> tuple[str, int]:
        """Its sheet and row; 0 for what stands in none."""
        return _row_at(self.where)

    @property
    def place(self) -> str:
        """Where it stands, as the reader's language writes it."""
        return place_shown(self.where)

    @property
    def shown(self) -> str:
        """Whom or what the row is about, with the name of each sign that nobody sees."""
        return seen(self.subject)

    @property
    def note(self) -> str:
        """The reason in the reader's language."""
        return gettext(self.text) % _written(self.params) if self.text else ""


@dataclass
class ImportReport:
    """What an import found: problems (any one but a note means that nothing is written) and what becomes of each row."""

    problems: list[Problem] = field(default_factory=list)
    lines: list[ReportLine] = field(default_factory=list)
    written: bool = False
    digest: str = ""

    @property
    def ok(self) -> bool:
        """True when the file may be written."""
        return not self.faults

    @property
    def faults(self) -> list[Problem]:
        """The problems for which nothing is written."""
        return faults_among(self.problems)

    @property
    def notes(self) -> list[Problem]:
        """What is told besides."""
        return [problem for problem in self.problems if problem.is_note]

    @property
    def first_problems(self) -> list[Problem]:
        """As many problems as a person reads before mending the file, from its first row on; what is of no row comes first."""
        return sorted(self.faults, key=lambda problem: problem.row)[:PROBLEMS_SHOWN]

    @property
    def more_problems(self) -> int:
        """How many problems are not shown."""
        return len(self.faults) - len(self.first_problems)

    @property
    def first_lines(self) -> list[ReportLine]:
        """As many rows as a page holds: all of a faultless file that an office has, the beginning of an endless one.

        A row with a fault is refused, with all that is wrong in it.
        """
        why: dict[tuple[str, int], list[str]] = defaultdict(list)
        for fault in self.faults:
            for row, told in fault.told_by_row.items():
                why[row].append(told)
        return [
            replace(line, outcome=Outcome.REFUSED, text="%(why)s", params={"why": "; ".join(why[line.row])})
            if line.row in why
            else line
            for line in self.lines[:LINES_SHOWN]
        ]

    @property
    def more_lines(self) -> int:
        """How many rows are not shown."""
        return max(len(self.lines) - LINES_SHOWN, 0)

    @property
    def to_write(self) -> int:
        """How many new rows go in: none, while a problem stands in the way of all."""
        return self.count(Outcome.CREATED) if self.ok else 0

    @property
    def unchanged(self) -> int:
        """How many rows are in already."""
        return self.count(Outcome.UNCHANGED)

    @property
    def changes_nothing(self) -> bool:
        """True for a faultless file that holds what is in already and nothing else that would be written."""
        return self.ok and bool(self.unchanged) and not self.to_write and not self.count(Outcome.CHANGED)

    def count(self, outcome: Outcome) -> int:
        """How many rows have this outcome."""
        return sum(line.outcome is outcome for line in self.lines)


@dataclass(frozen=True, slots=True)
class Cell:
    """A value with its place. `is_told`: a formula, or signs that are no text; told of when the file is opened, and not read."""

    value: Any
    where: str
    is_told: bool = False

    @property
    def text(self) -> str:
        """The value as trimmed text; numbers without a trailing .0."""
        if self.value is None:
            return ""
        if isinstance(self.value, float) and self.value.is_integer():
            return str(int(self.value))
        return one_line(str(self.value))


@dataclass(frozen=True)
class Grid:
    """One sheet: cells by (row, column) from 1, and merged ranges as (first row, first column, last row, last column)."""

    name: str
    height: int
    width: int
    cells: Mapping[tuple[int, int], Cell]
    merged: tuple[tuple[int, int, int, int], ...] = ()

    def cell(self, row: int, column: int) -> Cell:
        """The cell, empty where there is none."""
        return self.cells.get((row, column)) or Cell(None, place(self.name, row, column))

    def merge_at(self, row: int, column: int) -> tuple[int, int, int, int] | None:
        """The merged range that covers this cell, if any."""
        for first_row, first_column, last_row, last_column in self.merged:
            if first_row <= row <= last_row and first_column <= column <= last_column:
                return first_row, first_column, last_row, last_column
        return None


@dataclass(frozen=True)
class Word:
    """What a cell may say for a value: the word of each language, which its readers are told, and how offices write it otherwise.

    Case does not count.
    """

    value: str
    name: Localized
    others: tuple[str, ...] = ()

    def is_said_by(self, written: str) -> bool:
        """Whether a cell says this."""
        names = (self.name.in_language(language) for language in LANGUAGES)
        return written.casefold() in {word.casefold() for word in (*names, *self.others)}


class Row:
    """A row read by header. Getters give a typed value or None, and note a problem at the cell.

    `is_faulty`: something is wrong with it, or was told of when the file was opened: it cannot be taken as it stands.
    """

    def __init__(self, cells: Mapping[str, Cell], number: int, problems: list[Problem]) -> None:
        self.cells, self.number, self._problems = cells, number, problems
        self.is_faulty = any(cell.is_told for cell in cells.values())

    def where(self, key: str) -> str:
        """The place of a column in this row."""
        return self.cells[key].where

    def shown(self, *keys: str) -> str:
        """What stands in these columns, as far as they are there: whom or what the row is about, be it right or not."""
        return " ".join(filter(None, (self.cells[key].text[:_SUBJECT] for key in keys if key in self.cells)))

    def problem(self, key: str, text: str, **params: Any) -> None:
        """Note what is wrong with this cell (message id and parameters), unless that is said already."""
        self.is_faulty = True
        if not self.cells[key].is_told:
            self._problems.append(Problem(self.where(key), text, params))

    def text(self, key: str, *, required: bool = True) -> str:
        """The trimmed text; nothing for a formula or for signs that are no text: neither is a value or anybody's name."""
        cell = self.cells.get(key)
        value = cell.text if cell is not None and not cell.is_told else ""
        if required and not value:
            self.problem(key, gettext_noop("must not be empty"))
        return value

    def text_for(self, model: type[Model], name: str, key: str = "", *, required: bool = True) -> str:
        """The text for a model's field; what is longer than the field keeps is refused, as a form refuses it."""
        key = key or name
        value = self.text(key, required=required)
        longest = getattr(model._meta.get_field(name), "max_length", None)  # noqa: SLF001 -- Django's documented API
        if longest and len(value) > longest:
            text = gettext_noop("must have at most %(longest)s signs, has %(signs)s")
            self.problem(key, text, longest=longest, signs=len(value))
            return value[:longest]
        return value

    def decimal(
        self, key: str, *, low: Decimal, high: Decimal, places: int | None = None, required: bool = True
    ) -> Decimal | None:
        """A number between `low` and `high`; a decimal comma is read as a point. `places`: digits that its column keeps."""
        raw = self.text(key, required=required)
        if not raw:
            return None
        value = parse_decimal(raw)
        if value is None:
            self.problem(key, gettext_noop("must be a number, got “%(value)s”"), value=raw)
        elif not low <= value <= high:
            self.problem(
                key,
                gettext_noop("must lie between %(low)s and %(high)s, got “%(value)s”"),
                low=low,
                high=high,
                value=raw,
            )
        elif places is not None and round_half_up(value, places) != value:
            text = gettext_noop("must have at most %(places)s digits after the point, got “%(value)s”")
            self.problem(key, text, places=places, value=raw)
        else:
            return value
        return None

    def integer(self, key: str, *, low: int, high: int, required: bool = True) -> int | None:
        """A whole number between `low` and `high`."""
        value = self.decimal(key, low=Decimal(low), high=Decimal(high), required=required)
        if value is not None and value != value.to_integral_value():
            self.problem(key, gettext_noop("must be a whole number, got “%(value)s”"), value=value)
            return None
        return int(value) if value is not None else None

    def day(self, key: str, *, required: bool = True) -> date | None:
        """A date: a date cell, 24.11.2026 or 2026-11-24."""
        value = self.cells[key].value if key in self.cells else None
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        raw = self.text(key, required=required)
        if not raw:
            return None
        parsed = parse_date(raw)
        if parsed is None and any(is_written_as(raw, pattern) for pattern in _DAYS):
            fault = no_such_day(key, raw)
            self.problem(key, fault.text, **fault.params)
        elif parsed is None:
            text = gettext_noop("a date is written as 03.01.2027 (day.month.year), got “%(value)s”")
            self.problem(key, text, value=raw)
        return parsed

    def choice(self, key: str, words: Sequence[Word], *, required: bool = True) -> str:
        """The value of the known word that stands here."""
        raw = self.text(key, required=required)
        found = next((str(word.value) for word in words if word.is_said_by(raw)), "")
        if raw and not found:
            known = joined(*(word.name for word in words), by=", ")
            self.problem(key, gettext_noop("“%(value)s” is not known here; known: %(known)s"), value=raw, known=known)
        return found


LONGEST_NUMBER = 40  # signs, spaces among them
_NUMBER = re.compile(r"[+-]?([0-9]+[.,]?[0-9]*|[.,][0-9]+)")


def parse_decimal(raw: str) -> Decimal | None:
    """A decimal from “3,5”, “3.5” or “1 234,5”; None for anything else, also for powers: 1e999999 has a million digits."""
    written = "".join(raw.split())
    if len(raw) > LONGEST_NUMBER or not _NUMBER.fullmatch(written):
        return None
    return Decimal(written.replace(",", "."))


_DAYS = ("%d.%m.%Y", "%Y-%m-%d")
_DIGITS = {"%d": "[0-9]{1,2}", "%m": "[0-9]{1,2}", "%Y": "[0-9]{4}", "%y": "[0-9]{2}"}


def is_written_as(raw: str, pattern: str) -> bool:
    """Whether a day is written by a pattern, be there such a day or not.

    >>> is_written_as("31.04.2027", "%d.%m.%Y"), is_written_as("31.04.27", "%d.%m.%Y")
    (True, False)
    """
    shape = re.sub("%[dmYy]", lambda part: _DIGITS[part[0]], re.escape(pattern))
    return re.fullmatch(shape, raw) is not None


def parse_date(raw: str) -> date | None:
    """A date from the two spellings met in offices; None for anything else."""
    for pattern in _DAYS:
        try:
            return datetime.strptime(raw, pattern).date()  # noqa: DTZ007 -- a calendar day has no zone
        except ValueError:
            continue
    return None


def place(sheet: str, row: int, column: int) -> str:
    """How a cell is named and kept: «Sheet», B7; readers see it by `place_shown`."""
    return f"«{sheet}», {get_column_letter(column)}{row}"


def place_of_row(kept: str) -> str:
    """The place of a row that is kept by sheet and number: «Sheet», 7 of “Sheet, 7”."""
    sheet, _between, number = kept.rpartition(", ")
    return f"«{sheet}», {number}"


def cell_of(value: Any, where: str, problems: list[Problem], *, is_formula: bool) -> Cell:
    """The cell; what cannot be read in it is a problem."""
    odd = unwritten(value) if isinstance(value, str) else frozenset()
    if is_formula:
        problems.append(Problem(where, gettext_noop("holds a formula; paste its value instead")))
    elif odd:
        text = gettext_noop("holds signs that are no text: %(signs)s")
        problems.append(Problem(where, text, {"signs": named_signs(odd)}))
    return Cell(value, where, is_formula or bool(odd))
