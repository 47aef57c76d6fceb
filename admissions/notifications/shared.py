"""Messages of both roads."""

from django.utils.text import format_lazy

from admissions.models import Application
from core.notifications import Notification
from core.values import trimmed
from institutions.enums import Role
from institutions.models import User
from institutions.selectors import holders_of


def names_of(application: Application) -> dict[str, object]:
    """What mails abroad call a case; names in the language of whoever reads them."""
    pathway = application.intake.pathway
    return {
        "student": application.enrolment.person.passport_name,
        "programme": format_lazy("{} {}", pathway.home_programme.code, pathway.home_programme.names),
        "partner": pathway.partner_programme.university.names,
        "path": f"/admissions/applications/{application.pk}/",
    }


def candidate_left(application: Application, reason: str, *, actor: User) -> list[Notification]:
    """To the partner's coordinators but the actor: a candidate of theirs will not come, or not go, and why (7.6, 8.5)."""
    partner = application.intake.pathway.partner_programme.university_id
    return [
        Notification(
            key=f"application.closed:{application.pk}:{membership.user_id}",
            to=membership.user.email,
            language=membership.user.language,
            template="admissions/email/candidate_left",
            context={**names_of(application), "reason": trimmed(reason)},
        )
        for membership in holders_of(Role.PARTNER_COORDINATOR, university_id=partner)
        if membership.user_id != actor.pk
    ]
