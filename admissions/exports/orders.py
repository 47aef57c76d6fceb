"""The columns of a list of orders, on the page and in files."""

from typing import Any

from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from admissions.models import Order
from core.exports import Column


def _partner(order: Order) -> str:
    return order.intake.pathway.partner_programme.university.name if order.intake else order.host.name


def _students(order: Any) -> int:
    return int(order.students)


ORDERS: tuple[Column[Order], ...] = (
    Column(_("number"), lambda o: o.document.number_text if o.document else "", order="document__number", width=14),
    Column(_("signed on"), lambda o: localdate(o.document.issued_at) if o.document else None, order="signed_at"),
    Column(_("kind"), lambda o: str(o.get_kind_display()), order="kind", width=36),
    Column(_("partner"), _partner, order="intake__pathway__partner_programme__university__name_kk", width=28),
    Column(_("students"), _students, order="students", number=True),
    Column(_("from"), lambda o: o.starts_on, order="starts_on"),
    Column(_("until"), lambda o: o.ends_on, order="ends_on"),
    Column(_("EPVO type"), lambda o: o.epvo_type, number=True),
    Column(_("EPVO category"), lambda o: o.epvo_category, number=True),
    Column(_("state"), lambda o: str(o.get_state_display()), order="state"),
)
