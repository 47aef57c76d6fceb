"""Names of countries, in the reader's language. Babel knows them; no table of ours but for one name."""

from functools import cache

from babel import Locale

from core.values import LANGUAGES, active_language, kazakh_sort_key

# ZZ is "unknown region"; XA, XB are for testing locales; unions, parts of countries and land where nobody lives are no
# country that somebody is a citizen of or a university lies in.
_NO_COUNTRY = frozenset(
    {"ZZ", "XA", "XB", "EU", "EZ", "UN", "AC", "AQ", "BV", "CP", "DG", "EA", "HM", "IC", "QO", "TA"}
)
# As Russian is written in Kazakhstan.
_HERE = {"ru": {"KG": "Кыргызстан"}}


def country_name(code: str) -> str:
    """The country of an ISO 3166 code; the code itself where Babel has no name for it."""
    return _territories(active_language()).get(code, code)


def country_in_each(code: str) -> dict[str, str]:
    """The same in three languages, as papers keep it."""
    return {language: _territories(language).get(code, code) for language in LANGUAGES}


def country_codes() -> frozenset[str]:
    """The codes that a citizenship may have."""
    return frozenset(code for code in _territories("en") if len(code) == 2)


def country_choices() -> list[tuple[str, str]]:
    """Every country as a choice, by name."""
    names = _territories(active_language())
    return sorted(
        ((code, name) for code, name in names.items() if len(code) == 2), key=lambda row: kazakh_sort_key(row[1])
    )


@cache
def _territories(language: str) -> dict[str, str]:
    names = {**Locale(language).territories, **_HERE.get(language, {})}
    return {code: name for code, name in names.items() if code.isalpha() and code not in _NO_COUNTRY}


def country_code(text: str) -> str:
    """The code of a country that a file names by it, or in Kazakh, Russian or English; else the text, in capitals.

    >>> [country_code(text) for text in ("kz", "Қазақстан", "Россия", "Germany", "Atlantis")]
    ['KZ', 'KZ', 'RU', 'DE', 'ATLANTIS']
    """
    return _codes_by_name().get(text.strip().casefold(), text.strip().upper())


@cache
def _codes_by_name() -> dict[str, str]:
    known = country_codes()
    names = [row for language in LANGUAGES for row in _territories(language).items()]
    return {name.casefold(): code for code, name in names if code in known and len(name) > len(code)}
