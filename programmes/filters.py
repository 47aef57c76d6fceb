"""What lists of programmes and of students can be narrowed by."""

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from core.values import fold
from institutions.enums import Level
from programmes.enums import FIRST_YEAR, LAST_YEAR, Funding
from programmes.models import Enrolment, Programme
from programmes.selectors import search_enrolments


class ProgrammeFilter(django_filters.FilterSet):
    """By words, level, whose it is."""

    q = django_filters.CharFilter(method="search", label=_("Code or university"))
    level = django_filters.ChoiceFilter(choices=Level.choices, label=_("Level"), empty_label=_("all"))
    side = django_filters.ChoiceFilter(
        choices=[("home", _("of the University")), ("partner", _("of partners"))],
        method="of_side",
        label=_("Whose"),
        empty_label=_("all"),
    )

    class Meta:
        model = Programme
        fields = ()

    def search(self, programmes: QuerySet[Programme], _name: str, words: str) -> QuerySet[Programme]:
        """The beginning of the code, or any part of the university's name in any of its languages."""
        return programmes.filter(Q(code__istartswith=words) | Q(university__search_text__contains=fold(words)))

    def of_side(self, programmes: QuerySet[Programme], _name: str, side: str) -> QuerySet[Programme]:
        """The University's own or the partners'."""
        return programmes.filter(university__is_home=side == "home")


class EnrolmentFilter(django_filters.FilterSet):
    """By words, programme, year of entry, funding."""

    q = django_filters.CharFilter(method="search", label=_("Name or number"))
    programme = django_filters.CharFilter(
        field_name="programme__code", lookup_expr="istartswith", label=_("Programme code")
    )
    entry_year = django_filters.NumberFilter(label=_("Year of entry"), min_value=FIRST_YEAR, max_value=LAST_YEAR)
    funding = django_filters.ChoiceFilter(choices=Funding.choices, label=_("Funding"), empty_label=_("all"))

    class Meta:
        model = Enrolment
        fields = ()

    def search(self, enrolments: QuerySet[Enrolment], _name: str, words: str) -> QuerySet[Enrolment]:
        """Every word in the name, or the beginning of the number."""
        return search_enrolments(enrolments, words)
