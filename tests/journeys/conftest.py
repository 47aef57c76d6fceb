"""Journeys run against the real thing: the demo university, a web process and a worker, as `bin/demo` starts them.

While a journey is written, a demo that runs already saves half a minute: JOURNEY_SITE names its address (http://127.0.0.1:8201),
JOURNEY_DATA its DATA_DIR, where the e-mails lie. Walked journeys leave their traces there: a second walk needs a fresh demo.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from tests.journeys.doors import sign_in
from tests.journeys.running import Demo, running_demo

ACTION_WITHIN = 20_000  # milliseconds, on two busy cores; a sealed order is the slowest click
expect.set_options(timeout=ACTION_WITHIN)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder is a journey, and all of them share one worker under xdist (one site, one browser).

    The walk over every page comes first: it sees the demo as it was made, before anybody has worked in it.
    """
    items.sort(key=lambda item: item.path.name != "test_every_page.py")
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.journey)
            item.add_marker(pytest.mark.timeout(600))
            item.add_marker(pytest.mark.xdist_group("journeys"))


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo university of its own, made a moment ago, or the one that JOURNEY_SITE names."""
    if given := os.environ.get("JOURNEY_SITE"):
        yield Demo(given.rstrip("/"), Path(os.environ["JOURNEY_DATA"]))
        return
    with running_demo(tmp_path_factory.mktemp("journeys")) as made:
        yield made


@pytest.fixture(scope="session")
def site(demo: Demo) -> str:
    """The address of the demo."""
    return demo.url


@pytest.fixture
def person(browser: Browser, site: str) -> Iterator[Callable[[str], Page]]:
    """`person("ipd")`: that account's own browser, signed in, in English. The same login gives the same page again.

    Whatever the browser complains of (a script's error, a breach of the Content-Security-Policy) fails the journey at its end.
    """
    pages: dict[str, Page] = {}
    complaints: list[str] = []

    def watch(login: str, page: Page) -> None:
        def heard(message: ConsoleMessage) -> None:
            # A file that is not taken answers 422 with its faults: a page like others, though the browser calls it an error.
            if message.type in {"error", "warning"} and "status of 422" not in message.text:
                complaints.append(f"{login} at {page.url}: {message.text}")

        page.on("console", heard)
        page.on("pageerror", lambda error: complaints.append(f"{login} at {page.url}: {error}"))

    def signed_in(login: str) -> Page:
        if login not in pages:
            context = browser.new_context(base_url=site, locale="en-GB")
            context.set_default_timeout(ACTION_WITHIN)
            context.add_cookies([{"name": "django_language", "value": "en", "url": site}])
            page = context.new_page()
            watch(login, page)
            sign_in(page, login)
            pages[login] = page
        return pages[login]

    yield signed_in
    for page in pages.values():
        page.context.close()
    assert not complaints, "\n".join(complaints)
