"""An export is a list of columns; one writer makes XLSX and CSV of them and keeps formulas out."""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import capfirst
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from core.values import active_language

RowType = TypeVar("RowType")
# Also in the wide letters of East Asian keyboards, which some spreadsheets take for the narrow ones.
_FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")


@dataclass(frozen=True)
class Column(Generic[RowType]):
    """One column: its head, how its value is got, by which model field a list sorts (empty: not).

    `name`: by which a page's markup and its address know the column. `under`: the column in whose cell it stands on the page,
    so that it goes to a file with that one. `optional`: shown when somebody has chosen it. `otherwise`: the field that sorts where
    the first is empty, and in English: the passport's name of a person. `exact`: a number that keeps its decimals, as marks do.
    """

    label: "str | Promise"
    get: Callable[[RowType], Any]
    order: str = ""
    number: bool = False
    width: int = 18
    name: str = ""
    under: str = ""
    optional: bool = False
    otherwise: str = ""
    exact: bool = False

    @property
    def head(self) -> str:
        """The label as a head of a file begins: with a capital."""
        return capfirst(str(self.label))


def to_xlsx(title: str, columns: Sequence[Column[RowType]], rows: Iterable[RowType]) -> bytes:
    """An XLSX workbook with one sheet. Text from data is written as text, so that it never becomes a formula."""
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(_sheet_title(title))
    for number, column in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    heads = []
    for column in columns:
        head = WriteOnlyCell(sheet, value=_writable(column.head))
        head.data_type = "s"
        head.font = Font(bold=True)
        heads.append(head)
    sheet.append(heads)
    for row in rows:
        cells = []
        for column in columns:
            value = _writable(column.get(row))
            cell = WriteOnlyCell(sheet, value=value)
            if isinstance(value, str):
                cell.data_type = "s"
            if column.exact and isinstance(value, Decimal):
                # A nought with as many decimals: that is how a format is written.
                cell.number_format = str(value - value)
            cells.append(cell)
        sheet.append(cells)
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def _sheet_title(title: str) -> str:
    return "".join(" " if sign in "[]:*?/\\" else sign for sign in title)[:31].strip(" '") or "1"


def _writable(value: Any) -> Any:
    """A value as a cell can hold it: no control characters, moments at the university's clock."""
    if isinstance(value, str | Promise):
        return ILLEGAL_CHARACTERS_RE.sub("", str(value))
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value).replace(tzinfo=None)
    return value


def to_csv(columns: Sequence[Column[RowType]], rows: Iterable[RowType]) -> bytes:
    """CSV with a byte-order mark and semicolons, as spreadsheets here expect; a formula's start is disarmed by an apostrophe.

    In Kazakh and Russian a number has a comma: a spreadsheet set to either takes 3.12 for the third of December. A day is
    written there as people write it, 01.09.2026; in English as every spreadsheet reads it, 2026-09-01. No needless noughts.
    """
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";")
    writer.writerow([_disarmed(column.head) for column in columns])
    for row in rows:
        writer.writerow([_disarmed(_as_read(column, column.get(row))) for column in columns])
    return stream.getvalue().encode("utf-8-sig")


def _as_read(column: Column[Any], value: Any) -> Any:
    """A value as a spreadsheet of its reader reads it."""
    if isinstance(value, Decimal) and not column.exact:
        value = Decimal(format(value.normalize(), "f"))
    in_english = active_language() == "en"
    if isinstance(value, date):
        day = "%Y-%m-%d" if in_english else "%d.%m.%Y"
        return f"{_writable(value):{day} %H:%M}" if isinstance(value, datetime) else f"{value:{day}}"
    return str(value).replace(".", ",") if isinstance(value, Decimal | float) and not in_english else value


def _disarmed(value: Any) -> Any:
    if isinstance(value, str | Promise):
        text = str(value)
        is_armed = text.startswith(_FORMULA_STARTS) or text.lstrip().startswith(_FORMULA_STARTS)
        return f"'{text}" if is_armed else text
    return value
