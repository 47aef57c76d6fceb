"""Lists as columns, and Annex 1 as the workbook that the regulation prints (A1-e)."""

import io
from collections.abc import Sequence
from decimal import Decimal
from functools import partial
from itertools import groupby
from typing import Any

from django.utils.translation import gettext_lazy, pgettext_lazy
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font
from openpyxl.styles import Side as Edge
from openpyxl.worksheet.worksheet import Worksheet

from agreements.convert import AnnexEntry, AnnexLine, step_of, sums_of
from agreements.enums import Relation, Side
from agreements.models import Agreement, AnnexRow, AnnexVersion, GradeScale, Pathway
from agreements.selectors.annex import entries_of
from core.exports import Column


def _words_of(scale: GradeScale) -> str:
    return " / ".join(", ".join(words) for words in (scale.pass_words, scale.fail_words) if words)


AGREEMENTS: tuple[Column[Agreement], ...] = (
    Column(gettext_lazy("Number"), lambda row: row.number, order="number", name="number"),
    Column(gettext_lazy("Kind"), lambda row: row.get_kind_display(), under="number"),
    Column(
        gettext_lazy("Partners"),
        lambda row: ", ".join(party.university.name for party in row.parties.all() if not party.university.is_home),
        width=40,
        name="partners",
    ),
    Column(gettext_lazy("Title"), lambda row: row.name, order="name_kk", width=50, name="title"),
    Column(gettext_lazy("Signed on"), lambda row: row.signed_on, order="signed_on", name="signed_on", optional=True),
    Column(gettext_lazy("Valid until"), lambda row: row.valid_until, order="valid_until", name="valid_until"),
    Column(gettext_lazy("State"), lambda row: row.get_state_display(), order="state", width=30, name="state"),
)
PATHWAYS: tuple[Column[Pathway], ...] = (
    Column(
        gettext_lazy("Programme"), lambda row: row.home_programme.code, order="home_programme__code", name="programme"
    ),
    Column(
        gettext_lazy("Partner"),
        lambda row: row.partner_programme.university.name,
        order="partner_programme__university__name_kk",
        width=32,
        name="partner",
    ),
    Column(gettext_lazy("Partner's programme"), lambda row: row.partner_programme.code, under="partner", width=32),
    Column(gettext_lazy("Kind"), lambda row: row.get_kind_display(), order="kind", name="kind"),
    Column(
        gettext_lazy("Agreement"), lambda row: str(row.agreement), order="agreement__number", width=32, name="agreement"
    ),
    Column(
        gettext_lazy("EPVO number"), lambda row: row.epvo_number, order="epvo_number", name="epvo_number", optional=True
    ),
    Column(gettext_lazy("State"), lambda row: row.get_state_display(), order="state", width=30, name="state"),
)
ANNEXES: tuple[Column[AnnexVersion], ...] = (
    Column(
        gettext_lazy("Programme"),
        lambda row: row.pathway.home_programme.code,
        order="pathway__home_programme__code",
        name="programme",
    ),
    Column(
        gettext_lazy("Partner"),
        lambda row: row.pathway.partner_programme.university.name,
        order="pathway__partner_programme__university__name_kk",
        width=32,
        name="partner",
    ),
    Column(
        gettext_lazy("Partner's programme"),
        lambda row: row.pathway.partner_programme.code,
        under="partner",
        width=32,
    ),
    # One pair of programmes is tied by several agreements, each counting its versions from 1.
    Column(
        gettext_lazy("Agreement"),
        lambda row: str(row.pathway.agreement.title),
        order="pathway__agreement__number",
        width=32,
        name="agreement",
    ),
    Column(gettext_lazy("Version"), lambda row: row.number, order="number", number=True, name="version"),
    Column(gettext_lazy("Rows"), lambda row: row.size, order="size", number=True, name="rows", optional=True),  # type: ignore[attr-defined]  # annotated by the selector
    Column(
        gettext_lazy("Proposed by"), lambda row: row.get_proposed_by_display(), order="proposed_by", name="proposed_by"
    ),
    Column(gettext_lazy("Written on"), lambda row: row.created_at, order="created_at", name="created_at"),
    Column(gettext_lazy("State"), lambda row: row.get_state_display(), order="state", width=30, name="state"),
)


def _mark_of(name: str, scale: GradeScale) -> Decimal:
    mark: Decimal = getattr(scale, name)
    return mark.quantize(step_of(scale.best, scale.worst))


SCALES: tuple[Column[GradeScale], ...] = (
    Column(gettext_lazy("Code"), lambda row: row.code, order="code", name="code"),
    Column(pgettext_lazy("scale", "Name"), lambda row: row.name, order="name_kk", width=44, name="name"),
    *(
        Column(label, partial(_mark_of, name), order=name, number=True, name=name, exact=True)
        for name, label in (
            ("best", gettext_lazy("Best mark")),
            ("passing", gettext_lazy("Lowest pass")),
            ("worst", gettext_lazy("Worst mark")),
        )
    ),
    Column(gettext_lazy("Words without a number"), _words_of, width=44, name="words"),
)

# The heads of the printed form, word for word from the regulation's Annex 1 and its translations.
_FORM = {
    "kk": ("1-қосымша", "Пәндерді қайта есептеу тәртібі", "Пәннің атауы", "Кредиттер саны", "Сағаттар", "Барлығы"),
    "ru": (
        "Приложение 1",
        "Порядок перезачёта дисциплин",
        "Наименование дисциплины",
        "Количество кредитов",
        "Часы",
        "Итого",
    ),
    "en": ("Annex 1", "Order of recalculating courses", "Course name", "Credits", "Hours", "Total"),
}
_SEMESTER = {"kk": "{}-семестр", "ru": "Семестр {}", "en": "Semester {}"}
_SUMMER = {"kk": "{}-семестр, жазғы", "ru": "Семестр {}, летний", "en": "Semester {}, summer"}
_NOTES = {
    Relation.ADDITIONAL: {"kk": "қосымша", "ru": "дополнительно", "en": "additional"},
    Relation.DIFFERENCE: {"kk": "айырмашылық", "ru": "разница", "en": "difference"},
}
_EDGE = Edge(style="thin")
_BORDER = Border(left=_EDGE, right=_EDGE, top=_EDGE, bottom=_EDGE)


def annex_workbook(version: AnnexVersion, rows: Sequence[AnnexRow], language: str) -> bytes:
    """Annex 1 as an XLSX workbook in the printed form; what it says can be read back by the import.

    Course names are the printed ones, in every language: they are what both sides agreed to.
    """
    workbook = Workbook()
    sheet = workbook.active
    if not isinstance(sheet, Worksheet):
        raise TypeError("a new workbook has a sheet")
    title, second, *_rest = _FORM[language]
    sheet.title = title
    _put(sheet, 1, 1, title, bold=True)
    _put(sheet, 2, 1, second, bold=True)
    _heads(sheet, version, language)
    position = 5
    for (semester, is_summer), group in groupby(entries_of(rows), key=lambda entry: (entry.semester, entry.is_summer)):
        position = _semester(sheet, position, tuple(group), _head(semester, language, is_summer=is_summer), language)
    for column, width in zip("ABCDEFGH", (6, 46, 11, 11, 46, 11, 11, 40), strict=True):
        sheet.column_dimensions[column].width = width
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def _head(semester: int, language: str, *, is_summer: bool) -> str:
    return (_SUMMER if is_summer else _SEMESTER)[language].format(semester)


def _heads(sheet: Worksheet, version: AnnexVersion, language: str) -> None:
    _title, _second, name, credits, hours, _total = _FORM[language]
    home, partner = version.pathway.home_programme.university, version.pathway.partner_programme.university
    _put(sheet, 3, 1, "No." if language == "en" else "№", bold=True)
    sheet.merge_cells("A3:A4")
    for start, university in ((2, home), (5, partner)):
        _put(sheet, 3, start, university.names.in_language(language), bold=True)
        sheet.merge_cells(start_row=3, end_row=3, start_column=start, end_column=start + 2)
        for offset, word in enumerate((name, credits, hours)):
            _put(sheet, 4, start + offset, word, bold=True)


def _semester(sheet: Worksheet, row: int, entries: Sequence[AnnexEntry], head: str, language: str) -> int:
    _put(sheet, row, 1, head, bold=True)
    sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=7)
    row += 1
    for entry in entries:
        row = _entry(sheet, row, entry, language)
    total = sums_of(entries)
    _put(sheet, row, 2, _FORM[language][5], bold=True)
    values = (total.home_credits, Decimal(total.home_hours), total.partner_credits, Decimal(total.partner_hours))
    for column, value in zip((3, 4, 6, 7), values, strict=True):
        _put(sheet, row, column, value, bold=True)
    return row + 1


def _entry(sheet: Worksheet, row: int, entry: AnnexEntry, language: str) -> int:
    """One row of the form: as many lines as its longer side; the last course of the shorter side is merged over the rest."""
    home, partner = entry.side(Side.HOME), entry.side(Side.PARTNER)
    height = max(len(home), len(partner))
    for offset in range(height):
        numbered = home[offset : offset + 1] or partner[offset : offset + 1]
        if numbered and numbered[0].printed_number:
            _put(sheet, row + offset, 1, _number(numbered[0].printed_number))
    for start, lines in ((2, home), (5, partner)):
        _side(sheet, row, start, lines, height)
    if entry.relation in _NOTES:
        _put(sheet, row, 8, f"{_NOTES[Relation(entry.relation)][language]}: {entry.reason}")
    return row + height


def _number(printed: str) -> int | str:
    return int(printed) if printed.isdigit() else printed


def _side(sheet: Worksheet, row: int, start: int, lines: Sequence[AnnexLine], height: int) -> None:
    for offset, line in enumerate(lines):
        values: tuple[str, Decimal, int] = (line.printed_name, line.credits, line.hours)
        for column, value in enumerate(values):
            _put(sheet, row + offset, start + column, value)
    if lines and len(lines) < height:
        first = row + len(lines) - 1
        for column in range(start, start + 3):
            sheet.merge_cells(start_row=first, end_row=row + height - 1, start_column=column, end_column=column)


def _put(sheet: Worksheet, row: int, column: int, value: Any, *, bold: bool = False) -> None:
    cell = sheet.cell(row=row, column=column)
    if isinstance(value, Decimal):
        value = int(value) if value == value.to_integral_value() else float(value)
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"
    cell.font = Font(bold=bold)
    cell.alignment = Alignment(vertical="top", wrap_text=column in {2, 5, 8})
    if row > 2 and column < 8:
        cell.border = _BORDER


def annex_file_name(version: AnnexVersion) -> str:
    """The name under which the workbook is saved."""
    return f"annex1-{version.pathway.home_programme.code}-v{version.number}.xlsx"
