"""Stricter than production: see satbayev_jdp/settings_test.py."""

import gc
import os
from collections.abc import Callable, Iterator

import pytest
from _pytest import runner
from django.db import connection
from django.test import Client
from django.utils import translation
from hypothesis import settings as hypothesis_settings

from core import appendonly
from institutions.models import User

pytest_plugins = ["tests.clause_table"]
ClientAs = Callable[[User], Client]
# Playwright's own loop runs in the test's thread; the live server has its own.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
# How long one example takes says how busy the machine is, nothing of the code.
hypothesis_settings.register_profile("house", deadline=None)
hypothesis_settings.load_profile("house")


_WALKS = ("tests/satbayev_jdp/test_access", "tests/satbayev_jdp/test_bad_input")


def pytest_collection_finish() -> None:
    """What is loaded by now stays: looking through it again and again costs a twentieth of the run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The walks over all addresses and forms first: so one process takes all of each, and makes its large world once."""
    items.sort(key=lambda item: not item.nodeid.startswith(_WALKS))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> object:
    """Run a test as pytest does, above one frame so large that all deeper ones find room in its chunk of memory.

    Python takes memory for frames in chunks of 16 KB and gives a chunk back with its last frame: a loop that calls across
    the edge of a chunk maps and unmaps memory a hundred thousand times a test, a tenth of the whole run.
    """
    return _in_large_frame(runner.pytest_runtest_protocol, item, nextitem)


def _in_large_frame(function: Callable[..., object], *args: object) -> object:
    return function(*args)


_LARGE = 33_000  # places of 8 bytes: the chunk is the next power of two, 512 KB, and nearly half of it is left
_in_large_frame.__code__ = _in_large_frame.__code__.replace(co_stacksize=_LARGE)


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
