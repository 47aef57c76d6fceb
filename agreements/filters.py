"""What lists of agreements and pathways can be narrowed by."""

import django_filters
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from agreements.enums import AgreementKind, AgreementState, PathwayState
from agreements.models import Agreement, AgreementParty, Pathway
from core.values import fold


class AgreementFilter(django_filters.FilterSet):
    """By words, kind and state."""

    q = django_filters.CharFilter(method="search", label=_("Number or partner"))
    kind = django_filters.ChoiceFilter(choices=AgreementKind.choices, label=_("Kind"), empty_label=_("all"))
    state = django_filters.ChoiceFilter(choices=AgreementState.choices, label=_("State"), empty_label=_("all"))

    class Meta:
        model = Agreement
        fields = ()

    def search(self, agreements: QuerySet[Agreement], _name: str, words: str) -> QuerySet[Agreement]:
        """The beginning of the number, or any part of a partner's name in any of its languages."""
        partners = AgreementParty.objects.filter(
            agreement=OuterRef("pk"), university__is_home=False, university__search_text__contains=fold(words)
        )
        return agreements.filter(Q(number__startswith=words) | Exists(partners))


class PathwayFilter(django_filters.FilterSet):
    """By words and state."""

    q = django_filters.CharFilter(method="search", label=_("Programme code or partner"))
    state = django_filters.ChoiceFilter(choices=PathwayState.choices, label=_("State"), empty_label=_("all"))

    class Meta:
        model = Pathway
        fields = ()

    def search(self, pathways: QuerySet[Pathway], _name: str, words: str) -> QuerySet[Pathway]:
        """The beginning of the programme's code, or any part of the partner's name."""
        return pathways.filter(
            Q(home_programme__code__istartswith=words)
            | Q(partner_programme__university__search_text__contains=fold(words))
        )
