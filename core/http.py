"""What thin doors share: refusals become messages, lists answer as page or file, files go out safely."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar
from urllib.parse import quote

from django.contrib import messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse

from core.exports import to_csv, to_xlsx
from core.tables import Listing
from core.workflow import RefusedError

ModelType = TypeVar("ModelType", bound=Model)
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class _RefusalsAsMessages:
    """A context that swallows a refusal; a class, so that type checkers know that what follows it is reached."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> bool:
        if isinstance(error, RefusedError):
            messages.error(self.request, str(error))
            return True
        return False


def refusals_as_messages(request: HttpRequest) -> _RefusalsAsMessages:
    """Show why a step was not taken as a message; anything but a refusal goes on."""
    return _RefusalsAsMessages(request)


def page_of(subject_type: str, pk: int) -> str:
    """The page of a thing by the house's convention: `admissions.application` lives at `admissions:application`."""
    app, model = subject_type.split(".")
    try:
        return reverse(f"{app}:{model}", kwargs={"pk": pk})
    except NoReverseMatch:
        return ""


def file_response(content: bytes, *, name: str, content_type: str, inline: bool = False) -> HttpResponse:
    """A file that the browser saves (or, `inline`, shows) and never guesses the type of."""
    response = HttpResponse(content, content_type=content_type)
    kind = "inline" if inline else "attachment"
    response["Content-Disposition"] = f"{kind}; filename*=UTF-8''{quote(name)}"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def list_response(
    request: HttpRequest, template: str, listing: Listing[ModelType], *, name: str, context: Mapping[str, Any]
) -> HttpResponse:
    """Answer a list as a page, or with `?export=xlsx|csv` as a file of everything that the filter leaves."""
    kind = request.GET.get("export")
    if kind == "xlsx":
        content = to_xlsx(name, listing.columns, _all(listing.rows))
        return file_response(content, name=f"{name}.xlsx", content_type=XLSX_TYPE)
    if kind == "csv":
        content = to_csv(listing.columns, _all(listing.rows))
        return file_response(content, name=f"{name}.csv", content_type="text/csv")
    return render(request, template, {"listing": listing, "page": listing.page, **context})


def _all(rows: QuerySet[ModelType]) -> Iterator[ModelType]:
    return rows.iterator(chunk_size=2000)
