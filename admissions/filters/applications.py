"""Filters of lists of applications; they stay in the address."""

import django_filters
from django.utils.translation import gettext_lazy as _

from admissions.enums import ApplicationState
from admissions.models import Application
from agreements.enums import Direction
from core.tables import Words
from institutions.filters import PartnerFilter

DECIDED_ON = (
    ApplicationState.NOMINATED,
    ApplicationState.IN_REVIEW,
    ApplicationState.DEPARTMENT_AGREED,
    ApplicationState.ADMITTED,
)


def _words() -> Words:
    return Words(
        _("name, number or partner"),
        texts=("enrolment__person__search_text", "intake__pathway__partner_programme__university__search_text"),
        numbers=("enrolment__student_number", "intake__pathway__home_programme__code"),
    )


class ApplicationFilter(django_filters.FilterSet):
    """By words (name in any spelling, student number, partner, programme), direction, state, partner."""

    q = _words()
    direction = django_filters.ChoiceFilter(choices=Direction.choices, label=_("direction"), empty_label=_("both"))
    state = django_filters.ChoiceFilter(choices=ApplicationState.choices, label=_("state"), empty_label=_("any"))
    partner = PartnerFilter("intake__pathway__partner_programme__university")

    class Meta:
        model = Application
        fields = ("q", "direction", "state", "partner")


class AwaitingFilter(django_filters.FilterSet):
    """Candidates who wait for a decision: by words, by where they stand, by partner."""

    q = _words()
    state = django_filters.ChoiceFilter(
        choices=[(state.value, state.label) for state in DECIDED_ON], label=_("state"), empty_label=_("any")
    )
    partner = PartnerFilter("intake__pathway__partner_programme__university")

    class Meta:
        model = Application
        fields = ("q", "state", "partner")
