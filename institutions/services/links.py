"""Links to set a password: the first one of an invited account, or a new one in the place of a forgotten one."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.db.models import F, Q, QuerySet
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext_noop

from core.history import record
from core.jobs import enqueue
from core.notifications import LEASE, MAX_ATTEMPTS, post, tried_again_at
from core.values import one_line
from institutions.models import PasswordLink, User
from institutions.selectors import accounts_with_email

# One link an address in this time: who presses twice gets one message, and nobody's mailbox is filled by others.
ONE_IN = timedelta(minutes=2)
KEPT = timedelta(days=1)
INVITATIONS = _SENT, _LOST = "institutions.invitation_sent", "institutions.invitation_lost"


def ask_for_link(email: str, *, is_invitation: bool = False) -> None:
    """Write down that a link is wanted. Nothing here knows whether there is such an account, so nothing can tell.

    An invitation that waits to be tried again is tried at once: whoever invites anew has mended what was wrong.
    """
    address = email.strip().lower()
    if is_invitation and (failed := unsent_invitation(address)):
        PasswordLink.objects.filter(pk=failed.pk).exclude(error="").update(leased_until=None)
        enqueue("institutions.send_link", link_id=failed.pk)
        return
    if PasswordLink.objects.filter(email=address, asked_at__gt=timezone.now() - ONE_IN).exists():
        return
    asked = PasswordLink.objects.create(email=address, is_invitation=is_invitation)
    enqueue("institutions.send_link", link_id=asked.pk)


def send_link(link_id: int) -> None:
    """Send what was asked for, once, where there is such an account. A message that fails is tried again by the sweep."""
    now = timezone.now()
    mine = PasswordLink.objects.filter(_free(), pk=link_id)
    if not mine.update(leased_until=now + LEASE, attempts=F("attempts") + 1, error=""):
        return
    link = PasswordLink.objects.get(pk=link_id)
    for user in accounts_with_email(link.email):
        subject, body = _letter(user, is_invitation=link.is_invitation)
        try:
            post(to=user.email, subject=subject, body=body, language=user.language)
        except OSError as error:  # the mail server does not answer: the sweep comes by when it is time
            again = {"leased_until": tried_again_at(link.attempts), "error": str(error)[:1000] or type(error).__name__}
            PasswordLink.objects.filter(pk=link_id).update(**again)
            if link.is_invitation and link.attempts == MAX_ATTEMPTS:
                _tell(user, _LOST, gettext_noop("invitation given up: %(error)s"), error=str(error)[:200])
            return
        if link.is_invitation:
            _tell(user, _SENT, gettext_noop("invitation sent to %(email)s"), email=user.email)
    PasswordLink.objects.filter(pk=link_id).update(done_at=now)


def failing() -> QuerySet[PasswordLink]:
    """Links that the mail server did not take and that are tried again, the oldest first."""
    return PasswordLink.objects.filter(done_at=None, attempts__lt=MAX_ATTEMPTS).exclude(error="").order_by("pk")


def unsent_invitation(email: str) -> PasswordLink | None:
    """The invitation to this address that the mail server did not take yet."""
    return failing().filter(email=email.strip().lower(), is_invitation=True).last()


def _tell(user: User, action: str, text: str, **params: str) -> None:
    """What became of an invitation: its message lies in no outbox, so the account's history says it."""
    record(actor=None, action=action, subject=user, text=text, params=params)


def _free() -> Q:
    idle = Q(leased_until=None) | Q(leased_until__lt=timezone.now())
    return idle & Q(done_at=None, attempts__lt=MAX_ATTEMPTS)


def _letter(user: User, *, is_invitation: bool) -> tuple[str, str]:
    # Made when it is sent and kept nowhere: who reads the database finds no link that opens an account.
    name = "institutions/email/invitation" if is_invitation else "institutions/email/new_password"
    context = {
        "name": user.person.names,
        "link": link_for(user),
    }
    with translation.override(user.language):
        subject = render_to_string(f"{name}_subject.txt", context)
        return one_line(subject), render_to_string(f"{name}_body.txt", context)


def link_for(user: User) -> str:
    """The address by which an account's owner chooses a password, once and within PASSWORD_RESET_TIMEOUT; of the same second the
    same. It is told to nobody but the owner, or to whoever runs the program.
    """
    context = {
        "site_url": settings.SITE_URL,
        "uid": urlsafe_base64_encode(force_bytes(user.pk)),
        "token": default_token_generator.make_token(user),
        "language": user.language,
    }
    return render_to_string("institutions/email/link.txt", context).strip()


def send_forgotten() -> None:
    """The sweep: send what was lost on the way, forget what was sent."""
    for pk in PasswordLink.objects.filter(_free()).order_by("pk").values_list("pk", flat=True)[:200]:
        enqueue("institutions.send_link", link_id=pk)
    PasswordLink.objects.filter(asked_at__lt=timezone.now() - KEPT).delete()
