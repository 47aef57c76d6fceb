"""Stricter than production: see satbayev_jdp/settings_test.py."""

import gc
import os
from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from django.test import Client
from django.utils import translation

from core import appendonly
from institutions.models import User

pytest_plugins = ["tests.clause_table"]
ClientAs = Callable[[User], Client]
# Playwright's own loop runs in the test's thread; the live server has its own.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


def pytest_collection_finish() -> None:
    """What is loaded by now stays: looking through it again and again costs a twentieth of the run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Tests read English message ids unless they say otherwise."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def _flush_past_triggers(request: pytest.FixtureRequest) -> Iterator[None]:
    """The flush after a transactional test meets the append-only triggers: drop them first, `post_migrate` restores them."""
    marker = request.node.get_closest_marker("django_db")
    transactional = "transactional_db" in request.fixturenames or "live_server" in request.fixturenames
    if not (transactional or (marker and marker.kwargs.get("transaction"))):
        yield
        return
    request.getfixturevalue("transactional_db")
    appendonly.install(connection)
    yield
    appendonly.remove(connection)


@pytest.fixture
def client_as(client: Client) -> ClientAs:
    """A browser signed in as somebody."""

    def sign_in(user: User) -> Client:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        client.cookies["django_language"] = "en"
        return client

    return sign_in


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    """Debian's Chromium: Playwright's own cannot be downloaded everywhere."""
    flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
    return {"executable_path": os.environ.get("CHROMIUM", "/usr/bin/chromium"), "args": flags}
