"""Who may stand in a file of marks: students by number with their pathway, courses by code, marks posted already."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from agreements.enums import Direction
from agreements.models import GradeScale
from core.values import Localized
from institutions.models import University
from mobility.enums import PlacementState
from mobility.models import Placement
from programmes.enums import TermKind
from programmes.models import AcademicTerm, Course, Enrolment
from transcripts.models import Result
from transcripts.selectors.marks import HOME_SCALE


@dataclass(frozen=True)
class Student:
    """A student whom a file may name: the register's key and names, scale and courses that may stand beside the number.

    `names`: in each spelling that a file may have. `called`: as pages name the student to their reader.
    """

    enrolment_id: int
    number: str
    names: tuple[str, ...]
    called: Localized
    scale: GradeScale
    courses: Mapping[str, Course]


@dataclass(frozen=True)
class Posted:
    """A mark that is posted already."""

    mark_text: str
    mark: Decimal | None
    credits: Decimal
    attempt: int
    examined_on: date
    is_pass: bool


@dataclass(frozen=True)
class Roster:
    """Everything that a file of one university is checked against."""

    university: University
    term: AcademicTerm | None
    students: Mapping[str, Student]
    terms: Mapping[tuple[int, str], AcademicTerm] = field(default_factory=dict)
    posted: Mapping[tuple[int, int, int, int], Posted] = field(default_factory=dict)

    def term_of(self, academic_year: str, semester: int) -> AcademicTerm | None:
        """The home term of “2024/25” and an odd (autumn) or even (spring) semester; None when the calendar lacks it."""
        if not academic_year[:4].isdecimal():
            return None
        kind = TermKind.AUTUMN if semester % 2 else TermKind.SPRING
        return self.terms.get((int(academic_year[:4]), kind))


def home_scale() -> GradeScale:
    """The University's own scale. DoesNotExist before it is entered."""
    return GradeScale.objects.get(code=HOME_SCALE)


def partner_roster(term: AcademicTerm) -> Roster:
    """Students of the University who stay at the term's university in that term, by their University number (5 queries)."""
    stays = Placement.objects.filter(
        direction=Direction.OUTGOING,
        host=term.university,
        starts_on__lte=term.ends_on,
        ends_on__gte=term.starts_on,
    ).exclude(state=PlacementState.CANCELLED)
    loaded = stays.select_related(
        "application__enrolment__person", "application__intake__pathway__scale", "application__intake__pathway"
    )
    courses = _courses({stay.application.intake.pathway.partner_curriculum_id for stay in loaded})
    students = {}
    for stay in loaded:
        pathway = stay.application.intake.pathway
        enrolment = stay.application.enrolment
        if pathway.scale is not None:
            known = courses.get(pathway.partner_curriculum_id or 0, {})
            students[enrolment.student_number] = _student(enrolment, enrolment.student_number, pathway.scale, known)
    return Roster(term.university, term, students, posted=_posted(students))


def home_roster(university: University, on: date) -> Roster:
    """The University's own students by number, and incoming ones by their number here."""
    scale = home_scale()
    own = list(
        Enrolment.objects.filter(university=university, curriculum__isnull=False).select_related("person", "curriculum")
    )
    stays = Placement.objects.filter(direction=Direction.INCOMING, host=university, starts_on__lte=on).exclude(
        host_student_number=""
    )
    guests = list(stays.select_related("application__enrolment__person", "application__intake__pathway"))
    wanted = {one.curriculum_id for one in own}
    wanted |= {stay.application.intake.pathway.home_curriculum_id for stay in guests}
    courses = _courses(wanted)
    students = {
        one.student_number: _student(one, one.student_number, scale, courses.get(one.curriculum_id or 0, {}))
        for one in own
    }
    for stay in guests:
        known = courses.get(stay.application.intake.pathway.home_curriculum_id or 0, {})
        number = stay.host_student_number
        students[number] = _student(stay.application.enrolment, number, scale, known)
    terms = {(term.year, term.kind): term for term in AcademicTerm.objects.filter(university=university)}
    return Roster(university, None, students, terms=terms, posted=_posted(students))


def _student(enrolment: Enrolment, number: str, scale: GradeScale, courses: Mapping[str, Course]) -> Student:
    person = enrolment.person
    spellings = (person.name_cyrillic, person.passport_name)
    return Student(enrolment.pk, number, spellings, person.names, scale, courses)


def _courses(curricula: set[int | None]) -> dict[int, dict[str, Course]]:
    found: dict[int, dict[str, Course]] = {}
    for course in Course.objects.filter(curriculum__in=[pk for pk in curricula if pk]):
        found.setdefault(course.curriculum_id, {})[course.code] = course
    return found


def _posted(students: Mapping[str, Student]) -> dict[tuple[int, int, int, int], Posted]:
    keys = [student.enrolment_id for student in students.values()]
    rows = Result.objects.filter(enrolment__in=keys).values_list(
        *("enrolment_id", "course_id", "term_id", "attempt", "mark_text", "mark", "credits", "examined_on", "is_pass")
    )
    return {
        (enrolment, course, term, attempt): Posted(text, mark, credits, attempt, day, passed)
        for enrolment, course, term, attempt, text, mark, credits, day, passed in rows
    }
