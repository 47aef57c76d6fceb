"""From a frozen context to PDF/A: our own templates in each language of the paper, then the press."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from core.templatetags.written import MONTHS

# What no line may part: a number from its sign, a day from its month, an ending from its figure, a code within itself.
_TOGETHER = re.compile(
    r"(?:№|No\.)\s\d[\w./-]*"
    rf"|\b\d{{1,2}} (?:{'|'.join(month for months in MONTHS.values() for month in months)})\w*"
    r"|\d[\d.–]*-[^\W\d_]+"
    r"|\b[A-ZА-Я] \d{2,}(?:-[\d.]+)+"
)
_TAG = re.compile(r"(<[^>]*>)")


def pdf_of(template: str, *, languages: Sequence[str], context: Mapping[str, Any], created: datetime) -> bytes:
    """One PDF, language after language. The same context gives the same bytes, so that making it twice does no harm."""
    from documents.press import print_pdf  # noqa: PLC0415 -- slow import: a second at every start otherwise

    parts = [html_of(template, language=language, context=context) for language in languages]
    return print_pdf(parts, created=created)


def html_of(template: str, *, language: str, context: Mapping[str, Any]) -> str:
    """The paper in one language as the press takes it."""
    with translation.override(language):
        return kept_together(render_to_string(f"{template}_{language}.html", {**context, "language": language}))


def kept_together(html: str) -> str:
    """The same text, with what may not be parted at a line's end marked so. Tags and the head stay as they are."""
    head, body, text = html.partition("<body")
    parts = _TAG.split(text)
    # split by one group: what stands at even places is text, at odd places a tag; the first is the rest of <body …>
    parts[2::2] = [_TOGETHER.sub(r'<span class="nobreak">\g<0></span>', part) for part in parts[2::2]]
    return head + body + "".join(parts)
