"""What the printer may read: our own files and small pictures within the text; nothing else, wherever it is asked from."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.conf import settings
from weasyprint.urls import URLFetcher

from documents import press

NOW = datetime(2026, 11, 24, tzinfo=UTC)
FETCHER = press._OurFilesOnly()


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        (Path(settings.BASE_DIR) / "satbayev_jdp/settings.py").as_uri(),
        press.PAPER_ROOT.as_uri() + "/../../satbayev_jdp/settings.py",
        press.PAPER_ROOT.as_uri() + "/%2e%2e/%2e%2e/satbayev_jdp/settings.py",
        press.PAPER_ROOT.as_uri() + "-beside/x.css",
        "file://another.example/etc/passwd",
        "http://127.0.0.1:8000/health/live",
        "https://another.example/x.png",
        "ftp://another.example/x",
        "HTTP://another.example/x",
        "//another.example/x",
        "gopher://127.0.0.1/",
        "data:image/png;base64," + "A" * (press.MAX_DATA_ADDRESS + 1),
    ],
)
def test_nothing_else_is_read(url: str) -> None:
    with mock.patch.object(URLFetcher, "fetch") as fetched, pytest.raises(ValueError, match="may not read"):
        FETCHER.fetch(url)

    fetched.assert_not_called()


@pytest.mark.parametrize("url", [press.PAPER_ROOT.as_uri() + "/paper.css", "data:text/plain,x"])
def test_our_own_is_read(url: str) -> None:
    assert FETCHER.fetch(url)


def test_even_raw_words_of_a_form_fetch_nothing() -> None:
    """Templates escape what was typed; were one to forget it, the printer still reads nothing."""
    typed = "<img src='http://another.example/x.png'><link rel=stylesheet href='file:///etc/passwd'><b>x</b>"
    asked: list[str] = []

    def note(self: Any, url: str, headers: Any = None) -> Any:
        asked.append(url)
        raise ValueError("not in a test")

    with mock.patch.object(URLFetcher, "fetch", note):
        press.print_pdf([f"<html lang='en'><body>{typed}</body></html>"], created=NOW)

    assert [url for url in asked if not url.startswith((press.PAPER_ROOT.as_uri(), "data:"))] == []
