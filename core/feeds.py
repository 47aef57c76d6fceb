"""Calendars that read somebody's deadlines at a secret address: whoever knows it may read, so it can be renewed and revoked."""

import hashlib
import secrets

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from core.history import record
from core.models import CalendarFeed


def feed_of(user: AbstractBaseUser) -> CalendarFeed | None:
    """The feed of an account, where one was made."""
    return CalendarFeed.objects.filter(user_id=user.pk).first()


@transaction.atomic
def renew_feed(user: AbstractBaseUser) -> str:
    """Make the secret of an address anew, and give it back: it is shown once. The address before it leads nowhere from now on."""
    token = secrets.token_urlsafe(32)
    CalendarFeed.objects.update_or_create(
        user_id=user.pk, defaults={"token_hash": _hash(token), "made_at": timezone.now()}
    )
    record(actor=user, action="account.feed_made", subject=user, text=gettext_noop("calendar address made"))
    return token


@transaction.atomic
def revoke_feed(user: AbstractBaseUser) -> None:
    """No address leads to this account's deadlines any more."""
    if CalendarFeed.objects.filter(user_id=user.pk).delete()[0]:
        record(actor=user, action="account.feed_revoked", subject=user, text=gettext_noop("calendar address revoked"))


def owner_of(token: str) -> int | None:
    """The key of the active account whose secret this is. None: there is no such address."""
    found = CalendarFeed.objects.filter(token_hash=_hash(token), user__is_active=True)
    return found.values_list("user_id", flat=True).first()


def _hash(token: str) -> str:
    # A secret of 256 random bits needs no salt and no slow hash: nobody can guess it from its sum.
    return hashlib.sha256(token.encode()).hexdigest()
