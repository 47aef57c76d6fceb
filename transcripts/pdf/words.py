"""Words of papers in all three languages, copied from what pages say."""

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
