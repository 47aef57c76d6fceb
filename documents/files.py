"""What a file is, by its content and never by its name."""

import filetype

from documents.kinds import CSV, EML, XLSX


def content_type_of(content: bytes, name: str) -> str:
    """The media type read from the bytes; text is told apart by the name's ending only between CSV and e-mail."""
    guessed = filetype.guess_mime(content)
    if guessed == "application/zip" and b"xl/workbook.xml" in content:
        return XLSX
    if guessed:
        return str(guessed)
    if b"\x00" in content[:4096]:
        return "application/octet-stream"
    ending = name.lower().rsplit(".", 1)[-1]
    return {"csv": CSV, "eml": EML}.get(ending, "text/plain")
