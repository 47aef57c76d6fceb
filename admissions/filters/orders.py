"""Filters of the list of orders; they stay in the address."""

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from admissions.enums import OrderKind, OrderState
from admissions.models import Order, OrderLine
from core.values import fold
from institutions.filters import PartnerFilter


class OrderFilter(django_filters.FilterSet):
    """By words (number, a student's name), kind, state, partner."""

    q = django_filters.CharFilter(method="by_words", label=_("number or student"))
    kind = django_filters.ChoiceFilter(choices=OrderKind.choices, label=_("kind"), empty_label=_("any"))
    state = django_filters.ChoiceFilter(choices=OrderState.choices, label=_("state"), empty_label=_("any"))
    partner = PartnerFilter("intake__pathway__partner_programme__university")

    class Meta:
        model = Order
        fields = ("q", "kind", "state", "partner")

    def by_words(self, rows: "QuerySet[Order]", _name: str, words: str) -> "QuerySet[Order]":
        """A number's beginning, or a part of the name of one of its students."""
        named = OrderLine.objects.filter(application__enrolment__person__search_text__contains=fold(words))
        return rows.filter(Q(document__number_text__startswith=words.strip()) | Q(pk__in=named.values("order")))
