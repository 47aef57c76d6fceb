"""Messages of the outgoing road."""

from collections.abc import Iterable

from admissions.models import Application
from core.notifications import Notification
from core.values import Localized
from documents.models import OfficialDocument
from institutions.models import Membership, User


def _names(application: Application) -> dict[str, object]:
    return {
        "name": application.enrolment.person.names,
        "partner": application.intake.pathway.partner_programme.university.names,
        "path": f"/admissions/applications/{application.pk}/",
    }


def student_of(application: Application) -> User | None:
    """The student's account, where there is one."""
    return User.objects.filter(person=application.enrolment.person_id, is_active=True).first()


def invited(application: Application) -> Notification:
    """To the student: the partner has invited (8.3). Without an account nothing is sent."""
    account = student_of(application)
    return Notification(
        key=f"outgoing.invited:{application.pk}",
        to=account.email if account else "",
        language=account.language if account else "kk",
        template="admissions/email/invited",
        context=_names(application),
    )


def order_issued(application: Application, number: str) -> Notification:
    """To the student: the order is signed, the extract lies in the portal, and the departure is next (6.3, 8.6)."""
    account = student_of(application)
    return Notification(
        key=f"outgoing.order:{application.pk}:{number}",
        to=account.email if account else "",
        language=account.language if account else "kk",
        template="admissions/email/order_issued",
        context={**_names(application), "number": number},
    )


def answer_asked(letter: OfficialDocument, coordinators: Iterable[Membership], names: Localized) -> list[Notification]:
    """To the partner's coordinators: a letter names candidates, and their answer is waited for (8.2, 8.3)."""
    return [
        Notification(
            key=f"outgoing.letter:{letter.pk}:{membership.user_id}",
            to=membership.user.email,
            language=membership.user.language,
            template="admissions/email/answer_asked",
            context={
                "name": membership.user.person.names,
                "number": letter.number_text,
                "programme": names,
                "path": f"/documents/{letter.pk}/",
            },
        )
        for membership in coordinators
    ]
