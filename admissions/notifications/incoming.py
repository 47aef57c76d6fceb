"""Messages of the incoming road: to the student whose account is opened, who is invited."""

from admissions.models import Application
from admissions.notifications.shared import names_of
from core.notifications import Notification
from institutions.models import User


def account_opened(application: Application, account: User) -> Notification:
    """To the student: the institute has proposed admission. The link that opens a new account comes in a message of its own."""
    return Notification(
        key=f"incoming.account:{account.pk}:{application.pk}",
        to=account.email,
        language=account.language,
        template="admissions/email/account_opened",
        context={**names_of(application), "name": account.person.names, "has_password": account.has_usable_password()},
    )


def invitation_sent(application: Application, account: User) -> Notification:
    """To the student: invitation and order lie in the portal, to be opened there (7.5b)."""
    return Notification(
        key=f"incoming.invited:{application.pk}",
        to=account.email,
        language=account.language,
        template="admissions/email/invitation_sent",
        context={**names_of(application), "name": account.person.names},
    )
