"""Changing the lines of a draft, each side its own (6.8): when and how a course is mastered, what becomes of a module (5.14)."""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_noop

from agreements.enums import Direction
from core.faults import Fault
from core.history import record
from core.values import text_hash, trimmed
from core.workflow import (
    ChangedMeanwhileError,
    FaultyError,
    ManyRefusedError,
    NotAllowedError,
    RefusedError,
    reason_given,
    refuse_faults,
    refuse_unseen_change,
)
from institutions.models import User
from institutions.permissions import standing_of
from mobility.enums import LineKind, StudyMode, TakenAt
from mobility.models import PlanItem, StudyPlan
from mobility.permissions.plans import at_university, edits_partner_side, edits_university_side, roles_on_plan
from mobility.selectors import plans as selectors
from mobility.services.plan_lines import NOT_AGREED, NOT_COVERED, Stay, stay_of
from mobility.services.plans import changed, draft_of
from mobility.workflow.plans import PlanFacts, only_agreed_courses
from programmes.models import Course


@dataclass(frozen=True, slots=True)
class LineChange:
    """What becomes of a line (see `change_line`). `seen`: `text_hash` of the line in words as its writer was shown it."""

    item_id: int
    semester: int
    is_summer: bool
    mode: str
    difference_reason: str | None = None
    joint_commission: bool = False
    seen: str = ""


@transaction.atomic
def change_line(
    *,
    item_id: int,
    plan_id: int,
    actor: User,
    semester: int,
    is_summer: bool,
    mode: str,
    difference_reason: str | None = None,
    joint_commission: bool = False,
    seen: str = "",
) -> PlanItem:
    """Change when and how a line is mastered; only the side that teaches it may (6.8). Settle, ask everybody again.

    `difference_reason` (the University alone): state the line as a difference, or with "" plan it again (5.14);
    `joint_commission` (the University alone): the final attestation is held before one (5.7.4).
    `seen`: `text_hash` of the line in words (`line_in_words`) as the actor was shown it. Raises NotAllowedError on the other
    side's line, FaultyError for an impossible semester, ChangedMeanwhileError.
    """
    plan = draft_of(plan_id, actor)
    item = plan.items.select_related("course").get(pk=item_id)
    change = LineChange(item_id, semester, is_summer, mode, difference_reason, joint_commission, seen)
    _change(plan, item, change, stay_of(plan), actor)
    changed(plan)
    return item


@transaction.atomic
def change_lines(*, plan_id: int, changes: Sequence[LineChange], actor: User) -> StudyPlan:
    """Change many lines of one's own side as `change_line` does one, all or none; a line left as it was shown stays untouched.

    Raises ManyRefusedError, NotAllowedError on the other side's line, PlanItem.DoesNotExist on another plan's.
    """
    plan = draft_of(plan_id, actor)
    items = {item.pk: item for item in plan.items.select_related("course")}
    stay = stay_of(plan)
    refused: dict[int, RefusedError] = {}
    for change in changes:
        if change.item_id not in items:
            raise PlanItem.DoesNotExist
        item = items[change.item_id]
        if change.seen and change.seen == text_hash(selectors.line_in_words(_as_typed(plan, item, change))):
            _demand_side(plan, actor, ours=at_university(item, plan.placement.direction))
            continue
        try:
            _change(plan, item, change, stay, actor)
        except (FaultyError, ChangedMeanwhileError) as refusal:
            refused[change.item_id] = refusal
    if refused:
        raise ManyRefusedError(refused)
    changed(plan)
    return plan


def _as_typed(plan: StudyPlan, item: PlanItem, change: LineChange) -> PlanItem:
    """The line with what was typed, its term aside; unsaved."""
    typed = copy(item)
    typed.semester, typed.is_summer, typed.mode = change.semester, change.is_summer, StudyMode(change.mode)
    if at_university(item, plan.placement.direction):
        typed.joint_commission = change.joint_commission
        _state_difference(typed, change.difference_reason)
    return typed


def _change(plan: StudyPlan, item: PlanItem, change: LineChange, stay: Stay, actor: User) -> None:
    ours = at_university(item, plan.placement.direction)
    _demand_side(plan, actor, ours=ours)
    before, shown = _said(item), selectors.line_in_words(item)
    if change.semester != item.semester:
        _move(plan, item, change.semester, stay, ours=ours)
    item.is_summer, item.mode = change.is_summer, StudyMode(change.mode)
    if ours:
        item.joint_commission = change.joint_commission
        _state_difference(item, change.difference_reason)
        _keep_to_agreed(plan, item, stay)
    refuse_unseen_change(change.seen, saved=shown, written=selectors.line_in_words(item))
    if before != _said(item):
        item.save()
        _note_change(plan, item, before, actor)


def _demand_side(plan: StudyPlan, actor: User, *, ours: bool) -> None:
    roles = roles_on_plan(plan, standing_of(actor))
    if not (edits_university_side(roles) if ours else edits_partner_side(roles)):
        raise NotAllowedError(gettext_noop("Each side changes its own side of the plan only."))


def _move(plan: StudyPlan, item: PlanItem, semester: int, stay: Stay, *, ours: bool) -> None:
    """Marks are looked for in the term of a line: it moves with the semester, and at the partner stays within the stay."""
    _refuse_unknown(plan, semester)
    if stay.outgoing and not ours and semester not in stay.terms:
        text = gettext_noop("The student is not at the partner in semester %(semester)s.")
        raise FaultyError(Fault("semester", text, {"semester": semester}))
    item.semester, item.term = semester, stay.term_of(semester, at_university=ours)


def _keep_to_agreed(plan: StudyPlan, item: PlanItem, stay: Stay) -> None:
    """What the plan's guard would block is refused beside its semester; a difference has no term of the stay then (7.3)."""
    course = selectors.course_fact(item.course, item, {}, plan.placement.direction, stay.agreed)
    blockers = only_agreed_courses(PlanFacts(courses=(course,)))
    refuse_faults(Fault("semester", blocker.text, blocker.params) for blocker in blockers)
    if course.is_outside_agreed:
        item.term = None
    elif item.reason == NOT_AGREED and item.kind == LineKind.PLANNED and course.line and course.line.agreed:
        item.reason = ""  # it has left the term for which it was not agreed to


def _refuse_unknown(plan: StudyPlan, semester: int) -> None:
    """A plan ends with the longer of the two programmes."""
    pathway = plan.placement.application.intake.pathway
    last = max(pathway.home_programme.semesters, pathway.partner_programme.semesters)
    if not 1 <= semester <= last:
        text = gettext_noop("A plan has semesters 1 to %(last)s.")
        raise FaultyError(Fault("semester", text, {"last": last}))


def _state_difference(item: PlanItem, reason: str | None) -> None:
    """None leaves the line as it is; so does "" where no difference was stated: the program's own reason stays."""
    if reason and trimmed(reason):
        item.kind, item.reason = LineKind.DIFFERENCE, trimmed(reason)[:300]
    elif reason is not None and item.kind == LineKind.DIFFERENCE:
        item.kind, item.reason = LineKind.PLANNED, "" if item.annex_row_id else NOT_COVERED


def _said(item: PlanItem) -> dict[str, object]:
    return {
        "semester": item.semester,
        "summer": item.is_summer,
        "mode": item.mode,
        "term": item.term_id,
        "kind": item.kind,
        "reason": item.reason,
        "joint_commission": item.joint_commission,
    }


def _note_change(plan: StudyPlan, item: PlanItem, before: dict[str, object], actor: User) -> None:
    record(
        actor=actor,
        action="plan.line_changed",
        subject=plan,
        text=gettext_noop("changed the line of course %(course)s"),
        params={"course": item.course.code},
        clause="6.8",
        before=before,
        after=_said(item),
    )


@transaction.atomic
def decide_module(
    *, plan_id: int, course_id: int, actor: User, kind: str, semester: int, reason: str, seen: str = ""
) -> PlanItem:
    """The partner decides on a module of its own list that stands in no row of Annex 1: taken there, a difference, or not
    asked for (5.13, 5.14). In a draft only. `seen`: as in `change_line`; of no decision, `text_hash` of an empty text.

    Raises NotAllowedError for anybody else, ReasonMissingError without a reason, RefusedError, ChangedMeanwhileError.
    """
    plan = draft_of(plan_id, actor)
    _demand_side(plan, actor, ours=False)
    reason = reason_given(reason)
    if kind not in {LineKind.ADDITIONAL, LineKind.DIFFERENCE, LineKind.WAIVED}:
        raise RefusedError(gettext_noop("Choose what becomes of the module."))
    _refuse_unknown(plan, semester)
    item = _line_of_module(plan, course_id)
    shown = selectors.line_in_words(item) if item.pk else ""
    item.kind, item.semester, item.reason = kind, semester, trimmed(reason)[:300]
    refuse_unseen_change(seen, saved=shown, written=selectors.line_in_words(item))
    item.save()
    record(
        actor=actor,
        action="plan.module_decided",
        subject=plan,
        text=gettext_noop("decided on module %(course)s of the partner's list: %(line_kind)s"),
        params={"course": item.course.code, "line_kind": kind},
        clause="5.14",
        reason=trimmed(reason),
    )
    changed(plan)
    return item


def _line_of_module(plan: StudyPlan, course_id: int) -> PlanItem:
    """The line of a module that was decided on, or a new one after all others. RefusedError where a row of Annex 1 decides."""
    curriculum = plan.placement.application.intake.pathway.partner_curriculum_id
    course = Course.objects.get(pk=course_id, curriculum=curriculum)
    decided = plan.items.select_related("course").filter(course=course).first()
    if decided:
        return decided
    if not selectors.open_modules([course], selectors.annex_courses_of([plan.annex_version_id]), {}):
        raise RefusedError(gettext_noop("This module stands in Annex 1: its row says what becomes of it."))
    outgoing = plan.placement.direction == Direction.OUTGOING
    return PlanItem(
        plan=plan,
        course=course,
        position=1 + max(plan.items.values_list("position", flat=True), default=0),
        taken_at=TakenAt.HOST if outgoing else TakenAt.HOME,
        credits=course.credits,
        hours=course.hours,
    )
