"""The director's decisions on a draft protocol as one table, saved at once: all or none, each fault beside its cell."""

from collections.abc import Mapping

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.grids import Faults, Rows, typed_rows
from core.http import keys, save_rows
from institutions.enums import Role
from institutions.permissions import signed_in, standing_of
from transcripts.enums import ProtocolState
from transcripts.forms.study import DecisionForm
from transcripts.models import RecognitionLine, RecognitionProtocol
from transcripts.permissions.study import roles_on_protocol
from transcripts.selectors import protocols as selectors
from transcripts.selectors.removals import removal_days
from transcripts.services import decisions as services
from transcripts.tables.protocol import TYPED, protocol_table, totals_of


@require_http_methods(["GET", "HEAD", "POST"])
def decisions(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept or refuse each course, and how and until when differences are removed, in one form."""
    who = standing_of(request.user)
    protocol = get_object_or_404(selectors.protocols_visible_to(who), pk=pk)
    if Role.INSTITUTE_DIRECTOR not in roles_on_protocol(protocol, who):
        raise Http404
    if protocol.state != ProtocolState.DRAFT:
        messages.error(request, _("Only a draft protocol can be changed."))
        return redirect("transcripts:recognitionprotocol", pk=pk)
    if request.method != "POST":
        return _shown(request, protocol, {}, {})
    typed = typed_rows(request.POST, TYPED)
    faults, refusal = _saved(request, protocol, typed)
    if not faults and not refusal:
        messages.success(request, _("Saved."))
        return redirect("transcripts:recognitionprotocol", pk=pk)
    return _shown(request, protocol, typed, faults, refusal)


def _saved(request: HttpRequest, protocol: RecognitionProtocol, typed: Rows) -> tuple[Faults, str]:
    """Save what was typed; what was wrong with it, by course and column, or why nothing of it can be."""
    if len(keys(typed)) != len(typed):
        raise Http404
    forms = {key: DecisionForm(values) for key, values in typed.items()}
    try:
        return save_rows(forms, typed, lambda: _decide(request, protocol, forms), beside="way")
    except RecognitionLine.DoesNotExist:
        raise Http404 from None


def _decide(request: HttpRequest, protocol: RecognitionProtocol, forms: Mapping[str, DecisionForm]) -> None:
    decided = [_decision(int(key), form) for key, form in forms.items()]
    services.decide_protocol(protocol_id=protocol.pk, decisions=decided, actor=signed_in(request.user))


def _decision(course_id: int, form: DecisionForm) -> services.Decision:
    given = dict(form.cleaned_data)
    recognised = given.pop("decision") != "refuse"
    return services.Decision(course_id, recognised, **{**given, "reason": "" if recognised else given["reason"]})


def _shown(
    request: HttpRequest, protocol: RecognitionProtocol, typed: Rows, faults: Faults, refusal: str = ""
) -> HttpResponse:
    rows = protocol_table(protocol, typed, faults)
    cells = [(row.course, cell) for row in rows for cell in row.cells.values() if cell.faults]
    context = {
        "protocol": protocol,
        "partner": protocol.term.university,
        "rows": rows,
        "days": removal_days(protocol),
        "totals": totals_of(rows),
        "back": reverse("transcripts:recognitionprotocol", args=[protocol.pk]),
        "told": [(course, cell, fault) for course, cell in cells for fault in cell.faults],
        "refusal": refusal,
    }
    return render(request, "transcripts/protocol_decisions.html", context, status=422 if faults or refusal else 200)
