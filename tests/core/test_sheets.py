"""What offices send: refused with a clear word, or opened as a table whose problems are named by sheet and cell."""

import io
import zipfile
from decimal import Decimal

import pytest
from django.utils import translation
from openpyxl import Workbook

from core import archives, sheets
from core.heads import heads, read_rows
from core.imports import ImportReport, Outcome, Problem, ReportLine, UnreadableFileError
from core.sheets import open_grid
from tests.core.workbooks import HEADERS, grid, refusal, with_member, xlsx

# --- files that are not read ------------------------------------------------------------------------------------------

TABLE: list[list[object]] = [["Code", "Credits"], ["CSE1", 5]]
NEITHER = "This is neither an XLSX workbook nor a CSV file."
BROKEN = "The workbook is broken and cannot be opened."


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"%PDF-1.7 x", "marks.xlsx"),
        (b"%PDF-1.7 \x00", "marks.csv"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "protected.xlsx"),
        (b"Code;Credits", "marks.txt"),
    ],
)
def test_another_type_is_refused_by_its_content(content: bytes, name: str) -> None:
    assert refusal(content, name) == NEITHER


def test_an_empty_file_is_refused() -> None:
    assert refusal(b"") == "The file is empty."


def test_an_archive_of_something_else_is_refused() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")

    assert refusal(stream.getvalue()) == NEITHER


def test_a_cut_off_workbook_is_refused() -> None:
    assert refusal(xlsx(TABLE)[:-200]) == BROKEN


def test_a_workbook_with_broken_parts_is_refused() -> None:
    assert refusal(with_member(xlsx(TABLE), "xl/worksheets/sheet1.xml", b"<worksheet>")) == BROKEN


def test_entities_that_swell_are_refused() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><worksheet><sheetData>&b;</sheetData></worksheet>'

    assert refusal(with_member(xlsx(TABLE), "xl/worksheets/sheet1.xml", bomb)) == BROKEN


def test_macros_are_refused() -> None:
    assert "macros" in refusal(with_member(xlsx(TABLE), "xl/vbaProject.bin", b"x"))


def test_a_small_file_that_unpacks_to_a_huge_one_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = with_member(xlsx(TABLE), "xl/media/image.png", b"\0" * 3_000_000)
    assert len(bomb) < 50_000
    monkeypatch.setattr(archives, "MAX_UNPACKED_BYTES", 2_000_000)

    assert refusal(bomb) == "The workbook unpacks to more than this program reads."


SHEET = "xl/worksheets/sheet1.xml"


def with_sheet(old: str, new: str, *, name: str = SHEET, encoding: str = "utf-8") -> bytes:
    """A workbook whose sheet says something else."""
    whole = xlsx([*TABLE, ["CSE2", 5]], merged="A2:A3")
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        sheet = archive.read(SHEET).decode()
    assert old in sheet
    return with_member(whole, name, sheet.replace(old, new).encode(encoding))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('ref="A2:A3"', 'ref="A1:XFD1048576"'),
        ('ref="A2:A3"', "ref='$A$1:$XFD$1048576'"),
        ('<mergeCell ref="A2:A3"', '<mergeCell\nref="XFD1048576:A1"'),
    ],
)
def test_a_short_line_that_merges_billions_of_places_is_refused(old: str, new: str) -> None:
    assert refusal(with_sheet(old, new)) == "The workbook unpacks to more than this program reads."


@pytest.mark.parametrize("ref", ["&#65;1:XFD1048576", "A1:XFD99999999", "", "a1:xfd1048576"])
def test_a_merged_range_that_hides_its_size_is_refused(ref: str) -> None:
    assert refusal(with_sheet('ref="A2:A3"', f'ref="{ref}"')) == BROKEN


def test_a_sheet_in_wide_letters_or_under_another_name_hides_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    wide = with_sheet('ref="A2:A3"', 'ref="A1:XFD1048576"', encoding="utf-16")
    assert refusal(wide) == BROKEN
    elsewhere = with_sheet('ref="A2:A3"', 'ref="A1:XFD1048576"', name="xl/worksheets/sheet1.dat")
    assert refusal(elsewhere) == "The workbook unpacks to more than this program reads."
    monkeypatch.setattr(archives, "MAX_CELLS", 3)
    assert refusal(xlsx(TABLE)) == "The workbook unpacks to more than this program reads."


def test_a_large_file_is_refused_before_it_is_read(settings: object) -> None:
    settings.IMPORT_MAX_BYTES = 1024**2  # type: ignore[attr-defined]  # pytest-django's wrapper

    assert refusal(b"x" * (1024**2 + 1)) == "The file is larger than 1 MB."


def test_too_many_rows_or_columns_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MAX_ROWS", 2)

    assert refusal(xlsx([*TABLE, ["CSE2", 3]])).startswith("The table has 3 rows and 2 columns; at most 2 and 60")
    assert refusal(b"a;b\n1;2\n3;4\n", "x.csv").startswith("The table has 3 rows")
    assert refusal((";" * 60).encode(), "x.csv").startswith("The table has 1 rows and 61 columns")


def test_a_quotation_mark_that_is_never_closed_is_refused() -> None:
    assert refusal(b'Code;Credits\n"CSE1;5\n' + b"x" * 140_000, "x.csv") == "The CSV file is broken and cannot be read."


def test_a_refusal_is_read_in_the_readers_language() -> None:
    with translation.override("kk"):
        assert refusal(b"") == "Файл бос."


# --- cells ------------------------------------------------------------------------------------------------------------


def test_a_formula_is_a_problem_at_its_cell() -> None:
    _, problems = grid(xlsx([*TABLE, ["CSE2", "=2+3"]]))

    assert [str(problem) for problem in problems] == ["“Sem 3”, B3: holds a formula; paste its value instead"]
    _, problems = grid(b"Code;Credits\nCSE1;=2+3\n", "marks.csv")
    assert [problem.where for problem in problems] == ["«marks.csv», B2"]


def test_signs_that_are_no_text_are_a_problem_at_their_cell() -> None:
    _, in_text = grid(b"Code;Credits\nCSE1;5\nCSE\x002;5\n", "x.csv")
    read, in_book = grid(xlsx([*TABLE, ["CSE_x0000_2", 5], ["CSE_xD800_3", 5]]))

    assert [str(problem) for problem in in_text] == ["“x.csv”, A3: holds signs that are no text: U+0000"]
    assert [problem.params["signs"] for problem in in_book] == ["U+0000", "U+D800"]
    assert [row.text("code") for row in read_rows(read, HEADERS, []) if not row.is_faulty] == ["CSE1"]


def test_what_a_spreadsheet_writes_for_a_sign_is_the_sign() -> None:
    read, _ = grid(xlsx([*TABLE, ["CSE_x200B_2", 5]]))

    assert read.cell(3, 1).text == "CSE\u200b2"


def test_a_sign_that_nobody_sees_is_shown_by_its_name() -> None:
    line, problem = (
        ReportLine("A2", Outcome.CREATED, "ING\u202eRID"),
        Problem("A2", "“%(value)s”", {"value": "ING\u202eRID"}),
    )

    assert (line.shown, str(problem)) == ("ING[U+202E]RID", "A2: “ING[U+202E]RID”")


def test_merged_cells_are_known() -> None:
    found, _ = grid(xlsx([*TABLE, ["CSE2", None]], merged="B2:B3"))

    assert found.merged == ((2, 2, 3, 2),)
    assert found.merge_at(3, 2) == (2, 2, 3, 2)
    assert found.merge_at(3, 1) is None
    assert (found.cell(2, 2).value, found.cell(3, 2).value, found.cell(3, 2).where) == (5, None, "«Sem 3», B3")


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("Код;Кредит\nПән;5\n", "utf-8"),
        ("Код;Кредит\nПән;5\n", "utf-8-sig"),
        ("Код;Кредит\nРусский;5\n", "cp1251"),
        ("Код,Кредит\nПән,5\n", "utf-8"),
        ("Код\tКредит\nПән\t5\n", "utf-8"),
        ("Код;Кредит\r\nПән;5\r\n", "utf-8"),
        ("Код;Кредит\rПән;5\r", "utf-8"),
        ('Код;Кредит\n"Пән";"5"\n', "utf-8"),
    ],
)
def test_csv_is_read_whatever_its_delimiter_encoding_and_line_ends(content: str, encoding: str) -> None:
    found, problems = grid(content.encode(encoding), "x.csv")

    rows = list(read_rows(found, HEADERS, problems))
    assert [
        (row.text("code") in {"Пән", "Русский"}, row.decimal("credits", low=Decimal(0), high=Decimal(9)))
        for row in rows
    ] == [(True, Decimal(5))]
    assert problems == []


def test_numbers_and_spaces_read_as_people_see_them() -> None:
    found, _ = grid(xlsx([["  CSE   1\n", 5.0, 3.5, True]]))

    assert [found.cell(1, column).text for column in range(1, 6)] == ["CSE 1", "5", "3.5", "True", ""]


def test_csv_of_utf_16_is_read() -> None:
    found, problems = grid("Код\tКредит\nПән\t5\n".encode("utf-16"), "x.csv")

    assert [row.text("code") for row in read_rows(found, HEADERS, problems)] == ["Пән"]


# --- workbooks of several sheets --------------------------------------------------------------------------------------


def book(*sheets: tuple[str, list[list[object]]], hidden: str = "") -> bytes:
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for title, rows in sheets:
        sheet = workbook.create_sheet(title)
        for cells in rows:
            sheet.append(cells)
        sheet.sheet_state = "hidden" if title == hidden else "visible"
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def of_sheets(content: bytes) -> tuple[str, list[str], list[str]]:
    """The sheet that is read, the faults and the notes."""
    read, problems = open_grid(io.BytesIO(content), "two.xlsx", heads(HEADERS))
    report = ImportReport(problems=problems)
    return read.name, [str(one) for one in report.faults], [str(one) for one in report.notes]


NOTES: list[list[object]] = [["To the office"], ["as agreed"]]


def test_the_sheet_that_has_the_heads_is_read_and_notes_are_named() -> None:
    read = of_sheets(book(("Notes", NOTES), ("Empty", []), ("Marks", TABLE)))

    assert read == ("Marks", [], ["“Notes”: this sheet is not read: only “Marks” is"])


@pytest.mark.parametrize("rows", [TABLE, [["CSE2", 3]]])
def test_rows_on_another_sheet_are_never_dropped_silently(rows: list[list[object]]) -> None:
    read = of_sheets(book(("A", TABLE), ("Сентябрь", rows)))

    assert read == ("A", ["“Сентябрь”: this sheet is not read: bring it as a file of its own"], [])


def test_a_hidden_sheet_is_named_and_not_read() -> None:
    text = "“Old”: this hidden sheet is not read: bring it as a file of its own, or take it out"

    assert of_sheets(book(("Old", TABLE), ("New", TABLE), hidden="Old")) == ("New", [text], [])


def test_where_no_sheet_has_the_heads_each_is_named_with_what_is_missing() -> None:
    with pytest.raises(UnreadableFileError) as refused:
        of_sheets(book(("A", NOTES), ("B", [["Code", "x"]])))

    assert str(refused.value) == (
        "No sheet that is seen has the table. "
        "“A”: These columns are missing: Code (Код); Credits (Кредит, ECTS). "
        "“B”: These columns are missing: Credits (Кредит, ECTS)."
    )
