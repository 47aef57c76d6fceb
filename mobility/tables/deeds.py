"""What can be done with many stays at once (core.bulk)."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_noop

from agreements.enums import Direction
from core.bulk import Deed, Prospect, not_yours, stands_elsewhere
from core.http import page_of
from core.machine import Blocker
from institutions.permissions import Standing
from mobility.models import Placement
from mobility.permissions.stay import roles_on
from mobility.selectors.stay import names_of, stay_facts_of
from mobility.services.stay import end_stay
from mobility.workflow.stay import STAY, StayFacts

_BY = frozenset(role for machine in STAY.values() for role in machine.step("end").by)


def _lacks(stay: Placement, standing: Standing, facts: StayFacts) -> tuple[Blocker, ...]:
    machine = STAY[stay.direction]
    step = machine.step("end")
    if not roles_on(stay, standing) & set(step.by):
        return (not_yours(step.clause),)
    if stay.state not in step.sources:
        return stands_elsewhere(machine, stay.state, step.sources, words=stay.where, facts=facts, clause=step.clause)
    return step.blockers(facts)


def _foresee(standing: Standing, stays: Sequence[Placement]) -> list[Prospect]:
    facts = stay_facts_of(stays)
    return [
        Prospect(
            stay.pk,
            str(stay.application.enrolment.person),
            f"{stay.host.name} · {stay.starts_on:%d.%m.%Y} – {stay.ends_on:%d.%m.%Y}",
            _lacks(stay, standing, facts[stay.pk]),
            url=page_of("mobility.placement", stay.pk),
        )
        for stay in stays
    ]


def _end(pk: int, *, actor: Any, mark: str) -> object:
    del mark  # the state is what was shown, and the step asks for it
    return end_stay(placement_id=pk, actor=actor)


def _names(pks: Sequence[int]) -> Mapping[int, str]:
    return names_of(pks)


_END = Deed(
    "stays.end",
    label=gettext_noop("End the stays"),
    will=gettext_noop("These stays end with their last day. This cannot be undone."),
    foresee=_foresee,
    do=_end,
    clause=STAY[Direction.INCOMING].step("end").clause,
    names=_names,
)


def deeds_of(standing: Standing) -> list[Deed]:
    """What this person can do with many stays."""
    return [_END] if standing.holds(*_BY) else []
