"""What can be done with many stays at once (core.bulk): whoever came together is written down together, what is over is ended."""

from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import Any

from django.utils.translation import gettext_noop

from agreements.enums import Direction
from core.bulk import Deed, Prospect, not_yours, stands_elsewhere
from core.http import page_of
from core.machine import Blocker
from institutions.permissions import Standing
from mobility.enums import PlacementState
from mobility.forms.stay import ArrivalForm, CameForm
from mobility.models import Placement
from mobility.permissions.stay import roles_on
from mobility.selectors.stay import names_of, stay_facts_of
from mobility.services import stay as services
from mobility.workflow.stay import CAME_BY, INCOMING_STAY, NO_ARRIVAL, STAY, StayFacts, came_to_ipd

_CAME_ALREADY = gettext_noop("The visit to the IPD has been recorded already.")
# Why a deed is not done with a stay on which the reader has a role for it.
Lack = Callable[[Placement, StayFacts], tuple[Blocker, ...]]


def _elsewhere(stay: Placement, goals: Collection[str], facts: StayFacts, clause: str) -> tuple[Blocker, ...]:
    return stands_elsewhere(STAY[stay.direction], stay.state, goals, words=stay.where, facts=facts, clause=clause)


def _end_lacks(stay: Placement, facts: StayFacts) -> tuple[Blocker, ...]:
    step = STAY[stay.direction].step("end")
    return step.blockers(facts) if stay.state in step.sources else _elsewhere(stay, step.sources, facts, step.clause)


def _arrival_lacks(stay: Placement, facts: StayFacts) -> tuple[Blocker, ...]:
    step = INCOMING_STAY.step("arrive")
    if stay.direction != Direction.INCOMING:
        return (Blocker(step.clause, NO_ARRIVAL, ""),)
    return step.blockers(facts) if stay.state in step.sources else _elsewhere(stay, step.sources, facts, step.clause)


def _visit_lacks(stay: Placement, facts: StayFacts) -> tuple[Blocker, ...]:
    if stay.direction != Direction.INCOMING:
        return (Blocker("9.1", NO_ARRIVAL, ""),)
    if stay.state != PlacementState.PRESENT:
        return _elsewhere(stay, (PlacementState.PRESENT,), facts, "9.1")
    return (Blocker("9.1", _CAME_ALREADY, ""),) if facts.came_to_ipd else ()


def _foresee(
    lack: Lack, by: Collection[str], clause: str, standing: Standing, stays: Sequence[Placement]
) -> list[Prospect]:
    facts = stay_facts_of(stays)
    return [
        Prospect(
            stay.pk,
            str(stay.application.enrolment.person),
            f"{stay.partner.name} · {stay.starts_on:%d.%m.%Y} – {stay.ends_on:%d.%m.%Y}",
            lack(stay, facts[stay.pk]) if roles_on(stay, standing) & set(by) else (not_yours(clause),),
            url=page_of("mobility.placement", stay.pk),
        )
        for stay in stays
    ]


def _deed(
    name: str,
    label: str,
    will: str,
    lack: Lack,
    verb: Callable[..., object],
    by: Collection[str],
    clause: str,
    form: Any,
) -> tuple[Collection[str], Deed]:
    """A deed, with the roles that do it."""

    def do(pk: int, *, actor: Any, mark: str, **given: Any) -> object:
        del mark  # the state is what was shown, and the step asks for it
        return verb(placement_id=pk, actor=actor, **given)

    foresee = partial(_foresee, lack, by, clause)
    return by, Deed(f"stays.{name}", label, will, foresee, do, form=form, clause=clause, names=names_of)


_DEEDS = (
    _deed(
        "arrive",
        INCOMING_STAY.step("arrive").label,
        gettext_noop(
            "For those who came together: each entered the country on this day and was met by this person. The term of"
            " the migration registration runs from this day."
        ),
        _arrival_lacks,
        services.record_arrival,
        INCOMING_STAY.step("arrive").by,
        INCOMING_STAY.step("arrive").clause,
        ArrivalForm,
    ),
    _deed(
        "come",
        came_to_ipd.ask,
        gettext_noop("For those who came together: each came to the IPD on this day."),
        _visit_lacks,
        partial(services.record_came_to_ipd, once=True),
        CAME_BY,
        "9.1",
        CameForm,
    ),
    _deed(
        "end",
        gettext_noop("End the stays"),
        gettext_noop("These stays end with their last day. This cannot be undone."),
        _end_lacks,
        services.end_stay,
        sorted({role for machine in STAY.values() for role in machine.step("end").by}),
        INCOMING_STAY.step("end").clause,
        None,
    ),
)


def deeds_of(standing: Standing) -> list[Deed]:
    """What this person can do with many stays."""
    return [deed for by, deed in _DEEDS if standing.holds(*by)]
