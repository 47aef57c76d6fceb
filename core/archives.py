"""Whether a workbook may be opened at all: what it unpacks to is looked at before anything is built of it."""

import io
import re
import zipfile
from collections.abc import Iterator

from django.utils.translation import gettext_noop

MAX_UNPACKED_BYTES = 60 * 1024 * 1024
MAX_CELLS = 500_000
_BROKEN = gettext_noop("The workbook is broken and cannot be opened.")
_TOO_MUCH = gettext_noop("The workbook unpacks to more than this program reads.")
# XML in UTF-16 or 32: no office program writes a workbook so, and what is looked for would not be seen in it.
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<", b"\0\0")
_CELL = re.compile(rb"<(?:[\w.-]+:)?c[\s/>]")
# A merged range is one short line in the file and a cell object for each of its places in memory: A1:XFD1048576 has 17 billion.
_MERGED = re.compile(rb"<(?:[\w.-]+:)?mergeCell\s[^>]*>")
_RANGE = re.compile(rb"""\sref=["']\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?["']""")


def problem_with(content: bytes) -> str:
    """Why an archive is not opened as a workbook (a message id); empty where it may be."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            infos = archive.infolist()
            if sum(info.file_size for info in infos) > MAX_UNPACKED_BYTES:
                return _TOO_MUCH
            names = {info.filename for info in infos}
            if "xl/workbook.xml" not in names:
                return gettext_noop("This is neither an XLSX workbook nor a CSV file.")
            if any(name.endswith("vbaProject.bin") for name in names):
                return gettext_noop("Workbooks with macros are not accepted; save it as XLSX.")
            return "" if _cells_of(archive) <= MAX_CELLS else _TOO_MUCH
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, RuntimeError, NotImplementedError):
        return _BROKEN  # also what is packed in a way that Python does not know, or behind a password


def _cells_of(archive: zipfile.ZipFile) -> int:
    """How many cells would be built, places of merged ranges among them. ValueError where that cannot be told."""
    return sum(len(_CELL.findall(part)) + sum(map(_size_of, _MERGED.findall(part))) for part in _parts(archive))


def _parts(archive: zipfile.ZipFile) -> Iterator[bytes]:
    for name in archive.namelist():  # whatever it is called: a workbook may keep its sheets under any name
        part = archive.read(name)
        if part.startswith(_WIDE):
            raise ValueError(name)
        yield part


def _size_of(merged: bytes) -> int:
    found = _RANGE.search(merged)
    if found is None:
        raise ValueError("a merged range that cannot be read")
    left, top, right, bottom = found[1], int(found[2]), found[3] or found[1], int(found[4] or found[2])
    return (abs(_column(right) - _column(left)) + 1) * (abs(bottom - top) + 1)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number
