"""The lines of a new plan: the University's whole working plan, each course placed by Annex 1 and the semesters of the stay."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_noop

from agreements.enums import Direction, Side
from agreements.models import AnnexCourse
from mobility.enums import LineKind, TakenAt
from mobility.models import PlanItem, StudyPlan
from mobility.selectors.plans import agreed_for, annex_courses_of, university_courses_of
from mobility.workflow.plans import Agreed
from programmes.enums import CourseKind, TermKind
from programmes.models import AcademicTerm, Course

# Message ids: a line's reason is stored as such and shown in the reader's language.
NOT_COVERED = gettext_noop("not covered by Annex 1: taken at the University")
STUDIED_WHERE_IT_IS = gettext_noop("stands in Annex 1 on the University's side alone")
NOT_AGREED = gettext_noop("not among the courses that the department agreed to for that term")
NOT_TAUGHT = gettext_noop("not covered by Annex 1, and not taught in the terms of the stay")
HOME_ATTESTATION = gettext_noop("final attestation is held at the University: a row of Annex 1 does not replace it")


@dataclass(frozen=True)
class Stay:
    """When and where the stay is: its semesters of the programme with their terms at the host, and the University's terms."""

    outgoing: bool
    terms: dict[int, AcademicTerm]
    home_terms: dict[tuple[int, str], AcademicTerm]
    entry_year: int | None
    agreed: Agreed

    def term_of(self, semester: int, *, at_university: bool) -> AcademicTerm | None:
        """The term in which a line of a semester is mastered; None when it is not known, as at the partner of a guest."""
        return self.terms.get(semester) if at_university != self.outgoing else self._home_term(semester)

    def _home_term(self, semester: int) -> AcademicTerm | None:
        """The University's term in which a student of this entry year has a semester."""
        if self.entry_year is None:
            return None
        kind = TermKind.AUTUMN if semester % 2 else TermKind.SPRING
        return self.home_terms.get((self.entry_year + (semester - 1) // 2, kind))


def stay_of(plan: StudyPlan) -> Stay:
    """Read the stay of a plan, in two queries."""
    application = plan.placement.application
    intake = application.intake
    hosts = AcademicTerm.objects.filter(
        university=plan.placement.host, starts_on__gte=intake.term.starts_on, ends_on__lte=intake.last_term.ends_on
    ).exclude(kind=TermKind.SUMMER)
    numbered = enumerate(hosts.order_by("starts_on"), start=intake.semester)
    outgoing = plan.placement.direction == Direction.OUTGOING
    home = intake.pathway.home_programme.university_id
    return Stay(
        outgoing=outgoing,
        terms={semester: term for semester, term in numbered if semester < intake.semester + intake.semesters},
        home_terms={(term.year, term.kind): term for term in AcademicTerm.objects.filter(university=home)}
        if outgoing
        else {},
        entry_year=application.enrolment.entry_year,
        agreed=agreed_for([plan])[plan.pk],
    )


def lines_of(plan: StudyPlan) -> list[PlanItem]:
    """Unsaved lines of a plan, in the order of Annex 1, then courses that stand in no row (5.10, 5.14)."""
    stay = stay_of(plan)
    annex = annex_courses_of([plan.annex_version_id])
    row_of = {row.course_id: row for found in annex.values() for row in found if row.side == Side.HOME}
    pathway = plan.placement.application.intake.pathway
    courses = university_courses_of([plan]).get(pathway.home_curriculum_id or 0, [])
    last = 1 + max((row.row.position for row in row_of.values()), default=0)
    ordered = sorted(
        courses,
        key=lambda course: (
            row_of[course.pk].row.position if course.pk in row_of else last,
            course.semester,
            course.pk,
        ),
    )
    return [
        _line(plan, stay, course, row_of.get(course.pk), annex, position)
        for position, course in enumerate(ordered, start=1)
    ]


def _line(
    plan: StudyPlan,
    stay: Stay,
    course: Course,
    annex: AnnexCourse | None,
    rows: dict[int, list[AnnexCourse]],
    position: int,
) -> PlanItem:
    both_sides = annex is not None and _has_partner(rows[annex.row_id])
    semester = annex.row.semester if annex else course.semester
    at_university = _at_university(stay, course, annex, semester, both_sides=both_sides)
    kind, reason = _why(stay, course, annex, semester, at_university=at_university, both_sides=both_sides)
    return PlanItem(
        plan=plan,
        position=position,
        course=course,
        annex_row=annex.row if annex else None,
        semester=semester,
        is_summer=annex.row.is_summer if annex else False,
        term=stay.term_of(semester, at_university=at_university) if reason != NOT_AGREED else None,
        taken_at=TakenAt.HOME if at_university == stay.outgoing else TakenAt.HOST,
        kind=kind,
        credits=annex.credits if annex else course.credits,
        hours=annex.hours if annex else course.hours,
        reason=reason,
    )


def _has_partner(courses: Sequence[AnnexCourse]) -> bool:
    return any(course.side == Side.PARTNER for course in courses)


def _at_university(stay: Stay, course: Course, annex: AnnexCourse | None, semester: int, *, both_sides: bool) -> bool:
    if course.kind == CourseKind.FINAL_ATTESTATION or annex is None or not both_sides:
        return True
    if stay.outgoing:
        return semester not in stay.terms
    return semester in stay.terms and stay.agreed.holds(semester, annex.row_id)


def _why(
    stay: Stay, course: Course, annex: AnnexCourse | None, semester: int, *, at_university: bool, both_sides: bool
) -> tuple[str, str]:
    """Kind and reason of a line: an incoming student's course that nobody taught yet is a difference."""
    if course.kind == CourseKind.FINAL_ATTESTATION:
        return LineKind.PLANNED, HOME_ATTESTATION
    agreed = stay.agreed.holds(semester, annex.row_id if annex else None)
    missed = not stay.outgoing and at_university and not both_sides and (semester not in stay.terms or not agreed)
    if missed:
        if course.kind == CourseKind.PRACTICE:  # is done in full (5.14-b): it stays planned, at the University
            return LineKind.PLANNED, NOT_COVERED if agreed else NOT_AGREED
        return LineKind.DIFFERENCE, NOT_TAUGHT if agreed else NOT_AGREED
    if annex is None:
        return LineKind.PLANNED, NOT_COVERED
    return LineKind.PLANNED, "" if both_sides else STUDIED_WHERE_IT_IS
