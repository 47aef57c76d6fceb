"""A study plan as its page shows it: semesters with both sides beside each other, sums, the partner's own list, who agreed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import groupby

from agreements.enums import Side
from agreements.models import AnnexCourse
from core.models import Verdict
from core.permissions import role_label
from institutions.models import User
from institutions.permissions import Standing
from mobility.models import PlanItem, StudyPlan
from mobility.permissions.plans import at_university, edits_partner_side, edits_university_side, roles_on_plan
from mobility.selectors.plans import (
    agreed_for,
    annex_courses_of,
    decisions_of_plans,
    items_of,
    open_modules,
    partner_courses_of,
    university_courses_of,
)
from mobility.workflow.plans import ALWAYS_HERE, PARTS, Agreed
from programmes.models import Course


@dataclass(frozen=True)
class Cell:
    """A partner's course beside a line, drawn once over `span` rows."""

    course: AnnexCourse
    span: int


@dataclass(frozen=True)
class Row:
    """One row of the grid. `item` None: the line above goes on. `partner` None: a cell from above covers it, or `bare`.

    `not_agreed`: it stands in a semester of a guest's stay for which the department did not agree to it (7.3).
    """

    item: PlanItem | None
    partner: Cell | None
    item_span: int
    bare: bool
    at_university: bool
    mine: bool
    not_agreed: bool


@dataclass
class Semester:
    """A semester of the programme with its lines and the sums of both sides."""

    number: int
    is_summer: bool
    is_stay: bool
    rows: list[Row] = field(default_factory=list)
    credits: Decimal = Decimal(0)
    hours: int = 0
    partner_credits: Decimal = Decimal(0)
    partner_hours: int = 0


@dataclass(frozen=True)
class Part:
    """One of those who agree: the role, whether and when and who."""

    name: str
    role: str
    person: str
    at: datetime | None
    agreed: bool

    @property
    def label(self) -> str:
        """The role in the reader's words."""
        return role_label(self.role)


@dataclass(frozen=True)
class PlanSheet:
    """Everything that the page of a plan shows."""

    semesters: list[Semester]
    modules: list[PlanItem]
    open_modules: list[Course]
    covered_modules: int
    all_modules: int
    uncovered: list[Course]
    parts: tuple[Part, ...]
    credits: Decimal
    at_partner: Decimal
    at_university: Decimal
    can_edit_ours: bool
    can_edit_theirs: bool
    my_parts: tuple[str, ...]

    @property
    def can_edit(self) -> bool:
        """True when the reader makes one of the sides."""
        return self.can_edit_ours or self.can_edit_theirs


def sheet_of(plan: StudyPlan, standing: Standing) -> PlanSheet:
    """Build the page of a loaded plan, in six queries, and a seventh for a guest's."""
    items = items_of([plan])[plan.pk]
    pathway = plan.placement.application.intake.pathway
    annex = annex_courses_of([plan.annex_version_id])
    theirs = partner_courses_of([plan]).get(pathway.partner_curriculum_id or 0, [])
    ours = university_courses_of([plan]).get(pathway.home_curriculum_id or 0, [])
    their_keys = {course.pk for course in theirs}
    lines = {item.course_id: item for item in items}
    still_open = open_modules(theirs, annex, lines)
    roles = roles_on_plan(plan, standing)
    own = [item for item in items if item.course_id not in their_keys]
    modules = [item for item in items if item.course_id in their_keys]
    at_uni = [item.credits for item in own if at_university(item, plan.placement.direction)]
    total = sum((item.credits for item in own), Decimal(0))
    return PlanSheet(
        semesters=list(_semesters(plan, own, annex, roles, agreed_for([plan])[plan.pk])),
        modules=modules,
        open_modules=still_open,
        covered_modules=len(theirs) - len(still_open) - len(modules),
        all_modules=len(theirs),
        uncovered=[course for course in ours if course.pk not in lines],
        parts=parts_of(plan),
        credits=total,
        at_partner=total - sum(at_uni, Decimal(0)),
        at_university=sum(at_uni, Decimal(0)),
        can_edit_ours=edits_university_side(roles),
        can_edit_theirs=edits_partner_side(roles),
        my_parts=tuple(part for part, role in PARTS.items() if role in roles),
    )


def parts_of(plan: StudyPlan) -> tuple[Part, ...]:
    """Who has agreed to the content that the plan has now, in the order of pages."""
    decisions = decisions_of_plans([plan])[plan.pk]
    keys = [decision.person_id for decision in decisions.values()]
    people = {user.pk: str(user) for user in User.objects.filter(pk__in=keys).select_related("person")}
    found = []
    for name, role in PARTS.items():
        decision = decisions.get(name)
        agreed = decision is not None and decision.verdict == Verdict.AGREED
        found.append(
            Part(
                name=name,
                role=role,
                person=people.get(decision.person_id, "") if decision else "",
                at=decision.at if decision else None,
                agreed=agreed,
            )
        )
    return tuple(found)


def _semesters(
    plan: StudyPlan,
    items: Sequence[PlanItem],
    annex: dict[int, list[AnnexCourse]],
    roles: frozenset[str],
    agreed: Agreed,
) -> Iterator[Semester]:
    intake = plan.placement.application.intake
    stay = range(intake.semester, intake.semester + intake.semesters)
    ordered = sorted(items, key=lambda item: (item.semester, item.is_summer, item.position))
    for (number, is_summer), found in groupby(ordered, key=lambda item: (item.semester, item.is_summer)):
        made = Semester(number=number, is_summer=is_summer, is_stay=number in stay)
        for row_id, group in groupby(found, key=lambda item: item.annex_row_id or -item.pk):
            partners = [course for course in annex.get(row_id, ()) if course.side == Side.PARTNER]
            _add_group(made, plan, list(group), partners, roles, agreed)
        yield made


def _add_group(
    made: Semester,
    plan: StudyPlan,
    items: list[PlanItem],
    partners: list[AnnexCourse],
    roles: frozenset[str],
    agreed: Agreed,
) -> None:
    """Lines of one Annex row: what stands for several rows of the other side is drawn once, over all of them."""
    height = max(len(items), len(partners))
    for n in range(height):
        item = items[n] if n < len(items) else None
        shown = items[min(n, len(items) - 1)]
        ours = at_university(shown, plan.placement.direction)
        partner = partners[n] if n < len(partners) else None
        made.rows.append(
            Row(
                item=item,
                partner=Cell(partner, height - n if n == len(partners) - 1 else 1) if partner else None,
                item_span=height - n if n == len(items) - 1 else 1,
                bare=not partners,
                at_university=ours,
                mine=edits_university_side(roles) if ours else edits_partner_side(roles),
                not_agreed=shown.course.kind not in ALWAYS_HERE
                and not agreed.holds(shown.semester, shown.annex_row_id),
            )
        )
    made.credits += sum((item.credits for item in items), Decimal(0))
    made.hours += sum(item.hours for item in items)
    made.partner_credits += sum((course.credits for course in partners), Decimal(0))
    made.partner_hours += sum(course.hours for course in partners)
