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
# A page's place in the whole paper: each language is laid out by itself, and knows neither those before it nor all of them.
_COUNT = """
@page:first {{ counter-reset: page {first}; }}
@page {{ @bottom-right {{ content: counter(page) " / {total}"; }} }}
"""


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
    """One PDF of several HTML texts, its pages counted through. The same texts and date give the same bytes."""
    fonts, fetcher = FontConfiguration(), _OurFilesOnly()
    style = CSS(filename=str(PAPER_ROOT / "paper.css"), font_config=fonts, url_fetcher=fetcher)

    def laid_out(part: str, first: int, total: int) -> Any:
        html = HTML(string=part, base_url=PAPER_ROOT.as_uri() + "/", url_fetcher=fetcher)
        styles = [style, CSS(string=_COUNT.format(first=first, total=total))]
        return html.render(stylesheets=styles, font_config=fonts, pdf_variant=VARIANT)

    lengths = [1] * len(parts)  # most papers have a page a language: only longer ones are laid out twice
    for _round in range(2):
        firsts = [sum(lengths[:place]) + 1 for place in range(len(parts))]
        documents = [laid_out(part, first, sum(lengths)) for part, first in zip(parts, firsts, strict=True)]
        found = [len(document.pages) for document in documents]
        if found == lengths:
            break
        lengths = found
    whole = documents[0].copy([page for document in documents for page in document.pages])
    whole.metadata.created = whole.metadata.modified = created.isoformat(timespec="seconds")
    return bytes(whole.write_pdf(pdf_variant=VARIANT))
