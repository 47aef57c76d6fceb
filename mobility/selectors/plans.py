"""Reads of study plans, beginning with who is looking, and facts for guards, of one plan or of a list."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext, gettext_noop

from admissions.models import Application
from agreements.enums import Direction, Side
from agreements.models import AnnexCourse
from core.decisions import decisions_of_many
from core.models import Decision, Verdict
from core.values import content_hash, today
from core.worklist import Wait, after_return, waits_of, working_days_after
from institutions.permissions import Standing
from institutions.selectors import holidays_of
from mobility.enums import LineKind, PlacementState, PlanState, StudyMode
from mobility.models import Placement, PlanItem, StudyPlan
from mobility.permissions.plans import at_university, sees_plan
from mobility.permissions.stay import sees_stay
from mobility.workflow.plans import PLAN, Agreed, CourseFact, LineFact, PlanFacts
from programmes.models import Course

DEFAULT_DAYS = 5
_CASE = (
    "application__enrolment__person",
    "application__enrolment__programme",
    "application__intake__term",
    "application__intake__last_term",
    "application__intake__pathway__agreement",
    "application__intake__pathway__home_programme",
    "application__intake__pathway__partner_programme__university",
    "application__department",
    "application__institute",
)


def plans_visible_to(standing: Standing) -> "QuerySet[StudyPlan]":
    """The plans that this person may see, with what pages and permissions need. Unordered."""
    return _with_case(StudyPlan.objects.filter(sees_plan.q(standing)))


def _with_case(plans: "QuerySet[StudyPlan]") -> "QuerySet[StudyPlan]":
    return plans.select_related(
        "enrolment__person",
        "enrolment__programme",
        "placement__advisor__person",
        "placement__host",
        "annex_version",
        *(f"placement__{path}" for path in _CASE),
    )


def names_of(pks: Sequence[int]) -> dict[int, str]:
    """Whose plans these are, by key."""
    rows = StudyPlan.objects.filter(pk__in=pks).select_related("enrolment__person")
    return {row.pk: str(row.enrolment.person) for row in rows}


def stays_without_plan(standing: Standing) -> "QuerySet[Placement]":
    """Stays that this person may see, planned or present, for which no plan has been made, with their case loaded."""
    lasting = Placement.objects.filter(sees_stay.q(standing), state__in=PlacementState.lasting())
    return with_case(lasting.filter(~Exists(StudyPlan.objects.filter(placement=OuterRef("pk")))))


def plan_with_case(pk: int) -> StudyPlan:
    """One plan with what permissions and waits need."""
    return _with_case(StudyPlan.objects.filter(pk=pk)).get()


def plans_of(placement: Placement) -> "QuerySet[StudyPlan]":
    """The plans of a stay in their order, with what permissions and waits need."""
    return _with_case(StudyPlan.objects.filter(placement=placement)).order_by("pk")


def with_case(placements: "QuerySet[Placement]") -> "QuerySet[Placement]":
    """Load what a plan needs of its stay, in one query."""
    return placements.select_related("host", "advisor__person", "order_line__order", *_CASE)


def has_newer(plan: StudyPlan) -> bool:
    """True where a later version of the plan is being made or holds (5.13)."""
    later = StudyPlan.objects.filter(placement=plan.placement_id, number__gt=plan.number)
    return later.exclude(state=PlanState.DROPPED).exists()


def may_be_revised(plan: StudyPlan) -> bool:
    """True for the approved plan while no later version is made; a guest's, until the stay has ended (5.13)."""
    is_over = plan.placement.direction == Direction.INCOMING and plan.placement.state not in PlacementState.lasting()
    return plan.state == PlanState.APPROVED and not is_over and not has_newer(plan)


def versions_beside(plan: StudyPlan) -> "QuerySet[StudyPlan]":
    """The other versions of a plan, the newest first."""
    return StudyPlan.objects.filter(placement=plan.placement_id).exclude(pk=plan.pk).order_by("-number")


def content_of(plan: StudyPlan, items: Sequence[PlanItem]) -> str:
    """The hash of what a plan says: everything that its parts agree to, and nothing else."""
    lines = [
        {
            "course": item.course_id,
            "row": item.annex_row_id,
            "semester": item.semester,
            "summer": item.is_summer,
            "term": item.term_id,
            "taken_at": item.taken_at,
            "kind": item.kind,
            "mode": item.mode,
            "credits": item.credits,
            "hours": item.hours,
            "reason": item.reason,
            "joint": item.joint_commission,
        }
        for item in items
    ]
    return content_hash(["plan", plan.placement_id, plan.annex_version_id, lines])


def university_courses_of(plans: Sequence[StudyPlan]) -> dict[int, list[Course]]:
    """The University's working plan of each plan's pathway, by key of the curriculum, in one query."""
    found: dict[int, list[Course]] = defaultdict(list)
    curricula = {plan.placement.application.intake.pathway.home_curriculum_id for plan in plans}
    for course in Course.objects.filter(curriculum__in=[pk for pk in curricula if pk]).order_by("semester", "pk"):
        found[course.curriculum_id].append(course)
    return found


def partner_courses_of(plans: Sequence[StudyPlan]) -> dict[int, list[Course]]:
    """The partner's list of each plan's pathway, by key of the curriculum, in one query."""
    found: dict[int, list[Course]] = defaultdict(list)
    curricula = {plan.placement.application.intake.pathway.partner_curriculum_id for plan in plans}
    for course in Course.objects.filter(curriculum__in=[pk for pk in curricula if pk]).order_by("semester", "pk"):
        found[course.curriculum_id].append(course)
    return found


def items_of(plans: Sequence[StudyPlan]) -> dict[int, list[PlanItem]]:
    """The lines of each plan in their order, with course and term, in one query."""
    found: dict[int, list[PlanItem]] = {plan.pk: [] for plan in plans}
    rows = PlanItem.objects.filter(plan__in=[plan.pk for plan in plans])
    for item in rows.select_related("course", "term", "annex_row").order_by("position"):
        found[item.plan_id].append(item)
    return found


def annex_courses_of(versions: Sequence[int]) -> dict[int, list[AnnexCourse]]:
    """The courses of both sides of each Annex row, by key of the row, in one query."""
    found: dict[int, list[AnnexCourse]] = defaultdict(list)
    courses = AnnexCourse.objects.filter(row__version__in=sorted(set(versions))).select_related("course", "row")
    for course in courses.order_by("row__position", "position"):
        found[course.row_id].append(course)
    return found


def agreed_for(plans: Sequence[StudyPlan]) -> dict[int, Agreed]:
    """What the department agreed to for each plan's stay, by key of the plan; one query where a guest's is among them."""
    guests = [plan.placement.application_id for plan in plans if plan.placement.direction == Direction.INCOMING]
    chosen: dict[int, set[int]] = defaultdict(set)
    if guests:
        through = Application.chosen_rows.through.objects.filter(application__in=guests)
        for application, row in through.values_list("application", "annexrow"):
            chosen[application].add(row)
    found = {}
    for plan in plans:
        intake = plan.placement.application.intake
        stay = range(intake.semester, intake.semester + intake.semesters)
        found[plan.pk] = Agreed(frozenset(chosen[plan.placement.application_id]), frozenset(stay))
    return found


def plan_facts_of(plans: Sequence[StudyPlan]) -> dict[int, PlanFacts]:
    """The facts of a list of loaded plans, by key, in five queries whatever the length, and a sixth for guests."""
    items, bounds = items_of(plans), agreed_for(plans)
    ours, theirs = university_courses_of(plans), partner_courses_of(plans)
    annex = annex_courses_of([plan.annex_version_id for plan in plans])
    agreed = decisions_of_plans(plans)
    facts = {}
    for plan in plans:
        pathway = plan.placement.application.intake.pathway
        lines = {item.course_id: item for item in items[plan.pk]}
        rows = {row: courses for row, courses in annex.items() if courses[0].row.version_id == plan.annex_version_id}
        facts[plan.pk] = PlanFacts(
            courses=tuple(
                course_fact(course, lines.get(course.pk), rows, plan.placement.direction, bounds[plan.pk])
                for course in ours.get(pathway.home_curriculum_id or 0, ())
            ),
            agreed=frozenset(part for part, row in agreed[plan.pk].items() if row.verdict == Verdict.AGREED),
            open_modules=tuple(
                course.code for course in open_modules(theirs.get(pathway.partner_curriculum_id or 0, ()), rows, lines)
            ),
            is_later=plan.number > 1,
        )
    return facts


def open_modules(
    courses: Sequence[Course], rows: Mapping[int, list[AnnexCourse]], lines: Mapping[int, Any]
) -> list[Course]:
    """Modules of the partner's list for its own award that stand in no row and that nobody has decided on (5.14)."""
    in_rows = {row.course_id for found in rows.values() for row in found if row.side == Side.PARTNER}
    return [course for course in courses if course.pk not in in_rows and course.pk not in lines]


def course_fact(
    course: Course, item: PlanItem | None, rows: Mapping[int, list[AnnexCourse]], direction: str, agreed: Agreed
) -> CourseFact:
    """A course with its line in a plan of this direction. `rows`: of the plan's version of Annex 1."""
    line = None
    if item:
        line = LineFact(
            at_university=at_university(item, direction),
            covered=any(row.side == Side.PARTNER for row in rows.get(item.annex_row_id or 0, ())),
            kind=item.kind,
            credits=item.credits,
            semester=item.semester,
            joint_commission=item.joint_commission,
            agreed=agreed.holds(item.semester, item.annex_row_id),
        )
    return CourseFact(course.code, course.kind, course.credits, line)


def line_in_words(item: PlanItem) -> str:
    """What people decide about a line, in the reader's language, for whoever would overwrite it unseen."""
    words = (
        gettext("Semester %(number)s") % {"number": item.semester},
        gettext("summer semester") if item.is_summer else "",
        StudyMode(item.mode).label,
        LineKind(item.kind).label,
        # A reason that the program gave is a message id; an empty one would be translated into the catalogue's head.
        gettext(item.reason) if item.reason else "",
        gettext("joint commission") if item.joint_commission else "",
    )
    return ", ".join(str(word) for word in words if word)


def decisions_of_plans(plans: Sequence[StudyPlan]) -> dict[int, dict[str, Decision]]:
    """The last word of each part on the content that each plan has now."""
    return decisions_of_many(list(plans), {plan.pk: plan.content_hash for plan in plans})


def plan_waits(plan: StudyPlan) -> tuple[Wait, ...]:
    """Who is waited for with this plan: each part that has not agreed waits on its own; who returned it is named."""
    waits = waits_of(PLAN, plan.state, plan_facts_of([plan])[plan.pk])
    if plan.state != PlanState.DRAFT:
        return waits
    text = gettext_noop("Change the plan and send it again: returned by %(name)s (%(role)s)")
    return after_return(waits, plan, PLAN, step="propose", text=text)


def due_of_plan() -> Callable[[Wait], date]:
    """Five working days for whoever is asked."""
    day = working_days_after(today(), DEFAULT_DAYS, holidays_of())
    return lambda _wait: day
