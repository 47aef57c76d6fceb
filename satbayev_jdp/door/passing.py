"""The moment of passing the door: what a session remembers of it, and what else is asked for before."""

from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest
from django.utils import timezone

from institutions.models import User
from institutions.permissions import STAFF, standing_of
from institutions.services import factors, sessions

# What a session knows of itself: when it began, when its owner was seen last, whether a second factor was shown.
AT, SEEN, BY_FACTOR = "signed_in_at", "seen_at", "by_factor"
# Who has given the right password and still owes the second factor, until when, and where to go then.
_OWES = "owes_factor"
OWED_SECONDS = 300
BACKEND = "django.contrib.auth.backends.ModelBackend"


def wants_factor(user: object) -> bool:
    """True for whoever gets no further without a second factor: those who work at the University, where it is required."""
    return settings.SECOND_FACTOR == "required_for_staff" and bool(standing_of(user).roles & STAFF)


def pass_in(request: HttpRequest, user: User, *, to: str, strong: bool = False) -> bool:
    """Sign somebody in who has proved the first factor. False where the second is owed first; `strong`: it was shown already."""
    if settings.SECOND_FACTOR != "off" and not strong and factors.has_factor(user):
        request.session[_OWES] = {"user": user.pk, "until": timezone.now().timestamp() + OWED_SECONDS, "to": to}
        return False
    login(request, user, backend=BACKEND)
    if strong:
        request.session[BY_FACTOR] = True
    return True


def who_owes(request: HttpRequest) -> tuple[User, str] | None:
    """Who has proved the first factor in this browser and owes the second, and where to go afterwards."""
    owed = request.session.get(_OWES)
    if not owed or owed["until"] < timezone.now().timestamp():
        return None
    user = User.objects.filter(pk=owed["user"], is_active=True).first()
    return (user, owed["to"]) if user else None


def pay(request: HttpRequest, user: User) -> None:
    """The second factor was shown: sign in."""
    request.session.pop(_OWES, None)
    login(request, user, backend=BACKEND)
    request.session[BY_FACTOR] = True


def note_signed_in(request: HttpRequest, user: User, **_signal: Any) -> None:
    """A session begins: it knows when, and its owner finds it among his or her own."""
    now = timezone.now().timestamp()
    request.session[AT] = request.session[SEEN] = now
    if not request.session.session_key:
        request.session.create()
    sessions.note_signed_in(
        user=user,
        session_key=request.session.session_key or "",
        browser=request.META.get("HTTP_USER_AGENT", ""),
    )


def listen() -> None:
    """Be told of every sign-in, by whichever way it came. Called once, when the apps are ready."""
    user_logged_in.connect(note_signed_in, dispatch_uid="door.signed_in")
