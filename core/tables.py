"""A list page: the columns of an export, sorted and paged. Filters are django-filter's, the page is this."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import django_filters
from django.core.paginator import Page, Paginator
from django.db.models import (
    Case,
    F,
    Field,
    Func,
    IntegerField,
    Model,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.expressions import OrderBy
from django.db.models.functions import Coalesce, Collate, NullIf
from django.forms import TextInput
from django.http import HttpRequest, QueryDict

from core.exports import Column
from core.fields import COLLATION
from core.values import active_language, number_pattern, search_pattern, search_words

ModelType = TypeVar("ModelType", bound=Model)
PAGE_SIZE = 50


def found_by(
    words: str,
    *,
    texts: Sequence[str] = (),
    numbers: Sequence[str] = (),
    others: Sequence[Callable[[str], Q]] = (),
) -> Q:
    """What somebody looks for: each word in one of the fields `texts`, in any spelling, or at the beginning of one of `numbers`.

    `others`: what else a pattern (core.values.search_pattern) may find, over relations of which there are many.
    """
    found = Q()
    for word in search_words(words):
        pattern = search_pattern(word)
        one = Q()
        for text in texts:
            one |= Q(**{f"{text}__regex": pattern})
        for number in numbers:
            one |= Q(**{f"{number}__regex": f"^{number_pattern(word)}"})
        for other in others:
            one |= other(pattern)
        found &= one
    return found


def how_many(rows: "QuerySet[Any]") -> Subquery:
    """The number of `rows`, which name the row of a list by OuterRef, as a column of that list.

    Not by a join: that groups by every column, and SQLite then compares every name by the Kazakh alphabet, for seconds.
    """
    counted = rows.order_by().annotate(number_of=Func("pk", function="COUNT", output_field=IntegerField()))
    return Subquery(counted.values("number_of"))


class Words(django_filters.CharFilter):
    """The search of a list: see `found_by`."""

    def __init__(self, label: Any, **where: Any) -> None:
        super().__init__(label=label, max_length=200, widget=TextInput(attrs={"type": "search"}))
        self.where = where

    def filter(self, qs: "QuerySet[Any]", value: str) -> "QuerySet[Any]":
        """The rows in which every word is found."""
        return qs.filter(found_by(value, **self.where)) if value else qs


@dataclass(frozen=True)
class Listing(Generic[ModelType]):
    """What a list page shows: the sorted rows, the page asked for, how it is sorted now, and which columns.

    `filters`: what narrows the list; `narrowed`: something does now. `remember`: which columns somebody has just chosen.
    """

    rows: QuerySet[ModelType]
    page: Page[ModelType]
    sort: str
    columns: Sequence[Column[ModelType]]
    offered: Sequence[Column[ModelType]] = ()
    filters: django_filters.FilterSet | None = None
    narrowed: bool = False
    remember: tuple[str, str] | None = None

    @property
    def heads(self) -> list[Column[ModelType]]:
        """The columns with a cell of their own on the page."""
        return [column for column in self.columns if not column.under]

    @property
    def choices(self) -> list[tuple[Column[ModelType], bool]]:
        """The columns that can be chosen, each with whether it is shown; none where there is nothing to choose."""
        own = [column for column in self.offered if not column.under]
        if not any(column.optional for column in own):
            return []
        return [(column, column in self.columns) for column in own[1:]]


def paged(rows: QuerySet[ModelType], query: QueryDict, *, size: int = PAGE_SIZE) -> Page[ModelType]:
    """The rows of `?page=` of sorted rows; the last page where there are not so many, the first where none is asked for."""
    return Paginator(rows, size).get_page(query.get("page"))


def listing(
    found: "QuerySet[ModelType] | django_filters.FilterSet",
    columns: Sequence[Column[ModelType]],
    request: HttpRequest,
    *,
    default_sort: str,
    size: int = PAGE_SIZE,
) -> Listing[ModelType]:
    """Sort by `?sort=field` or `?sort=-field` (only fields that a column declares), choose `?columns=`, take `?page=`."""
    filters = found if isinstance(found, django_filters.FilterSet) else None
    queryset: QuerySet[ModelType] = found.qs if isinstance(found, django_filters.FilterSet) else found
    allowed = {column.order for column in columns if column.order}
    sort = request.GET.get("sort", "")
    if sort.removeprefix("-") not in allowed:
        sort = default_sort
    otherwise = next((column.otherwise for column in columns if column.order == sort.removeprefix("-")), "")
    rows = queryset.order_by(_order(queryset.model, sort, otherwise), "pk")
    chosen, remember = _chosen(columns, request)
    return Listing(
        rows=rows,
        page=paged(rows, request.GET, size=size),
        sort=sort,
        columns=[column for column in columns if (column.under or column.name) in chosen],
        offered=columns,
        filters=filters,
        narrowed=filters is not None and any(request.GET.get(name) for name in filters.form.fields),
        remember=remember,
    )


def _chosen(columns: Sequence[Column[Any]], request: HttpRequest) -> tuple[set[str], tuple[str, str] | None]:
    """The names of the columns to show: of the address, else as they were chosen last, else the usual; the first one always.

    With what a cookie is to remember, where the address says something.
    """
    known = [column.name for column in columns if not column.under]
    usual = {column.name for column in columns if not column.under and not column.optional}
    cookie = f"columns{request.path.replace('/', '.')}"
    asked = request.GET.getlist("columns")
    kept = ".".join(name for name in known if name in asked)
    names = kept if asked else request.COOKIES.get(cookie, "")
    chosen = {name for name in names.split(".") if name in known}
    return ({*chosen, known[0]} if chosen else usual), ((cookie, kept) if asked else None)


# --- the order of a list ----------------------------------------------------------------------------------------------


def _order(model: type[Model], sort: str, otherwise: str) -> str | OrderBy:
    """By the field that a sort names: states by their road, names in the reader's language, what is not filled last.

    Left alone, PostgreSQL puts what is not filled first where SQLite puts it last.
    """
    name = sort.removeprefix("-")
    path = list(_path(model, name))
    last = path[-1] if path else None
    given = last.choices if isinstance(last, Field) else None
    value: Any = F(name)
    if last is not None and given and last.get_internal_type() == "CharField":
        road = [key for key, _words in last.flatchoices]
        value = Case(*(When(**{name: key}, then=n) for n, key in enumerate(road)), default=len(road))
    elif otherwise and active_language() == "en":
        value = F(otherwise)  # where people are named as their passports do
    elif otherwise:
        value = first_filled(name, otherwise)
    elif isinstance(last, Field) and name.endswith("_kk") and active_language() != "kk":
        value = first_filled(f"{name[:-2]}{active_language()}", name)
    elif path and not any(field.null for field in path):
        return sort  # the plain form, which an index serves
    ordered: OrderBy = value.asc(nulls_last=True) if sort == name else value.desc(nulls_last=True)
    return ordered


def first_filled(name: str, otherwise: str) -> Collate:
    """The first of two names, where it is empty the second, in the order of the alphabet."""
    return Collate(Coalesce(NullIf(F(name), Value("")), F(otherwise)), COLLATION)


def _path(model: type[Model], name: str) -> "Iterator[Field[Any, Any]]":
    """The fields that a sort passes on its way; none where it is no field but what the query counts."""
    options = model._meta  # noqa: SLF001 -- Django's documented API
    for part in name.split("__"):
        if part not in {field.name for field in options.get_fields()}:
            return
        field = options.get_field(part)
        if not isinstance(field, Field):
            return
        yield field
        if field.related_model and not isinstance(field.related_model, str):
            options = field.related_model._meta  # noqa: SLF001 -- as above
