"""Sessions end, and whoever must have a second factor gets no further without one."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils import timezone

from institutions.permissions import STAFF, standing_of
from institutions.services import sessions
from satbayev_jdp.door.passing import AT, BY_FACTOR, SEEN, wants_factor
from satbayev_jdp.door.unsent import back_to_form

NOTED_EVERY = timedelta(minutes=5)
# Pages on the way to a second factor, and out.
_ON_THE_WAY = ("/account/factor/", "/logout/", "/language/", "/health/")


class SessionEndMiddleware:
    """End a session twelve hours after signing in, and that of whoever works at the University after an idle while."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if SESSION_KEY in request.session:
            now = timezone.now().timestamp()
            if _is_over(request, now):
                logout(request)
            elif now - request.session[SEEN] > NOTED_EVERY.total_seconds():
                request.session[SEEN] = now
                sessions.note_seen(request.session.session_key or "")
        return self.get_response(request)


def _is_over(request: HttpRequest, now: float) -> bool:
    began, seen = request.session.get(AT), request.session.get(SEEN)
    if began is None or seen is None or now - began > settings.SESSION_COOKIE_AGE:
        return True
    limit = settings.SESSION_IDLE_MINUTES * 60
    return bool(limit and now - seen > limit and standing_of(request.user).roles & STAFF)


class SignInFirstMiddleware(LoginRequiredMiddleware):
    """Whoever is signed out signs in first, and comes back to the page of the form that was sent.

    Where it was sent to may have no page of its own; what was typed comes back where it was typed (keep.js), a file does not.
    """

    def handle_no_permission(self, request: HttpRequest, view_func: Callable[..., Any]) -> HttpResponseRedirect:
        """To the sign-in page, with where to go on."""
        return redirect_to_login(back_to_form(request), self.get_login_url(view_func))


class SecondFactorMiddleware:
    """Lead whoever must have a second factor and has shown none to the page where it is set up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SECOND_FACTOR == "required_for_staff" and SESSION_KEY in request.session:
            shown = request.session.get(BY_FACTOR, False)
            if not shown and wants_factor(request.user) and not request.path.startswith(_ON_THE_WAY):
                return redirect("factor")
        return self.get_response(request)
