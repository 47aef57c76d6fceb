"""What a register of papers can be narrowed by."""

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _

from core.tables import Words
from documents.enums import DocumentState
from documents.models import OfficialDocument
from documents.selectors import kind_choices


class PaperFilter(django_filters.FilterSet):
    """By words (number, holder), kind, year of the register (of those in which there is a paper), state."""

    q = Words(_("Number or name"), texts=("holder__search_text",), numbers=("number_text",))
    kind = django_filters.ChoiceFilter(choices=kind_choices, label=_("Kind"), empty_label=_("all"))
    year = django_filters.ChoiceFilter(field_name="register__year", label=_("Year"), empty_label=_("all"))
    state = django_filters.ChoiceFilter(choices=DocumentState.choices, label=_("State"), empty_label=_("all"))

    class Meta:
        model = OfficialDocument
        fields = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        papers = OfficialDocument.objects.none() if self.queryset is None else self.queryset
        years = papers.order_by("-register__year").values_list("register__year", flat=True).distinct()
        self.filters["year"].extra["choices"] = [(year, str(year)) for year in years]
