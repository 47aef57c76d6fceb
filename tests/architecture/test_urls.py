"""Closed by default: every address asks for a login, but for those that stand here."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import IntConverter, UUIDConverter

PUBLIC = {
    "login",
    "login_factor",
    "sso",
    "sso_back",
    "password_reset",
    "password_reset_done",
    "password_reset_confirm",
    "password_reset_complete",
    "set_language",
    "verify",
    "verification",
    "demo",
    "calendar",  # its address is the secret (core.feeds)
    "health:live",
    "health:ready",
}


def routes(resolver: URLResolver | None = None, spaces: tuple[str, ...] = ()) -> Iterator[tuple[str, URLPattern]]:
    """Every address of the house with its full name."""
    for part in (resolver or get_resolver()).url_patterns:
        if isinstance(part, URLResolver):
            yield from routes(part, (*spaces, part.namespace) if part.namespace else spaces)
        else:
            yield ":".join((*spaces, part.name or str(part.pattern))), part


def is_public(route: URLPattern) -> bool:
    return getattr(route.callback, "login_required", True) is False


def address(name: str, route: URLPattern) -> str:
    """An address of this route, with something in each place."""
    from django.urls import reverse  # noqa: PLC0415 -- read with the URLconf

    fillers: dict[str, Any] = {}
    for key, converter in route.pattern.converters.items():
        number = isinstance(converter, IntConverter)
        fillers[key] = (
            1 if number else "0" * 8 + "-0000-4000-8000-" + "0" * 12 if isinstance(converter, UUIDConverter) else "x"
        )
    return reverse(name, kwargs=fillers)


def test_what_is_public_stands_in_this_list() -> None:
    assert {name for name, route in routes() if is_public(route)} == PUBLIC


def test_every_address_has_a_name_of_its_own() -> None:
    names = [name for name, _ in routes()]

    assert sorted({name for name in names if names.count(name) > 1}) == []
    assert [name for name, route in routes() if not route.name] == []


@pytest.mark.django_db
def test_nobody_comes_in_without_signing_in(client: Client) -> None:
    open_doors = []
    for name, route in routes():
        if not is_public(route):
            response = client.get(address(name, route))
            if response.status_code != 302 or not response["Location"].startswith("/login/"):
                open_doors.append(name)

    assert open_doors == []
