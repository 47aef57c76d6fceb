"""Spreadsheets written by us never start a cell with a formula that came from data."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest
from django.utils import translation
from django.utils.translation import gettext_lazy
from openpyxl.worksheet.worksheet import Worksheet

from core.exports import Column, to_csv, to_xlsx

COLUMNS: tuple[Column[dict[str, object]], ...] = (
    Column(gettext_lazy("Name"), lambda row: row["name"]),
    Column("Credits", lambda row: row["credits"], number=True),
)
EVIL = [
    "=HYPERLINK(1)",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "  =1",
    "\xa0@A",
    "＝1+1",
    "＋1",
    "－1",
    " ＠A",
]


def sheet_of(content: bytes) -> Worksheet:
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert isinstance(sheet, Worksheet)
    return sheet


def lines_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


def test_a_table_has_its_heads_and_its_numbers_as_numbers() -> None:
    rows = [{"name": "Әсел", "credits": Decimal("5.5")}]

    sheet = sheet_of(to_xlsx("list", COLUMNS, rows))

    assert [[cell.value for cell in line] for line in sheet.iter_rows()] == [["Name", "Credits"], ["Әсел", 5.5]]
    assert lines_of(to_csv(COLUMNS, rows)) == [["Name", "Credits"], ["Әсел", "5.5"]]


def test_a_mark_is_shown_with_the_decimals_of_its_scale() -> None:
    columns: tuple[Column[Decimal], ...] = (Column("Mark", lambda row: row, number=True, exact=True),)

    sheet = sheet_of(to_xlsx("list", columns, [Decimal("2.0"), Decimal(95)]))

    assert [(cell.value, cell.number_format) for cell in sheet["A"][1:]] == [(2, "0.0"), (95, "0")]


@pytest.mark.parametrize("text", EVIL)
def test_text_never_becomes_a_formula(text: str) -> None:
    rows = [{"name": text, "credits": -1}]

    cell = sheet_of(to_xlsx("list", COLUMNS, rows))["A2"]
    written = lines_of(to_csv(COLUMNS, rows))[1]

    assert cell.data_type == "s"
    assert written[0].startswith("'")
    assert written[1] == "-1"


@pytest.mark.parametrize("text", EVIL)
def test_a_head_never_becomes_a_formula(text: str) -> None:
    columns = [Column[dict[str, object]](text, lambda row: row["name"])]

    head = sheet_of(to_xlsx("list", columns, []))["A1"]

    assert head.data_type == "s"
    assert lines_of(to_csv(columns, []))[0][0].startswith("'")


def test_what_a_cell_cannot_hold_is_put_right() -> None:
    rows = [{"name": "a\x00b\x0bc", "credits": datetime(2026, 11, 24, 5, 30, tzinfo=UTC)}]

    sheet = sheet_of(to_xlsx("a/b: [list]?", COLUMNS, rows))

    assert sheet["A2"].value == "abc"
    assert sheet["B2"].value == datetime(2026, 11, 24, 10, 30)  # noqa: DTZ001 -- a cell knows no zone: Almaty's clock
    assert sheet.title == "a b   list"


def test_an_empty_list_has_its_heads() -> None:
    assert lines_of(to_csv(COLUMNS, [])) == [["Name", "Credits"]]
    assert sheet_of(to_xlsx("x" * 50, COLUMNS, [])).title == "x" * 31


def test_heads_of_a_file_begin_with_a_capital_whatever_the_label() -> None:
    columns: tuple[Column[str], ...] = (Column("білім алушы", str),)

    assert lines_of(to_csv(columns, [])) == [["Білім алушы"]]
    assert sheet_of(to_xlsx("list", columns, [])).cell(1, 1).value == "Білім алушы"


@pytest.mark.parametrize(("language", "written"), [("kk", "5,5"), ("ru", "5,5"), ("en", "5.5")])
def test_csv_writes_a_number_as_spreadsheets_of_its_reader_expect(language: str, written: str) -> None:
    with translation.override(language):
        assert lines_of(to_csv(COLUMNS, [{"name": "Әсел", "credits": Decimal("5.5")}]))[1] == ["Әсел", written]


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("kk", ["01.09.2026", "24.11.2026 10:30", "120", "3,40"]),
        ("ru", ["01.09.2026", "24.11.2026 10:30", "120", "3,40"]),
        ("en", ["2026-09-01", "2026-11-24 10:30", "120", "3.40"]),
    ],
)
def test_csv_writes_days_as_its_reader_does_and_no_needless_noughts(language: str, written: list[str]) -> None:
    columns: tuple[Column[object], ...] = (
        Column("Day", lambda _row: date(2026, 9, 1)),
        Column("At", lambda _row: datetime(2026, 11, 24, 5, 30, tzinfo=UTC)),
        Column("Credits", lambda _row: Decimal("120.00"), number=True),
        Column("GPA", lambda _row: Decimal("3.40"), number=True, exact=True),
    )

    with translation.override(language):
        assert lines_of(to_csv(columns, [None]))[1] == written
