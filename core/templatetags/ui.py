"""What pages are built from: the tags and filters of the shared look.

Each tag renders templates/ui/NAME.html. The module is a builtin of the template engine: no {% load %} is needed.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django import template
from django.conf import settings
from django.core.paginator import Page
from django.forms import BaseForm, BoundField, CheckboxInput, DateInput, FileInput
from django.http import HttpRequest
from django.template import Context
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext

from core.grids import GridCell, TotalRow, Totals
from core.http import Pointed, page_of
from core.permissions import whose_move
from core.story import NamedPaper, Told, papers_open_to, said
from core.templatetags.written import as_date, credits_, days_left
from core.values import printed, today
from core.way import Stage

register = template.Library()
Values = dict[str, Any]
NOTHING = "—"
DASHES = "---------"  # how Django shows that nothing is chosen
TONES = frozenset({"good", "attention", "bad", "plain", "accent"})
BUTTONS = frozenset({"main", "quiet", "danger"})


def _tone(tone: str) -> str:
    if tone not in TONES:
        raise template.TemplateSyntaxError(f"no tone {tone!r}: {', '.join(sorted(TONES))}")
    return tone


def _url(name: str, *args: object) -> str:
    """The address of a page that may not be there (tests with their own URLs): empty then."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


# --- heads, strips, blockers ----------------------------------------------------------------------------------------


class Crumb(NamedTuple):
    """One step of the way to a page."""

    label: object
    url: str


@register.inclusion_tag("ui/page_head.html")
def page_head(
    title: object,
    subtitle: object = None,
    crumbs: Iterable[tuple[object, str]] | None = None,
    status: object = None,
    tone: str = "accent",
) -> Values:
    """The head of a page: the way to it, its name, a chip beside it, one line under it."""
    way = [Crumb(label, url) for label, url in crumbs or ()]
    return {"title": title, "subtitle": subtitle, "crumbs": way, "status": status, "tone": _tone(tone)}


@register.inclusion_tag("ui/strip.html", takes_context=True)
def strip(
    context: Context,
    where: object,
    movers: Sequence[object] | str,
    due: object = None,
    action: object = None,
    others: Sequence[object] = (),
) -> Values:
    """Where it stands, whose move, until when, the one main action; `others` are quiet actions beside it.

    An action has label, url, blockers, method ("post" or "get") and confirm_url: with blockers it stays, grey, and
    refers to the card that {% blockers %} makes.
    """
    day_ = as_date(due)
    return {
        "where": where,
        "movers": [movers] if isinstance(movers, str) else list(movers),
        "due": day_,
        "ahead": days_left(day_) if day_ and (day_ - today()).days > 1 else "",
        "action": action,
        "others": others,
        "csrf_token": context.get("csrf_token"),
    }


def _shown_blocker(blocker: Any) -> Values:
    if isinstance(blocker, Pointed):
        return {**_shown_blocker(blocker.blocker), "url": blocker.url}
    text = gettext(blocker.text)
    return {
        "clause": blocker.clause,
        "text": text % said(blocker.params) if blocker.params else text,
        "roles": [blocker.whose_move],
    }


@register.inclusion_tag("ui/blockers.html", takes_context=True)
def blockers(context: Context, blockers: Iterable[Any], title: object = None, *, later: bool = False) -> Values:
    """A card of what stands in the way, each with its clause and whose move it is, `Pointed` ones with a link to where it is
    removed. One thing that several may remove is told once and names them all. Nothing when nothing does.

    `mine` of the page: the roles that its reader holds on this thing, told as "you" here too. `later`: what nobody can do yet.
    """
    shown: dict[object, Values] = {}
    for blocker in blockers:
        row = _shown_blocker(blocker)
        same = shown.setdefault((row["clause"], row["text"], row.get("url")), row)
        same["roles"] = list(dict.fromkeys([*same["roles"], *row["roles"]]))
    for row in shown.values():
        row["movers"] = whose_move(row["roles"], context.get("mine") or (), in_sentence=True)
    return {"blockers": list(shown.values()), "title": title, "later": later}


@register.inclusion_tag("ui/clause.html")
def clause(key: object) -> Values:
    """A clause as a small dotted link; its text is fetched once when somebody hovers or focuses it."""
    known = bool(key)
    return {
        "key": printed(str(key)),
        "url": _url("regulation:clause", key) if known else "",
        "peek": _url("regulation:peek", key) if known else "",
    }


@register.inclusion_tag("ui/status.html")
def status(text: object, tone: str = "plain") -> Values:
    """A chip with a word. Tones: good, attention, bad, plain, accent."""
    return {"text": text, "tone": _tone(tone)}


def _addresses(context: Context, papers: Iterable[NamedPaper]) -> dict[int, str]:
    """Where this reader may open papers: each is asked for once on a page, which tells of it in several places."""
    request = context.get("request")
    if request is None:
        return {}
    known: dict[int, str] = getattr(request, "paper_addresses", {})
    asked = {paper for paper in papers if paper.pk not in known}
    may = papers_open_to(request.user, asked)
    known |= {one.pk: page_of("documents.officialdocument", one.pk) if one.pk in may else "" for one in asked}
    request.paper_addresses = known
    return known


@register.inclusion_tag("ui/timeline.html", takes_context=True)
def timeline(context: Context, steps: Iterable[Stage]) -> Values:
    """The road of a thing: steps done (who, when, papers in their place), the step now, the steps to come."""
    shown = list(steps)
    urls = _addresses(context, [paper for step in shown for paper in step.papers])
    return {"steps": [(step, [(paper.number, urls.get(paper.pk)) for paper in step.papers]) for step in shown]}


@register.inclusion_tag("ui/history.html", takes_context=True)
def history(context: Context, story: Iterable[Told]) -> Values:
    """A card of what happened to a thing, the newest first, each paper linked by its number; nothing where nothing did."""
    entries = list(story)
    urls = _addresses(context, [entry.paper for entry in entries if entry.paper])
    return {"story": [(entry, _linked(entry, urls)) for entry in entries]}


def _linked(entry: Told, urls: Mapping[int, str]) -> SafeString | str:
    text = capfirst(entry.text)
    url = urls.get(entry.paper.pk) if entry.paper else ""
    if entry.paper is None or not url or entry.paper.number not in text:
        return text
    before, number, after = text.rpartition(entry.paper.number)
    return format_html('{}<a href="{}">{}</a>{}', before, url, number, after)


@register.inclusion_tag("ui/sent_back.html")
def sent_back(entry: Told | None) -> Values:
    """A note at the head of a page: who sent the thing back, and why; nothing where `entry` (core.way.sent_back) is None."""
    return {"entry": entry}


@register.inclusion_tag("ui/facts.html")
def facts(rows: Iterable[tuple[object, object]], kind: str = "") -> Values:
    """A list of labels and values; `kind="sums"` for short numbers at the right."""
    return {"rows": [(label, NOTHING if value in (None, "") else value) for label, value in rows], "kind": kind}


@register.inclusion_tag("ui/empty.html")
def empty(title: object, text: object = None, url: str | None = None, label: object = None) -> Values:
    """An empty list in words, with a way out."""
    return {"title": title, "text": text, "url": url, "label": label}


# --- forms ------------------------------------------------------------------------------------------------------------


@register.inclusion_tag("ui/field.html")
def field(bound_field: BoundField) -> Values:
    """A field with its label above, help, errors and required mark, for every kind of widget."""
    return field_context(bound_field)


def field_context(bound_field: BoundField) -> Values:
    """What ui/field.html needs: the field, its control as HTML and how it is laid out."""
    widget = bound_field.field.widget
    if getattr(bound_field.field, "empty_label", None) == DASHES:
        bound_field.field.empty_label = NOTHING  # type: ignore[attr-defined]  # a choice among rows
    attrs: dict[str, Any] = {}
    if isinstance(widget, DateInput) and widget.input_type == "text":
        attrs = {"inputmode": "numeric", "placeholder": gettext("dd.mm.yyyy"), "autocomplete": "off"}
    return {
        "field": bound_field,
        "control": bound_field.as_widget(attrs={**attrs, **widget.attrs}),
        "is_choice": isinstance(widget, CheckboxInput),
        "is_group": widget.use_fieldset and not isinstance(widget, FileInput),
        "required": bound_field.field.required,
    }


@register.inclusion_tag("ui/form_errors.html")
def form_errors(form: BaseForm) -> Values:
    """What has to be corrected, summed up on top of a form with links to the fields.

    Nobody types into a field that is not shown: of all such fields it is told once that the page was changed.
    """
    hidden = {bound.name for bound in form.hidden_fields()} & form.errors.keys()
    shown = ((name, error) for name, errors in form.errors.items() if name not in hidden for error in errors)
    rows: list[tuple[str, object, object]] = [(*_place(form, name), error) for name, error in shown]
    if hidden:
        words = gettext("Something that this page sends along unseen was changed: open the page anew.")
        rows.append(("", "", words))
    return {"rows": rows}


def _place(form: BaseForm, name: str) -> tuple[str, object]:
    """Where an error links to and the label there; nothing for an error of the whole form."""
    if name not in form.fields:
        return "", ""
    bound = form[name]
    # A group of choices has no id of its own: its first choice has.
    return bound.id_for_label or f"{bound.auto_id}_0", bound.label


@register.inclusion_tag("ui/upload_field.html")
def upload_field(bound_field: BoundField, max_bytes: int | None = None) -> Values:
    """A place to drop files into. What is too big or of a wrong kind is said at once (upload.js); the server checks again."""
    accept = bound_field.field.widget.attrs.get("accept", "")
    # A table is read whole and at once: its limit is another one (core.imports).
    limit = max_bytes or (settings.IMPORT_MAX_BYTES if ".xlsx" in accept else settings.UPLOAD_MAX_BYTES)
    return {
        **field_context(bound_field),
        "max_bytes": limit,
        "max_megabytes": credits_(round(Decimal(limit) / (1024 * 1024), 1)),
        "accept": accept,
    }


def _kind(kind: str) -> str:
    if kind not in BUTTONS:
        raise template.TemplateSyntaxError(f"no kind of button {kind!r}: {', '.join(sorted(BUTTONS))}")
    return kind


@register.inclusion_tag("ui/grid_cell.html")
def grid_cell(cell: GridCell) -> Values:
    """The control of a cell of a grid, named by its column and line. What is wrong with it stands under its line."""
    return {"cell": cell, "column": cell.column}


@register.inclusion_tag("ui/grid_faults.html")
def grid_faults(cells: Mapping[str, GridCell], columns: int) -> Values:
    """What is wrong with the cells of a line, under it in the whole width of the table: a column of numbers holds no sentence."""
    return {"cells": [cell for cell in cells.values() if cell.faults], "columns": columns}


@register.inclusion_tag("ui/grid_totals.html")
def grid_totals(totals: Totals) -> Values:
    """The totals under a grid, each sum under its column."""

    def placed(*rows: TotalRow) -> list[tuple[TotalRow, list[tuple[Any, ...]]]]:
        return [
            (row, [(one, row.sums.get(one.name, 0), row.sums.get(one.hours, 0)) for one in totals.columns])
            for row in rows
        ]

    return {
        "totals": totals,
        "rows": placed(*totals.rows),
        "whole": placed(totals.whole),
        "blank": placed(totals.blank),
    }


@register.inclusion_tag("ui/button.html")
def button(label: object, kind: str = "main", name: str | None = None, value: object = None) -> Values:
    """A submit button of the form it stands in."""
    return {"label": label, "kind": _kind(kind), "name": name, "value": value}


@register.inclusion_tag("ui/post_button.html", takes_context=True)
def post_button(
    context: Context, url: str, label: object, kind: str = "main", name: str | None = None, value: object = None
) -> Values:
    """A form of one button that posts to `url`."""
    given = {"url": url, "label": label, "kind": _kind(kind), "name": name, "value": value}
    return {**given, "csrf_token": context.get("csrf_token")}


# --- lists ------------------------------------------------------------------------------------------------------------


def _query(context: Context, **changes: str | None) -> str:
    """The query string of this page with `changes`; None takes a name away."""
    request: HttpRequest = context["request"]
    query = request.GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value is not None:
            query[name] = value
    return f"?{query.urlencode()}"


@register.inclusion_tag("ui/sort_header.html", takes_context=True)
def sort_header(context: Context, label: object, field: str, number: bool = False) -> Values:  # noqa: FBT001, FBT002 -- a tag's flag
    """A head cell that sorts by `field` (?sort=field, ?sort=-field) and keeps search and filters."""
    request: HttpRequest = context["request"]
    listing = context.get("listing")
    now = listing.sort if listing else request.GET.get("sort", "")
    direction = {field: "ascending", f"-{field}": "descending"}.get(now, "")
    url = _query(context, sort=f"-{field}" if now == field else field, page=None)
    return {"label": label, "url": url, "direction": direction, "number": number}


class PageLink(NamedTuple):
    """A page in the pager; no number stands for a gap."""

    number: int | None
    url: str
    current: bool


@register.inclusion_tag("ui/pager.html", takes_context=True)
def pager(context: Context, page_obj: Page[Any]) -> Values:
    """Which rows are shown, and links to the other pages; keeps search, filters and order."""
    numbers = page_obj.paginator.get_elided_page_range(page_obj.number, on_each_side=1, on_ends=1)
    links = [
        PageLink(number, _query(context, page=str(number)), number == page_obj.number)
        if isinstance(number, int)
        else PageLink(None, "", current=False)
        for number in numbers
    ]
    return {"page": page_obj, "links": links, "several": len(links) > 1}


@register.inclusion_tag("ui/export_links.html", takes_context=True)
def export_links(context: Context) -> Values:
    """What is shown, as XLSX and as CSV (?export=…)."""
    kinds = [("XLSX", "xlsx"), ("CSV", "csv")]
    return {"links": [(label, _query(context, export=kind, page=None)) for label, kind in kinds]}


# --- long work --------------------------------------------------------------------------------------------------------


@register.inclusion_tag("ui/progress_box.html")
def progress(job: object) -> Values:
    """The live bar of a job: counts in words, asks url "job" every second until it is finished."""
    return {"job": job}


@register.filter
def of_total(job: Any) -> int:
    """How many items of a job are through, with those that failed."""
    return int(job.done) + int(job.failed)
