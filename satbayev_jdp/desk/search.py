"""Search of the front desk: each finder looks among what the person may see, and never counts beyond its first rows."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.http import page_of
from documents.selectors import papers_visible_to
from institutions.permissions import Standing
from institutions.selectors import universities_visible_to

SHOWN = 10


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found."""

    title: str
    more: str
    url: str


@dataclass(frozen=True, slots=True)
class Group:
    """What one finder found; `more`: there is more than is shown."""

    label: "str | Promise"
    hits: list[Hit]
    more: bool


Finder = Callable[[Standing, str], list[Hit]]


def find(standing: Standing, words: str) -> list[Group]:
    """Everything found, by kind, kinds without a hit left out."""
    groups = []
    for label, finder in FINDERS:
        hits = finder(standing, words)
        if hits:
            groups.append(Group(label, hits[:SHOWN], len(hits) > SHOWN))
    return groups


def _universities(standing: Standing, words: str) -> list[Hit]:
    found = universities_visible_to(standing, search=words)[: SHOWN + 1]
    return [Hit(row.name, row.name_original or row.city, page_of("institutions.university", row.pk)) for row in found]


def _papers(standing: Standing, words: str) -> list[Hit]:
    number = words.removeprefix("№").strip()
    found = papers_visible_to(standing).filter(number_text__startswith=number).order_by("-issued_at")[: SHOWN + 1]
    return [Hit(f"№ {row.number_text}", row.name, page_of("documents.officialdocument", row.pk)) for row in found]


FINDERS: tuple[tuple["str | Promise", Finder], ...] = (
    (_("Universities"), _universities),
    (_("Papers"), _papers),
)
