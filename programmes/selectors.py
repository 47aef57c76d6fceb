"""Reads of programmes, curricula, terms and students, beginning with who is looking."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.utils.translation import gettext

from core.templatetags.written import credits_
from institutions.permissions import Standing
from programmes.enums import CourseKind
from programmes.models import Course, Curriculum, Enrolment, Programme
from programmes.permissions import sees_enrolment, sees_programme
from programmes.workflow import COLUMNS, Naming


def programmes_visible_to(standing: Standing) -> QuerySet[Programme]:
    """The programmes that a person may see, with university and department."""
    return Programme.objects.filter(sees_programme.q(standing)).select_related("university", "department__parent")


def values_of(programme: Programme) -> dict[str, Any]:
    """By column all that is written of a programme."""
    return {name: getattr(programme, name) for name in COLUMNS}


# By which pathways a programme is named: these belong to a later app, which supplies it.
_naming_sources: list[Callable[[int], tuple[Naming, ...]]] = []


def set_naming_source(source: Callable[[int], tuple[Naming, ...]]) -> None:
    """Let `source` tell by which pathways a programme (its key) is named."""
    _naming_sources[:] = [source]


def namings_of(programme_id: int) -> tuple[Naming, ...]:
    """The pathways that name a programme, in the order in which they were made."""
    return tuple(naming for source in _naming_sources for naming in source(programme_id))


def is_bare(programme: Programme) -> bool:
    """Whether nothing hangs on a programme yet: no curriculum, no student, no pathway."""
    return not (programme.curricula.exists() or programme.enrolments.exists() or namings_of(programme.pk))


def curricula_visible_to(standing: Standing) -> QuerySet[Curriculum]:
    """The curricula of visible programmes, with their programme."""
    visible = Programme.objects.filter(sees_programme.q(standing))
    return Curriculum.objects.filter(programme__in=visible).select_related("programme__university")


def courses_visible_to(standing: Standing) -> QuerySet[Course]:
    """The courses of the last curricula of visible programmes, each with its programme."""
    newer = Curriculum.objects.filter(programme=OuterRef("programme"), number__gt=OuterRef("number"))
    last = curricula_visible_to(standing).filter(~Exists(newer))
    return Course.objects.filter(curriculum__in=last).select_related("curriculum__programme__university")


def latest_curriculum(programme: Programme) -> Curriculum | None:
    """The newest version of a programme's curriculum; None before the first import."""
    return Curriculum.objects.filter(programme=programme).order_by("-number").first()


def enrolments_visible_to(standing: Standing) -> QuerySet[Enrolment]:
    """The students that a person may see: oneself, those of one's units, a partner its own, watching offices all."""
    found = Enrolment.objects.filter(sees_enrolment.q(standing))
    return found.select_related("person", "university", "programme__department", "curriculum")


@dataclass(frozen=True)
class SemesterBlock:
    """The courses of one semester with their totals."""

    semester: int
    courses: tuple[Course, ...]
    credits: Decimal
    hours: int


def semesters_of(curriculum: Curriculum) -> tuple[SemesterBlock, ...]:
    """A curriculum by semester, prerequisites read along. Two queries."""
    courses = curriculum.courses.order_by("semester", "pk").prefetch_related(
        Prefetch("prerequisites", Course.objects.only("code", "curriculum_id").order_by("code"))
    )
    return blocks(courses)


def blocks(courses: Iterable[Course]) -> tuple[SemesterBlock, ...]:
    """Courses gathered by semester, in their order."""
    by_semester: dict[int, list[Course]] = {}
    for course in courses:
        by_semester.setdefault(course.semester, []).append(course)
    return tuple(
        SemesterBlock(
            semester=semester,
            courses=tuple(found),
            credits=sum((course.credits for course in found), Decimal(0)),
            hours=sum(course.hours for course in found),
        )
        for semester, found in sorted(by_semester.items())
    )


@dataclass(frozen=True)
class Compared:
    """One feature of two programmes side by side (4.1-a)."""

    label: str
    home: object
    partner: object

    @property
    def differs(self) -> bool:
        """True where the two are not the same."""
        return self.home != self.partner

    @property
    def home_shown(self) -> str:
        """The University's side as people read it."""
        return _shown(self.home)

    @property
    def partner_shown(self) -> str:
        """The partner's side as people read it."""
        return _shown(self.partner)


def _shown(value: object) -> str:
    return credits_(value) if isinstance(value, Decimal) else str(value)


def comparison_of(
    home: tuple[Programme, Curriculum | None], partner: tuple[Programme, Curriculum | None]
) -> list[Compared]:
    """Level, length, volume, content and award of two programmes beside each other. One query."""
    pairs = (home, partner)
    curricula = [curriculum.pk for _programme, curriculum in pairs if curriculum]
    sums: dict[int, dict[str, Decimal]] = {pk: {} for pk in curricula}
    counts = dict.fromkeys(curricula, 0)
    for pk, kind, credits in Course.objects.filter(curriculum__in=curricula).values_list(
        "curriculum", "kind", "credits"
    ):
        sums[pk][kind] = sums[pk].get(kind, Decimal(0)) + credits
        counts[pk] += 1

    def of(curriculum: Curriculum | None, kinds: tuple[str, ...]) -> Decimal:
        return (
            sum((sums[curriculum.pk].get(kind, Decimal(0)) for kind in kinds), Decimal(0)) if curriculum else Decimal(0)
        )

    final = (CourseKind.FINAL_ATTESTATION, CourseKind.THESIS)
    features = (
        (gettext("Level"), [programme.get_level_display() for programme, _curriculum in pairs]),
        (gettext("Semesters"), [programme.semesters for programme, _curriculum in pairs]),
        (gettext("Credits"), [programme.credits for programme, _curriculum in pairs]),
        (gettext("Courses in the curriculum"), [counts.get(c.pk, 0) if c else 0 for _programme, c in pairs]),
        (gettext("Credits of practice"), [of(curriculum, (CourseKind.PRACTICE,)) for _programme, curriculum in pairs]),
        (
            gettext("Credits of final attestation and thesis"),
            [of(curriculum, final) for _programme, curriculum in pairs],
        ),
        (gettext("Degree"), [str(programme.degree) for programme, _curriculum in pairs]),
    )
    return [Compared(label, ours, theirs) for label, (ours, theirs) in features]
