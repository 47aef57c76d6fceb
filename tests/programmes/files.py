"""Files as offices send them: the demo's own, and small ones made for a test."""

import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from openpyxl import Workbook

DATA = Path(__file__).resolve().parents[2] / "satbayev_jdp" / "demo" / "data"


def sent(name: str) -> io.BytesIO:
    """A file that an office sent."""
    return io.BytesIO((DATA / name).read_bytes())


def workbook(rows: Iterable[Sequence[object]], *, merged: Sequence[str] = ()) -> io.BytesIO:
    """A workbook of one sheet with these rows and merged ranges."""
    book = Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(list(row))  # type: ignore[union-attr]  # a new workbook has a sheet
    for area in merged:
        sheet.merge_cells(area)  # type: ignore[union-attr]  # as above
    stream = io.BytesIO()
    book.save(stream)
    stream.seek(0)
    return stream
