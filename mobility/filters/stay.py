"""Filters of the list of stays; they stay in the address."""

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from agreements.enums import Direction
from core.values import fold
from institutions.filters import PartnerFilter
from mobility.enums import PlacementState
from mobility.models import Placement
from mobility.selectors.stay import arrivals_due, over, overdue, run_out


class StayFilter(django_filters.FilterSet):
    """By words, direction, state, partner, and what is due: arrivals, registrations."""

    q = django_filters.CharFilter(method="by_words", label=_("name or number"))
    direction = django_filters.ChoiceFilter(choices=Direction.choices, label=_("direction"), empty_label=_("both"))
    state = django_filters.ChoiceFilter(choices=PlacementState.choices, label=_("state"), empty_label=_("any"))
    partner = PartnerFilter("application__intake__pathway__partner_programme__university")
    due = django_filters.ChoiceFilter(
        choices=(
            ("arrival", _("arrivals due")),
            ("registration", _("registration overdue or ended")),
            ("end", _("to be ended")),
        ),
        method="by_due",
        label=_("due"),
        empty_label=_("any"),
    )

    class Meta:
        model = Placement
        fields = ("q", "direction", "state", "partner", "due")

    def by_words(self, rows: "QuerySet[Placement]", _name: str, words: str) -> "QuerySet[Placement]":
        """Every word in a name, or the beginning of a number."""
        found = Q()
        for word in fold(words).split():
            found &= Q(application__enrolment__person__search_text__contains=word)
        number = words.strip()
        return rows.filter(
            found
            | Q(host_student_number__startswith=number)
            | Q(application__enrolment__student_number__startswith=number)
        )

    def by_due(self, rows: "QuerySet[Placement]", _name: str, value: str) -> "QuerySet[Placement]":
        """Those who are expected, whose registration is late or has ended, whose period is over."""
        due = {"arrival": arrivals_due(), "end": over()}
        return rows.filter(due.get(value, overdue() | run_out()))
