"""From a frozen context to PDF/A. Reads our own templates, fonts and styles, and nothing else."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

PAPER_ROOT = Path(settings.BASE_DIR) / "static" / "paper"
VARIANT = "pdf/a-3a"


class _OurFilesOnly(URLFetcher):
    """Lets a paper read only what lies under static/paper, and data addresses: what people typed cannot fetch anything."""

    def fetch(self, url: str, headers: Any = None) -> Any:
        """Open one address. ValueError for any other."""
        place = urlparse(url)
        ours = place.scheme == "file" and Path(unquote(place.path)).resolve().is_relative_to(PAPER_ROOT)
        if not ours and place.scheme != "data":
            raise ValueError(f"a paper may not read {url}")
        return super().fetch(url, headers)


def pdf_of(template: str, *, languages: Sequence[str], context: Mapping[str, Any], created: datetime) -> bytes:
    """One PDF, language after language. The same context gives the same bytes, so that making it twice does no harm."""
    fonts = FontConfiguration()
    fetcher = _OurFilesOnly()
    style = CSS(filename=str(PAPER_ROOT / "paper.css"), font_config=fonts, url_fetcher=fetcher)
    parts = []
    for language in languages:
        with translation.override(language):
            html = render_to_string(f"{template}_{language}.html", {**context, "language": language})
        parts.append(
            HTML(string=html, base_url=PAPER_ROOT.as_uri() + "/", url_fetcher=fetcher).render(
                stylesheets=[style], font_config=fonts, pdf_variant=VARIANT
            )
        )
    whole = parts[0].copy([page for part in parts for page in part.pages])
    whole.metadata.created = whole.metadata.modified = created.isoformat(timespec="seconds")
    return bytes(whole.write_pdf(pdf_variant=VARIANT))
