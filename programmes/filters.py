"""What lists of programmes and of students can be narrowed by."""

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.tables import Words
from institutions.enums import Level
from programmes.enums import FIRST_YEAR, LAST_YEAR, Funding
from programmes.models import Enrolment, Programme


class ProgrammeFilter(django_filters.FilterSet):
    """By words, level, whose it is."""

    q = Words(
        _("Code, name or university"),
        texts=("name_kk", "name_ru", "name_en", "university__search_text"),
        numbers=("code",),
    )
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

    def of_side(self, programmes: QuerySet[Programme], _name: str, side: str) -> QuerySet[Programme]:
        """The University's own or the partners'."""
        return programmes.filter(university__is_home=side == "home")


class EnrolmentFilter(django_filters.FilterSet):
    """By words, programme, year of entry, funding."""

    q = Words(_("Name or number"), texts=("person__search_text",), numbers=("student_number",))
    programme = django_filters.CharFilter(
        field_name="programme__code", lookup_expr="istartswith", label=_("Programme code")
    )
    entry_year = django_filters.NumberFilter(label=_("Year of entry"), min_value=FIRST_YEAR, max_value=LAST_YEAR)
    funding = django_filters.ChoiceFilter(choices=Funding.choices, label=_("Funding"), empty_label=_("all"))

    class Meta:
        model = Enrolment
        fields = ()
