"""Which marks a term is to bring: of each student of a pathway the courses of the plan that are taught there (5.10)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from agreements.enums import Direction, Side
from agreements.models import AnnexCourse, Pathway
from core.values import kazakh_sort_key
from mobility.enums import PlacementState, PlanState, TakenAt
from mobility.models import Placement, PlanItem
from programmes.models import AcademicTerm, Course
from transcripts.models import Result


@dataclass(frozen=True, slots=True)
class Expected:
    """A mark that may be typed: whose, of which course, and the one that is posted already, with its attempt."""

    number: str
    name: str
    course: Course
    posted: str = ""
    attempt: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    """The students of a pathway who are taught in a term."""

    term: AcademicTerm
    pathway: Pathway
    students: int


def groups_of(terms: Iterable[AcademicTerm]) -> list[Group]:
    """The pathways with students in each of these terms, in the order of the terms. One query."""
    known = list(terms)
    stays = Placement.objects.filter(host__in={term.university_id for term in known}).exclude(
        state=PlacementState.CANCELLED
    )
    pathways = ("home_programme", "partner_programme__university", "agreement")
    loaded = stays.select_related(*(f"application__intake__pathway__{part}" for part in pathways))
    by_host: dict[int, list[Placement]] = defaultdict(list)
    for stay in loaded:
        by_host[stay.host_id].append(stay)
    found = []
    for term in known:
        of_pathway: dict[Pathway, int] = defaultdict(int)
        for stay in by_host[term.university_id]:
            if stay.starts_on <= term.ends_on and stay.ends_on >= term.starts_on:
                of_pathway[stay.application.intake.pathway] += 1
        found += [Group(term, pathway, students) for pathway, students in of_pathway.items()]
    return found


def expected_marks(term: AcademicTerm, pathway: Pathway) -> list[Expected]:
    """Course by course, in each the students by name: as marks are written down after an examination. Three queries."""
    items = PlanItem.objects.filter(
        plan__state=PlanState.APPROVED,
        plan__placement__host=term.university,
        plan__placement__application__intake__pathway=pathway,
        term=term,
        taken_at=TakenAt.HOST,
    ).select_related("plan__enrolment__person", "plan__placement", "course")
    loaded = list(items)
    taught = _partner_courses({item.annex_row_id for item in loaded if item.annex_row_id})
    posted = {
        (mark.enrolment_id, mark.course_id): mark
        for mark in Result.objects.filter(
            term=term, enrolment__in=[item.plan.enrolment_id for item in loaded]
        ).order_by("attempt")
    }
    found: dict[tuple[int, int], Expected] = {}
    for item in loaded:
        enrolment, stay = item.plan.enrolment, item.plan.placement
        outgoing = stay.direction == Direction.OUTGOING
        courses = taught[item.annex_row_id] if outgoing and item.annex_row_id else [item.course]
        number = enrolment.student_number if outgoing else stay.host_student_number
        for course in courses:
            mark = posted.get((enrolment.pk, course.pk))
            last = (mark.mark_text, mark.attempt) if mark else ("", 0)
            found[enrolment.pk, course.pk] = Expected(number, str(enrolment.person), course, *last)
    return sorted(found.values(), key=lambda one: (one.course.code, kazakh_sort_key(one.name), one.number))


def _partner_courses(rows: set[int]) -> dict[int, list[Course]]:
    found: dict[int, list[Course]] = defaultdict(list)
    lines = AnnexCourse.objects.filter(row__in=rows, side=Side.PARTNER).select_related("course")
    for line in lines.order_by("row", "position"):
        found[line.row_id].append(line.course)
    return found
