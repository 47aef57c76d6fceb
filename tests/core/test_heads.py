"""Heads are known in any language and place; under them stand typed rows whose problems are named by cell."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

import pytest
from django.utils import translation

from core.heads import read_rows
from core.imports import Problem, Row, UnreadableFileError, Word
from core.values import Localized
from tests.core.workbooks import HEADERS, grid, xlsx


def rows_of(cells: list[list[object]]) -> tuple[list[Row], list[Problem]]:
    found, problems = grid(xlsx(cells))
    return list(read_rows(found, HEADERS, problems)), problems


def test_the_header_is_looked_for_under_title_lines_in_any_language_and_case() -> None:
    rows, problems = rows_of(
        [["Жұмыс оқу жоспары"], [None], ["№", "КРЕДИТ", "код"], [1, 5, "CSE1"], [None, None, None], [2, 3, "CSE2"]]
    )

    assert [(row.number, row.text("code")) for row in rows] == [(4, "CSE1"), (6, "CSE2")]
    assert problems == []


def test_missing_columns_are_named() -> None:
    with pytest.raises(UnreadableFileError, match=r"These columns are missing: Credits \(Кредит, ECTS\)\."):
        rows_of([["Code", "Name"], ["CSE1", "x"]])


def row(**cells: object) -> tuple[Row, list[Problem]]:
    rows, problems = rows_of(
        [["Code", "Credits", "Date"], [cells.get("code", "x"), cells.get("credits"), cells.get("day")]]
    )
    return rows[0], problems


Get = Callable[[Row], object]


@pytest.mark.parametrize(
    ("value", "read", "problem"),
    [
        ("5", Decimal(5), ""),
        ("3,5", Decimal("3.5"), ""),
        (" 1 0 ", Decimal(10), ""),
        (None, None, "must not be empty"),
        ("5+", None, "must be a number, got “5+”"),
        ("NaN", None, "must be a number, got “NaN”"),
        ("-1", None, "must lie between 0 and 30, got “-1”"),
        ("999", None, "must lie between 0 and 30, got “999”"),
        ("3.125", None, "must have at most 2 digits after the point, got “3.125”"),
        ("1e-999999", None, "must be a number, got “1e-999999”"),
    ],
)
def test_a_number_is_read_within_its_bounds(value: object, read: Decimal | None, problem: str) -> None:
    one, problems = row(credits=value)

    assert one.decimal("credits", low=Decimal(0), high=Decimal(30), places=2) == read
    assert [str(found) for found in problems] == ([f"“Sem 3”, B2: {problem}"] if problem else [])


def test_a_whole_number_has_no_fraction() -> None:
    one, problems = row(credits="3.5")
    two, _ = row(credits="3.0")

    assert (one.integer("credits", low=0, high=9), two.integer("credits", low=0, high=9)) == (None, 3)
    assert [found.text for found in problems] == ["must be a whole number, got “%(value)s”"]


@pytest.mark.parametrize("value", [datetime(2026, 11, 24), date(2026, 11, 24), "24.11.2026", "2026-11-24"])  # noqa: DTZ001 -- as openpyxl gives it
def test_a_date_is_read_from_a_cell_or_from_text(value: object) -> None:
    one, problems = row(day=value)

    assert (one.day("day"), problems) == (date(2026, 11, 24), [])


@pytest.mark.parametrize("value", ["24/11/26", "31.02.2026", "soon"])
def test_another_date_is_a_problem(value: str) -> None:
    one, problems = row(day=value)

    assert one.day("day") is None
    assert [found.where for found in problems] == ["«Sem 3», C2"]


def test_a_word_is_one_of_the_known() -> None:
    words = (Word("s", Localized("семестр", "", "semester"), ("sem.",)), Word("y", Localized("жыл", "год", "year")))
    read = {text: row(code=text) for text in ("СЕМЕСТР", "Sem.", "Год", "month")}

    assert [one.choice("code", words) for one, _problems in read.values()] == ["s", "s", "y", ""]
    told = [problem for _one, problems in read.values() for problem in problems]
    for language, known in (("kk", "семестр, жыл"), ("ru", "семестр, год"), ("en", "semester, year")):
        with translation.override(language):
            assert [str(one).rpartition(": ")[2] for one in told] == [known]


def test_what_may_be_empty_gives_nothing_and_no_problem() -> None:
    rows, problems = rows_of([["Code", "Credits"], ["CSE1", None]])

    one = rows[0]
    assert (one.day("day", required=False), one.text("day", required=False)) == (None, "")
    assert one.decimal("credits", low=Decimal(0), high=Decimal(9), required=False) is None
    assert problems == []


def test_a_missing_head_is_named_in_the_readers_language() -> None:
    with pytest.raises(UnreadableFileError) as refused:
        rows_of([["Code", "x"]])

    with translation.override("ru"):
        assert str(refused.value).endswith("Кредит (Credits, ECTS).")


def test_of_two_columns_that_may_be_meant_the_first_title_is_taken() -> None:
    rows, _ = rows_of([["ECTS", "Credits *", "Code:"], [7, 5, "CSE1"]])

    assert (rows[0].text("credits"), rows[0].text("code")) == ("5", "CSE1")


def test_columns_that_are_not_read_are_told_of() -> None:
    """A counter is not; neither is a signature below the table. A column under its neighbour's merged head is."""
    rows, problems = rows_of(
        [
            ["№", "Code", None, "Credits", "Орташа балл"],
            [1, "A1", "x", 5, "3,5"],
            [2, "A2", "y", 5, None],
            [None, None, None, None, None, "Director"],
        ]
    )

    assert [row.text("code") for row in rows] == ["A1", "A2"]
    assert [(problem.is_note, problem.words) for problem in problems] == [
        (True, "these columns are not read, for no column is called so: C; E “Орташа балл”")
    ]
