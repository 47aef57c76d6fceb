"""A list page: the columns of an export, sorted and paged. Filters are django-filter's, the page is this."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import F, Model, QuerySet
from django.db.models.expressions import OrderBy
from django.http import QueryDict

from core.exports import Column

ModelType = TypeVar("ModelType", bound=Model)
PAGE_SIZE = 50


@dataclass(frozen=True)
class Listing(Generic[ModelType]):
    """What a list page shows: the sorted rows, the page asked for, and how it is sorted now."""

    rows: QuerySet[ModelType]
    page: Page[ModelType]
    sort: str
    columns: Sequence[Column[ModelType]]


def paged(rows: QuerySet[ModelType], query: QueryDict, *, size: int = PAGE_SIZE) -> Page[ModelType]:
    """The rows of `?page=` of sorted rows; the last page where there are not so many, the first where none is asked for."""
    return Paginator(rows, size).get_page(query.get("page"))


def _order(model: type[Model], sort: str) -> str | OrderBy:
    """What is not filled stands last: left alone, PostgreSQL puts it first where SQLite puts it last."""
    name = sort.removeprefix("-")
    empty = {field.name for field in model._meta.fields if field.null}  # noqa: SLF001 -- Django's documented API
    if name not in empty:
        return sort  # the plain form, which an index serves
    return F(name).asc(nulls_last=True) if sort == name else F(name).desc(nulls_last=True)


def listing(
    queryset: QuerySet[ModelType], columns: Sequence[Column[ModelType]], query: QueryDict, *, default_sort: str
) -> Listing[ModelType]:
    """Sort by `?sort=field` or `?sort=-field` (only fields that a column declares) and take `?page=`."""
    allowed = {column.order for column in columns if column.order}
    sort = query.get("sort", "")
    if sort.removeprefix("-") not in allowed:
        sort = default_sort
    rows = queryset.order_by(_order(queryset.model, sort), "pk")
    return Listing(rows=rows, page=paged(rows, query), sort=sort, columns=columns)
