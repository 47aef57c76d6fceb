"""A university of one's own, the demo or one that begins, run as `bin/demo` runs it: a web process and a worker over a folder."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent.parent
FIRST_PAGE_WITHIN = 60
# Whom `establish` enters.
ADMINISTRATOR = (
    *("--email", "askar.omirov@example.org", "--surname", "OMIROV", "--given-names", "ASKAR"),
    *("--name-cyrillic", "Өміров Асқар", "--language", "en"),
)


@dataclass(frozen=True, slots=True)
class Demo:
    """A running demo university: its address and where its files lie."""

    url: str
    data: Path


@dataclass(frozen=True, slots=True)
class Begun(Demo):
    """An installation with nobody but its first administrator; `link`: what `establish` printed for the password."""

    link: str


@contextmanager
def running_demo(data: Path) -> Iterator[Demo]:
    """Make the demo in `data` and run it; both processes end with the block. TimeoutError without a first page."""
    environment = _environment(data) | {"DEMO": "1"}
    _manage(environment, "demo")
    with _processes(data, environment) as url:
        yield Demo(url, data)


@contextmanager
def running_empty(data: Path) -> Iterator[Begun]:
    """Make an installation in `data` as README orders it, and run it like the demo. Its mail lies as files in the outbox."""
    environment = _environment(data)
    for command in ("messages --compile", "collectstatic --noinput", "migrate", "load_regulation"):
        _manage(environment, *command.split())
    words = _manage(environment, "establish", *ADMINISTRATOR).split()
    with _processes(data, environment) as url:
        yield Begun(url, data, words[-1])


def _environment(data: Path) -> dict[str, str]:
    """Nothing of the shell's own but where things are: no mail server, no database, no settings."""
    keep = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**keep, "DATA_DIR": str(data), "SITE_URL": f"http://127.0.0.1:{_free_port()}", "PYTHONUNBUFFERED": "1"}


def _manage(environment: dict[str, str], *command: str) -> str:
    """What a command says. What it complains of goes to the screen: an installation that fails tells why."""
    called = [sys.executable, "manage.py", *command]
    return subprocess.run(called, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout  # noqa: S603 -- our own


@contextmanager
def _processes(data: Path, environment: dict[str, str]) -> Iterator[str]:
    """Web and worker over `data`, as bin/demo starts them; the address, once its first page answers."""
    url = environment["SITE_URL"]
    python = f"{sys.executable} -m"
    web = f"{python} gunicorn satbayev_jdp.wsgi --bind {urlsplit(url).netloc} --threads 4 --log-level warning"
    # Not the queue of what nobody watches: the demo's own papers would be sealed beside the walk.
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
                raise TimeoutError(f"no first page: {(data / 'processes.log').read_text()[-2000:]}")
            time.sleep(0.2)
        yield url
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(timeout=20)
        log.close()


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
