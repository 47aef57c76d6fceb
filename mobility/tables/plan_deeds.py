"""What can be done with many study plans at once: sent for approval, agreed to, returned (core.bulk)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from django.utils.translation import gettext, gettext_noop

from core.bulk import Deed, Prospect, not_yours, stands_elsewhere, step_lacks
from core.http import page_of
from core.machine import Blocker
from core.templatetags.written import credits_
from institutions.enums import Role
from institutions.permissions import Standing
from mobility.enums import PlanState
from mobility.forms.plans import ReasonForm
from mobility.models import PlanItem, StudyPlan
from mobility.permissions.plans import roles_on_plan
from mobility.selectors import plans as selectors
from mobility.services import plans as services
from mobility.workflow.plans import PARTS, PLAN, PlanFacts

_AGREED = gettext_noop("You have agreed to it already.")
# A student has one plan: there is nothing to pick from.
_PARTIES = frozenset(PARTS.values()) - {Role.STUDENT.value}

Lack = Callable[[StudyPlan, frozenset[str], PlanFacts], tuple[Blocker, ...]]


def _agree_lacks(plan: StudyPlan, roles: frozenset[str], facts: PlanFacts) -> tuple[Blocker, ...]:
    """What agreeing lacks; the last part that agrees approves the plan, which asks for more."""
    approve = PLAN.step("approve")
    parts = {part for part, role in PARTS.items() if role in roles}
    if not parts:
        return (not_yours(approve.clause),)
    if plan.state != PlanState.PROPOSED:
        words = plan.get_state_display()
        return stands_elsewhere(PLAN, plan.state, approve.sources, words=words, facts=facts, clause=approve.clause)
    if parts <= facts.agreed:
        return (Blocker(approve.clause, _AGREED, ""),)
    agreed = facts.agreed | parts
    return approve.blockers(replace(facts, agreed=agreed)) if agreed >= set(PARTS) else ()


def _step(name: str) -> Lack:
    def lack(plan: StudyPlan, roles: frozenset[str], facts: PlanFacts) -> tuple[Blocker, ...]:
        return step_lacks(PLAN, name, plan, roles=roles, facts=facts)

    return lack


def _foresee(lack: Lack, standing: Standing, plans: Sequence[StudyPlan]) -> list[Prospect]:
    facts, items = selectors.plan_facts_of(plans), selectors.items_of(plans)
    return [
        Prospect(
            plan.pk,
            str(plan.enrolment.person),
            f"{plan.placement.host.name} · {_sum(items[plan.pk])}",
            lack(plan, roles_on_plan(plan, standing), facts[plan.pk]),
            mark=plan.content_hash,
            url=page_of("mobility.studyplan", plan.pk),
            details=tuple(_line(item) for item in items[plan.pk]),
        )
        for plan in plans
    ]


def _sum(items: Sequence[PlanItem]) -> str:
    courses = gettext("courses: %(count)s") % {"count": len(items)}
    credits = gettext("credits: %(credits)s") % {"credits": credits_(sum(item.credits for item in items))}
    return f"{courses}, {credits}"


def _line(item: PlanItem) -> str:
    words = gettext("Semester %(number)s") % {"number": item.semester}
    return f"{words} · {item.course} · {credits_(item.credits)} · {item.get_taken_at_display()}"


def _agree(pk: int, *, actor: Any, mark: str) -> object:
    return services.agree_to_plan(plan_id=pk, actor=actor, seen_hash=mark)


def _propose(pk: int, *, actor: Any, mark: str) -> object:
    del mark  # what is sent is read by everybody who is asked
    return services.propose_plan(plan_id=pk, actor=actor)


def _return(pk: int, *, actor: Any, mark: str, reason: str) -> object:
    del mark  # what is returned is read again anyhow
    return services.return_plan(plan_id=pk, actor=actor, reason=reason)


def _names(pks: Sequence[int]) -> Mapping[int, str]:
    return selectors.names_of(pks)


def _deed(name: str, label: str, lack: Lack, do: Callable[..., object], will: str, **more: Any) -> Deed:
    return Deed(
        f"plans.{name}",
        label=label,
        will=will,
        foresee=partial(_foresee, lack),
        do=do,
        clause="5.10",
        names=_names,
        **more,
    )


_DEEDS: tuple[tuple[frozenset[str], Deed], ...] = (
    (
        frozenset(PLAN.step("propose").by),
        _deed(
            "propose",
            PLAN.step("propose").label,
            _step("propose"),
            _propose,
            gettext_noop("Each plan is sent to its student, advisor, head of department and partner for approval."),
        ),
    ),
    (
        _PARTIES,
        _deed(
            "agree",
            gettext_noop("Agree to the plan"),
            _agree_lacks,
            _agree,
            gettext_noop("You agree to each plan as it is shown here; where all have agreed it is approved."),
        ),
    ),
    (
        _PARTIES,
        _deed(
            "return",
            PLAN.step("return").label,
            _step("return"),
            _return,
            gettext_noop("Each plan goes back to its makers with your reason."),
            form=ReasonForm,
            way_out=True,
        ),
    ),
)


def plan_deeds_of(standing: Standing) -> list[Deed]:
    """What this person can do with many study plans."""
    return [deed for roles, deed in _DEEDS if standing.holds(*roles)]
