"""A demo university of one's own, run as `bin/demo` runs it: a web process and a worker over a folder."""

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

ROOT = Path(__file__).resolve().parent.parent.parent
FIRST_PAGE_WITHIN = 60


@dataclass(frozen=True, slots=True)
class Demo:
    """A running demo university: its address and where its files lie."""

    url: str
    data: Path


@contextmanager
def running_demo(data: Path) -> Iterator[Demo]:
    """Make the demo in `data` and run it; both processes end with the block. TimeoutError without a first page."""
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    keep = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    environment = {**keep, "DATA_DIR": str(data), "DEMO": "1", "SITE_URL": url, "PYTHONUNBUFFERED": "1"}
    # What it complains of goes to the screen: a demo that fails tells why.
    subprocess.run(
        [sys.executable, "manage.py", "demo"], cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL
    )
    python = f"{sys.executable} -m"
    web = f"{python} gunicorn satbayev_jdp.wsgi --bind 127.0.0.1:{port} --threads 4 --log-level warning"
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
        yield Demo(url, data)
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
