"""A server that takes the line and says nothing holds up nobody: no page and no worker waits for it for good."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core import notifications

ROOT = Path(__file__).resolve().parent.parent.parent
ASK_BROKER_AND_CACHE = """
import django
django.setup()
from django.core.cache import cache
from core import jobs
jobs._wake("core.run_job", {"job_id": 1}, "")
try:
    cache.get("anything")
except Exception as error:
    print(type(error).__name__)
"""


@pytest.fixture
def silent() -> Iterator[int]:
    """The port of a server that accepts and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_silent_mail_server_is_given_up(silent: int, settings: Any) -> None:
    assert 0 < settings.EMAIL_TIMEOUT <= 30
    settings.EMAIL_TIMEOUT = 0.2
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", silent

    with pytest.raises(OSError, match=r"timed out|closed"):
        notifications.post(to="somebody@example.org", subject="A subject", body="A body.")


def test_a_silent_broker_costs_a_page_seconds_and_a_silent_cache_is_an_error(silent: int, tmp_path: Path) -> None:
    """By a process of its own: both are chosen when settings are read."""
    told = os.environ | {
        "REDIS_URL": f"redis://127.0.0.1:{silent}/0",
        "DATA_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "satbayev_jdp.settings",
    }
    begun = time.monotonic()

    run = subprocess.run(  # noqa: S603 -- this very Python
        [sys.executable, "-c", ASK_BROKER_AND_CACHE],
        cwd=ROOT, env=told, capture_output=True, text=True, timeout=100, check=True,
    )  # fmt: skip

    assert run.stdout.split() == ["TimeoutError"]
    assert "the sweep will wake core.run_job again" in run.stderr
    assert time.monotonic() - begun < 60
