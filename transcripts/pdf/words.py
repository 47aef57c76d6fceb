"""Words of papers in all three languages, copied from what pages say."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy, override

from core.values import LANGUAGES, Localized
from programmes.models import AcademicTerm, Course


def in_three(label: Any) -> Localized:
    """A lazy text in Kazakh, Russian and English."""
    words = {}
    for language in LANGUAGES:
        with override(language):
            words[language] = str(label)
    return Localized(**words)


def points_text(points: Decimal | None) -> str | None:
    """Points as papers keep them: two decimals and a point, 4.00, 3.67; each language prints its own sign. None stays None."""
    return None if points is None else f"{points:.2f}"


def gpa_text(gpa: Decimal | None) -> str:
    """A GPA with two decimals and a point, as `points_text`; empty when there is none."""
    return points_text(gpa) or ""


def own_words(reason: str) -> Localized:
    """A reason as it was typed, or the program's own (a message id) in three languages."""
    return in_three(gettext_lazy(reason)) if reason else Localized("")


def course_names(course: Course) -> Localized:
    """A course's name in three languages; a partner's without them keeps its own."""
    own = course.name_original or course.name_en or course.name_kk
    return Localized(kk=course.name_kk or own, ru=course.name_ru or course.name_kk or own, en=course.name_en or own)


def term_names(term: AcademicTerm) -> Localized:
    """A term with its year: 2025/26, күзгі семестр."""
    words = {}
    for language in LANGUAGES:
        with override(language):
            words[language] = str(term)
    return Localized(**words)
