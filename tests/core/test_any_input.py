"""Whatever is typed or comes in a file: read as what it is or said to be nothing, never a failure, never a formula."""

import io
from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal

import openpyxl
from django.utils import formats, translation
from hypothesis import example, given
from hypothesis import strategies as st

from core.exports import Column, to_csv, to_xlsx
from core.imports import LONGEST_NUMBER, UnreadableFileError, parse_date, parse_decimal
from core.sheets import open_grid
from core.worklist import working_days_after

LANGUAGES = st.sampled_from(["kk", "ru", "en"])
DECIMALS = st.decimals("-99999999", "99999999", places=2)
DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31))
TEXTS = st.text(max_size=60)
FORMULA_STARTS = set("=+-@＝＋－＠\t\r\n")
TEXT = (Column("Text", lambda text: text),)


@given(value=DECIMALS, language=LANGUAGES)
def test_a_number_is_read_as_the_program_writes_it(value: Decimal, language: str) -> None:
    with translation.override(language):
        written = formats.number_format(value, decimal_pos=2, use_l10n=True)

    assert parse_decimal(written) == value


@given(TEXTS)
def test_any_text_is_a_plain_number_or_none(text: str) -> None:
    value = parse_decimal(text)

    assert value is None or (value.is_finite() and len(f"{value:f}") <= LONGEST_NUMBER)
    assert value is None or (text.isascii() or any(sign.isspace() for sign in text))


@given(day=DAYS, pattern=st.sampled_from(["%d.%m.%Y", "%Y-%m-%d"]))
def test_a_day_is_read_as_offices_write_it(day: date, pattern: str) -> None:
    assert parse_date(day.strftime(pattern)) == day


@given(st.from_regex(r"[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4}", fullmatch=True) | TEXTS)
def test_any_text_is_that_day_or_none(text: str) -> None:
    day = parse_date(text)

    assert day is None or str(day.year) in text.replace("0", "") or f"{day.year:04}" in text


@given(st.lists(TEXTS, max_size=5))
@example(["\x0c="])
def test_no_file_of_ours_starts_a_cell_with_a_formula(texts: list[str]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx("List", TEXT, texts)))
    lines = to_csv(TEXT, [text.replace("\n", " ").replace("\r", " ") for text in texts]).decode("utf-8-sig")

    assert "f" not in {cell.data_type for line in book.worksheets[0].iter_rows(min_row=2) for cell in line}
    assert all(line.lstrip('" ')[:1] not in FORMULA_STARTS for line in lines.split("\r\n") if line.strip('" '))


@given(content=st.binary(max_size=300), name=st.sampled_from(["marks.csv", "marks.xlsx", "marks"]))
def test_any_file_is_a_table_or_is_said_to_be_none(content: bytes, name: str) -> None:
    with suppress(UnreadableFileError):
        grid, problems = open_grid(io.BytesIO(content), name, lambda _grid: None)
        assert all(problem.where and problem.words for problem in problems)
        assert (grid.height, grid.width) >= max(grid.cells, default=(0, 0))


@given(start=DAYS, days=st.integers(1, 60), holidays=st.frozensets(DAYS, max_size=20))
def test_a_deadline_is_a_working_day_with_so_many_before_it(start: date, days: int, holidays: frozenset[date]) -> None:
    end = working_days_after(start, days, holidays)
    span = [start + timedelta(n) for n in range(1, (end - start).days + 1)]

    assert end in span
    assert sum(day.weekday() < 5 and day not in holidays for day in span) == days
    assert end.weekday() < 5
    assert end not in holidays
