"""Programmes, curricula, terms, students."""

import itertools
from datetime import timedelta
from decimal import Decimal

from core.values import content_hash, today
from institutions.models import Person, University
from programmes.enums import CourseKind, TermKind
from programmes.models import AcademicTerm, Course, Curriculum, Enrolment, Programme
from tests.factories import institutions

_numbers = itertools.count(1)


def programme(university: University | None = None, code: str = "7M06102", **values: object) -> Programme:
    """A master's programme, ours (with a department) or a partner's."""
    at = university or institutions.home()
    found, _ = Programme.objects.get_or_create(
        university=at,
        code=code,
        defaults={
            "department": institutions.department() if at.is_home else None,
            "name_kk": "Бағдарламалық инженерия",
            "name_ru": "Программная инженерия",
            "name_en": "Software Engineering",
            "level": "master",
            "direction": "7M061",
            "semesters": 4,
            "credits": Decimal(120),
            **values,
        },
    )
    return found


def curriculum(of: Programme, courses: tuple[tuple[str, int, int], ...] = ()) -> Curriculum:
    """A curriculum with courses (code, credits, semester); hours are thirty a credit."""
    made = Curriculum.objects.create(
        programme=of, number=of.curricula.count() + 1, title=of.code, content_hash=content_hash(list(courses))
    )
    for code, credits, semester in courses:
        course(made, code, credits=credits, semester=semester)
    return made


def course(of: Curriculum, code: str, *, credits: int = 5, semester: int = 1, kind: str = CourseKind.COURSE) -> Course:
    """A course of a curriculum."""
    return Course.objects.create(
        curriculum=of,
        code=code,
        name_kk=f"{code} пәні",
        name_ru=f"Дисциплина {code}",
        name_en=f"Course {code}",
        kind=kind,
        credits=Decimal(credits),
        hours=credits * 30,
        semester=semester,
    )


def term(
    university: University | None = None, *, starts_in: int = 60, kind: str = TermKind.SPRING, days: int = 140
) -> AcademicTerm:
    """A term that starts in `starts_in` days (negative: it has begun)."""
    first = today() + timedelta(days=starts_in)
    year = first.year if kind == TermKind.AUTUMN else first.year - 1
    found, _ = AcademicTerm.objects.get_or_create(
        university=university or institutions.home(),
        year=year,
        kind=kind,
        defaults={"starts_on": first, "ends_on": first + timedelta(days=days)},
    )
    return found


def enrolment(of: Programme | None = None, who: Person | None = None, **values: object) -> Enrolment:
    """A student of a programme at its university."""
    studied = of or programme()
    return Enrolment.objects.create(
        **{
            "person": who or institutions.person(),
            "university": studied.university,
            "student_number": f"2024{next(_numbers):04d}",
            "programme": studied,
            "curriculum": studied.curricula.order_by("-number").first(),
            "entry_year": today().year - 1,
            "funding": "grant",
            "study_language": "en",
            "gpa": Decimal("3.20"),
            **values,
        }
    )
