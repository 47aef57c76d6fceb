"""Workbooks and what is read of them, for tests of files."""

import io
import zipfile

import pytest
from openpyxl import Workbook

from core.heads import Header
from core.imports import (
    Grid,
    Problem,
    UnreadableFileError,
)
from core.sheets import open_grid
from core.values import Localized

HEADERS = (
    Header("code", Localized("Код", "Код", "Code")),
    Header("credits", Localized("Кредит", "Кредит", "Credits"), ("ECTS",)),
    Header("day", Localized("Күні", "Күні", "Date"), required=False),
)


def xlsx(rows: list[list[object]], *, title: str = "Sem 3", merged: str = "") -> bytes:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(row)
    if merged:
        sheet.merge_cells(merged)
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def with_member(content: bytes, name: str, data: bytes) -> bytes:
    """The same archive with one member more, or another one in its place."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            if info.filename != name:
                new.writestr(info.filename, old.read(info.filename))
        new.writestr(name, data)
    return stream.getvalue()


def grid(content: bytes, name: str = "file.xlsx") -> tuple[Grid, list[Problem]]:
    return open_grid(io.BytesIO(content), name, lambda _grid: None)


def refusal(content: bytes, name: str = "file.xlsx") -> str:
    with pytest.raises(UnreadableFileError) as refused:
        grid(content, name)
    return str(refused.value)
