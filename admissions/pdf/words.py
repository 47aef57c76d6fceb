"""Words on papers in three languages: countries and the labels of choices, frozen as plain values."""

from collections.abc import Mapping
from datetime import date
from functools import cache

from babel import Locale
from django.db.models import TextChoices
from django.utils.translation import override

from core.values import LANGUAGES, Localized


def texts(value: Localized) -> dict[str, str]:
    """A three-language text as a paper's context holds it."""
    return {language: value.in_language(language) for language in LANGUAGES}


def labels(choices: type[TextChoices], value: str) -> dict[str, str]:
    """The label of a choice in three languages; empty for no choice."""
    found = {}
    for language in LANGUAGES:
        with override(language):
            found[language] = str(choices(value).label) if value else ""
    return found


@cache
def _countries(language: str) -> Mapping[str, str]:
    return dict(Locale(language).territories)


def country(code: str) -> dict[str, str]:
    """A country's name in three languages; the bare code where nobody knows it."""
    return {language: _countries(language).get(code, code) for language in LANGUAGES}


def country_codes() -> frozenset[str]:
    """The ISO 3166 codes of countries (two letters)."""
    outside = {"EU", "EZ", "UN", "ZZ", "QO", "XA", "XB"}
    return frozenset(code for code in _countries("en") if len(code) == 2 and code.isalpha()) - outside


def iso(day: date | None) -> str:
    """A day as ISO text; empty for none."""
    return day.isoformat() if day else ""
