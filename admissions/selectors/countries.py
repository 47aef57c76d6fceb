"""Countries by their ISO 3166 codes, from CLDR (Babel): Kazakh, Russian and English names."""

from collections.abc import Mapping
from functools import cache

from babel import Locale

from core.values import LANGUAGES, active_language

# Two-letter codes of CLDR that are no countries.
_OTHERS = frozenset({"EU", "EZ", "UN", "ZZ", "QO", "XA", "XB"})


@cache
def _names(language: str) -> Mapping[str, str]:
    return dict(Locale(language).territories)


def country(code: str) -> dict[str, str]:
    """A country's name in three languages; the bare code where nobody knows it."""
    return {language: _names(language).get(code, code) for language in LANGUAGES}


def country_name(code: str) -> str:
    """A country's name in the reader's language; the bare code where nobody knows it."""
    return _names(active_language()).get(code, code)


@cache
def country_codes() -> frozenset[str]:
    """The two-letter codes that a citizenship may have."""
    return frozenset(code for code in _names("en") if len(code) == 2 and code.isalpha()) - _OTHERS
