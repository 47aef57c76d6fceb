"""E-mail is written down in the transaction of the change and sent by a worker afterwards."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.header import Header
from email.message import Message
from email.utils import make_msgid, parseaddr
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F, Q
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_noop

from core.history import record
from core.letters import blocks_of
from core.models import DigestChoice, MailChoice, OutgoingEmail
from core.values import active_language, one_line

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
    # The page on which its reader says whether such messages shall come (List-Unsubscribe); empty: it is not a matter of choice.
    choice_path: str = ""


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
        subject=one_line(subject)[:300],
        body=body,
        choice_url=f"{settings.SITE_URL}{notification.choice_path}" if notification.choice_path else "",
    )


def digest_choices(user_ids: Iterable[int]) -> dict[int, str]:
    """What these accounts have chosen of the message of the day, by key; who has chosen nothing gets it daily. One query."""
    chosen = dict(MailChoice.objects.filter(user__in=user_ids).values_list("user_id", "digest"))
    return {pk: chosen.get(pk, DigestChoice.DAILY) for pk in user_ids}


def choose_digest(user: AbstractBaseUser, choice: str) -> None:
    """An account chooses when the message of the day shall come."""
    MailChoice.objects.update_or_create(user_id=user.pk, defaults={"digest": DigestChoice(choice)})


def given_up() -> Q:
    """Messages that were tried as often as they are, never went out, and of which nobody has said that they need not."""
    return _unsent() & Q(dropped_at=None)


def _unsent() -> Q:
    return Q(sent_at=None, attempts__gte=MAX_ATTEMPTS)


def send_again(email_id: int, *, actor: AbstractBaseUser) -> bool:
    """Put a message that was given up or dropped back into the line, with eight attempts more; its history keeps why it failed.

    False where it is neither, or somebody was first.
    """
    text = gettext_noop("put back into the line")
    return _turn(_unsent(), email_id, actor, "outbox.send_again", text, attempts=0, leased_until=None, dropped_at=None)


def drop(email_id: int, *, actor: AbstractBaseUser) -> bool:
    """A message that was given up need not go out any more. False where it is not given up, or somebody was first."""
    text = gettext_noop("need not go out any more")
    return _turn(given_up(), email_id, actor, "outbox.drop", text, dropped_at=timezone.now())


@transaction.atomic
def _turn(which: Q, email_id: int, actor: AbstractBaseUser, action: str, text: str, **values: Any) -> bool:
    email = OutgoingEmail.objects.select_for_update().filter(which, pk=email_id).first()
    if email is None:
        return False
    before = {"attempts": email.attempts, "error": email.error}
    record(actor=actor, action=action, subject=email, text=text, before=before)
    OutgoingEmail.objects.filter(pk=email_id).update(**values)
    return True


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


def tried_again_at(attempts: int) -> datetime:
    """When a message is tried again that has failed so often: each time later, from the first of `MAX_ATTEMPTS` to the last
    ten and a half hours, so that a mail server that is away for a morning costs no message.
    """
    wait: timedelta = LEASE * 2 ** (attempts - 1)
    return timezone.now() + wait


class _Letter(EmailMultiAlternatives):
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


def post(*, to: str, subject: str, body: str, language: str = "", headers: Mapping[str, str] | None = None) -> None:
    """Hand a message to the mail server now, as text and as HTML of the same words. Raises OSError.

    Called outside of the outbox for what must not lie there: links that open an account.
    """
    machine = {"Auto-Submitted": "auto-generated", "Message-ID": make_msgid(domain=_domain())}
    letter = _Letter(subject=subject, body=body, to=[to], headers={**machine, **(headers or {})})
    letter.attach_alternative(html_of(subject, body, language or active_language()), "text/html")
    letter.send()


def html_of(subject: str, body: str, language: str) -> str:
    """A message's HTML: made of its text, whenever it is sent or shown."""
    with translation.override(language):
        context = {"subject": subject, "blocks": blocks_of(body, site=settings.SITE_URL), "language": language}
        return render_to_string("core/email/letter.html", context)


def _domain() -> str:
    """Messages are known by the domain that they come from."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"


def _headers(email: OutgoingEmail) -> dict[str, str]:
    # The same name at each attempt: who got it, although the mail server said no, does not get a second one.
    name = salted_hmac("core.outbox", email.key, algorithm="sha256").hexdigest()[:32]
    headers = {"Message-ID": f"<{name}@{_domain()}>"}
    if email.choice_url:
        headers["List-Unsubscribe"] = f"<{email.choice_url}>"
    return headers


def _send(email: OutgoingEmail) -> int:
    try:
        post(
            to=email.to,
            subject=email.subject,
            body=email.body,
            language=email.language,
            headers=_headers(email),
        )
    except OSError as error:
        OutgoingEmail.objects.filter(pk=email.pk).update(
            error=str(error)[:1000], leased_until=tried_again_at(email.attempts)
        )
        return 0
    OutgoingEmail.objects.filter(pk=email.pk).update(sent_at=timezone.now(), error="")
    return 1
