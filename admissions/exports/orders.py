"""The columns of a list of orders, on the page and in files."""

from typing import Any

from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from admissions.models import Order
from core.exports import Column


def _partner(order: Order) -> str:
    return order.intake.pathway.partner_programme.university.name if order.intake else order.host.name


def _programme(order: Order) -> str:
    return order.intake.pathway.home_programme.code if order.intake else ""


def _students(order: Any) -> int:
    return int(order.students)


_PARTNER_NAME = "intake__pathway__partner_programme__university__name_kk"

ORDERS: tuple[Column[Order], ...] = (
    Column(
        _("order"),
        lambda o: o.document.number_text if o.document else "",
        order="document__number",
        width=14,
        name="order",
    ),
    Column(_("kind"), lambda o: str(o.get_kind_display()), under="order", width=36),
    Column(_("partner"), _partner, order=_PARTNER_NAME, width=28, name="partner"),
    Column(_("programme"), _programme, under="partner"),
    Column(_("students"), _students, order="students", number=True, name="students"),
    Column(_("from"), lambda o: o.starts_on, order="starts_on", name="from"),
    Column(_("until"), lambda o: o.ends_on, order="ends_on", name="until"),
    Column(_("signed on"), lambda o: localdate(o.signed_at) if o.signed_at else None, order="signed_at", name="signed"),
    Column(_("EPVO type"), lambda o: o.epvo_type, number=True, name="epvo_type", optional=True),
    Column(_("EPVO category"), lambda o: o.epvo_category, number=True, name="epvo_category", optional=True),
    Column(_("state"), lambda o: str(o.get_state_display()), order="state", name="state"),
)
