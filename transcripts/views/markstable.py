"""Marks typed in a table: what was typed becomes a file, is looked at as a dry run, then posted whole (5.10, 5.12)."""

from collections import defaultdict

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from core.grids import typed_rows
from core.imports import Problem
from core.workflow import RefusedError
from institutions.models import User
from institutions.permissions import signed_in, standing_of
from institutions.selectors import universities_visible_to
from transcripts.imports.typed import COLUMNS, TypedMark, cells_of
from transcripts.selectors import marks as selectors
from transcripts.selectors.expected import Group, expected_marks, groups_of
from transcripts.services import results as services
from transcripts.tables import marks as tables


def groups_to_type(request: HttpRequest) -> list[Group]:
    """The terms and pathways of which this person brings marks."""
    standing = standing_of(request.user)
    return groups_of(selectors.terms_to_import(standing, universities_visible_to(standing).order_by("pk")))


@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """Whose marks are to be typed: a term and a pathway."""
    groups = groups_to_type(request)
    if not groups:
        raise Http404
    return render(request, "transcripts/results_type.html", {"groups": groups})


@require_http_methods(["GET", "HEAD", "POST"])
def marks_table(request: HttpRequest, term: int, pathway: int) -> HttpResponse:
    """The marks of a pathway's students in a term; without a fault they are kept as a file and shown as a dry run."""
    group = next((one for one in groups_to_type(request) if (one.term.pk, one.pathway.pk) == (term, pathway)), None)
    if group is None:
        raise Http404
    if request.method != "POST":
        return _shown(request, group, None, [])
    typed = {key: TypedMark(**line) for key, line in typed_rows(request.POST, COLUMNS).items()}
    if request.POST.get("do") == "more":
        return _shown(request, group, typed, [])
    actor = signed_in(request.user)
    name, filled = _file_name(actor), {key: line for key, line in typed.items() if line.mark.strip()}
    try:
        upload, report = services.keep_typed_marks(lines=list(filled.values()), term=group.term, name=name, actor=actor)
    except RefusedError as refusal:
        return _shown(request, group, typed, [], refusal=str(refusal))
    if upload is not None:
        return redirect("transcripts:results-check", pk=upload.pk)
    places = cells_of(list(filled), name)
    told = [(*places.get(problem.where, ("", "")), problem) for problem in report.problems]
    return _shown(request, group, typed, told)


def _file_name(actor: User) -> str:
    """The source that a posted mark names, as short as its row needs: who typed it and when, in no language."""
    return f"{str(actor)[:36]}, {timezone.localtime():%d.%m.%Y %H.%M}.csv"


def _shown(
    request: HttpRequest,
    group: Group,
    typed: dict[str, TypedMark] | None,
    told: list[tuple[str, str, Problem]],
    refusal: str = "",
) -> HttpResponse:
    faults: dict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)
    for key, column, problem in told:
        if key:
            faults[key][column] = (*faults[key].get(column, ()), problem.words)
    lines = tables.marks_table(expected_marks(group.term, group.pathway), typed, faults)
    context = {
        "group": group,
        "rows": lines,
        "totals": tables.totals_of(lines),
        "back": reverse("transcripts:results-type"),
        "empty": tables.blank_lines(lines),
        "pattern": tables.blank("key"),
        "told": [(line, cell, fault) for line in lines for cell in line.cells.values() for fault in cell.faults],
        "others": [problem.words for key, _column, problem in told if not key],
        "refusal": refusal,
    }
    return render(request, "transcripts/results_table.html", context, status=422 if told or refusal else 200)
