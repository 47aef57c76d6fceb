"""The visa case (7.6, 8.5): opened with the invitation, moved by what the consulate does, corrected with a reason."""

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_noop

from admissions.enums import ApplicationState, VisaState
from admissions.models import Application, VisaCase
from admissions.selectors.applications import stay_of
from admissions.selectors.visa_rules import visa_law
from admissions.services.applications import locked, roles_of
from admissions.services.settling import settle
from admissions.workflow.days import VisaDays, visa_faults
from admissions.workflow.visa import VISA, VisaFacts
from agreements.enums import Direction
from core.faults import code_faults
from core.history import record
from core.values import trimmed
from core.workflow import (
    NotAllowedError,
    WrongStateError,
    perform,
    reason_given,
    refuse_faults,
    refuse_unseen_moves,
)
from institutions.enums import Role
from institutions.models import User

CORRECTABLE = frozenset({VisaState.SUBMITTED, VisaState.GRANTED})


def open_visa(application: Application, *, actor: User) -> VisaCase:
    """Open the visa case for the host's country, once, in the caller's transaction."""
    partner = application.intake.pathway.partner_programme.university
    outgoing = application.direction == Direction.OUTGOING
    case, made = VisaCase.objects.get_or_create(
        application=application, defaults={"country": partner.country if outgoing else "KZ"}
    )
    if made:
        record(
            actor=actor,
            action="admissions.visa_opened",
            subject=application,
            text=gettext_noop("visa case opened"),
            clause=clause_of(application),
        )
    return case


def clause_of(application: Application) -> str:
    """The clause of the visa on this road."""
    return "8.5" if application.direction == Direction.OUTGOING else "7.6"


@transaction.atomic
def visa_step(
    *,
    application_id: int,
    name: str,
    actor: User,
    reason: str = "",
    note: str = "",
    category: str = "",
    invitation_number: str = "",
    submitted_on: date | None = None,
    valid_from: date | None = None,
    valid_until: date | None = None,
) -> VisaCase:
    """Move the visa case and keep what came with the step (days, category, number); settle.

    `note`: how the stay is covered where the visa does not reach. Raises RefusedError, FaultyError for days that cannot be.
    """
    application = locked(application_id, actor)
    case = VisaCase.objects.select_for_update().get(application=application)
    if application.state in ApplicationState.closed():
        raise WrongStateError(gettext_noop("Somebody was first: this has already moved on. Here is how it stands now."))
    given = {
        "category": category,
        "invitation_number": invitation_number,
        "submitted_on": submitted_on,
        "valid_from": valid_from,
        "valid_until": valid_until,
        "note": (note or reason).strip()[:300],
    }
    kept: dict[str, object] = {field: value for field, value in given.items() if value or field == "note"}
    if name == "collect_again":
        kept |= _of_a_new_file(case)
    # Before the step: the database asks a granted visa for its dates.
    changed = _keep(application, case, kept)
    entry = perform(
        VISA[application.direction],
        name,
        case,
        actor=actor,
        roles=roles_of(application, actor),
        facts=VisaFacts(),
        reason=reason,
    )
    # The application's history tells the whole story.
    record(
        actor=actor,
        action=f"admissions.visa_{name}",
        subject=application,
        text=entry.text,
        clause=entry.clause,
        role=entry.role,
        before=entry.before,
        after={**entry.after, **changed},
        reason=trimmed(reason),
    )
    settle(application)
    return case


def _of_a_new_file(case: VisaCase) -> dict[str, object]:
    """The day of the refused file is not the new one's; why it was refused is what the new one has to meet."""
    return {"submitted_on": None, "note": case.note if case.state == VisaState.REFUSED else ""}


@transaction.atomic
def correct_visa(
    *,
    application_id: int,
    actor: User,
    reason: str,
    submitted_on: date,
    valid_from: date | None = None,
    valid_until: date | None = None,
    category: str = "",
    invitation_number: str = "",
    note: str = "",
    seen: str = "",
) -> VisaCase:
    """The IPD corrects what was written down of a visa that is submitted or granted; history keeps both and the reason.

    `seen`: `mark_of` the application as the actor was shown it. Raises NotAllowedError, WrongStateError, ReasonMissingError,
    ChangedMeanwhileError, FaultyError.
    """
    application = locked(application_id, actor)
    case = VisaCase.objects.select_for_update().get(application=application)
    if Role.IPD_COORDINATOR not in roles_of(application, actor):
        raise NotAllowedError(gettext_noop("This step is not yours to take."))
    if not may_be_corrected(application, case):
        raise WrongStateError(gettext_noop("There is nothing of the visa to correct as things stand."))
    reason = reason_given(reason)
    refuse_unseen_moves(seen, application)
    given: dict[str, object] = {"category": category, "submitted_on": submitted_on}
    if application.direction == Direction.INCOMING:
        given["invitation_number"] = invitation_number
    if case.state == VisaState.GRANTED:
        given |= {"valid_from": valid_from, "valid_until": valid_until, "note": note.strip()[:300]}
    before = {field: getattr(case, field) for field in given}
    _keep(application, case, given)
    record(
        actor=actor,
        action="admissions.visa_corrected",
        subject=application,
        text=gettext_noop("visa corrected"),
        clause=clause_of(application),
        role=Role.IPD_COORDINATOR,
        before=before,
        after=given,
        reason=trimmed(reason),
    )
    settle(application)
    return case


def may_be_corrected(application: Application, case: VisaCase | None) -> bool:
    """True while there are days of a visa to correct."""
    return case is not None and case.state in CORRECTABLE and application.state not in ApplicationState.closed()


def _keep(application: Application, case: VisaCase, given: Mapping[str, object]) -> dict[str, object]:
    """Write what differs and say what that is; days and numbers that cannot be are refused (7.6, 8.5)."""
    changed = {field: value for field, value in given.items() if getattr(case, field) != value}
    numbers = changed.keys() & {"category", "invitation_number"}
    refuse_faults(fault for field in numbers for fault in code_faults(field, str(changed[field])))
    for field, value in changed.items():
        setattr(case, field, value)
    days = VisaDays(case.submitted_on, case.valid_from, case.valid_until, case.note)
    if changed.keys() - {"invitation_number"}:
        refuse_faults(visa_faults(days, stay_of(application), visa_law(application, case.category)))
    if changed:
        case.save(update_fields=sorted(changed))
    return changed
