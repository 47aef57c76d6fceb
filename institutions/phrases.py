"""Names of countries, in the reader's language. Babel knows them; no table of ours."""

from functools import cache

from babel import Locale

from core.values import active_language, kazakh_sort_key


def country_name(code: str) -> str:
    """The country of an ISO 3166 code; the code itself where Babel has no name for it."""
    return _territories(active_language()).get(code, code)


def country_choices() -> list[tuple[str, str]]:
    """Every country as a choice, by name."""
    names = _territories(active_language())
    return sorted(
        ((code, name) for code, name in names.items() if len(code) == 2), key=lambda row: kazakh_sort_key(row[1])
    )


@cache
def _territories(language: str) -> dict[str, str]:
    # ZZ is "unknown region"; XA, XB are for testing locales.
    names = Locale(language).territories.items()
    return {code: name for code, name in names if code.isalpha() and code not in {"ZZ", "XA", "XB", "EU", "EZ", "UN"}}
