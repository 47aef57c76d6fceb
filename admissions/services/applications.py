"""Verbs that both roads share: fetch and lock, take a step, settle who is waited for."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop

from admissions.enums import ApplicationState
from admissions.models import Application, Intake
from admissions.notifications.shared import candidate_left
from admissions.permissions.applications import partner_knows, roles_on
from admissions.selectors.applications import applications_visible_to
from admissions.selectors.roads import road_of
from admissions.services.settling import settle
from core.models import HistoryEntry
from core.notifications import notify
from core.workflow import WrongStateError, perform
from institutions.models import User
from institutions.permissions import standing_of

__all__ = ["lock_intake", "locked", "roles_of", "settle", "step", "take_step"]


def locked(application_id: int, actor: User) -> Application:
    """The application with its case, locked, if the actor may see it. Application.DoesNotExist otherwise (shown as 404)."""
    visible = applications_visible_to(standing_of(actor)).filter(pk=application_id)
    # Not get(): verbs for many lock one application after another on purpose, each in its own transaction.
    found = visible.select_for_update(of=("self",)).first()
    if found is None:
        raise Application.DoesNotExist
    return found


def lock_intake(intake_id: int) -> None:
    """Let those who give places of an intake away, or number its lists, go one after the other, in the caller's transaction."""
    Intake.objects.select_for_update().filter(pk=intake_id).first()


def roles_of(application: Application, actor: User) -> frozenset[str]:
    """Which of the actor's roles count for this application."""
    return roles_on(application, standing_of(actor))


def step(
    application: Application,
    name: str,
    *,
    actor: User,
    reason: str = "",
    params: Mapping[str, Any] | None = None,
    on: date | None = None,
) -> HistoryEntry:
    """Take a step with a locked application in the caller's transaction; `on`: the day whose facts count."""
    road = road_of(application)
    if name not in {known.name for known in road.machine.steps}:
        raise WrongStateError(gettext_noop("This road has no such step."))
    facts = road.facts(application, on=on)
    roles = roles_of(application, actor)
    return perform(road.machine, name, application, actor=actor, roles=roles, facts=facts, reason=reason, params=params)


@transaction.atomic
def take_step(
    *,
    application_id: int,
    name: str,
    actor: User,
    reason: str = "",
    params: Mapping[str, Any] | None = None,
    on: date | None = None,
) -> Application:
    """Take a step that needs nothing but its guards and, perhaps, a reason; then settle. Raises RefusedError.

    A partner that knows of the candidate is told when the step closes the case (8.5, 7.6).
    """
    application = locked(application_id, actor)
    step(application, name, actor=actor, reason=reason, params=params, on=on)
    if application.state in ApplicationState.closed() and partner_knows(application):
        for message in candidate_left(application, road_of(application).machine.step(name), actor=actor):
            notify(message)
    settle(application)
    return application
