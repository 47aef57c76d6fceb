"""Papers of orders: the order itself in Kazakh and Russian, and the extract that a student gets.

Contexts are plain values, frozen on the paper: a student renamed tomorrow does not change an order of today.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from admissions.enums import MobilityFormat, OrderKind
from admissions.models import Application, Order, OrderLine
from admissions.pdf.package import of_visible_applications
from admissions.pdf.words import iso, labels, texts
from admissions.selectors.orders import (
    applications_on_all,
    lines_of,
    orders_visible_to,
    proposals_of,
    proposals_of_all,
)
from agreements.enums import PathwayKind
from core.values import Localized, content_hash, plain
from documents.kinds import PaperKind, register_paper
from documents.pdf import acts_cited
from institutions.enums import Role
from institutions.models import Unit
from institutions.permissions import Standing
from institutions.phrases import country_in_each
from programmes.enums import Funding, StudyLanguage, TermKind

LANGUAGES = ("kk", "ru")
# What an order on students rests on beside the regulation and the agreement (R-2-a).
ACTS = ("law-education", "international-cooperation-rules")


def _of_visible_orders(standing: Standing) -> Q:
    visible = orders_visible_to(standing).select_related(None).values("pk")
    return Q(subject_type="admissions.order", subject_id__in=visible)


ADMISSION_ORDER = register_paper(
    PaperKind(
        "admission_order",
        "order",
        "ҚД",
        "admissions/pdf/admission_order",
        _of_visible_orders,
        revoked_by=frozenset({Role.SIGNATORY}),
        label=_("order on admission"),
    )
)
DEPARTURE_ORDER = register_paper(
    PaperKind(
        "departure_order",
        "order",
        "ҚД",
        "admissions/pdf/departure_order",
        _of_visible_orders,
        revoked_by=frozenset({Role.SIGNATORY}),
        label=_("order on departure"),
    )
)
ORDER_EXTRACT = register_paper(
    PaperKind(
        "order_extract",
        "extract",
        "Ү",
        "admissions/pdf/order_extract",
        of_visible_applications,
        revoked_by=frozenset({Role.IPD_COORDINATOR}),
        label=_("extract from the order"),
    )
)
PAPER_OF_KIND: dict[str, PaperKind] = {
    OrderKind.ADMISSION_IN: ADMISSION_ORDER,
    OrderKind.DEPARTURE_OUT: DEPARTURE_ORDER,
}
_TITLES: dict[tuple[str, bool], Localized] = {
    (OrderKind.ADMISSION_IN, False): Localized(
        kk="Қос дипломды бағдарламаға шетелдік білім алушыларды қабылдау туралы",
        ru="О приёме иностранных обучающихся на двудипломную программу",
        en="On admission of foreign students to a double-degree programme",
    ),
    (OrderKind.ADMISSION_IN, True): Localized(
        kk="Бірлескен бағдарламаға серіктестің білім алушыларын қабылдау туралы",
        ru="О приёме обучающихся вуза-партнёра на совместную программу",
        en="On admission of the partner's students to a joint programme",
    ),
    (OrderKind.DEPARTURE_OUT, False): Localized(
        kk="Қос дипломды бағдарлама бойынша білім алушыларды серіктес жоғары оқу орнына жіберу туралы",
        ru="О направлении обучающихся в вуз-партнёр по двудипломной программе",
        en="On sending students to the partner institution within a double-degree programme",
    ),
    (OrderKind.DEPARTURE_OUT, True): Localized(
        kk="Бірлескен бағдарлама бойынша білім алушыларды серіктес жоғары оқу орнына жіберу туралы",
        ru="О направлении обучающихся в вуз-партнёр по совместной программе",
        en="On sending students to the partner institution within a joint programme",
    ),
}
EXTRACT_TITLE = Localized(kk="Бұйрықтан үзінді", ru="Выписка из приказа", en="Extract from the order")


def order_title(order: Order) -> Localized:
    """What the order is about, as its paper says it."""
    is_joint = order.intake is not None and order.intake.pathway.kind == PathwayKind.JOINT
    return _TITLES[order.kind, is_joint]


def order_context(order: Order, students: Sequence[Application]) -> dict[str, Any]:
    """Everything an order says, as plain values."""
    return _context(order, lines_of(order), students, proposals_of(students))


def order_contexts_of(orders: Sequence[Order], lines: Mapping[int, Sequence[OrderLine]]) -> dict[int, dict[str, Any]]:
    """What each of these orders with its lines says, by the order's key. Two queries."""
    students = applications_on_all(orders)
    proposals = proposals_of_all([students[order.pk] for order in orders])
    return {
        order.pk: _context(order, lines[order.pk], students[order.pk], proposed)
        for order, proposed in zip(orders, proposals, strict=True)
    }


def seen_hash_of(context: Mapping[str, Any]) -> str:
    """By what a page remembers the order that it showed; what the order says, as it would be frozen today."""
    return content_hash(context)


def _context(
    order: Order,
    lines: Sequence[OrderLine],
    students: Sequence[Application],
    proposals: Sequence[tuple[Unit, date]],
) -> dict[str, Any]:
    return {
        "title": texts(order_title(order)),
        "order": _order_values(order),
        "students": [_student(line, order) for line in lines],
        "basis": {
            "acts": acts_cited(*ACTS),
            "proposals": [{"institute": texts(institute.names), "date": iso(day)} for institute, day in proposals],
            "lists": sorted({one.candidate_list.number for one in students if one.candidate_list}),
            "more": {"kk": order.basis_kk, "ru": order.basis_ru},
        },
    }


def _order_values(order: Order) -> dict[str, Any]:
    if order.intake is None:
        raise ValueError("orders of an intake only")
    intake, pathway = order.intake, order.intake.pathway
    partner = pathway.partner_programme.university
    return {
        "kind": order.kind,
        "programme_kind": pathway.kind,
        "starts_on": iso(order.starts_on),
        "ends_on": iso(order.ends_on),
        "term": {
            "name": labels(TermKind, intake.term.kind),
            "year": intake.term.academic_year,
            "first_semester": intake.semester,
            "last_semester": intake.semester + intake.semesters - 1,
        },
        "programme": {"code": pathway.home_programme.code, **texts(pathway.home_programme.names)},
        "partner_programme": {"code": pathway.partner_programme.code, **texts(pathway.partner_programme.names)},
        "partner": {**texts(partner.names), "country": country_in_each(partner.country), "city": texts(partner.city)},
        "agreement": {"number": pathway.agreement.number, "date": iso(pathway.agreement.signed_on)},
        "format": labels(MobilityFormat, order.format),
        "language_of_study": labels(StudyLanguage, order.language),
    }


def _student(line: OrderLine, order: Order) -> dict[str, Any]:
    enrolment = line.application.enrolment
    person = enrolment.person
    first_year = order.intake.term.year if order.intake else order.starts_on.year
    year = first_year - enrolment.entry_year + 1 if enrolment.entry_year else None
    return {
        "name": texts(person.names),
        "passport_name": person.passport_name,
        "citizenship": country_in_each(person.citizenship),
        "student_number": enrolment.student_number,
        "year": max(1, year) if year is not None else "",
        "funding": labels(Funding, line.funding),
        "period": f"{order.starts_on:%d.%m.%Y} – {order.ends_on:%d.%m.%Y}",
        "courses": line.courses,
        "credits": plain(line.credits),
        "is_included_education": line.is_included_education,
    }


def extract_context(line: OrderLine) -> dict[str, Any]:
    """What the extract for one student says: the order by number and date, and her or his line alone (7.5b)."""
    order = line.order
    document = order.document
    if document is None:
        raise ValueError("an extract is made of a signed order")
    return {
        "title": texts(order_title(order)),
        "order": {**_order_values(order), "number": document.number_text, "date": document.context["paper"]["date"]},
        "order_signatory": document.context["paper"]["signatory"],
        "students": [_student(line, order)],
    }
