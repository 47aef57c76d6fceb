"""Messages of both roads."""

from admissions.models import Application
from core.notifications import Notification
from institutions.enums import Role
from institutions.selectors import holders_of


def candidate_left(application: Application, reason: str) -> list[Notification]:
    """To the partner's coordinators: a candidate of theirs will not come, or not go, and why (7.6, 8.5)."""
    pathway = application.intake.pathway
    partner = pathway.partner_programme.university_id
    return [
        Notification(
            key=f"application.closed:{application.pk}:{membership.user_id}",
            to=membership.user.email,
            language=membership.user.language,
            template="admissions/email/candidate_left",
            context={
                "student": application.enrolment.person.passport_name,
                "programme": f"{pathway.home_programme.code} {pathway.home_programme.name}",
                "reason": reason.strip(),
                "path": f"/admissions/applications/{application.pk}/",
            },
        )
        for membership in holders_of(Role.PARTNER_COORDINATOR, university_id=partner)
    ]
