"""Reads of programmes, curricula, terms and students, beginning with who is looking."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Exists, ForeignObjectRel, Model, OuterRef, Prefetch, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.history import subject_type
from core.story import Told, stories_of
from core.templatetags.written import credits_
from core.values import Localized
from documents.models import Upload
from institutions.models import Holiday, University
from institutions.permissions import Standing
from institutions.selectors import days_off, universities_visible_to
from programmes.enums import CourseKind
from programmes.models import AcademicTerm, Course, Curriculum, Enrolment, Programme
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


def story_of_student(enrolment: Enrolment) -> list[Told]:
    """What happened to a student's enrolment and to what is known of the person, newest first. One query."""
    stories = stories_of([enrolment, enrolment.person]).values()
    return sorted((entry for story in stories for entry in story), key=lambda entry: entry.at, reverse=True)


@dataclass(frozen=True, slots=True)
class RunningCase:
    """A student's case that is not closed: with which partner, and the number of the signed order that names the student.

    `is_begun`: the student has left for the partner, so that the case cannot be cancelled any more.
    """

    partner: Localized
    order: str = ""
    is_begun: bool = False


def _no_cases(_enrolment_ids: Collection[int]) -> Mapping[int, RunningCase]:
    return {}


# Whose programme a case rests on: the app that keeps cases, which lies above this one, supplies it.
_case_source: Callable[[Collection[int]], Mapping[int, RunningCase]] = _no_cases


def set_case_source(source: Callable[[Collection[int]], Mapping[int, RunningCase]]) -> None:
    """Let `source` tell which of these enrolments, by key, have a case that is not closed."""
    global _case_source  # noqa: PLW0603 -- set once, when the apps are ready
    _case_source = source


def running_cases_of(enrolment_ids: Collection[int]) -> Mapping[int, RunningCase]:
    """The cases that keep these enrolments, by key, in their programme; an enrolment without one is left out."""
    return _case_source(enrolment_ids) if enrolment_ids else {}


def _no_guests(_university_id: int, _numbers: Collection[str]) -> Mapping[str, str]:
    return {}


# Guests have numbers of the University too; the app that keeps their stays supplies whose.
_guest_source: Callable[[int, Collection[str]], Mapping[str, str]] = _no_guests


def set_guest_source(source: Callable[[int, Collection[str]], Mapping[str, str]]) -> None:
    """Let `source` tell which of these numbers of a university are those of guests, and of whom."""
    global _guest_source  # noqa: PLW0603 -- set once, when the apps are ready
    _guest_source = source


def guests_by_number(university_id: int, numbers: Collection[str]) -> Mapping[str, str]:
    """The guests of a university who hold one of these numbers, by it: the name of each."""
    return _guest_source(university_id, numbers) if numbers else {}


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


# --- the academic calendar ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CalendarTerm:
    """A term as the calendar shows it on a day."""

    term: AcademicTerm
    on: date

    @property
    def is_over(self) -> bool:
        """Its last day has passed."""
        return self.term.ends_on < self.on

    @property
    def is_now(self) -> bool:
        """The day lies in it."""
        return self.term.starts_on <= self.on <= self.term.ends_on

    @property
    def is_free(self) -> bool:
        """Nothing names it."""
        return not self.term.is_named  # type: ignore[attr-defined]  # annotated by calendar_of


def terms_visible_to(standing: Standing) -> QuerySet[AcademicTerm]:
    """The terms of the universities that a person may see, each with its university."""
    return AcademicTerm.objects.filter(university__in=universities_visible_to(standing)).select_related("university")


def calendar_of(university: University, on: date) -> list[CalendarTerm]:
    """The terms of a university, the newest academic year first and within it the latest term. One query."""
    named = Q(Exists(_uploads_of(OuterRef("pk"))))
    for _model, rows in _that_name(OuterRef("pk")):
        named |= Q(Exists(rows))
    terms = AcademicTerm.objects.filter(university=university).annotate(is_named=named)
    return [CalendarTerm(term, on) for term in terms.order_by("-year", "-starts_on")]


def kinds_that_name(term: AcademicTerm) -> list[str | Promise]:
    """What kinds of things name a term, as people call them; empty: it may be taken away. A query for each kind."""
    found: list[str | Promise] = [_kind(model) for model, rows in _that_name(term.pk) if rows.exists()]
    return [*found, _("file of marks")] if _uploads_of(term.pk).exists() else found


def _that_name(term: int | OuterRef) -> Iterator[tuple[type[Model], QuerySet[Model]]]:
    """The rows of later apps that point to a term: this app knows none of them by name."""
    for relation in AcademicTerm._meta.get_fields(include_hidden=True):  # noqa: SLF001 -- Django's documented Meta API
        if isinstance(relation, ForeignObjectRel):
            model = relation.related_model
            yield model, model._default_manager.filter(**{relation.field.name: term})  # noqa: SLF001 -- likewise


def _uploads_of(term: int | OuterRef) -> QuerySet[Upload]:
    """Files of marks that wait for their import: they name their term by its key alone."""
    return Upload.objects.filter(subject_type=subject_type(AcademicTerm), subject_id=term)


def _kind(model: type[Model]) -> str | Promise:
    """How people call a kind of things; one that has no name of its own is a part of others."""
    meta = model._meta  # noqa: SLF001 -- Django's documented Meta API
    named = meta.verbose_name if "verbose_name" in meta.original_attrs else None
    return named or _("further records")


@dataclass(frozen=True)
class YearOff:
    """The days off of a year; `is_near`: this year or the next."""

    year: int
    days: tuple[Holiday, ...]
    is_near: bool


def days_off_visible_to(standing: Standing) -> QuerySet[Holiday]:
    """The days off of Kazakhstan: nobody's secret."""
    return days_off() if standing.user_id else Holiday.objects.none()


def days_off_by_year(on: date) -> list[YearOff]:
    """The days off of Kazakhstan: this year, the next, the years after, then those before. One query."""
    years: dict[int, list[Holiday]] = {on.year: [], on.year + 1: []}
    for one in days_off():
        years.setdefault(one.day.year, []).append(one)
    ahead, past = sorted(year for year in years if year >= on.year), sorted(year for year in years if year < on.year)
    return [YearOff(year, tuple(years[year]), year in (on.year, on.year + 1)) for year in [*ahead, *reversed(past)]]
