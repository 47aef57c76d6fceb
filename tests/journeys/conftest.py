"""Journeys run against the real thing: the demo university, a web process and a worker, as `bin/demo` starts them.

While a journey is written, a demo that runs already saves half a minute: JOURNEY_SITE names its address (http://127.0.0.1:8201),
JOURNEY_DATA its DATA_DIR, where the e-mails lie. Walked journeys leave their traces there: a second walk needs a fresh demo.
"""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

ROOT = Path(__file__).resolve().parent.parent.parent
PASSWORD = "satbayev-demo"
DOMAIN = "demo.satbayev.example"
FIRST_PAGE_WITHIN = 60
ACTION_WITHIN = 20_000  # milliseconds, on two busy cores; a sealed order is the slowest click
expect.set_options(timeout=ACTION_WITHIN)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder is a journey, and all of them share one worker under xdist (one site, one browser)."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.journey)
            item.add_marker(pytest.mark.timeout(600))
            item.add_marker(pytest.mark.xdist_group("journeys"))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 -- our own address
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


@dataclass(frozen=True, slots=True)
class Demo:
    """A running demo university: its address and where its files lie."""

    url: str
    data: Path


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo university of its own, made a moment ago, or the one that JOURNEY_SITE names."""
    if given := os.environ.get("JOURNEY_SITE"):
        yield Demo(given.rstrip("/"), Path(os.environ["JOURNEY_DATA"]))
        return
    data, port = tmp_path_factory.mktemp("journeys"), _free_port()
    url = f"http://127.0.0.1:{port}"
    keep = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    environment = {**keep, "DATA_DIR": str(data), "DEMO": "1", "SITE_URL": url, "PYTHONUNBUFFERED": "1"}
    subprocess.run([sys.executable, "manage.py", "demo"], cwd=ROOT, env=environment, check=True, capture_output=True)
    python = f"{sys.executable} -m"
    web = f"{python} gunicorn satbayev_jdp.wsgi --bind 127.0.0.1:{port} --threads 4 --log-level warning"
    # Not the queue of what nobody watches: the demo's own eighty papers would be sealed beside the walk.
    worker = f"{python} celery -A satbayev_jdp worker --concurrency 1 --loglevel warning --queues celery,jobs"
    log = (data / "processes.log").open("wb")
    started = [
        subprocess.Popen(command.split(), cwd=ROOT, env=environment, stdout=log, stderr=log)  # noqa: S603 -- the two above
        for command in (web, worker)
    ]
    try:
        deadline = time.monotonic() + FIRST_PAGE_WITHIN
        while not _answers(f"{url}/health/live"):
            if time.monotonic() > deadline:
                pytest.fail(f"no first page: {(data / 'processes.log').read_text()[-2000:]}")
            time.sleep(0.2)
        yield Demo(url, data)
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(timeout=20)
        log.close()


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

    def sign_in(login: str) -> Page:
        if login not in pages:
            context = browser.new_context(base_url=site, locale="en-GB")
            context.set_default_timeout(ACTION_WITHIN)
            context.add_cookies([{"name": "django_language", "value": "en", "url": site}])
            page = context.new_page()
            watch(login, page)
            page.goto("/login/")
            page.fill("input[name=username]", login if "@" in login else f"{login}@{DOMAIN}")
            page.fill("input[name=password]", PASSWORD)
            page.click("main button[type=submit]")
            page.wait_for_url(lambda address: "/login" not in address)
            pages[login] = page
        return pages[login]

    yield sign_in
    for page in pages.values():
        page.context.close()
    assert not complaints, "\n".join(complaints)
