"""From a frozen context to PDF/A: our own templates in each language of the paper, then the press."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation


def pdf_of(template: str, *, languages: Sequence[str], context: Mapping[str, Any], created: datetime) -> bytes:
    """One PDF, language after language. The same context gives the same bytes, so that making it twice does no harm."""
    from documents.press import print_pdf  # noqa: PLC0415 -- slow import: a second at every start otherwise

    parts = []
    for language in languages:
        with translation.override(language):
            parts.append(render_to_string(f"{template}_{language}.html", {**context, "language": language}))
    return print_pdf(parts, created=created)
