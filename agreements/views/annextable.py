"""Annex 1 typed as a table: from a version or from both curricula; checked and written as a file is."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from agreements.imports.rows import AnnexReport, plain_name
from agreements.imports.typed import COLUMNS, TypedLine, cell_place, printed_name
from agreements.models import AnnexVersion, Pathway
from agreements.permissions import opens_agreements, side_of
from agreements.selectors.annex import agreed_before, courses_to_tie, latest_for, rows_of
from agreements.services import annex as services
from agreements.tables import typing
from agreements.views.annex import told, visible
from agreements.views.pathways import visible as visible_pathway
from agreements.workflow.agreement import OPEN_TO_ANNEX
from core.grids import grid_row, typed_rows
from core.http import keys
from core.imports import Problem
from core.workflow import ChangedMeanwhileError, RefusedError
from institutions.permissions import signed_in, standing_of
from programmes.models import Course


@dataclass
class _Page:
    """What the page shows: the lines as they stand or were typed, and what came of checking them."""

    pathway: Pathway
    courses: tuple[list[Course], list[Course]]
    lines: dict[str, TypedLine]
    seen: str
    version: AnnexVersion | None = None
    report: AnnexReport | None = None
    refusal: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
def annex_table(request: HttpRequest, pk: int) -> HttpResponse:
    """A table from both curricula: each course of the University a line, with what was agreed for it before."""
    return _page(request, visible_pathway(request, pk))


@require_http_methods(["GET", "HEAD", "POST"])
def version_table(request: HttpRequest, pk: int) -> HttpResponse:
    """A table from a version: what is written is the next one."""
    found = visible(request, pk)
    return _page(request, found.pathway, found)


def _page(request: HttpRequest, pathway: Pathway, version: AnnexVersion | None = None) -> HttpResponse:
    side = side_of(standing_of(request.user), pathway)
    if side is None:
        raise Http404
    back = _back(pathway, version)
    if pathway.agreement.state not in OPEN_TO_ANNEX:
        messages.error(request, gettext("The text is agreed: return the agreement to the draft to change it."))
        return redirect(back)
    courses = courses_to_tie(pathway)
    if request.method == "POST":
        typed = {key: TypedLine(**line) for key, line in typed_rows(request.POST, COLUMNS).items()}
        page = _Page(pathway, courses, typed, request.POST.get("seen", ""), version)
        return _answer(request, page)
    latest = latest_for(pathway, side)
    page = _Page(pathway, courses, {}, str(latest.pk) if latest else "", version)
    page.lines = _numbered(_first_lines(request, page))
    return _shown(request, page)


def _back(pathway: Pathway, version: AnnexVersion | None) -> str:
    if version is not None:
        return reverse("agreements:annexversion", args=[version.pk])
    return reverse("agreements:pathway", args=[pathway.pk])


def _first_lines(request: HttpRequest, page: _Page) -> list[TypedLine]:
    if page.version is not None:
        lines = typing.lines_of(rows_of(page.version))
    else:
        before = agreed_before(page.pathway, standing_of(request.user))
        lines = typing.lines_of_curricula(*page.courses, before)
    return typing.to_read(lines, typing.names_to_read(page.courses[0]))


def _numbered(lines: Sequence[TypedLine]) -> dict[str, TypedLine]:
    return {str(number): line for number, line in enumerate(lines, start=1)}


def _answer(request: HttpRequest, page: _Page) -> HttpResponse:
    """What was asked of the typed table: more lines, a check, or to write it. Nothing that was typed is lost."""
    actor = signed_in(request.user)
    lines = list(page.lines.values())
    asked = request.POST.get("do", "check")
    try:
        if asked == "check":
            page.report = services.try_typed_annex(pathway_id=page.pathway.pk, lines=lines, actor=actor)
        elif asked == "save":
            report = services.write_annex(pathway_id=page.pathway.pk, lines=lines, actor=actor, seen=page.seen)
            if report.ok:
                messages.success(request, told(report.made, written=report.written))
                return redirect("agreements:annexversion", pk=report.made.pk)
            page.report = report
    except ChangedMeanwhileError as refusal:
        page.refusal, page.seen = str(refusal), refusal.now
    except RefusedError as refusal:
        page.refusal = str(refusal)
    return _shown(request, page)


def _shown(request: HttpRequest, page: _Page) -> HttpResponse:
    """The page, with empty lines at its end; 422 where something has to be corrected."""
    problems = page.report.problems if page.report else []
    rows = typing.typed_table(page.lines, problems)
    taken = max(keys(page.lines), default=0)
    shown = typing.columns()
    empty = [
        typing.TypedRow(str(key), grid_row(shown, str(key), len(rows) + at, {}, {}))
        for at, key in enumerate(range(taken + 1, taken + 1 + typing.BLANK_LINES), start=1)
    ]
    home, partner = page.courses
    names = typing.names_to_read(home)
    standing = standing_of(request.user)
    before = agreed_before(page.pathway, standing)
    context = {
        "pathway": page.pathway,
        "opens_agreement": opens_agreements(standing),
        "partner": page.pathway.partner_programme.university,
        "version": page.version,
        "seen": page.seen,
        "rows": rows,
        "empty": empty,
        "pattern": typing.TypedRow("key", grid_row(shown, "key", 0, {}, {})),
        "totals": typing.totals_of(rows, page.pathway),
        "home_courses": [(names.get(plain_name(name := printed_name(course)), name), course) for course in home],
        "partner_courses": [(printed_name(course), course) for course in partner],
        "agreed": typing.agreed_list(before, home, partner),
        "report": page.report,
        "told": _told_cells(rows, problems),
        "refusal": page.refusal,
        "back": _back(page.pathway, page.version),
    }
    wrong = page.refusal or (page.report is not None and not page.report.ok)
    return render(request, "agreements/annex_table.html", context, status=422 if wrong else 200)


def _told_cells(rows: Sequence[typing.TypedRow], problems: Sequence[Problem]) -> list[tuple[str, Problem]]:
    """Each problem with the id of its cell, to which the summary on top leads; empty for what is of the whole table."""
    cells = (cell for row in rows for cell in row.cells.values())
    ids = {cell_place(cell.line, cell.column.name): cell.name for cell in cells}
    return [(ids.get(problem.where, ""), problem) for problem in problems]
