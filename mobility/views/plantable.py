"""The lines of one's own side of a plan as one table, saved at once: all or none, each fault beside its cell."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.grids import Faults, Rows, typed_rows
from core.http import keys, save_rows
from institutions.permissions import signed_in, standing_of
from mobility.enums import PlanState
from mobility.forms.plans import LineForm, PartnerLineForm
from mobility.models import PlanItem, StudyPlan
from mobility.permissions.plans import at_university, edits_partner_side, edits_university_side, roles_on_plan
from mobility.selectors import plans as selectors
from mobility.services import plan_changes
from mobility.tables.plan import TYPED, plan_table, totals_of


@require_http_methods(["GET", "HEAD", "POST"])
def plan_lines(request: HttpRequest, pk: int) -> HttpResponse:
    """All lines of one's own side in one form."""
    standing = standing_of(request.user)
    plan = get_object_or_404(selectors.plans_visible_to(standing), pk=pk)
    roles = roles_on_plan(plan, standing)
    if not (edits_university_side(roles) or edits_partner_side(roles)):
        raise Http404
    if plan.state != PlanState.DRAFT:
        messages.error(request, _("Only a draft can be changed: return the plan, or make a new version."))
        return redirect("mobility:studyplan", pk=pk)
    if request.method != "POST":
        return _shown(request, plan, {}, {})
    typed = typed_rows(request.POST, TYPED)
    faults, refusal = _saved(request, plan, typed)
    if not faults and not refusal:
        messages.success(request, _("Saved."))
        return redirect("mobility:studyplan", pk=pk)
    return _shown(request, plan, typed, faults, refusal)


def _saved(request: HttpRequest, plan: StudyPlan, typed: Rows) -> tuple[Faults, str]:
    """Save what was typed; what was wrong with it, by line and column, or why nothing of it can be."""
    items = plan.items.select_related("course").in_bulk(keys(typed))
    if len(items) != len(typed):
        raise Http404
    forms = {str(pk): _form(plan, item, typed[str(pk)]) for pk, item in items.items()}
    return save_rows(forms, typed, lambda: _change(request, plan, items, forms), beside="semester")


def _change(
    request: HttpRequest, plan: StudyPlan, items: Mapping[int, PlanItem], forms: Mapping[str, PartnerLineForm]
) -> None:
    changes = [
        plan_changes.LineChange(item_id=int(key), **_given(items[int(key)], form)) for key, form in forms.items()
    ]
    plan_changes.change_lines(plan_id=plan.pk, changes=changes, actor=signed_in(request.user))


def _form(plan: StudyPlan, item: PlanItem, values: Mapping[str, str]) -> PartnerLineForm:
    """The form of a line, the same that its own page has."""
    ours = at_university(item, plan.placement.direction)
    return (LineForm if ours else PartnerLineForm)({name: value for name, value in values.items() if value})


def _given(item: PlanItem, form: PartnerLineForm) -> dict[str, Any]:
    """What a service takes. A reason that the program gave is a message id, and is kept as such."""
    given = dict(form.cleaned_data)
    if item.reason and given.get("difference_reason") == _(item.reason):
        given["difference_reason"] = item.reason
    return given


def _shown(request: HttpRequest, plan: StudyPlan, typed: Rows, faults: Faults, refusal: str = "") -> HttpResponse:
    rows = plan_table(plan, standing_of(request.user), typed, faults)
    cells = [(row.item.course, cell) for row in rows for cell in row.cells.values() if cell.faults]
    context = {
        "plan": plan,
        "partner": plan.placement.application.intake.pathway.partner_programme.university,
        "rows": rows,
        "states": any("difference_reason" in row.cells for row in rows),
        "totals": totals_of(rows),
        "back": reverse("mobility:studyplan", args=[plan.pk]),
        "told": [(course, cell, fault) for course, cell in cells for fault in cell.faults],
        "refusal": refusal,
    }
    return render(request, "mobility/studyplan_table.html", context, status=422 if faults or refusal else 200)
