"""What a register of papers can be narrowed by."""

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from core.values import fold, today
from documents.enums import DocumentState
from documents.models import OfficialDocument
from documents.selectors import kind_choices

FIRST_YEAR = 2023


def _years() -> list[tuple[int, str]]:
    return [(year, str(year)) for year in range(today().year, FIRST_YEAR - 1, -1)]


class PaperFilter(django_filters.FilterSet):
    """By words (number, holder), kind, year of the register, state."""

    q = django_filters.CharFilter(method="search", label=_("Number or name"))
    kind = django_filters.ChoiceFilter(choices=kind_choices, label=_("Kind"), empty_label=_("all"))
    year = django_filters.ChoiceFilter(
        field_name="register__year", choices=_years, label=_("Year"), empty_label=_("all")
    )
    state = django_filters.ChoiceFilter(choices=DocumentState.choices, label=_("State"), empty_label=_("all"))

    class Meta:
        model = OfficialDocument
        fields = ()

    def search(self, papers: QuerySet[OfficialDocument], _name: str, words: str) -> QuerySet[OfficialDocument]:
        """A number by its beginning, a holder by any part of the name in either spelling."""
        number = words.removeprefix("№").strip()
        return papers.filter(Q(number_text__startswith=number) | Q(holder__search_text__contains=fold(words)))
