"""Doors of applications: the list, the page of a case on either road, its generic steps, a student's own page."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from admissions.exports.applications import APPLICATIONS
from admissions.filters.applications import ApplicationFilter
from admissions.forms.applications import ReasonForm
from admissions.forms.outgoing import DueForm
from admissions.permissions.applications import roles_on
from admissions.selectors.applications import applications_visible_to, own_applications
from admissions.selectors.lists import open_to_student
from admissions.selectors.roads import road_of
from admissions.services.applications import take_step
from admissions.services.contract import make_contract
from admissions.services.nominations import return_candidate
from admissions.services.outgoing import request_package, return_to_student
from admissions.services.package import accept_everything
from admissions.views.cases import case_context, decision, picked, state_groups, visible
from admissions.views.incoming import INCOMING_PAGES, incoming_context
from admissions.views.outgoing import OUTGOING_PAGES
from agreements.enums import Direction
from core.http import list_response, refusals_as_messages, tell_done
from core.tables import listing
from core.workflow import RefusedError
from institutions.enums import Role
from institutions.permissions import signed_in, standing_of


@require_GET
def applications(request: HttpRequest) -> HttpResponse:
    """The list: filters in the address, sort, pages, files, and steps for many."""
    standing = standing_of(request.user)
    if standing.roles == {Role.STUDENT}:
        return redirect("admissions:mine")  # the list is for those who work with applications of others
    filters = ApplicationFilter(request.GET, queryset=applications_visible_to(standing), request=request)
    rows = listing(filters.qs, APPLICATIONS, request.GET, default_sort="enrolment__person__name_cyrillic")
    context = {
        "filters": filters.form,
        "bulk": _bulk_of(standing.roles),
        "has_due": standing.holds(Role.IPD_COORDINATOR),
        **state_groups(),
        "due_form": DueForm(prefix="bulk"),
        "filtered": any(request.GET.get(name) for name in ("q", "direction", "state", "partner")),
    }
    return list_response(request, "admissions/applications.html", rows, name="applications", context=context)


@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """A student's own page: applications with what is next, and intakes that are open."""
    standing = standing_of(request.user)
    context = {
        "applications": own_applications(standing),
        "intakes": open_to_student(standing),
        **state_groups(),
    }
    return render(request, "admissions/mine.html", context)


@require_GET
def application(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of a case. Each road puts its own beside what both show."""
    case = visible(request, pk)
    if case.direction == Direction.INCOMING:
        return render(request, "admissions/incoming/application.html", incoming_context(request, case))
    return render(request, "admissions/application.html", case_context(request, case, OUTGOING_PAGES))


@require_http_methods(["GET", "POST"])
def application_step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """Take a step of the machine: a click, or first a page that asks why."""
    case = visible(request, pk)
    machine = road_of(case).machine
    pages = INCOMING_PAGES if case.direction == Direction.INCOMING else OUTGOING_PAGES
    # What has a page of its own does more than move the state: it is not taken here.
    if step not in {known.name for known in machine.steps} - pages.hidden - set(pages.steps):
        raise Http404
    known = machine.step(step)
    if not roles_on(case, standing_of(request.user)) & set(known.by):
        raise Http404
    shown = decision(case, roles_on(case, standing_of(request.user)), step)
    if shown["moved_on"] and request.method != "POST":
        return redirect("admissions:application", pk=pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and (not known.needs_reason or form.is_valid()):
        with refusals_as_messages(request):
            reason = form.cleaned_data["reason"] if known.needs_reason else ""
            verb = _VERBS.get(step, partial(take_step, name=step))
            verb(application_id=pk, actor=signed_in(request.user), reason=reason)
            tell_done(request, known)
        return _after(request, pk)
    context = {"application": case, "step": known, "form": form, "label": gettext(known.label), **shown}
    return render(request, "admissions/step.html", context)


def _after(request: HttpRequest, pk: int) -> HttpResponse:
    """Back to the case; whoever no longer sees it (a draft returned) to the list."""
    if applications_visible_to(standing_of(request.user)).filter(pk=pk).exists():
        return redirect("admissions:application", pk=pk)
    return redirect("admissions:applications")


Verb = Callable[..., Any]
# Steps that do more than move the state, though their page asks for the reason alone.
_VERBS: dict[str, Verb] = {"return_to_partner": return_candidate, "return_to_student": return_to_student}


# --- steps for many ---------------------------------------------------------------------------------------------------

# What may be done with many at once: the verb, by whom. The service refuses each row that is not ready, by itself.
BULK: dict[str, tuple[Verb, str]] = {
    "request_package": (request_package, Role.IPD_COORDINATOR),
    "make_contract": (make_contract, Role.IPD_COORDINATOR),
    "accept_everything": (accept_everything, Role.IPD_COORDINATOR),
    "complete_documents": (partial(take_step, name="complete_documents"), Role.IPD_COORDINATOR),
    "request_order": (partial(take_step, name="request_order"), Role.IPD_COORDINATOR),
}


def _bulk_of(roles: frozenset[str]) -> list[tuple[str, str]]:
    words = {
        "request_package": gettext("Ask for the package"),
        "make_contract": gettext("Make the contract"),
        "accept_everything": gettext("Accept all that was handed in"),
        "complete_documents": gettext("The package is complete"),
        "request_order": gettext("Send to the Registrar's Office"),
    }
    return [(name, words[name]) for name, (_verb, role) in BULK.items() if role in roles]


@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """One verb for every picked row; what could not be done is told row by row, the rest is done."""
    name = request.POST.get("action", "")
    verb, role = BULK.get(name, (None, ""))
    if verb is None or not standing_of(request.user).holds(role):
        raise Http404
    more = {}
    if name == "request_package":
        form = DueForm(request.POST, prefix="bulk")
        if not form.is_valid():
            messages.error(request, gettext("Until when? Please give a day that lies ahead."))
            return redirect(_list_of(request))
        more = {"due": form.cleaned_data["due"]}
    done = 0
    cases = applications_visible_to(standing_of(request.user)).filter(pk__in=picked(request)).order_by("pk")
    for case in cases:
        try:
            verb(application_id=case.pk, actor=signed_in(request.user), **more)
            done += 1
        except RefusedError as refusal:
            messages.error(request, f"{case}: {refusal}")
    if done:
        text = ngettext("Done for %(count)d application.", "Done for %(count)d applications.", done)
        messages.success(request, text % {"count": done})
    return redirect(_list_of(request))


def _list_of(request: HttpRequest) -> str:
    query = request.POST.get("query", "")
    return reverse("admissions:applications") + (f"?{query}" if query else "")
