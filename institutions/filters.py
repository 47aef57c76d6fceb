"""What lists of universities and of people can be narrowed by."""

from typing import Any, cast

import django_filters
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.tables import Words
from core.values import kazakh_sort_key
from institutions.enums import Role
from institutions.models import Membership, University, User
from institutions.permissions import in_force, standing_of
from institutions.phrases import country_name
from institutions.selectors import universities_visible_to


def _countries(universities: QuerySet[University]) -> list[tuple[str, str]]:
    codes = universities.order_by("country").values_list("country", flat=True).distinct()
    return sorted(((code, country_name(code)) for code in codes), key=lambda row: kazakh_sort_key(row[1]))


def _partners_in_sight(request: HttpRequest | None) -> QuerySet[University]:
    """The partners that whoever asks may see: the others do not exist for him, in a choice neither."""
    who = standing_of(request.user if request else None)
    return universities_visible_to(who).filter(is_home=False).order_by("name_kk")


class PartnerFilter(django_filters.ModelChoiceFilter):
    """By partner, of those in sight. The filter set that has it wants its `request`."""

    def __init__(self, field_name: str) -> None:
        asked: Any = _partners_in_sight  # django-filter calls it with the request; its stubs know querysets alone
        super().__init__(field_name=field_name, queryset=asked, label=_("partner"), empty_label=_("any"))


class UniversityFilter(django_filters.FilterSet):
    """By words and country."""

    q = Words(_("Name or city"), texts=("search_text",))
    country = django_filters.ChoiceFilter(choices=(), label=_("Country"), empty_label=_("all"))

    class Meta:
        model = University
        fields = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["country"].extra["choices"] = _countries(cast(QuerySet[University], self.queryset))


class PeopleFilter(django_filters.FilterSet):
    """By words, by a role held today, by whether the account is open."""

    q = Words(_("Name or e-mail"), texts=("person__search_text",), numbers=("email",))
    role = django_filters.ChoiceFilter(method="holding", choices=Role.choices, label=_("Role"), empty_label=_("all"))
    is_active = django_filters.ChoiceFilter(
        choices=[("true", _("open")), ("false", _("closed"))], label=_("Account"), empty_label=_("all"), method="opened"
    )

    class Meta:
        model = User
        fields = ()

    def holding(self, users: QuerySet[User], _name: str, role: str) -> QuerySet[User]:
        """Who holds this role today."""
        return users.filter(Exists(Membership.objects.filter(in_force(), user=OuterRef("pk"), role=role)))

    def opened(self, users: QuerySet[User], _name: str, value: str) -> QuerySet[User]:
        """Accounts that can sign in, or those that cannot."""
        return users.filter(is_active=value == "true")
