"""Filters of the list of orders; they stay in the address."""

import django_filters
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from admissions.enums import OrderKind, OrderState
from admissions.models import Order, OrderLine
from core.tables import Words
from institutions.filters import PartnerFilter

_PARTNER = "intake__pathway__partner_programme__university"


def _naming(pattern: str) -> Q:
    """Orders on which somebody of this name or number stands."""
    students = OrderLine.objects.filter(
        Q(application__enrolment__person__search_text__regex=pattern)
        | Q(application__enrolment__student_number__regex=f"^{pattern}")
    )
    return Q(Exists(students.filter(order=OuterRef("pk"))))


class OrderFilter(django_filters.FilterSet):
    """By words (number, a student's name), kind, state, partner."""

    q = Words(
        _("number, student or partner"),
        texts=(f"{_PARTNER}__search_text",),
        numbers=("document__number_text",),
        others=(_naming,),
    )
    kind = django_filters.ChoiceFilter(choices=OrderKind.choices, label=_("kind"), empty_label=_("any"))
    state = django_filters.ChoiceFilter(choices=OrderState.choices, label=_("state"), empty_label=_("any"))
    partner = PartnerFilter(_PARTNER)

    class Meta:
        model = Order
        fields = ("q", "kind", "state", "partner")
