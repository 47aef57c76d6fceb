"""Words of papers in all three languages, copied from what pages say."""

from decimal import Decimal
from typing import Any

from django.utils.translation import override

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
    """Points as papers print them, with a point: 4.0, 3.67. None stays None."""
    if points is None:
        return None
    text = format(points.normalize(), "f")
    return text if "." in text else f"{text}.0"


def gpa_text(gpa: Decimal | None) -> str:
    """A GPA with two decimals and a point; empty when there is none."""
    return "" if gpa is None else f"{gpa:.2f}"


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
