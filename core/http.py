"""What thin doors share: refusals as messages or beside fields, forms, lists as page or file, files that go out safely."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import wraps
from http import HTTPStatus
from typing import Any, TypeVar, cast
from urllib.parse import quote, urlsplit

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone, translation
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext

from core.exports import to_csv, to_xlsx
from core.faults import Fault
from core.grids import Faults, Rows
from core.heads import Header, heads_of, sample
from core.imports import ImportReport
from core.machine import Blocker, Step
from core.tables import Listing
from core.workflow import ChangedMeanwhileError, FaultyError, ManyRefusedError, RefusedError, WrongStateError

ModelType = TypeVar("ModelType", bound=Model)
Report = TypeVar("Report", bound=ImportReport)
_A_YEAR = 365 * 24 * 60 * 60
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


def language_of(request: HttpRequest) -> str:
    """The language that somebody reads pages in."""
    known = dict(settings.LANGUAGES)
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if chosen in known:
        return chosen
    own = getattr(getattr(request, "user", None), "language", "")
    return own if own in known else settings.LANGUAGE_CODE


def in_the_browsers_language(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page that strangers open: in the language that their browser asks for, until somebody chooses another (decision 0009)."""

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        known = request.user.is_authenticated
        language = language_of(request) if known else translation.get_language_from_request(request)
        with translation.override(language):
            response = view(request, *args, **kwargs)
        response.headers["Content-Language"] = language
        return response

    return opened


def part_of(page: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """A part that a page fetches for itself: whoever opens its bare address is led to `page`, named by the same arguments."""

    def of_the_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            answer = view(request, *args, **kwargs)
            fetched = "HX-Request" in request.headers
            return answer if fetched or answer.status_code != HTTPStatus.OK else redirect(page, *args, **kwargs)

        return opened

    return of_the_page


def page_of_form(request: HttpRequest) -> str:
    """The address to come back to: that of a page that is read; of what was sent, the page that its form stood on.

    Where a form is sent to may have no page of its own. The first page, where the browser is silent or names another site.
    """
    if request.method in {"GET", "HEAD"}:
        return request.get_full_path()
    page = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure())
    return urlsplit(page)._replace(scheme="", netloc="", fragment="").geturl() if page and ours else "/"


def keys(written: Iterable[str]) -> list[int]:
    """The keys of a list as an address or a form has them; what can be no key is nobody's."""
    return [int(key) for key in written if key.isdecimal() and len(key) < 19]


def tell_done(request: HttpRequest, step: Step[Any]) -> None:
    """Tell whoever took a step what has come of it."""
    messages.success(request, gettext("Done: %(what)s") % {"what": gettext(step.done)})


def show_refusal(form: forms.BaseForm, refusal: RefusedError, *, beside: str | None = None) -> None:
    """Say with a form why it was not taken: each fault beside its field; what is of no field here above the form, or `beside`
    a field.

    The form is no longer valid then, and is shown again as it was typed. Who has been told what changed meanwhile has seen
    it: the hidden field `seen` says so, and saving again overwrites it.
    """
    if isinstance(refusal, ChangedMeanwhileError):
        typed = cast(QueryDict, form.data).copy()
        typed["seen"] = refusal.now
        form.data = typed
    told = refusal.told() if isinstance(refusal, FaultyError) else [(beside, str(refusal))]
    for field, words in told:
        form.add_error(field if field in form.fields else beside, words)


def save_rows(
    forms_of: Mapping[str, forms.BaseForm], typed: Rows, save: Callable[[], object], *, beside: str
) -> tuple[Faults, str]:
    """Save the rows of a grid, all or none: what is wrong, by row and column, or why nothing of it can be saved.

    `beside`: the column of a refusal that is of none. Who has been told what changed meanwhile has seen it: `typed` says so,
    and saving again overwrites it.
    """
    faults: Faults = {
        key: {name: tuple(map(str, told)) for name, told in form.errors.items()}
        for key, form in forms_of.items()
        if not form.is_valid()
    }
    if faults:
        return faults, ""
    try:
        save()
    except ManyRefusedError as refusal:
        for key, now in refusal.news().items():
            typed[key]["seen"] = now
        return refusal.told(beside=beside), ""
    except RefusedError as refusal:
        return {}, str(refusal)
    return {}, ""


def taken(
    request: HttpRequest,
    form: forms.BaseForm,
    save: Callable[[], object],
    *,
    beside: str | None = None,
    faults: Callable[[], Iterable[Fault]] | None = None,
) -> bool:
    """True once what was sent is dealt with: `save` took it, or somebody was first and there is nothing left to fill in.

    Anything else that is refused stands with the form as it was typed, for `form_response`: nothing typed is lost. `faults`: what
    `save` would find in what can be read of a form of which something cannot; told in the same round.
    """
    if request.method != "POST":
        return False
    if not form.is_valid():
        found = list(faults()) if faults else []
        for field, words in FaultyError(*found).told() if found else ():
            if field in form.fields and field not in form.errors:
                form.add_error(field, words)
        return False
    try:
        save()
    except WrongStateError as refusal:
        messages.error(request, str(refusal))
    except RefusedError as refusal:
        show_refusal(form, refusal, beside=beside)
        return False
    except ObjectDoesNotExist as error:
        raise Http404 from error
    return True


def form_response(request: HttpRequest, template: str, context: Mapping[str, Any]) -> HttpResponse:
    """A page with a `form`: 422 where something of it is refused."""
    return render(request, template, dict(context), status=422 if context["form"].errors else 200)


def keep_typing(form: forms.BaseForm, save: Callable[[], str]) -> JsonResponse:
    """Answer a form that saves itself while somebody writes (static/js/autosave.js): when it was saved, or why not.

    `save` gives what the form has seen since. 409: saved elsewhere meanwhile; the form's own buttons show both then.
    """
    if not form.is_valid():
        return JsonResponse(
            {"words": " ".join(str(text) for texts in form.errors.values() for text in texts)}, status=422
        )
    try:
        seen = save()
    except RefusedError as refusal:
        return JsonResponse({"words": str(refusal)}, status=409)
    words = gettext("Saved %(time)s") % {"time": f"{timezone.localtime():%H:%M}"}
    return JsonResponse({"words": words, "seen": seen})


def form_page(
    request: HttpRequest,
    form: forms.BaseForm,
    *,
    label: str,
    back: str,
    save: Callable[[], object],
    subtitle: object = "",
    to: Callable[[Any], str] | None = None,
    note: str = "",
    send: str = "",
    beside: str | None = None,
    headers: Sequence[Header] = (),
    faults: Callable[[], Iterable[Fault]] | None = None,
) -> HttpResponse:
    """A page of one form: typed in, `save` is called; what it refuses stands with the form as it was typed.

    `to` says where to go with what `save` made, else back; `send` is the button's word; a fault stands beside its field, any
    other refusal above the form, or `beside` a field. Where somebody was first there is nothing left to fill in: `back` then
    shows how it stands. Who comes back is told that it was saved, unless `save` has told more. `headers`: the columns of the
    table that is handed in, told beside it and given as a sample. `faults`: as `taken` has them.
    """
    if headers and (asked := asked_sample(request, label, headers)):
        return asked
    made: list[Any] = []
    if taken(request, form, lambda: made.append(save()), beside=beside, faults=faults):
        if to is None and not len(messages.get_messages(request)):
            messages.success(request, gettext("Saved."))
        return redirect(to(made[0]) if to and made else back)
    context = {"form": form, "label": label, "subtitle": subtitle, "back": back, "note": note, "send": send}
    context |= {"happens": (), "preview": "", **told_heads(headers)}
    return form_response(request, "ui/form_page.html", context)


class _Shown(forms.Form):
    """What a page of confirmation was asked about, so that nothing else is done."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)


def confirm_page(
    request: HttpRequest,
    *,
    label: str,
    back: str,
    happens: Sequence[str],
    subtitle: object = "",
    preview: str = "",
    seen: str = "",
) -> HttpResponse:
    """A page that says in sentences what a step which cannot be taken back will do; its one button posts to the same address.

    `preview`: where the paper can be seen that it will issue; `seen`: a mark of what was shown, posted along.
    """
    form = _Shown(initial={"seen": seen})
    context = {"form": form, "label": label, "subtitle": subtitle, "back": back, "note": "", "send": label}
    return render(request, "ui/form_page.html", {**context, "happens": happens, "preview": preview})


def asked_sample(request: HttpRequest, name: str, headers: Sequence[Header]) -> HttpResponse | None:
    """With `?sample` the empty table of an import, in the reader's language; None where the page is asked for."""
    if "sample" not in request.GET:
        return None
    return file_response(sample(name, headers), name=f"{name}.xlsx", content_type=XLSX_TYPE)


def told_heads(headers: Sequence[Header]) -> dict[str, object]:
    """What ui/_heads.html tells of a table: the heads that it must have, and those that it may have besides."""
    return {"heads": str(heads_of(headers, required=True)), "more_heads": str(heads_of(headers, required=False))}


def dry_run_page(
    request: HttpRequest,
    *,
    attempt: Callable[[], Report],
    write: Callable[[], Report],
    done: Callable[[Report], HttpResponse],
    context: Mapping[str, Any],
    template: str = "ui/dry_run.html",
) -> HttpResponse:
    """What a kept file would do, row by row; sent off, the same file is written at once and whole, and `done` leads on.

    `context`: file, here, again, back and confirm, the word of the button; besides subtitle and what `template` shows more.
    What is refused as a whole is told on the page `again`, where another file is chosen.
    """
    sent = request.method == "POST"
    with refusals_as_messages(request):
        report = write() if sent else attempt()
        if sent and report.ok:
            return done(report)
        return render(request, template, {"report": report, **context}, status=422 if sent else 200)
    return redirect(context["again"])


@dataclass(frozen=True, slots=True)
class Pointed:
    """What stands in the way, with the page where it is removed: {% blockers %} makes a link of it."""

    blocker: Blocker
    url: str


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
    request: HttpRequest,
    template: str,
    listing: Listing[ModelType],
    *,
    name: str,
    context: Mapping[str, Any] | None = None,
    beside: Mapping[int, Any] | None = None,
    deeds: Sequence[Any] = (),
    deeds_url: str = "",
) -> HttpResponse:
    """Answer a list as a page (ui/list.html), or with `?export=xlsx|csv` as a file of everything that the filter leaves.

    `name` heads the page and names the file. `beside`: what a row shows that is not its own, by key. `deeds` (core.bulk): what
    the reader may do with many rows, at `deeds_url`.
    """
    kind = request.GET.get("export")
    if kind == "xlsx":
        content = to_xlsx(name, listing.columns, _all(listing.rows))
        return file_response(content, name=f"{name}.xlsx", content_type=XLSX_TYPE)
    if kind == "csv":
        content = to_csv(listing.columns, _all(listing.rows))
        return file_response(content, name=f"{name}.csv", content_type="text/csv")
    shown = {"listing": listing, "page": listing.page, "heading": name, "beside_of": beside or {}}
    bulk = {"deeds": deeds, "deeds_url": deeds_url}
    response = render(request, template, {**shown, **bulk, **(context or {})})
    if listing.remember:
        key, value = listing.remember
        secure = settings.SESSION_COOKIE_SECURE
        response.set_cookie(key, value, max_age=_A_YEAR, httponly=True, samesite="Lax", secure=secure)
    return response


def _all(rows: QuerySet[ModelType]) -> Iterator[ModelType]:
    return rows.iterator(chunk_size=2000)


@dataclass(frozen=True, slots=True)
class Onward:
    """A page where a thing is gone on with: what it is, where, how it stands there (in the reader's words), on which clause;
    `more`: what else is to be known of it.

    `movers`: the roles whose move it is there, as often as things are theirs to do, which of them are the reader's own (`mine`),
    and until when; None where that page is not what is waited for.
    """

    label: str
    url: str
    state: str = ""
    clause: str = ""
    movers: tuple[str, ...] | None = None
    mine: frozenset[str] = frozenset()
    due: date | None = None
    more: str = ""


# How later apps lead on from the page of an earlier one, which may not know them: filled when the apps are ready.
_ONWARD: dict[str, list[Callable[[Any, int], list[Onward]]]] = {}


def lead_on(subject_type: str, finder: Callable[[Any, int], list[Onward]]) -> None:
    """Let `finder` tell whoever looks at things of a type (a standing, a key) where they may go on from one."""
    finders = _ONWARD.setdefault(subject_type, [])
    if finder not in finders:
        finders.append(finder)


def onward_from(subject_type: str, pk: int, standing: object) -> list[Onward]:
    """Where somebody may go on from a thing, in the order of the road."""
    return [page for finder in _ONWARD.get(subject_type, ()) for page in finder(standing, pk)]


def number_on_request(number: str, *, person_id: int, is_own: bool) -> str:
    """A passport's number or an IIN on a page: in clear to its bearer, to others as the way to where reading is written down."""
    if is_own or not number:
        return number
    return format_html('<a href="{}">{}</a>', reverse("numbers", args=[person_id]), gettext("Show the number"))
