"""Search of the front desk: each finder looks among what the person may see, and never counts beyond its first rows."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from admissions.selectors.applications import applications_visible_to
from agreements.models import AgreementParty
from agreements.selectors.agreements import agreements_visible_to
from core.http import page_of
from documents.selectors import papers_visible_to
from institutions.permissions import Standing
from institutions.selectors import universities_visible_to
from programmes.selectors import enrolments_visible_to, search_enrolments

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
    groups: list[Group] = []
    words = words.removeprefix("№").strip()
    for label, finder in FINDERS if words else ():
        hits = finder(standing, words)
        if hits:
            groups.append(Group(label, hits[:SHOWN], len(hits) > SHOWN))
    return groups


def _universities(standing: Standing, words: str) -> list[Hit]:
    found = universities_visible_to(standing, search=words)[: SHOWN + 1]
    return [
        Hit(row.name, row.name_original or str(row.city), page_of("institutions.university", row.pk)) for row in found
    ]


def _papers(standing: Standing, words: str) -> list[Hit]:
    found = papers_visible_to(standing).filter(number_text__startswith=words).order_by("-issued_at")[: SHOWN + 1]
    return [Hit(f"№ {row.number_text}", row.name, page_of("documents.officialdocument", row.pk)) for row in found]


def _students(standing: Standing, words: str) -> list[Hit]:
    found = search_enrolments(enrolments_visible_to(standing), words).order_by("person__name_cyrillic", "pk")
    return [
        Hit(str(row.person), _joined(row.student_number, row.programme), page_of("programmes.enrolment", row.pk))
        for row in found[: SHOWN + 1]
    ]


def _applications(standing: Standing, words: str) -> list[Hit]:
    students = search_enrolments(enrolments_visible_to(standing), words).values("pk")
    found = applications_visible_to(standing).filter(enrolment__in=students).order_by("-pk")[: SHOWN + 1]
    return [
        Hit(
            str(row.enrolment.person),
            _joined(row.intake.pathway, row.get_state_display()),
            page_of("admissions.application", row.pk),
        )
        for row in found
    ]


def _agreements(standing: Standing, words: str) -> list[Hit]:
    universities = universities_visible_to(standing, search=words).filter(is_home=False)
    of_partner = Exists(AgreementParty.objects.filter(agreement=OuterRef("pk"), university__in=universities))
    found = agreements_visible_to(standing).filter(of_partner | Q(number__startswith=words))
    return [
        Hit(str(row), row.name, page_of("agreements.agreement", row.pk)) for row in found.order_by("-pk")[: SHOWN + 1]
    ]


def _joined(*parts: object) -> str:
    return " · ".join(str(part) for part in parts if part)


FINDERS: tuple[tuple["str | Promise", Finder], ...] = (
    (_("Students"), _students),
    (_("Applications"), _applications),
    (_("Agreements"), _agreements),
    (_("Universities"), _universities),
    (_("Papers"), _papers),
)
