"""What every request brings along: an id for history and the reader's language."""

import uuid
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.urls import is_valid_path
from django.utils import translation

from core.history import request_id
from core.http import language_of


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
        _clean(request)
        token = request_id.set(str(uuid.uuid4()))
        language = language_of(request)
        try:
            with translation.override(language):
                response = self.get_response(request)
                if isinstance(response, HttpResponseNotAllowed) and not response.content:
                    response = _instead_of_nothing(request, response)
        finally:
            request_id.reset(token)
        response.headers.setdefault("Content-Language", language)
        return response


def _instead_of_nothing(request: HttpRequest, refused: HttpResponseNotAllowed) -> HttpResponse:
    """Whoever asks to read where forms are sent to is led to the page above; else a page with words, as Django's is empty."""
    above = _page_above(request.path) if request.method == "GET" else ""
    if above:
        return HttpResponseRedirect(above, headers={"Allow": refused.headers["Allow"]})
    refused.content = render_to_string("405.html").encode()
    return refused


def _page_above(path: str) -> str:
    """The nearest address above that leads somewhere: the stay of its message, the list of what is done with many."""
    parts = path.strip("/").split("/")
    shorter = (f"/{'/'.join(parts[:count])}/" for count in range(len(parts) - 1, 0, -1))
    return next((address for address in shorter if is_valid_path(address)), "")


def _refuse_nul(request: HttpRequest) -> None:
    """No address of the house holds a NUL, and PostgreSQL fails on one that it is asked for."""
    if "\x00" in request.path_info:
        raise BadRequest("NUL in the address")


def _clean(request: HttpRequest) -> None:
    """Drop a NUL from a question. One in what is to be kept is refused beside its field, by the forms."""
    asked = {name: [one.replace("\x00", "") for one in values] for name, values in request.GET.lists()}
    if asked != dict(request.GET.lists()):
        copy = request.GET.copy()
        for name, values in asked.items():
            copy.setlist(name, values)
        request.GET = copy  # type: ignore[assignment]  # a copy that can change is as good


def remember_language(response: HttpResponseBase, language: str) -> None:
    """Keep the reader's language in the cookie that every request is read by."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        samesite="Lax",
        secure=settings.LANGUAGE_COOKIE_SECURE,
    )
