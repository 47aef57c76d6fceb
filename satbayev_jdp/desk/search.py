"""Search of the front desk: the searches of the lists, over all of them, each among what the person may see.

No second rule: a thing is found here by the very words by which its list finds it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from admissions.filters.applications import ApplicationFilter
from admissions.filters.orders import OrderFilter
from admissions.selectors.applications import applications_visible_to
from admissions.selectors.orders import orders_visible_to
from agreements.filters import AgreementFilter, PathwayFilter
from agreements.selectors.agreements import agreements_visible_to
from agreements.selectors.pathways import pathways_visible_to
from core.history import subject_type
from core.http import page_of
from core.permissions import role_label
from core.tables import found_by
from core.templatetags.written import day
from core.values import numbered, search_words
from documents.filters import PaperFilter
from documents.models import OfficialDocument
from documents.selectors import papers_listed
from institutions.filters import UniversityFilter
from institutions.models import Membership
from institutions.permissions import Standing
from institutions.selectors import partner_people_visible_to, universities_visible_to
from programmes.filters import EnrolmentFilter, ProgrammeFilter
from programmes.models import Course
from programmes.selectors import courses_visible_to, enrolments_visible_to, programmes_visible_to
from transcripts.filters import ProtocolFilter, ReportFilter
from transcripts.phrases import undone
from transcripts.selectors.protocols import protocols_visible_to
from transcripts.selectors.reports import reports_visible_to

SHOWN = 10


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found, with how it stands."""

    title: str
    more: str
    url: str
    state: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of one kind; `more`: there is more than is shown, in the list at `url`."""

    label: "str | Promise"
    hits: list[Hit]
    more: bool
    url: str


Rows = QuerySet[Any]


@dataclass(frozen=True)
class Kind:
    """A kind of things: who may see which, how words find them, in which order, what is said of one, and their list."""

    label: "str | Promise"
    visible: Callable[[Standing], Rows]
    search: Callable[[Rows, str], Rows]
    order: tuple[str, ...]
    title: Callable[[Any], object]
    more: Callable[[Any], tuple[object, ...]]
    list: str = ""
    state: Callable[[Any], object] = field(default=lambda row: row.get_state_display())


def find(standing: Standing, words: str) -> list[Group]:
    """Everything found, by kind, kinds without a hit left out."""
    groups: list[Group] = []
    for kind in KINDS if search_words(words) else ():
        rows = list(kind.search(kind.visible(standing), words).order_by(*kind.order, "pk")[: SHOWN + 1])
        if rows:
            url = reverse(kind.list) if kind.list else ""
            groups.append(Group(kind.label, [_hit(kind, row) for row in rows[:SHOWN]], len(rows) > SHOWN, url))
    return groups


def _hit(kind: Kind, row: Any) -> Hit:
    more = " · ".join(str(part) for part in kind.more(row) if part)
    thing = _PAGE_BY.get(type(row), lambda one: one)(row)
    return Hit(str(kind.title(row)), more, page_of(subject_type(thing), thing.pk), str(kind.state(row)))


# Things without a page of their own: what leads on from them.
_PAGE_BY: dict[type, Callable[[Any], Any]] = {
    Course: lambda row: row.curriculum.programme,
    Membership: lambda row: row.university,
}


def _as_in(filters: type[django_filters.FilterSet]) -> Callable[[Rows, str], Rows]:
    """By the search of a list."""
    words: Any = filters.base_filters["q"]
    search: Callable[[Rows, str], Rows] = words.filter
    return search


def _courses(rows: Rows, words: str) -> Rows:
    return rows.filter(found_by(words, texts=("name_kk", "name_ru", "name_en", "name_original"), numbers=("code",)))


def _people(rows: Rows, words: str) -> Rows:
    return rows.filter(found_by(words, texts=("user__person__search_text",)))


def _nothing(_row: object) -> str:
    return ""


def _partner_of(pathway: Any) -> str:
    return str(pathway.partner_programme.university.name)


def _standing(row: Any) -> str:
    return undone(row.document) or str(row.get_state_display())


def _number(row: Any) -> str:
    return numbered(row.document.number_text) if row.document else ""


def _issued(paper: OfficialDocument | None) -> str:
    """A register begins anew each year: it is the day that tells two papers of one number apart."""
    return day(paper.issued_at) if paper else ""


_ON_PATHWAY = ("intake__pathway__home_programme", "intake__pathway__partner_programme__university")

KINDS: tuple[Kind, ...] = (
    Kind(
        _("Students"),
        enrolments_visible_to,
        _as_in(EnrolmentFilter),
        ("person__name_cyrillic",),
        lambda row: row.person,
        lambda row: (row.student_number, row.programme),
        "programmes:students",
        _nothing,
    ),
    Kind(
        _("Applications"),
        applications_visible_to,
        _as_in(ApplicationFilter),
        ("-pk",),
        lambda row: row.enrolment.person,
        lambda row: (row.enrolment.student_number, row.intake.pathway, row.intake.term),
        "admissions:applications",
    ),
    Kind(
        _("Agreements"),
        agreements_visible_to,
        _as_in(AgreementFilter),
        ("-pk",),
        str,
        lambda row: (row.get_kind_display(), row.name),
        "agreements:agreements",
    ),
    Kind(
        _("Pathways"),
        pathways_visible_to,
        _as_in(PathwayFilter),
        ("-pk",),
        lambda row: f"{row.home_programme.code} · {_partner_of(row)}",
        lambda row: (row.agreement, row.epvo_number),
        "agreements:pathways",
    ),
    Kind(
        _("Programmes"),
        programmes_visible_to,
        _as_in(ProgrammeFilter),
        ("-university__is_home", "code"),
        str,
        lambda row: (row.university.name,),
        "programmes:programmes",
        _nothing,
    ),
    Kind(
        _("Courses"),
        courses_visible_to,
        _courses,
        ("code",),
        str,
        lambda row: (row.curriculum.programme, row.curriculum.programme.university.name),
        "",
        _nothing,
    ),
    Kind(
        _("Universities"),
        universities_visible_to,
        _as_in(UniversityFilter),
        ("-is_home", "name_kk"),
        lambda row: row.name,
        lambda row: (row.name_original, row.city),
        "institutions:universities",
        _nothing,
    ),
    Kind(
        _("People of partners"),
        partner_people_visible_to,
        _people,
        ("user__person__surname",),
        lambda row: row.user.person,
        lambda row: (role_label(row.role), row.university.name),
        "",
        _nothing,
    ),
    Kind(
        _("Orders"),
        lambda standing: orders_visible_to(standing).select_related("document", *_ON_PATHWAY),
        _as_in(OrderFilter),
        ("-pk",),
        lambda row: _number(row) or row.get_kind_display(),
        lambda row: (
            row.get_kind_display() if row.document else "",
            _partner_of(row.intake.pathway) if row.intake else "",
            _issued(row.document),
        ),
        "admissions:orders",
    ),
    Kind(
        _("Recognition protocols"),
        protocols_visible_to,
        _as_in(ProtocolFilter),
        ("-pk",),
        lambda row: row.plan.enrolment.person,
        lambda row: (_number(row), _issued(row.document), row.term.university.name, row.term),
        "transcripts:recognitionprotocols",
        _standing,
    ),
    Kind(
        _("Semester reports"),
        reports_visible_to,
        _as_in(ReportFilter),
        ("-pk",),
        lambda row: row.partner.name,
        lambda row: (_number(row), _issued(row.document), row.programme.code, row.term),
        "transcripts:semesterreports",
        _standing,
    ),
    Kind(
        _("Papers"),
        papers_listed,
        _as_in(PaperFilter),
        ("-issued_at",),
        lambda row: numbered(row.number_text),
        lambda row: (row.name, row.holder, _issued(row)),
        "documents:papers",
    ),
)
