"""In which letters a text file is written: Unicode, or as a Russian Windows saves it; nothing else is guessed."""

import re

from django.utils.translation import gettext_noop

from core.imports import UnreadableFileError
from core.values import UTF_16

_RUSSIAN = "а-яёА-ЯЁіІ"  # with the і of Kazakh, the only letter of it that windows-1251 has
_FOREIGN = re.compile(rf"[^\x00-\x7f\xa0{_RUSSIAN}«»„“”‘’–—…№§°]")
_WORD = re.compile(r"[^\W\d_]+")
_RUSSIAN_WORD = re.compile(rf"[{_RUSSIAN}]?[а-яёі]+|[А-ЯЁІ]+")


def text_of(content: bytes) -> str:
    """The text of a file that says in no word how it is encoded.

    Raises UnreadableFileError where it is neither Unicode nor Russian windows-1251: in the letters of another Windows
    "für" would come in as "fьr" without a word.
    """
    encoding = "utf-16" if content.startswith(UTF_16) else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        text = content.decode("cp1251", errors="replace")
    if encoding == "utf-16" or not _is_russian(text):
        raise UnreadableFileError(
            gettext_noop("The letters of this file cannot be told. Save it as “CSV UTF-8” or as an XLSX workbook.")
        )
    return text


def _is_russian(text: str) -> bool:
    """Whether what was read as windows-1251 is Russian: mostly words of its letters alone, written as words are."""
    if _FOREIGN.search(text):
        return False
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    russian = sum(bool(_RUSSIAN_WORD.fullmatch(word)) for word in words)
    return 2 * russian > len(words)
