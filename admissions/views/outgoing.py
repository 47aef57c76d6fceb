"""Doors of the outgoing road: apply, keep a draft, answer for the partner, ask for the package, depart."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_http_methods, require_POST

from admissions.enums import ApplicationState
from admissions.forms.outgoing import AnswerForm, CorrectDepartureForm, DepartForm, DueForm, MotivationForm
from admissions.models import Application
from admissions.permissions.applications import roles_on
from admissions.selectors.cases import case_of
from admissions.selectors.lists import intakes_visible_to
from admissions.selectors.roads import road_of
from admissions.services import outgoing
from admissions.services.applications import take_step
from admissions.views.case_facts import document_rows, hands_in_several
from admissions.views.cases import Pages, decision, form_of_case, led_back, visible
from admissions.workflow.outgoing import OUTGOING
from agreements.enums import Direction
from core.http import form_response, keep_typing, refusals_as_messages, show_refusal, taken, tell_done
from core.permissions import whose_move
from core.values import text_hash, today
from core.way import sent_back
from core.workflow import ChangedMeanwhileError, mark_of
from core.worklist import working_days_after
from institutions.enums import Role
from institutions.permissions import signed_in, standing_of
from institutions.selectors import holidays_of

PACKAGE_DAYS = 10
OUTGOING_PAGES = Pages(
    steps={"invite": "admissions:answer", "depart": "admissions:depart", "submit": "admissions:application-draft"},
    # Taken with the list, with the partner's answer, with the order.
    hidden=frozenset({"nominate", "propose", "partner_refuse", "admit"}),
    from_paper={"invite": gettext_noop("Enter the answer from paper")},
)


@require_POST
def apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin an application to an intake; clicking twice opens the same one."""
    intake = get_object_or_404(intakes_visible_to(standing_of(request.user)), pk=pk, direction=Direction.OUTGOING)
    target = reverse("admissions:intake", args=[intake.pk])
    with refusals_as_messages(request):
        application = outgoing.start_application(intake_id=intake.pk, actor=signed_in(request.user))
        target = reverse("admissions:application-draft", args=[application.pk])
    return redirect(target)


@require_http_methods(["GET", "POST"])
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """The application as the student writes it: motivation, documents, what is still missing; save or submit."""
    application = visible(request, pk)
    roles = roles_on(application, standing_of(request.user))
    if Role.STUDENT not in roles:
        raise Http404
    if request.method == "GET" and application.state != ApplicationState.DRAFT:
        return redirect("admissions:application", pk=pk)
    shown = {"motivation": application.motivation, "seen": text_hash(application.motivation)}
    form = MotivationForm(request.POST or None, initial=shown)
    if request.POST.get("then") == "keep":
        return keep_typing(form, lambda: _keep_draft(request, pk, form))
    if request.method == "POST" and form.is_valid() and (target := _save_draft(request, application, form)):
        return redirect(target)
    road, case = road_of(application), case_of(application)
    blockers = road.machine.step("submit").blockers(road.facts(application))
    documents = document_rows(application, case, roles)
    context = {
        "application": application,
        "form": form,
        "blockers": blockers,
        "documents": documents,
        "hands_in_several": hands_in_several(documents),
        "returned": sent_back(road.machine, application.state, case.story),
        "where": application.get_state_display(),
        "mine": roles,
        "movers": whose_move([Role.STUDENT], roles),
        "due": application.intake.closes_on,
    }
    return render(request, "admissions/outgoing/draft.html", context)


def _keep_draft(request: HttpRequest, pk: int, form: MotivationForm) -> str:
    kept = outgoing.save_draft(application_id=pk, actor=signed_in(request.user), **form.cleaned_data)
    return text_hash(kept.motivation)


def _save_draft(request: HttpRequest, application: Application, form: MotivationForm) -> str:
    """Where to go once it is saved; empty where another text was saved meanwhile: both are shown then."""
    actor, pk = signed_in(request.user), application.pk
    target = reverse("admissions:application-draft", args=[pk])
    with refusals_as_messages(request):
        try:
            outgoing.save_draft(application_id=pk, actor=actor, **form.cleaned_data)
        except ChangedMeanwhileError as changed:
            show_refusal(form, changed, beside="motivation")
            return ""
        if request.POST.get("then") == "submit":
            take_step(application_id=pk, name="submit", actor=actor)
            messages.success(request, gettext("The application is with your institute."))
            target = reverse("admissions:application", args=[pk])
        else:
            messages.success(request, gettext("Saved."))
    return target


@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The partner's answer to a candidate, in its portal or entered by the IPD from paper."""
    application = visible(request, pk)
    roles = roles_on(application, standing_of(request.user))
    if not roles & {Role.PARTNER_COORDINATOR, Role.IPD_COORDINATOR} or application.direction != Direction.OUTGOING:
        raise Http404
    if application.state != ApplicationState.PROPOSED and request.method != "POST":
        return led_back(request, application, ahead=decision(application, roles, "invite")["ahead"])
    from_paper = Role.PARTNER_COORDINATOR not in roles
    initial = {"seen": mark_of(application)}
    form = AnswerForm(request.POST or None, request.FILES or None, from_paper=from_paper, initial=initial)

    def save() -> None:
        data, file = form.cleaned_data, form.cleaned_data["file"]
        outgoing.answer(
            application_id=pk,
            answer=data["answer"],
            reason=data["reason"],
            file=file,
            name=file.name if file else "",
            actor=signed_in(request.user),
            seen=data["seen"],
        )
        messages.success(request, gettext("The answer is written down."))

    if taken(request, form, save):
        return redirect("admissions:application", pk=pk)
    context = {"application": application, "form": form, "from_paper": from_paper}
    return form_response(request, "admissions/outgoing/answer.html", context)


@require_http_methods(["GET", "POST"])
def package_request(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask department and institute for the package until a day."""
    application = visible(request, pk)
    if Role.IPD_COORDINATOR not in roles_on(application, standing_of(request.user)):
        raise Http404
    proposed, begins = working_days_after(today(), PACKAGE_DAYS, holidays_of()), application.intake.term.starts_on
    proposed = min(proposed, begins) if today() <= begins else proposed
    form = DueForm(request.POST or None, initial={"due": application.package_due or proposed})

    def save() -> None:
        outgoing.request_package(application_id=pk, actor=signed_in(request.user), **form.cleaned_data)
        messages.success(request, gettext("Department, institute and student have been asked."))

    return form_of_case(request, application, form, gettext("Ask for the package"), save)


@require_http_methods(["GET", "POST"])
def depart(request: HttpRequest, pk: int) -> HttpResponse:
    """Record the departure."""
    application = visible(request, pk)
    if Role.IPD_COORDINATOR not in roles_on(application, standing_of(request.user)):
        raise Http404
    shown = decision(application, roles_on(application, standing_of(request.user)), "depart")
    if shown["moved_on"] and request.method != "POST":
        return led_back(request, application, ahead=shown["ahead"])
    form = DepartForm(request.POST or None)

    def save() -> None:
        outgoing.depart(application_id=pk, actor=signed_in(request.user), **form.cleaned_data)
        tell_done(request, OUTGOING.step("depart"))

    return form_of_case(request, application, form, gettext("Record the departure"), save, shown)


@require_http_methods(["GET", "POST"])
def departure_correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct the day of the departure, with a reason."""
    application = visible(request, pk)
    roles = roles_on(application, standing_of(request.user))
    if Role.IPD_COORDINATOR not in roles:
        raise Http404
    if application.state != ApplicationState.DEPARTED:
        return led_back(request, application, ahead=True)
    form = CorrectDepartureForm(request.POST or None, initial={"on": outgoing.departed_on_text(application)})

    def save() -> None:
        outgoing.correct_departure(application_id=pk, actor=signed_in(request.user), **form.cleaned_data)
        messages.success(request, gettext("Saved."))

    return form_of_case(request, application, form, gettext("Correct the day of the departure"), save)
