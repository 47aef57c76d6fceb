"""What a file is, by its content and never by its name, and whether it is whole."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator

import filetype
from PIL import Image

from core.values import is_text
from documents.kinds import CSV, EML, JPEG, PAPER_TYPES, PDF, PNG, XLSX

_BYTES = "application/octet-stream"
# A reader begins at the end of a PDF: there stands where its table of objects begins, within the last kilobytes.
_PDF_TAIL = 4096
_PDF_END = re.compile(rb"startxref\s+(\d+)\s+%%EOF")
_PDF_TABLE = re.compile(rb"\s*(?:xref\b|\d+\s+\d+\s+obj\b)")
# More than any scanner or telephone here makes, and less than would fill the memory of who opens it.
MOST_MEGAPIXELS = 100
_PNG_CHECKSUM_OF_END = b"\xaeB`\x82"
_PNG_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_INFLATED_AT_ONCE = 1024 * 1024
# Markers of JPEG that stand alone; those of a scan, and of the end.
_JPEG_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})
_JPEG_SCAN, _JPEG_END = 0xDA, b"\xff\xd9"
# What makes of an image another file: short signs count where they begin what follows it, long ones anywhere in it.
_OTHER_BEGINNINGS = (b"PK", b"MZ", b"#!", b"\x7fELF", b"\xca\xfe\xba\xbe")
_OTHER_SIGNS = re.compile(
    rb"<html|<script|<!doctype|<svg|<\?php|%PDF-|Rar!\x1a\x07|7z\xbc\xaf\x27\x1c|PK\x03\x04[\x0a-\x3f]\x00|DOS mode",
    re.IGNORECASE,
)


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


def is_too_large(content: bytes, content_type: str) -> bool:
    """True for an image of more pixels than are taken, be it whole or not."""
    if content_type not in {PNG, JPEG}:
        return False
    try:
        image = _head(io.BytesIO(content))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return True
    return image is not None and image.width * image.height > MOST_MEGAPIXELS * 1_000_000


def is_whole(content: bytes, content_type: str) -> bool:
    """False for a paper that nobody could open: cut off, or a mere beginning. A table is judged by who reads it.

    It looks at the frame of the file, not at what it draws: a PDF leads from its end to its objects and has a page, an
    image (`is_too_large` is asked first) has an end, and no other file hides behind it.
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
    """Every part has its checksum, the picture all its lines, and nothing at all follows the end."""
    stream = io.BytesIO(content)
    image = _head(stream)
    if image is None:
        return False
    try:
        image.verify()  # the sum of each part; it stops before the sum of the last
    except (OSError, SyntaxError, ValueError):
        return False
    return content[stream.tell() :] == _PNG_CHECKSUM_OF_END and _png_has_its_lines(content)


def _head(stream: io.BytesIO) -> Image.Image | None:
    """The image with its head read and nothing decoded; None for what is none."""
    try:
        return Image.open(stream, formats=("PNG", "JPEG"))
    except (OSError, SyntaxError, ValueError):
        return None


def _png_has_its_lines(content: bytes) -> bool:
    """Inflate what is drawn, a piece at a time and none kept: it ends by itself, is not too short and no bomb."""
    width, height = int.from_bytes(content[16:20]), int.from_bytes(content[20:24])
    least = width * height * content[24] * _PNG_CHANNELS.get(content[25], 8) // 8
    most = least + 16 * (width + height) + _INFLATED_AT_ONCE  # a sign a line, also where they come in seven passes
    inflater, inflated = zlib.decompressobj(), 0
    try:
        for packed in _png_drawn(content):
            waiting = packed
            while waiting and inflated <= most:
                inflated += len(inflater.decompress(waiting, _INFLATED_AT_ONCE))
                waiting = inflater.unconsumed_tail
    except zlib.error:
        return False
    return inflater.eof and least <= inflated <= most


def _png_drawn(content: bytes) -> Iterator[bytes]:
    at = 8
    while at < len(content):
        length = int.from_bytes(content[at : at + 4])
        if content[at + 4 : at + 8] == b"IDAT":
            yield content[at + 8 : at + 8 + length]
        at += 12 + length


def _jpeg_is_whole(content: bytes) -> bool:
    """A head that can be read, and an end; telephones write a second picture or a film behind it, which may stay."""
    end = _end_of_jpeg(content)
    if not end or _head(io.BytesIO(content)) is None:
        return False
    behind = content[end:].lstrip(b"\0 \t\r\n")
    return not (behind.startswith(_OTHER_BEGINNINGS) or _OTHER_SIGNS.search(behind))


def _end_of_jpeg(content: bytes) -> int:
    """Walk the segments to the picture itself, and from there to where it ends; 0 where it does not."""
    at = 2
    while at + 4 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xFF or marker in _JPEG_ALONE:  # a byte that fills, a marker without a length
            at += 1 if marker == 0xFF else 2
            continue
        if marker == _JPEG_SCAN:
            found = content.find(_JPEG_END, at)
            return found + len(_JPEG_END) if found > 0 else 0
        at += 2 + int.from_bytes(content[at + 2 : at + 4])
    return 0
