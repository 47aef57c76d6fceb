"""Values at the bottom of the house: three-language text, rounding, hashes, alphabet. No Django model is known here."""

import hashlib
import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, is_dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum
from typing import Literal, cast

from django.utils import timezone
from django.utils.translation import get_language

Language = Literal["kk", "ru", "en"]
LANGUAGES: tuple[Language, ...] = ("kk", "ru", "en")

# The 42 letters in the order of the alphabet (domain.md 6). Ё follows Е, І follows Ы.
KAZAKH_ALPHABET = "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"
_KAZAKH_ORDER = {letter: position for position, letter in enumerate(KAZAKH_ALPHABET)}
# Latin stands before Cyrillic, as in the collation kk-x-icu's default reordering-free order.
_CYRILLIC_BASE = 0x10000


@dataclass(frozen=True, slots=True)
class Localized:
    """One text in Kazakh (the legal language), Russian and English. An empty translation falls back to Kazakh."""

    kk: str
    ru: str = ""
    en: str = ""

    def in_language(self, language: str) -> str:
        """The text in `language`; where it is missing, the Kazakh one."""
        return cast(str, getattr(self, language[:2], "")) or self.kk

    def __str__(self) -> str:
        return self.in_language(active_language())


def active_language() -> Language:
    """The reader's language of this request or task; Kazakh where none is active."""
    language = (get_language() or "kk")[:2]
    return language if language in LANGUAGES else "kk"


def today() -> date:
    """Today at the university (Asia/Almaty)."""
    return timezone.localdate()


def round_half_up(value: Decimal, places: int = 0) -> Decimal:
    """Round as people do (2.5 → 3), the one rounding of the house. `places`: digits after the point."""
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


# Latin letters whose mark is part of the letter, so that Unicode does not take it apart.
_LATIN_WITHOUT_MARKS = {ord("ø"): "o", ord("ł"): "l", ord("đ"): "d", ord("ı"): "i", ord("æ"): "ae", ord("œ"): "oe"}


def fold(text: str) -> str:
    """Text as search compares it: without case and without diacritics of Latin letters; Kazakh letters stay themselves.

    >>> fold("Øvergård INGRID"), fold("Қожахмет")
    ('overgard ingrid', 'қожахмет')
    """
    replaced = text.casefold().translate(_LATIN_WITHOUT_MARKS)
    return "".join(_without_marks(letter) for letter in replaced).strip()


def _without_marks(letter: str) -> str:
    # й, ё and і-like Kazakh letters are letters of their own: only Latin ones lose their marks.
    decomposed = unicodedata.normalize("NFKD", letter)
    return decomposed[0] if len(decomposed) > 1 and "a" <= decomposed[0] <= "z" else letter


def kazakh_sort_key(text: str) -> tuple[int, ...]:
    """Sort key by the Kazakh alphabet: Ә after А, Ғ after Г, …; Latin before Cyrillic; case does not count."""
    key: list[int] = []
    for letter in fold(text):
        if letter in _KAZAKH_ORDER:
            key.append(_CYRILLIC_BASE + _KAZAKH_ORDER[letter])
        elif letter.isalnum():
            key.append(ord(letter))
        else:
            key.append(0 if letter.isspace() else 1)
    return tuple(key)


def kazakh_collation(left: str, right: str) -> int:
    """Compare two texts for SQLite's collation `kazakh`: by alphabet, then by code points so that order is total."""
    left_key, right_key = (kazakh_sort_key(left), left), (kazakh_sort_key(right), right)
    return (left_key > right_key) - (left_key < right_key)


def content_hash(content: object) -> str:
    """SHA-256 (hex) of plain content: the same content has the same hash, whatever the order of its keys."""
    canonical = json.dumps(plain(content), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def plain(value: object) -> object:
    """A value as JSON can hold it: dataclasses become objects, decimals and dates texts. TypeError for anything else."""
    if is_dataclass(value) and not isinstance(value, type):
        value = asdict(value)
    elif isinstance(value, Enum):
        value = value.value
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, str | int | float | bool) or value is None:
        return value
    return _plain_container(value)


def _plain_container(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, set | frozenset):
        return [plain(item) for item in sorted(value, key=str)]
    if isinstance(value, Sequence):
        return [plain(item) for item in value]
    raise TypeError(f"{type(value).__name__} has no plain form")
