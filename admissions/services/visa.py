"""The visa case (7.6, 8.5): opened with the invitation, moved by what the consulate does."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_noop

from admissions.models import Application, VisaCase
from admissions.services.applications import locked, roles_of
from admissions.services.settling import settle
from admissions.workflow.visa import VISA, VisaFacts
from agreements.enums import Direction
from core.history import record
from core.workflow import perform
from institutions.models import User


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
            clause="8.5" if outgoing else "7.6",
        )
    return case


@transaction.atomic
def visa_step(
    *,
    application_id: int,
    name: str,
    actor: User,
    reason: str = "",
    category: str = "",
    invitation_number: str = "",
    submitted_on: date | None = None,
    valid_from: date | None = None,
    valid_until: date | None = None,
) -> VisaCase:
    """Move the visa case and keep what came with the step (days, category, number); settle. Raises RefusedError."""
    application = locked(application_id, actor)
    case = VisaCase.objects.select_for_update().get(application=application)
    given = {
        "category": category,
        "invitation_number": invitation_number,
        "submitted_on": submitted_on,
        "valid_from": valid_from,
        "valid_until": valid_until,
        "note": reason.strip()[:300],
    }
    changed = {field: value for field, value in given.items() if value}
    for field, value in changed.items():
        setattr(case, field, value)
    # Before the step: the database asks a granted visa for its dates.
    case.save(update_fields=sorted(changed)) if changed else None
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
        reason=reason.strip(),
    )
    settle(application)
    return case
