"""Verbs on study plans: make, change one's own side, send, agree, return, make a new version (5.10, 5.13, 5.14, 6.8)."""

from django.db import transaction
from django.utils.translation import gettext_noop

from admissions.events import ApplicationAdmitted
from core.decisions import agreed_parts, decide
from core.events import publish
from core.history import record
from core.models import Verdict
from core.values import joined
from core.workflow import NotAllowedError, ReasonMissingError, RefusedError, WrongStateError, perform
from core.worklist import reconcile
from institutions.models import User
from institutions.permissions import standing_of
from mobility.enums import LineKind, PlanState, StudyMode, TakenAt
from mobility.events import PlanApproved
from mobility.models import Placement, PlanItem, StudyPlan
from mobility.permissions.plans import (
    at_university,
    edits_partner_side,
    edits_university_side,
    queue_of_plan,
    roles_on_plan,
)
from mobility.selectors import plans as selectors
from mobility.services.plan_lines import lines_of
from mobility.workflow.plans import PARTS, PLAN
from programmes.models import Course

MAX_SEMESTER = 12


@transaction.atomic
def make_plan(*, placement_id: int, actor: User) -> StudyPlan:
    """Make the draft plan of a stay from its frozen Annex 1 and the home working plan (5.10); settle.

    Placement.DoesNotExist for a stay that is not the actor's to see or that has its plan. NotAllowedError for anybody
    but the University's side of the plan.
    """
    stays = selectors.stays_without_plan(standing_of(actor))
    placement = stays.select_for_update(of=("self",)).get(pk=placement_id)
    unsaved = StudyPlan(placement=placement)
    if not edits_university_side(roles_on_plan(unsaved, standing_of(actor))):
        raise NotAllowedError(gettext_noop("This step is not yours to take."))
    return open_plan(placement, actor=actor)


def open_plan(placement: Placement, *, actor: User | None) -> StudyPlan:
    """As `make_plan`, for a verb that has opened the stay itself, in the caller's transaction."""
    application = placement.application
    plan = StudyPlan.objects.create(
        enrolment=application.enrolment, placement=placement, annex_version=application.annex_version
    )
    PlanItem.objects.bulk_create(lines_of(plan))
    record(
        actor=actor,
        action="plan.made",
        subject=plan,
        text=gettext_noop("made from Annex 1, version %(number)s"),
        params={"number": application.annex_version.number},
        clause="5.10",
    )
    _changed(plan)
    return plan


def open_plan_of_admitted(event: ApplicationAdmitted) -> None:
    """The signed order has opened the stay: its plan opens with it and waits for the advisor (5.10)."""
    placement = selectors.with_case(Placement.objects.filter(order_line=event.order_line_id)).get()
    open_plan(placement, actor=placement.order_line.order.signed_by)


def _changed(plan: StudyPlan) -> None:
    """The content may be another: keep its hash, and bring the worklist in line."""
    plan.content_hash = selectors.content_of(plan, selectors.items_of([plan])[plan.pk])
    plan.save(update_fields=["content_hash"])
    settle_plan(plan)


def settle_plan(plan: StudyPlan) -> None:
    """Bring the worklist in line with the plan as it stands, in the caller's transaction."""
    reconcile(
        plan,
        selectors.plan_waits(plan),
        queue_of=lambda role: queue_of_plan(plan, role),
        due=selectors.due_of_plan(),
        title=joined(plan.enrolment.person.names, plan.placement.host.names),
    )


def _locked(plan_id: int, actor: User) -> StudyPlan:
    return selectors.plans_visible_to(standing_of(actor)).select_for_update(of=("self",)).get(pk=plan_id)


def _draft(plan: StudyPlan) -> None:
    if plan.state != PlanState.DRAFT:
        raise WrongStateError(gettext_noop("Only a draft can be changed: return the plan, or make a new version."))


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
) -> PlanItem:
    """Change when and how a line is mastered; only the side that teaches it may (6.8). Settle, ask everybody again.

    `difference_reason` (the University alone): state the line as a difference, or with "" plan it again (5.14);
    `joint_commission` (the University alone): the final attestation is held before one (5.7.4).
    Raises NotAllowedError on the other side's line, RefusedError for an impossible semester.
    """
    plan = _locked(plan_id, actor)
    _draft(plan)
    item = plan.items.select_related("course").get(pk=item_id)
    ours = at_university(item, plan.placement.direction)
    roles = roles_on_plan(plan, standing_of(actor))
    university = edits_university_side(roles)
    if not (university if ours else edits_partner_side(roles)):
        raise NotAllowedError(gettext_noop("Each side changes its own side of the plan only."))
    if not 1 <= semester <= MAX_SEMESTER or mode not in StudyMode.values:
        raise RefusedError(gettext_noop("A plan has semesters 1 to %(last)s."), {"last": MAX_SEMESTER})
    before = _said(item)
    item.semester, item.is_summer, item.mode = semester, is_summer, mode
    if university:
        item.joint_commission = joint_commission
    if university and difference_reason is not None:
        item.kind = LineKind.DIFFERENCE if difference_reason.strip() else LineKind.PLANNED
        item.reason = difference_reason.strip()[:300] or (item.reason if item.annex_row_id is None else "")
    item.save()
    if before != _said(item):
        _note_change(plan, item, before, actor)
    _changed(plan)
    return item


def _said(item: PlanItem) -> dict[str, object]:
    return {
        "semester": item.semester,
        "summer": item.is_summer,
        "mode": item.mode,
        "kind": item.kind,
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
def decide_module(*, plan_id: int, course_id: int, actor: User, kind: str, semester: int, reason: str) -> PlanItem:
    """The partner decides on a module of its own list that stands in no row of Annex 1: taken there, a difference, or not
    asked for (5.13, 5.14). In a draft only. Raises NotAllowedError for anybody else, ReasonMissingError without a reason.
    """
    plan = _locked(plan_id, actor)
    _draft(plan)
    if not edits_partner_side(roles_on_plan(plan, standing_of(actor))):
        raise NotAllowedError(gettext_noop("Each side changes its own side of the plan only."))
    if not reason.strip():
        raise ReasonMissingError(gettext_noop("Please give a reason."))
    if kind not in {LineKind.ADDITIONAL, LineKind.DIFFERENCE, LineKind.WAIVED}:
        raise RefusedError(gettext_noop("Choose what becomes of the module."))
    pathway = plan.placement.application.intake.pathway
    course = Course.objects.get(pk=course_id, curriculum=pathway.partner_curriculum_id)
    outgoing = at_university(PlanItem(taken_at=TakenAt.HOME), plan.placement.direction)
    item, _ = PlanItem.objects.update_or_create(
        plan=plan,
        course=course,
        defaults={
            "position": 1 + max(plan.items.values_list("position", flat=True), default=0),
            "semester": max(1, min(semester, MAX_SEMESTER)),
            "taken_at": TakenAt.HOST if outgoing else TakenAt.HOME,
            "kind": kind,
            "credits": course.credits,
            "hours": course.hours,
            "reason": reason.strip()[:300],
        },
    )
    record(
        actor=actor,
        action="plan.module_decided",
        subject=plan,
        text=gettext_noop("decided on module %(course)s of the partner's list: %(line_kind)s"),
        params={"course": course.code, "line_kind": kind},
        clause="5.14",
        reason=reason.strip(),
    )
    _changed(plan)
    return item


@transaction.atomic
def propose_plan(*, plan_id: int, actor: User) -> StudyPlan:
    """Send a draft to everybody for approval (5.10). Raises BlockedError with what the lists still lack."""
    plan = _locked(plan_id, actor)
    _step(plan, "propose", actor)
    settle_plan(plan)
    return plan


def _step(plan: StudyPlan, name: str, actor: User, reason: str = "") -> None:
    facts = selectors.plan_facts_of([plan])[plan.pk]
    roles = roles_on_plan(plan, standing_of(actor))
    perform(PLAN, name, plan, actor=actor, roles=roles, facts=facts, reason=reason)


@transaction.atomic
def agree_to_plan(*, plan_id: int, actor: User, seen_hash: str) -> StudyPlan:
    """Agree, for every part that the actor speaks for, to the content that was seen; the last one approves the plan (5.10).

    Raises NotAllowedError for nobody's part, WrongStateError when the plan is not asked about or is another by now.
    """
    plan = _locked(plan_id, actor)
    roles = roles_on_plan(plan, standing_of(actor))
    parts = [part for part, role in PARTS.items() if role in roles]
    if not parts:
        raise NotAllowedError(gettext_noop("This step is not yours to take."))
    if plan.state != PlanState.PROPOSED:
        raise WrongStateError(gettext_noop("This plan is not waiting for approvals."))
    if seen_hash != plan.content_hash:
        raise WrongStateError(gettext_noop("The plan was changed after you opened it. Please read it again."))
    agreed = agreed_parts(plan, plan.content_hash)
    for part in parts:
        if part not in agreed:
            _write_agreement(plan, part, actor)
    if agreed_parts(plan, plan.content_hash) >= set(PARTS):
        _step(plan, "approve", actor)
        _replace_older(plan, actor)
        publish(PlanApproved(plan_id=plan.pk, actor_id=actor.pk))
    settle_plan(plan)
    return plan


def _write_agreement(plan: StudyPlan, part: str, actor: User) -> None:
    decide(
        subject=plan,
        part=part,
        role=PARTS[part],
        actor=actor,
        verdict=Verdict.AGREED,
        subject_hash=plan.content_hash,
    )
    record(
        actor=actor,
        action=f"plan.agreed.{part}",
        subject=plan,
        text=gettext_noop("agreed to the plan"),
        clause="5.10",
        role=PARTS[part],
    )


def _replace_older(plan: StudyPlan, actor: User) -> None:
    older = StudyPlan.objects.filter(placement=plan.placement_id, state=PlanState.APPROVED).exclude(pk=plan.pk)
    for old in selectors.plans_visible_to(standing_of(actor)).filter(pk__in=older.values("pk")).order_by("pk"):
        _step(old, "replace", actor)
        settle_plan(old)


@transaction.atomic
def return_plan(*, plan_id: int, actor: User, reason: str) -> StudyPlan:
    """Return a plan to its makers with a reason; it can then be changed and sent again."""
    plan = _locked(plan_id, actor)
    _step(plan, "return", actor, reason)
    settle_plan(plan)
    return plan


@transaction.atomic
def revise_plan(*, plan_id: int, actor: User) -> StudyPlan:
    """Make the next version of an approved plan as a draft; the old one holds until the new one is approved (5.13)."""
    plan = _locked(plan_id, actor)
    roles = roles_on_plan(plan, standing_of(actor))
    if not (edits_university_side(roles) or edits_partner_side(roles)):
        raise NotAllowedError(gettext_noop("This step is not yours to take."))
    if plan.state != PlanState.APPROVED or selectors.has_newer(plan):
        raise WrongStateError(gettext_noop("Only the approved plan can be revised, once at a time."))
    made = StudyPlan.objects.create(
        enrolment=plan.enrolment, placement=plan.placement, annex_version=plan.annex_version, number=plan.number + 1
    )
    items = selectors.items_of([plan])[plan.pk]
    for item in items:
        item.pk, item.plan = None, made
    PlanItem.objects.bulk_create(items)
    record(
        actor=actor,
        action="plan.revised",
        subject=made,
        text=gettext_noop("made as a new version of the approved plan"),
        clause="5.13",
    )
    _changed(made)
    return made
