"""Facts of the incoming road, for one application and for lists; the courses that a department can choose from."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet

from admissions.models import Application, Intake
from admissions.selectors.applications import applications_visible_to, case_facts_of
from admissions.selectors.places import taken_places
from admissions.workflow.incoming import INCOMING, IncomingFacts, courses_chosen, place_free
from agreements.enums import Direction, Side
from agreements.models import AnnexCourse, AnnexRow
from core.history import subject_type
from core.models import WorkItem
from core.values import today
from institutions.enums import Role
from institutions.models import User
from institutions.permissions import Standing

_COURSES_COUNT, _PLACES_COUNT = INCOMING.states_asking(courses_chosen), INCOMING.states_asking(place_free)


@dataclass(frozen=True)
class Load:
    """What a student is to study here: the number of courses and their credits (5.9)."""

    courses: int = 0
    credits: Decimal = Decimal(0)


def incoming_facts_of(applications: Sequence[Application], *, on: date | None = None) -> dict[int, IncomingFacts]:
    """The facts of a list of loaded incoming applications, by key, with a fixed number of queries.

    Courses and places are looked up where a step asks for them.
    """
    day = on or today()
    cases = case_facts_of(applications, on=on)
    drafting = [application for application in applications if application.state in _PLACES_COUNT]
    taken = taken_places(sorted({application.intake_id for application in drafting}))
    chosen = _chosen_rows([application.pk for application in applications if application.state in _COURSES_COUNT])
    facts = {}
    for application in applications:
        intake = application.intake
        rows = chosen[application.pk]
        facts[application.pk] = IncomingFacts(
            case=cases[application.pk],
            state=application.state,
            intake_open=intake.opens_on <= day <= intake.closes_on,
            courses_chosen=len(rows),
            courses_outside_term=sum(semester not in semesters_of(intake) for semester in rows),
            place_free=application.state in _PLACES_COUNT and taken.get(intake.pk, 0) < intake.seats,
        )
    return facts


def semesters_of(intake: Intake) -> range:
    """The semesters of the programme that are taught here during the stay of this intake (7.3)."""
    return range(intake.semester, intake.semester + intake.semesters)


def _chosen_rows(pks: Sequence[int]) -> dict[int, list[int]]:
    """The semesters of the rows chosen for each application, one a row."""
    found: dict[int, list[int]] = defaultdict(list)
    if not pks:
        return found
    through = Application.chosen_rows.through.objects.filter(application__in=pks)
    for pk, semester in through.values_list("application_id", "annexrow__semester"):
        found[pk].append(semester)
    return found


def rows_to_choose(application: Application) -> "QuerySet[AnnexRow]":
    """The rows of the application's frozen Annex with courses of the University taught in that term (7.3), in order."""
    rows = AnnexRow.objects.filter(
        version=application.annex_version_id,
        semester__in=semesters_of(application.intake),
        courses__side=Side.HOME,
    )
    return rows.distinct().order_by("position").prefetch_related("courses__course")


def loads_of(application_ids: Sequence[int]) -> dict[int, Load]:
    """Courses and credits of each application, counted from the rows the department chose (5.9), in two queries."""
    rows_of: dict[int, list[int]] = defaultdict(list)
    through = Application.chosen_rows.through.objects.filter(application__in=application_ids)
    for pk, row in through.values_list("application_id", "annexrow_id"):
        rows_of[pk].append(row)
    courses: dict[int, dict[int, Decimal]] = defaultdict(dict)
    wanted = {row for rows in rows_of.values() for row in rows}
    for row, course, credits in AnnexCourse.objects.filter(row__in=wanted, side=Side.HOME).values_list(
        "row_id", "course_id", "credits"
    ):
        courses[row][course] = credits
    loads = {}
    for pk in application_ids:
        # A course that stands in two rows is studied once.
        taken = {course: credits for row in rows_of[pk] for course, credits in courses[row].items()}
        loads[pk] = Load(courses=len(taken), credits=sum(taken.values(), Decimal(0)))
    return loads


def awaiting(standing: Standing, decided: Iterable[tuple[str, str]]) -> "QuerySet[Application]":
    """The incoming applications that wait for a decision of this person: of the roles and states `decided`, those in scope."""
    mine = Q(pk__in=())
    for role, state in decided:
        if role in Role.whole_university():
            mine |= Q(state=state)
        else:
            units = standing.units.get(role, frozenset())
            mine |= Q(state=state) & (
                Q(department__in=units) if role == Role.DEPARTMENT_HEAD else Q(institute__in=units)
            )
    return applications_visible_to(standing).filter(mine, direction=Direction.INCOMING)


def in_turn(standing: Standing, role: str, state: str) -> list[int]:
    """The candidates in a state who wait for this person in a role, the one due first first. One query."""
    candidates = awaiting(standing, [(role, state)]).order_by().values("pk")
    queues = [queue for queue in standing.queues if queue.partition("@")[0] == role]
    items = WorkItem.objects.filter(subject_type=subject_type(Application), subject_id__in=candidates)
    waiting = items.filter(queue__in=queues, closed_at=None).order_by("due", "id")
    return list(dict.fromkeys(waiting.values_list("subject_id", flat=True)))


def names_of(pks: Sequence[int]) -> list[tuple[int, str]]:
    """How these applicants are named; for telling somebody who could see them what became of each."""
    rows = Application.objects.filter(pk__in=pks).select_related("enrolment__person")
    return [(row.pk, str(row.enrolment.person)) for row in rows.order_by("pk")]


def account_of(application: Application) -> User | None:
    """The student's account, where there is one."""
    return User.objects.filter(person=application.enrolment.person_id).first()
