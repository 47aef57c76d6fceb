"""Messages of both roads."""

from typing import Any

from django.utils.translation import gettext_lazy

from admissions.enums import DocumentGiver, DocumentKind
from admissions.models import Application, PackageItem
from core.machine import Step
from core.models import HistoryEntry
from core.notifications import Notification
from institutions.enums import Role
from institutions.models import User
from institutions.selectors import holders_of


def names_of(application: Application) -> dict[str, object]:
    """What mails call a case; names in the language, and the script, of whoever reads them."""
    pathway = application.intake.pathway
    return {
        "student": application.enrolment.person.names,
        "programme": pathway.home_programme.titles,
        "partner": pathway.partner_programme.university.names,
        "path": f"/admissions/applications/{application.pk}/",
    }


def document_returned(application: Application, item: PackageItem) -> list[Notification]:
    """To whoever brings a document: it was returned and is waited for again (6.12, 8.4). Why stands in the portal alone."""
    return _to_givers(
        application,
        item.giver,
        key=f"document.returned:{item.pk}:{item.upload_id}",
        template="admissions/email/document_returned",
        kind=DocumentKind(item.kind).label,
    )


def application_returned(application: Application, giver: str, entry: HistoryEntry) -> list[Notification]:
    """To the student or the partner's coordinators: an application came back and is waited for again (7.1, 8.1).

    `entry`: the step, of which each is told once. Why stands in the portal alone.
    """
    key = f"application.returned:{entry.pk}"
    return _to_givers(application, giver, key=key, template="admissions/email/application_returned")


def _to_givers(application: Application, giver: str, *, key: str, template: str, **more: object) -> list[Notification]:
    """The same message to each of those who bring a document or an application, who are waited for again.

    `own`: the student reads it, who is not told of in the third person.
    """
    own = giver == DocumentGiver.STUDENT
    return [
        Notification(
            key=f"{key}:{account.pk}",
            to=account.email,
            language=account.language,
            template=template,
            context={**names_of(application), "name": account.person.names, "own": own, **more},
        )
        for account in _givers(application, giver)
    ]


def _givers(application: Application, giver: str) -> list[User]:
    """The accounts of those who bring a document."""
    if giver == DocumentGiver.STUDENT:
        return list(User.objects.filter(person=application.enrolment.person_id, is_active=True))
    partner = application.intake.pathway.partner_programme.university_id
    holders = {
        DocumentGiver.INSTITUTE: holders_of(Role.INSTITUTE_COORDINATOR, unit_id=application.institute_id),
        DocumentGiver.PARTNER: holders_of(Role.PARTNER_COORDINATOR, university_id=partner),
        DocumentGiver.REGISTRAR: holders_of(Role.REGISTRAR),
    }
    return [membership.user for membership in holders[DocumentGiver(giver)]]


def candidate_left(application: Application, step: Step[Any], *, actor: User) -> list[Notification]:
    """To the partner's coordinators but the actor: a candidate of theirs will not come, or not go, by which step (7.6, 8.5).

    Not why: whoever wrote the reason wrote it for the house, in any language, and it may tell of somebody's health.
    """
    partner = application.intake.pathway.partner_programme.university_id
    return [
        Notification(
            key=f"application.closed:{application.pk}:{membership.user_id}",
            to=membership.user.email,
            language=membership.user.language,
            template="admissions/email/candidate_left",
            context={
                **names_of(application),
                "name": membership.user.person.names,
                "end": gettext_lazy(step.done),  # a message id of the machine
            },
        )
        for membership in holders_of(Role.PARTNER_COORDINATOR, university_id=partner)
        if membership.user_id != actor.pk
    ]
