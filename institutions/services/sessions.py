"""Verbs on sessions: who is signed in where, and how that ends."""

from datetime import timedelta
from importlib import import_module

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from institutions.models import SignIn, User

# As their makers call them; the first that fits, since each names others it takes after.
_BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def named(browser: str) -> str:
    """What a browser tells of itself, as its owner knows it: Firefox, Windows. What is not known stays as it was told."""
    found = [next((name for sign, name in kinds if sign in browser), "") for kinds in (_BROWSERS, _SYSTEMS)]
    return ", ".join(found) if all(found) else browser[:200]


def note_signed_in(*, user: User, session_key: str, browser: str) -> None:
    """Write down that a session began."""
    if not SignIn.objects.filter(session_key=session_key).update(user=user, seen_at=timezone.now()):
        SignIn.objects.create(user=user, session_key=session_key, browser=named(browser))


def note_seen(session_key: str) -> None:
    """Write down that the owner of a session was there."""
    SignIn.objects.filter(session_key=session_key).update(seen_at=timezone.now())


@transaction.atomic
def end_sessions(*, user_id: int, but: str = "") -> int:
    """End every session of an account, or every other one than `but`. Returns how many there were."""
    ended = SignIn.objects.filter(user_id=user_id).exclude(session_key=but)
    keys = list(ended.values_list("session_key", flat=True))
    Session.objects.filter(pk__in=keys).delete()
    ended.filter(session_key__in=keys).delete()
    return len(keys)


def forget_ended() -> None:
    """Forget sessions that ended by themselves, with what they held: no session outlives its hours."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    over = timezone.now() - timedelta(seconds=settings.SESSION_COOKIE_AGE)
    SignIn.objects.filter(at__lt=over).delete()
