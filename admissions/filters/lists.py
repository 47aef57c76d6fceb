"""Filters of lists of intakes and of candidate lists; they stay in the address."""

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from admissions.enums import ListState
from admissions.models import CandidateList, Intake
from agreements.enums import Direction
from core.tables import Words
from core.values import today
from institutions.filters import PartnerFilter

_PARTNER = "pathway__partner_programme__university"


class CallFilter(django_filters.FilterSet):
    """Incoming intakes: by words, partner, whether applications are taken today."""

    q = Words(
        _("programme or partner"),
        texts=(f"{_PARTNER}__search_text",),
        numbers=("pathway__home_programme__code", "pathway__agreement__number"),
    )
    partner = PartnerFilter(_PARTNER)
    open = django_filters.ChoiceFilter(
        choices=[("now", _("open today")), ("later", _("open later")), ("closed", pgettext_lazy("intake", "closed"))],
        method="by_days",
        label=_("applications"),
        empty_label=_("any"),
    )

    class Meta:
        model = Intake
        fields = ("q", "partner", "open")

    def by_days(self, rows: "QuerySet[Intake]", _name: str, value: str) -> "QuerySet[Intake]":
        """Those that take applications today, will, or no longer do."""
        day = today()
        when = {"now": Q(opens_on__lte=day, closes_on__gte=day), "later": Q(opens_on__gt=day)}
        return rows.filter(when.get(value, Q(closes_on__lt=day)))


class IntakeFilter(CallFilter):
    """Intakes of both roads: by the direction too."""

    direction = django_filters.ChoiceFilter(choices=Direction.choices, label=_("direction"), empty_label=_("both"))

    class Meta(CallFilter.Meta):
        fields = ("q", "direction", "partner", "open")  # type: ignore[assignment]  # one more


class CandidateListFilter(django_filters.FilterSet):
    """By words, state, partner."""

    q = Words(
        _("programme, institute or partner"),
        texts=(f"intake__{_PARTNER}__search_text", "unit__name_kk", "unit__name_ru", "unit__name_en"),
        numbers=("intake__pathway__home_programme__code", "intake__pathway__agreement__number"),
    )
    state = django_filters.ChoiceFilter(choices=ListState.choices, label=_("state"), empty_label=_("any"))
    partner = PartnerFilter(f"intake__{_PARTNER}")

    class Meta:
        model = CandidateList
        fields = ("q", "state", "partner")
