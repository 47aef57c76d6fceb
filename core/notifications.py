"""E-mail is written down in the transaction of the change and sent by a worker afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from email.header import Header
from email.message import Message
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import F, Q
from django.template.loader import render_to_string
from django.utils import timezone, translation

from core.models import OutgoingEmail

MAX_ATTEMPTS = 8
LEASE = timedelta(minutes=5)


@dataclass(frozen=True)
class Notification:
    """One message to one person. `template` names the pair `NAME_subject.txt`, `NAME_body.txt` in an app's email folder.

    `key` makes it one message: the same key is never sent twice. Names in `context` are three-language texts (or lazy ones):
    they are read in the reader's language, not in that of whoever causes the message.
    """

    key: str
    to: str
    language: str
    template: str
    context: Mapping[str, Any] = field(default_factory=dict)


def notify(notification: Notification) -> OutgoingEmail | None:
    """Put a message into the outbox, in the reader's language. None when there is no address or it is there already."""
    if not notification.to or OutgoingEmail.objects.filter(key=notification.key).exists():
        return None
    context = {"site_url": settings.SITE_URL, **notification.context}
    with translation.override(notification.language):
        subject = render_to_string(f"{notification.template}_subject.txt", context)
        body = render_to_string(f"{notification.template}_body.txt", context)
    return OutgoingEmail.objects.create(
        key=notification.key,
        to=notification.to,
        language=notification.language,
        subject=" ".join(subject.split())[:300],
        body=body,
    )


def send_waiting(limit: int = 200) -> int:
    """Send what waits in the outbox and return how many went out. A failed message is tried again, eight times at most."""
    now = timezone.now()
    free = Q(leased_until=None) | Q(leased_until__lt=now)
    waiting = OutgoingEmail.objects.filter(free, sent_at=None, attempts__lt=MAX_ATTEMPTS).order_by("id")
    sent = 0
    for pk in list(waiting.values_list("pk", flat=True)[:limit]):
        mine = OutgoingEmail.objects.filter(free, pk=pk, sent_at=None)
        if mine.update(leased_until=now + LEASE, attempts=F("attempts") + 1):
            sent += _send(OutgoingEmail.objects.get(pk=pk))
    return sent


class _Letter(EmailMessage):
    """A message whose subject begins on the line of its name.

    Django encodes it without regard to that line; a long one in Cyrillic is then moved to the next, and a reader sees a blank.
    """

    def message(self) -> Any:  # type: ignore[override]  # the stubs know a later Django's
        """As Django's, with the subject folded after its name."""
        made = super().message()
        subject = str(self.subject)
        if not subject.isascii():
            del made["Subject"]
            set_header: Any = Message.__setitem__  # Django's own would encode it again
            set_header(made, "Subject", Header(subject, "utf-8", header_name="Subject"))
        return made


def post(*, to: str, subject: str, body: str) -> None:
    """Hand a message to the mail server now. For what must not lie in the outbox: links that open an account. Raises OSError."""
    _Letter(subject=subject, body=body, to=[to]).send()


def _send(email: OutgoingEmail) -> int:
    try:
        post(to=email.to, subject=email.subject, body=email.body)
    except OSError as error:
        OutgoingEmail.objects.filter(pk=email.pk).update(error=str(error)[:1000])
        return 0
    OutgoingEmail.objects.filter(pk=email.pk).update(sent_at=timezone.now(), error="")
    return 1
