"""Filters of lists of stays and of study plans; they stay in the address."""

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from agreements.enums import Direction
from core.tables import Words
from institutions.filters import PartnerFilter
from mobility.enums import PlacementState, PlanState
from mobility.models import Placement, StudyPlan
from mobility.selectors.stay import arrivals_due, over, overdue, run_out, to_come_to_ipd

_PARTNER = "application__intake__pathway__partner_programme__university"


class StayFilter(django_filters.FilterSet):
    """By words, direction, state, partner, and what is due: arrivals, registrations."""

    q = Words(
        _("name, number or partner"),
        texts=("application__enrolment__person__search_text", f"{_PARTNER}__search_text"),
        numbers=("host_student_number", "application__enrolment__student_number"),
    )
    direction = django_filters.ChoiceFilter(choices=Direction.choices, label=_("direction"), empty_label=_("both"))
    state = django_filters.ChoiceFilter(choices=PlacementState.choices, label=_("state"), empty_label=_("any"))
    partner = PartnerFilter(_PARTNER)
    due = django_filters.ChoiceFilter(
        choices=(
            ("arrival", _("arrivals due")),
            ("ipd", _("to come to the IPD")),
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

    def by_due(self, rows: "QuerySet[Placement]", _name: str, value: str) -> "QuerySet[Placement]":
        """Those who are expected, have not come to the IPD, whose registration is late or has ended, whose period is over."""
        due = {"arrival": arrivals_due(), "ipd": to_come_to_ipd(), "end": over()}
        return rows.filter(due.get(value, overdue() | run_out()))


class PlanFilter(django_filters.FilterSet):
    """By words, direction, state, partner."""

    q = Words(
        _("name, number or partner"),
        texts=("enrolment__person__search_text", f"placement__{_PARTNER}__search_text"),
        numbers=("enrolment__student_number", "placement__application__intake__pathway__home_programme__code"),
    )
    direction = django_filters.ChoiceFilter(
        field_name="placement__direction", choices=Direction.choices, label=_("direction"), empty_label=_("both")
    )
    state = django_filters.ChoiceFilter(choices=PlanState.choices, label=_("state"), empty_label=_("any"))
    partner = PartnerFilter(f"placement__{_PARTNER}")

    class Meta:
        model = StudyPlan
        fields = ("q", "direction", "state", "partner")
