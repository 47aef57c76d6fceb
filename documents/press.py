"""The printer: HTML to PDF/A. WeasyPrint is loaded when the first paper is printed, not when a process starts (a second each)."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

from django.conf import settings
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

PAPER_ROOT = Path(settings.BASE_DIR) / "static" / "paper"
VARIANT = "pdf/a-3a"
# A QR code is a few thousand signs; a picture as large as memory is nobody's.
MAX_DATA_ADDRESS = 100_000


class _OurFilesOnly(URLFetcher):
    """Lets a paper read only what lies under static/paper, and data addresses: what people typed cannot fetch anything."""

    def fetch(self, url: str, headers: Any = None) -> Any:
        """Open one address. ValueError for any other."""
        place = urlparse(url)
        ours = (
            place.scheme == "file"
            and not place.netloc
            and Path(unquote(place.path)).resolve().is_relative_to(PAPER_ROOT)
        )
        small = place.scheme == "data" and len(url) <= MAX_DATA_ADDRESS
        if not (ours or small):
            raise ValueError(f"a paper may not read {url[:200]}")
        return super().fetch(url, headers)


def print_pdf(parts: Sequence[str], *, created: datetime) -> bytes:
    """One PDF of several HTML texts, one after the other. The same texts and date give the same bytes."""
    fonts = FontConfiguration()
    fetcher = _OurFilesOnly()
    style = CSS(filename=str(PAPER_ROOT / "paper.css"), font_config=fonts, url_fetcher=fetcher)
    documents = [
        HTML(string=part, base_url=PAPER_ROOT.as_uri() + "/", url_fetcher=fetcher).render(
            stylesheets=[style], font_config=fonts, pdf_variant=VARIANT
        )
        for part in parts
    ]
    whole = documents[0].copy([page for document in documents for page in document.pages])
    whole.metadata.created = whole.metadata.modified = created.isoformat(timespec="seconds")
    return bytes(whole.write_pdf(pdf_variant=VARIANT))
