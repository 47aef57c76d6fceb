"""Verbs on study plans: make, change one's own side, send, agree, return, make a new version (5.10, 5.13, 5.14, 6.8)."""

from django.db import transaction
from django.utils.translation import gettext_noop

from admissions.events import ApplicationAdmitted
from core.decisions import agreed_parts, decide
from core.events import publish
from core.history import record
from core.models import Verdict
from core.reminders import LATE_TEXT, late_waits
from core.values import joined, trimmed
from core.workflow import (
    NotAllowedError,
    WrongStateError,
    perform,
)
from core.worklist import reconcile
from institutions.enums import Role
from institutions.models import User
from institutions.permissions import standing_of
from mobility.enums import PlanState
from mobility.events import PlanApproved
from mobility.models import Placement, PlanItem, StudyPlan
from mobility.permissions.plans import (
    edits_partner_side,
    edits_university_side,
    queue_of_plan,
    roles_on_plan,
)
from mobility.selectors import plans as selectors
from mobility.services.plan_lines import lines_of
from mobility.workflow.plans import PARTS, PLAN, PlanFacts

# Whose word on a plan the IPD reminds of once it is late (5.10); a student is the advisor's to remind.
LATE = dict.fromkeys((Role.ADVISOR, Role.DEPARTMENT_HEAD, Role.PARTNER_COORDINATOR), LATE_TEXT)
_MADE = gettext_noop("made from Annex 1, version %(number)s")
_MADE_BY_ORDER = gettext_noop("made with the signed order, from Annex 1, version %(number)s")


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
    """As `make_plan`, for a verb that has opened the stay itself, in the caller's transaction. `actor` None: by the order."""
    application = placement.application
    plan = StudyPlan.objects.create(
        enrolment=application.enrolment, placement=placement, annex_version=application.annex_version
    )
    PlanItem.objects.bulk_create(lines_of(plan))
    record(
        actor=actor,
        action="plan.made",
        subject=plan,
        text=_MADE if actor else _MADE_BY_ORDER,
        params={"number": application.annex_version.number},
        clause="5.10",
    )
    changed(plan)
    return plan


def open_plan_of_admitted(event: ApplicationAdmitted) -> None:
    """The signed order has opened the stay: its plan opens with it and waits for the advisor (5.10)."""
    placement = selectors.with_case(Placement.objects.filter(order_line=event.order_line_id)).get()
    open_plan(placement, actor=None)


def changed(plan: StudyPlan) -> None:
    """The content may be another: keep its hash, and bring the worklist in line."""
    plan.content_hash = selectors.content_of(plan, selectors.items_of([plan])[plan.pk])
    plan.save(update_fields=["content_hash"])
    settle_plan(plan)


def settle_plan(plan: StudyPlan) -> None:
    """Bring the worklist in line with the plan as it stands, in the caller's transaction."""
    waits = selectors.plan_waits(plan)
    reconcile(
        plan,
        [*waits, *late_waits(plan, waits, texts=LATE, watcher=Role.IPD_COORDINATOR)],
        queue_of=lambda role: queue_of_plan(plan, role),
        due=selectors.due_of_plan(),
        title=joined(plan.enrolment.person.names, plan.placement.partner.names),
    )


def settle_plans_of(placement: Placement) -> None:
    """As `settle_plan`, for every plan of a stay that has changed, in the caller's transaction."""
    for plan in selectors.plans_of(placement):
        settle_plan(plan)


def drop_plans_of(placement: Placement, *, actor: User | None, roles: frozenset[str], reason: str) -> None:
    """A stay was cancelled: nothing comes of its plans, in the caller's transaction."""
    for plan in selectors.plans_of(placement).exclude(state__in=[PlanState.REPLACED, PlanState.DROPPED]):
        perform(PLAN, "drop", plan, actor=actor, roles=roles, facts=PlanFacts(), reason=reason)
        settle_plan(plan)


def _locked(plan_id: int, actor: User) -> StudyPlan:
    return selectors.plans_visible_to(standing_of(actor)).select_for_update(of=("self",)).get(pk=plan_id)


def draft_of(plan_id: int, actor: User) -> StudyPlan:
    """A plan that may be changed, locked for a verb. Raises WrongStateError."""
    plan = _locked(plan_id, actor)
    if plan.state != PlanState.DRAFT:
        raise WrongStateError(gettext_noop("Only a draft can be changed: return the plan, or make a new version."))
    return plan


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
    parts = _parts_of(plan, actor)
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


def _parts_of(plan: StudyPlan, actor: User) -> list[str]:
    roles = roles_on_plan(plan, standing_of(actor))
    return [part for part, role in PARTS.items() if role in roles]


def _decide(plan: StudyPlan, part: str, actor: User, verdict: Verdict, *, reason: str = "") -> None:
    role, content = PARTS[part], plan.content_hash
    decide(subject=plan, part=part, role=role, actor=actor, verdict=verdict, subject_hash=content, reason=reason)


def _write_agreement(plan: StudyPlan, part: str, actor: User) -> None:
    _decide(plan, part, actor, Verdict.AGREED)
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
    """Return a plan to its makers with a reason; it can then be changed and sent again.

    Whoever had agreed and returns it is asked again, even about the same content.
    """
    plan = _locked(plan_id, actor)
    _step(plan, "return", actor, reason)
    for part in _parts_of(plan, actor):
        _decide(plan, part, actor, Verdict.RETURNED, reason=trimmed(reason))
    settle_plan(plan)
    return plan


@transaction.atomic
def revise_plan(*, plan_id: int, actor: User) -> StudyPlan:
    """Make the next version of an approved plan as a draft; the old one holds until the new one is approved (5.13).

    Raises WrongStateError where it cannot be revised: a later version is made, or the guest's stay has ended.
    """
    plan = _locked(plan_id, actor)
    roles = roles_on_plan(plan, standing_of(actor))
    if not (edits_university_side(roles) or edits_partner_side(roles)):
        raise NotAllowedError(gettext_noop("This step is not yours to take."))
    if not selectors.may_be_revised(plan):
        raise WrongStateError(
            gettext_noop("Only the approved plan can be revised, once at a time, and a guest's until the stay ends.")
        )
    made = StudyPlan.objects.create(
        enrolment=plan.enrolment,
        placement=plan.placement,
        annex_version=plan.annex_version,
        number=1 + max([plan.number, *selectors.versions_beside(plan).values_list("number", flat=True)]),
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
    changed(made)
    return made


@transaction.atomic
def give_up_version(*, plan_id: int, reason: str, actor: User) -> StudyPlan:
    """Give the draft of a later version up: the approved plan holds on (5.13). Raises RefusedError."""
    plan = _locked(plan_id, actor)
    _step(plan, "give_up", actor, reason)
    settle_plan(plan)
    return plan
