"""What a file is, by its content and never by its name, and whether it is whole."""

import io
import re
import zipfile

import filetype

from core.values import is_text
from documents.kinds import CSV, EML, JPEG, PAPER_TYPES, PDF, PNG, XLSX

_BYTES = "application/octet-stream"
# A reader begins at the end of a PDF: there stands where its table of objects begins, within the last kilobytes.
_PDF_TAIL = 4096
_PDF_END = re.compile(rb"startxref\s+(\d+)\s+%%EOF")
_PDF_TABLE = re.compile(rb"\s*(?:xref\b|\d+\s+\d+\s+obj\b)")
_PNG_END = b"IEND\xaeB`\x82"
# Markers of JPEG: those that stand alone, and those of a frame, which tell its height and width.
_JPEG_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})
_JPEG_FRAME = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_SCAN, _JPEG_END = 0xDA, b"\xff\xd9"


def content_type_of(content: bytes, name: str) -> str:
    """The media type read from the bytes; text is told apart by the name's ending only between CSV and e-mail."""
    guessed = filetype.guess_mime(content)
    if guessed == "application/zip" and b"xl/workbook.xml" in content:
        return XLSX
    if guessed:
        return str(guessed)
    ending = name.lower().rsplit(".", 1)[-1]
    if b"\x00" in content[:4096] and not (
        ending == "csv" and is_text(content)
    ):  # whoever reads the table names its cell
        return _BYTES
    return {"csv": CSV, "eml": EML}.get(ending, "text/plain")


def is_lost_workbook(content_type: str, name: str) -> bool:
    """True for what is named a workbook and has lost the parts that would show one: broken, and no other kind of file."""
    return name.lower().endswith(".xlsx") and content_type in {_BYTES, "application/zip", "text/plain"}


def is_whole(content: bytes, content_type: str) -> bool:
    """False for a paper that nobody could open: cut off, or a mere beginning. A table is judged by who reads it.

    It looks at the frame of the file, not at what it draws: a PDF leads from its end to its objects and has a page, an
    image tells its size and has an end.
    """
    if content_type in PAPER_TYPES and zipfile.is_zipfile(io.BytesIO(content)):
        return False  # a paper to one reader and an archive to another
    if content_type == PDF:
        return _pdf_is_whole(content)
    if content_type == PNG:
        return _png_is_whole(content)
    return _jpeg_is_whole(content) if content_type == JPEG else True


def _pdf_is_whole(content: bytes) -> bool:
    # Several endings stand in a PDF that was changed after it was made; only the last one counts.
    ends = _PDF_END.findall(content[-_PDF_TAIL:])
    leads = bool(ends) and _PDF_TABLE.match(content, int(ends[-1])) is not None
    # Since PDF 1.5 pages may lie in compressed streams of objects.
    return leads and (b"/Pages" in content or b"/ObjStm" in content)


def _png_is_whole(content: bytes) -> bool:
    has_head = content[12:16] == b"IHDR" and all(int.from_bytes(content[at : at + 4]) for at in (16, 20))
    return has_head and b"IDAT" in content and _PNG_END in content


def _jpeg_is_whole(content: bytes) -> bool:
    """Walk the segments to the picture itself: a frame with a size must come before it, the end mark after it."""
    at, has_size = 2, False
    while at + 4 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xFF or marker in _JPEG_ALONE:  # a byte that fills, a marker without a length
            at += 1 if marker == 0xFF else 2
            continue
        if marker in _JPEG_FRAME:
            has_size = all(int.from_bytes(content[at + place : at + place + 2]) for place in (5, 7))
        if marker == _JPEG_SCAN:
            return has_size and content.find(_JPEG_END, at) > 0
        at += 2 + int.from_bytes(content[at + 2 : at + 4])
    return False
