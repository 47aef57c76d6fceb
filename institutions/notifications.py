"""Messages about the account itself: nobody's password or second factor changes without its owner hearing of it."""

from django.utils import timezone
from django.utils.translation import gettext_lazy

from core.notifications import Notification, notify
from institutions.models import User


def tell_owner(user: User, text: str) -> None:
    """Tell the owner what happened to the account; `text` is the message id that history has of it."""
    notify(
        Notification(
            key=f"account:{user.pk}:{text[:60]}:{timezone.now():%Y%m%d%H%M%S%f}",
            to=user.email,
            language=user.language,
            template="institutions/email/account_changed",
            context={"what": gettext_lazy(text), "name": user.person.names},
        )
    )
