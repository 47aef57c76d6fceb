"""Doors of applications: the list, the page of a case on either road, its generic steps, a student's own page."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from admissions.exports.applications import APPLICATIONS
from admissions.filters.applications import ApplicationFilter
from admissions.forms.applications import ReasonForm
from admissions.models import Application
from admissions.permissions.applications import roles_on
from admissions.selectors.applications import applications_visible_to, own_applications
from admissions.selectors.lists import open_to_student
from admissions.selectors.roads import road_of
from admissions.services.applications import take_step
from admissions.services.nominations import return_candidate
from admissions.services.outgoing import return_to_student
from admissions.tables.applications import deeds_of
from admissions.views.cases import case_context, decision, form_of_case, led_back, state_groups, visible
from admissions.views.incoming import INCOMING_PAGES, incoming_context
from admissions.views.outgoing import OUTGOING_PAGES
from agreements.enums import Direction
from core.bulk import bulk_page
from core.http import list_response, tell_done
from core.machine import Step
from core.tables import listing
from institutions.enums import Role
from institutions.permissions import signed_in, standing_of


@require_GET
def applications(request: HttpRequest) -> HttpResponse:
    """The list: filters in the address, sort, pages, files, and steps for many."""
    standing = standing_of(request.user)
    if standing.roles == {Role.STUDENT}:
        return redirect("admissions:mine")  # the list is for those who work with applications of others
    filters = ApplicationFilter(request.GET, queryset=applications_visible_to(standing), request=request)
    listed = listing(filters, APPLICATIONS, request, default_sort="enrolment__person__name_cyrillic")
    return list_response(
        request,
        "admissions/applications.html",
        listed,
        name=gettext("Applications"),
        context=state_groups(),
        deeds=deeds_of(standing),
        deeds_url=reverse("admissions:applications-bulk"),
    )


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
    mine = roles_on(case, standing_of(request.user))
    if not mine & set(known.by):
        raise Http404
    shown = decision(case, mine, step)
    if shown["moved_on"] and request.method != "POST":
        return led_back(request, case, ahead=shown["ahead"])
    by_partner = Role.PARTNER_COORDINATOR in mine
    form = ReasonForm(request.POST if request.method == "POST" else None, step=known, by_partner=by_partner)

    def save() -> None:
        verb = _VERBS.get(step, partial(take_step, name=step))
        verb(application_id=pk, actor=signed_in(request.user), **form.cleaned_data)

    to = partial(_after, request, case, known)
    return form_of_case(request, case, form, gettext(known.label), save, {"step": known, **shown}, to=to)


def _after(request: HttpRequest, case: Application, done: Step[Any]) -> HttpResponse:
    """Back to the case; from a draft that was returned to the list: its student writes in it, unseen by the units."""
    if applications_visible_to(standing_of(request.user)).filter(pk=case.pk).exists():
        tell_done(request, done)
        return redirect("admissions:application", pk=case.pk)
    text = gettext(
        "Returned to the student: %(student)s. Now it is the student's move: until the application is submitted anew,"
        " the institute does not see it."
    )
    messages.success(request, text % {"student": case.enrolment.person})
    return redirect("admissions:applications")


Verb = Callable[..., Any]
# Steps that do more than move the state, though their page asks for the reason alone.
_VERBS: dict[str, Verb] = {"return_to_partner": return_candidate, "return_to_student": return_to_student}


@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """One step for every picked application: first what will become of each, then done."""
    standing = standing_of(request.user)
    visible_ones = applications_visible_to(standing)
    return bulk_page(
        request,
        deeds=deeds_of(standing),
        standing=standing,
        visible=visible_ones,
        narrowed=lambda query: ApplicationFilter(query, queryset=visible_ones, request=request).qs,
        back=reverse("admissions:applications"),
        label=gettext("Applications"),
    )
