"""Values at the bottom of the house: three-language text, rounding, hashes, alphabet. No Django model is known here."""

import codecs
import hashlib
import json
import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping, Sequence
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
# For sorting, letters of neighbours stand where ICU's Kazakh order has them: PostgreSQL sorts by it (core.apps).
_ORDER = {letter: position for position, letter in enumerate("аәбвгґғдеёєжзийкқлмнңоөпрстуўұүфхһцчшщъыіїьэюя")}
_SIGNS = {sign: position for position, sign in enumerate("_-–—,;:!?.…'‘’\"“”«»()[]{}§@*/\\&#%`^+<=>~$₸", start=1)}
_DIGITS, _CYRILLIC, _LATIN = 0x100, 0x10000, 0x20000


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


def joined(*parts: "Localized | str", by: str = " · ") -> Localized:
    """Texts side by side, in each language its own; a part that is empty is left out."""
    words = {
        language: by.join(
            text for part in parts if (text := part.in_language(language) if isinstance(part, Localized) else part)
        )
        for language in LANGUAGES
    }
    return Localized(**words)


def readable(params: Mapping[str, object]) -> dict[str, object]:
    """Parameters of a text as its reader reads them: one that is a text in three languages, also as it was stored, in theirs.

    >>> readable({"name": {"kk": "Ән", "ru": "Ән", "en": "AN"}, "count": 2})["count"]
    2
    """
    return {name: _readable(value) for name, value in params.items()}


def _readable(value: object) -> object:
    if isinstance(value, Mapping) and value.keys() == set(LANGUAGES):
        value = Localized(**value)
    return str(value) if isinstance(value, Localized) else value


def active_language() -> Language:
    """The reader's language of this request or task; Kazakh where none is active."""
    language = (get_language() or "kk")[:2]
    return language if language in LANGUAGES else "kk"


def today() -> date:
    """Today at the university (Asia/Almaty)."""
    return timezone.localdate()


# No paper that people enter here is older, and no term that they set ends later: what lies outside is a slip of the hand.
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)


def months_after(day: date, months: int) -> date:
    """The same day so many months later (earlier, where negative); the last of its month where that has no such day.

    >>> months_after(date(2027, 11, 30), 3), months_after(date(2028, 2, 29), 12)
    (datetime.date(2028, 2, 29), datetime.date(2029, 2, 28))
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return day.replace(year=year, month=month + 1, day=min(day.day, monthrange(year, month + 1)[1]))


def round_half_up(value: Decimal, places: int = 0) -> Decimal:
    """Round as people do (2.5 → 3), the one rounding of the house. `places`: digits after the point."""
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


_UNSEEN = frozenset({"Cc", "Cf", "Co", "Cn", "Cs"})
# White space, and what pages and word processors put between letters: who copies a text brings them along and does not know it.
_COPIED_ALONG = frozenset("\t\n\v\f\r\x85\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff")


def is_unseen(sign: str) -> bool:
    """True for a sign that no reader sees: control and format signs, and what Unicode does not know."""
    return unicodedata.category(sign) in _UNSEEN


def unwritten(text: str) -> frozenset[str]:
    """The signs of a text that nobody writes: unseen ones, but for those that come along with what is copied.

    >>> sorted(unwritten("safe\u202efdp\x07.exe")), unwritten("a soft\u00adhyphen")
    (['\\x07', '\\u202e'], frozenset())
    """
    if text.isprintable():  # nearly every text, and much quicker than to ask of each sign
        return frozenset()
    return frozenset(sign for sign in text if is_unseen(sign)) - _COPIED_ALONG


def named_signs(signs: Iterable[str]) -> str:
    """Single signs as a message names them: as they look, and those that nobody sees by their code.

    >>> named_signs("|=\u202e=")
    '= | U+202E'
    """
    return " ".join(
        sign if sign.isprintable() and not sign.isspace() else f"U+{ord(sign):04X}" for sign in sorted(set(signs))
    )


def seen(text: str) -> str:
    """Text with the name in the place of each sign that nobody sees, so that it neither hides nor turns the line round.

    >>> seen("Ing\u202erid")
    'Ing[U+202E]rid'
    """
    return "".join(f"[U+{ord(sign):04X}]" if is_unseen(sign) and not sign.isspace() else sign for sign in text)


# Embeddings, overrides and isolates of direction, and their ends. Marks (U+200E, U+200F) turn nothing round.
_TURNING = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))


def unturned(text: str) -> str:
    """Text without the signs that turn the writing round: what stands after one reads as another text than it is.

    >>> unturned("safe\u202efdp.exe")
    'safefdp.exe'
    """
    return text.translate(_TURNING)


# The marks of byte order that "Unicode text" of spreadsheets begins with; of its bytes every other one may be zero.
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def is_text(content: bytes) -> bool:
    """False for bytes of another kind of file: a zero byte here and there is a fault of a text, many are none of it."""
    head = content[:4096]
    return head.startswith(UTF_16) or head.count(0) * 20 < len(head)


def one_line(text: str) -> str:
    """Text on one line: what people wrote on several would be read as parts of a message.

    >>> one_line("Signed\\n\\n• Pay  here")
    'Signed • Pay here'
    """
    return " ".join(text.split())


def trimmed(text: str) -> str:
    """Text without white space and unseen signs at its ends: a reason that nobody can read is none.

    >>> trimmed(" \u200bbecause \u200d"), trimmed("\u200b")
    ('because', '')
    """
    text = text.replace("\0", "")  # which PostgreSQL keeps nowhere
    seen = [place for place, sign in enumerate(text) if not (sign.isspace() or is_unseen(sign))]
    return text[seen[0] : seen[-1] + 1] if seen else ""


# Latin letters whose mark is part of the letter, so that Unicode does not take it apart.
# The Latin schwa is typed for the Kazakh letter, which looks the same.
_LATIN_WITHOUT_MARKS = {
    ord("ə"): "ә",
    ord("ø"): "o",
    ord("ł"): "l",
    ord("đ"): "d",
    ord("ı"): "i",
    ord("æ"): "ae",
    ord("œ"): "oe",
}


def fold(text: str) -> str:
    """Text as search compares it: without case and without diacritics of Latin letters; Kazakh letters stay themselves.

    >>> fold("Øvergård INGRID"), fold("Қожахмет")
    ('overgard ingrid', 'қожахмет')
    """
    return _folded(text).strip()


def _folded(text: str) -> str:
    # Composed first: macOS and some forms send й as и with a mark, which no column here holds.
    composed = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())
    return "".join(_without_marks(letter) for letter in composed.translate(_LATIN_WITHOUT_MARKS))


def _without_marks(letter: str) -> str:
    # й, ё and і-like Kazakh letters are letters of their own: only Latin ones lose their marks.
    if unicodedata.combining(letter):
        return ""
    bare = "".join(part for part in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(part))
    return bare if bare.isascii() and bare.islower() and bare.isalpha() else letter


# Letters that are typed for each other: Kazakh ones on a Russian keyboard, ё as е, й in Latin letters (Bolekbai, Bolekbay).
_TYPED_ALIKE = {
    letter: group for group in ("аә", "гғ", "её", "иі", "кқ", "нң", "оө", "уұү", "хһ", "iy") for letter in group
}

# How names are written in Latin letters: қ as K or Q, х as H or KH, ғ as G or GH. In numbers they are letters of their own.
_SPELT_ALIKE = {"k": "kq", "q": "kq"}
_WITH_H = {"h": "[kK]?[hH]", "g": "[gG][hH]?"}


def numbered(number: object) -> str:
    """A number behind the sign that the reader's language has for it: «№ 5-К», “No. 5-К”."""
    return f"{'No.' if active_language() == 'en' else '№'} {number}"


def numbered_in_each(number: object) -> Localized:
    """The same for what is kept in three languages."""
    return Localized(f"№ {number}", f"№ {number}", f"No. {number}")


# A clause is kept by its key; people read the number that is printed, which the regulation knows.
_clause_printer: Callable[[str], str] = str


def set_clause_printer(printer: Callable[[str], str]) -> None:
    """Let `printer` say what number the regulation prints for a clause."""
    global _clause_printer  # noqa: PLW0603 -- set once, when the apps are ready
    _clause_printer = printer


def printed(clause: str) -> str:
    """A clause as people read it, in their language: pages, mails, files and papers show this and link by the key."""
    return _clause_printer(clause) if clause else ""


def search_words(text: str) -> list[str]:
    """The words that somebody looks for, as search compares them; the sign of a number is none of them.

    >>> search_words(" № 12-А  Әлия "), search_words("No. 2-Т")
    (['12-а', 'әлия'], ['2-т'])
    """
    words = fold("".join(sign for sign in text if not is_unseen(sign) or sign.isspace()).replace("№", " ")).split()
    return [word for word in words if word != "no."][:8]


def search_pattern(word: str) -> str:
    """A regular expression for both databases that finds a folded word in any case, in whichever spelling it is typed.

    A passport's lower lines write ö as OE: the e may stand or not. Latin letters write х as H or KH, ғ as G or GH, қ as K or Q.

    >>> search_pattern("ка."), search_pattern("oe"), search_pattern("akh")
    ('[кқКҚ][аәАӘ]\\\\.', '[oO][eE]?', '[aA][kK]?[hH]')
    """
    word = word[:100].replace("kh", "h").replace("gh", "g")
    return "".join(map(_spelt, " " + word, word))


def _spelt(before: str, letter: str) -> str:
    if letter in _WITH_H:
        return _WITH_H[letter]
    sign = _any_of(letter, _SPELT_ALIKE.get(letter) or _TYPED_ALIKE.get(letter, letter))
    return f"{sign}?" if before + letter in {"ae", "oe", "ue"} else sign


# Small letters of two alphabets whose capitals look the same: on paper nobody sees which of them stands in a number.
_PAIRS_DRAWN_ALIKE = ("aа", "bв", "cс", "eе", "hн", "iі", "kк", "mм", "oо", "pр", "tт", "xх", "yу")
_DRAWN_ALIKE = {letter: pair for pair in _PAIRS_DRAWN_ALIKE for letter in pair}
_IN_LATIN = str.maketrans({pair[1].upper(): pair[0].upper() for pair in _PAIRS_DRAWN_ALIKE})


def in_latin_capitals(code: str) -> str:
    """A code that knows Latin capitals alone, typed on whatever keyboard.

    >>> in_latin_capitals("gqху-9кх2")
    'GQXY-9KX2'
    """
    return code.upper().translate(_IN_LATIN)


def number_pattern(word: str) -> str:
    """As `search_pattern`, for numbers and codes: whoever reads «17-К» or “7M06102” types the letter in either alphabet.

    >>> number_pattern("7-k")
    '7\\\\-[kкқKКҚ]'
    """
    return "".join(_any_of(letter, _in_a_number(letter)) for letter in word[:100])


def _in_a_number(letter: str) -> str:
    drawn = _DRAWN_ALIKE.get(letter, letter)
    return "".join(dict.fromkeys("".join(_TYPED_ALIKE.get(one, one) for one in drawn)))


def _any_of(letter: str, group: str) -> str:
    return f"[{group}{group.upper()}]" if letter.isalpha() and len(letter.upper()) == 1 else re.escape(letter)


def kazakh_sort_key(text: str) -> tuple[int, ...]:
    """Sort key by the Kazakh alphabet: Ә after А, Ғ after Г, …; signs, digits, Cyrillic, Latin; case does not count."""
    return tuple(_weight(letter) for letter in _folded(text))


def _weight(letter: str) -> int:
    if letter in _ORDER:
        return _CYRILLIC + _ORDER[letter]
    if letter.isdigit():
        return _DIGITS + ord(letter)
    if letter.isalpha():
        is_cyrillic = "\u0400" <= letter <= "\u052f"
        return (_CYRILLIC if is_cyrillic else _LATIN) + ord(letter)
    return 0 if letter.isspace() else _SIGNS.get(letter, len(_SIGNS) + 1)


def kazakh_collation(left: str, right: str) -> int:
    """Compare two texts for SQLite's collation `kazakh` as ICU does: alphabet, then marks, then small before capital.

    Code points last, so that the order is total.
    """
    left_key, right_key = _collation_key(left), _collation_key(right)
    return (left_key > right_key) - (left_key < right_key)


def _collation_key(text: str) -> tuple[tuple[int, ...], tuple[bool, ...], tuple[bool, ...], str]:
    letters = unicodedata.normalize("NFC", text)
    marked = tuple(_folded(letter) != letter.casefold() for letter in letters)
    return kazakh_sort_key(text), marked, tuple(letter.isupper() for letter in letters), text


def content_hash(content: object) -> str:
    """SHA-256 (hex) of plain content: the same content has the same hash, whatever the order of its keys."""
    canonical = json.dumps(plain(content), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def text_hash(text: str) -> str:
    """By what a form remembers the text that it showed; ends of lines do not count."""
    return content_hash(text.replace("\r\n", "\n").strip())


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
