"""What every request brings along: an id for history and the reader's language."""

import uuid
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation

from core.history import request_id
from core.http import language_of
from core.values import unturned


class HeadersMiddleware:
    """What every answer says to the browser beyond Django's own: nobody else embeds it, and no page stays in a cache.

    Pages hold what only their reader may see; a view that wants to be kept says so itself, as static files do.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", settings.PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if hasattr(request, "user"):  # no static file
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


class RequestMiddleware:
    """Give the request an id, and the language of its cookie, else the person's own, else Kazakh.

    The browser's wish does not count, unlike in Django's LocaleMiddleware: Kazakh is the first language of the house.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        _refuse_nul(request)
        _unturn(request)
        token = request_id.set(str(uuid.uuid4()))
        language = language_of(request)
        try:
            with translation.override(language):
                response = self.get_response(request)
        finally:
            request_id.reset(token)
        response.headers.setdefault("Content-Language", language)
        return response


def _refuse_nul(request: HttpRequest) -> None:
    """No text of the house holds a NUL, and PostgreSQL fails on one that it is asked for."""
    if "\x00" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
        raise BadRequest("NUL in the address")
    if any("\x00" in value for _name, values in request.POST.lists() for value in values):
        raise BadRequest("NUL in a form")


def _unturn(request: HttpRequest) -> None:
    """Drop, from all that was typed, the signs that turn the writing round: no name needs them."""
    turned = {name: values for name, values in request.POST.lists() if any(unturned(one) != one for one in values)}
    if turned:
        typed = request.POST.copy()
        for name, values in turned.items():
            typed.setlist(name, [unturned(one) for one in values])
        request.POST = typed  # type: ignore[assignment]  # a copy that can change is as good


def remember_language(response: HttpResponseBase, language: str) -> None:
    """Keep the reader's language in the cookie that every request is read by."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        samesite="Lax",
        secure=settings.LANGUAGE_COOKIE_SECURE,
    )
