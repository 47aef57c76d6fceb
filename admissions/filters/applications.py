"""Filters of the list of applications; they stay in the address."""

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from admissions.enums import ApplicationState
from admissions.models import Application
from agreements.enums import Direction
from core.values import fold
from institutions.filters import PartnerFilter


class ApplicationFilter(django_filters.FilterSet):
    """By words (name in any spelling, student number), direction, state, partner."""

    q = django_filters.CharFilter(method="by_words", label=_("name or number"))
    direction = django_filters.ChoiceFilter(choices=Direction.choices, label=_("direction"), empty_label=_("both"))
    state = django_filters.ChoiceFilter(choices=ApplicationState.choices, label=_("state"), empty_label=_("any"))
    partner = PartnerFilter("intake__pathway__partner_programme__university")

    class Meta:
        model = Application
        fields = ("q", "direction", "state", "partner")

    def by_words(self, rows: "QuerySet[Application]", _name: str, words: str) -> "QuerySet[Application]":
        """Every word must be found in a name, or the whole be the beginning of a student number."""
        found = Q()
        for word in fold(words).split():
            found &= Q(enrolment__person__search_text__contains=word)
        return rows.filter(found | Q(enrolment__student_number__startswith=words.strip()))
