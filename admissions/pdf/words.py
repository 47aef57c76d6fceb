"""Words on papers in three languages: the labels of choices, frozen as plain values."""

from datetime import date

from django.db.models import TextChoices
from django.utils.translation import override

from core.values import LANGUAGES, Localized


def texts(value: Localized) -> dict[str, str]:
    """A three-language text as a paper's context holds it."""
    return {str(language): value.in_language(language) for language in LANGUAGES}


def labels(choices: type[TextChoices], value: str) -> dict[str, str]:
    """The label of a choice in three languages; empty for no choice."""
    found: dict[str, str] = {}
    for language in LANGUAGES:
        with override(language):
            found[language] = str(choices(value).label) if value else ""
    return found


def iso(day: date | None) -> str:
    """A day as ISO text; empty for none."""
    return day.isoformat() if day else ""
