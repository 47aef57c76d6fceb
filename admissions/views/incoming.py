"""Doors of the incoming road: who waits for the reader's decision, one by one or many; the department's page; invitations."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from admissions.enums import ApplicationState, OrderKind
from admissions.forms.applications import ReasonForm
from admissions.forms.incoming import AgreeForm, CommentForm
from admissions.models import Application
from admissions.permissions.applications import roles_on
from admissions.selectors import incoming as read
from admissions.selectors.cases import Case, case_of
from admissions.selectors.countries import country_name
from admissions.selectors.orders import living_order_of
from admissions.services import incoming as services
from admissions.services.invitations import send_invitation
from admissions.views.case_facts import document_rows
from admissions.views.cases import Pages, case_context, decision, picked, visible
from admissions.workflow.incoming import INCOMING, blocks_agreement
from agreements.enums import Direction, Side
from agreements.models import AnnexCourse
from core.http import refusals_as_messages
from core.story import Told
from core.templatetags.written import day
from institutions.enums import Role
from institutions.permissions import may_see_identity, signed_in, standing_of

INCOMING_PAGES = Pages(
    steps={
        "send_to_review": "admissions:incoming-send",
        "agree": "admissions:incoming-agree",
        "refuse": "admissions:incoming-refuse",
        "refuse_institute": "admissions:incoming-refuse",
        "propose": "admissions:incoming-propose",
        "draft_order": "admissions:incoming-order",
        "invite": "admissions:incoming-invite",
        "withdraw": "admissions:candidate-withdraw",
    },
    one_click=frozenset({"send_to_review"}),
    # Taken with the list, with the order, with the stay.
    hidden=frozenset({"nominate", "admit", "leave_order", "arrive"}),
)
Verb = Callable[..., Any]
_SHOWN = 200  # candidates of a group that are decided on at once
# What may be decided on many at once: the state they wait in, by whom, and whether the decision takes a comment or a reason.
MANY: dict[str, tuple[str, str, Verb, str]] = {
    "send_to_review": (ApplicationState.NOMINATED, Role.IPD_COORDINATOR, services.send_to_review, ""),
    "agree": (ApplicationState.IN_REVIEW, Role.DEPARTMENT_HEAD, services.agree, "comment"),
    "refuse": (ApplicationState.IN_REVIEW, Role.DEPARTMENT_HEAD, services.refuse, "reason"),
    "propose": (ApplicationState.DEPARTMENT_AGREED, Role.INSTITUTE_DIRECTOR, services.propose, "comment"),
    "refuse_institute": (ApplicationState.DEPARTMENT_AGREED, Role.INSTITUTE_DIRECTOR, services.refuse, "reason"),
    "invite": (ApplicationState.ADMITTED, Role.IPD_COORDINATOR, send_invitation, ""),
}


@require_GET
def incoming(request: HttpRequest) -> HttpResponse:
    """The candidates who wait for this reader's decision, by what is asked, with one bar for many (7.3)."""
    standing = standing_of(request.user)
    groups: dict[str, dict[str, Any]] = {}
    for name, (state, role, _verb, takes) in MANY.items():
        if not standing.holds(role):
            continue
        group = groups.setdefault(state, {"state": ApplicationState(state), "decisions": [], "takes": ""})
        step = INCOMING.step(name)
        group["decisions"].append(
            {"name": name, "label": gettext(step.label), "clause": step.clause, "way_out": step.way_out}
        )
        group["takes"] = group["takes"] or takes
    for state, group in groups.items():
        role = next(role for known, role, _verb, _takes in MANY.values() if known == state)
        rows = read.in_state(standing, state).order_by("intake", "enrolment__person__surname", "pk")
        found = list(rows[: _SHOWN + 1])
        group["more"] = len(found) > _SHOWN
        group["rows"] = [one for one in found[:_SHOWN] if role in roles_on(one, standing)]
        loads = read.loads_of([one.pk for one in group["rows"]])
        group["rows"] = [{"application": one, "load": loads[one.pk]} for one in group["rows"]]
    return render(request, "admissions/incoming/decisions.html", {"groups": list(groups.values())})


@require_POST
def many(request: HttpRequest) -> HttpResponse:
    """One decision on every picked candidate, with one comment; what was refused is told row by row, the rest is done."""
    name = request.POST.get("action", "")
    if name not in MANY or not standing_of(request.user).holds(MANY[name][1]):
        raise Http404
    _state, _role, verb, takes = MANY[name]
    actor = signed_in(request.user)
    more = {takes: request.POST.get("comment", "").strip()} if takes else {}
    result = services.for_each(picked(request), lambda pk: verb(application_id=pk, actor=actor, **more))
    names = dict(read.names_of([one.application_id for one in result.refused]))
    for refusal in result.refused:
        messages.error(request, f"{names.get(refusal.application_id, '')}: {refusal.text}")
    if result.done:
        text = ngettext("Done for %(count)d candidate.", "Done for %(count)d candidates.", result.done)
        messages.success(request, text % {"count": result.done})
    return redirect("admissions:incoming")


def _case(request: HttpRequest, pk: int, *steps: str) -> Application:
    """An incoming application whose reader may take one of these steps; else a page that does not exist."""
    found = visible(request, pk)
    by = {role for name in steps for role in INCOMING.step(name).by}
    if found.direction != Direction.INCOMING or not by & roles_on(found, standing_of(request.user)):
        raise Http404
    return found


@require_POST
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a candidate to department and institute (7.2)."""
    _case(request, pk, "send_to_review")
    with refusals_as_messages(request):
        services.send_to_review(application_id=pk, actor=signed_in(request.user))
        messages.success(request, gettext("Department and institute have the candidate now."))
    return redirect("admissions:application", pk=pk)


@require_http_methods(["GET", "POST"])
def agree(request: HttpRequest, pk: int) -> HttpResponse:
    """The department head decides, also on a phone: what is asked, what matters, the courses, two buttons (7.3)."""
    case = _case(request, pk, "agree")
    moved_on = case.state != ApplicationState.IN_REVIEW
    if moved_on and request.method != "POST":
        return redirect("admissions:application", pk=pk)
    offered = read.rows_to_choose(case)
    chosen = [row.pk for row in case.chosen_rows.all()]
    form = AgreeForm(request.POST or None, offered=offered, initial={"rows": chosen})
    if request.method == "POST" and form.is_valid():
        rows = [row.pk for row in form.cleaned_data["rows"]]
        with refusals_as_messages(request):
            services.agree(
                application_id=pk, actor=signed_in(request.user), row_ids=rows, comment=form.cleaned_data["comment"]
            )
            messages.success(request, gettext("The department has agreed."))
            moved_on = True
        if moved_on:  # by this click, or somebody was first: the service has said so
            return redirect("admissions:application", pk=pk)
    blockers = blocks_agreement(read.incoming_facts_of([case])[case.pk])
    shown = decision(case, roles_on(case, standing_of(request.user)), "agree", blockers=blockers)
    return render(request, "admissions/incoming/agree.html", {**_decision(request, case, form), **shown})


@require_http_methods(["GET", "POST"])
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    """The institute director proposes admission, with a comment (7.3)."""
    case = _case(request, pk, "propose")
    shown = decision(case, roles_on(case, standing_of(request.user)), "propose")
    if shown["moved_on"] and request.method != "POST":
        return redirect("admissions:application", pk=pk)
    form = CommentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_as_messages(request):
            services.propose(application_id=pk, actor=signed_in(request.user), comment=form.cleaned_data["comment"])
            messages.success(request, gettext("Proposed. The student gets an account by e-mail."))
        return redirect("admissions:application", pk=pk)
    return render(request, "admissions/incoming/propose.html", {**_decision(request, case, form), **shown})


def _decision(request: HttpRequest, case: Application, form: Any) -> dict[str, Any]:
    roles = roles_on(case, standing_of(request.user))
    shown = case_of(case)
    return {
        "application": case,
        "partner": case.intake.pathway.partner_programme.university,
        "form": form,
        "documents": document_rows(case, shown, roles),
        "courses": _courses(case),
        "agreement": _agreement(shown),
        "load": read.loads_of([case.pk])[case.pk],
    }


def _courses(case: Application) -> list[AnnexCourse]:
    """The University's courses that are ticked for the stay, in the order of Annex 1."""
    rows = case.chosen_rows.order_by("position").prefetch_related("courses__course")
    return [one for row in rows for one in row.courses.all() if one.side == Side.HOME]


def _agreement(case: Case) -> Told | None:
    """The department's word on the candidate, with its comment; None until it has agreed (7.3)."""
    return next((entry for entry in case.story if entry.action == "incoming.agree"), None)


@require_http_methods(["GET", "POST"])
def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """Refuse with a reason that goes back to the partner (7.3)."""
    case = _case(request, pk, "refuse", "refuse_institute")
    shown = decision(case, roles_on(case, standing_of(request.user)), "refuse", "refuse_institute")
    if shown["moved_on"] and request.method != "POST":
        return redirect("admissions:application", pk=pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_as_messages(request):
            services.refuse(application_id=pk, reason=form.cleaned_data["reason"], actor=signed_in(request.user))
            messages.success(request, gettext("Refused; the partner is told the reason."))
        return redirect("admissions:application", pk=pk)
    context = {"application": case, "form": form, "label": gettext("Refuse"), **shown}
    return render(request, "admissions/step.html", context)


@require_GET
def to_order(request: HttpRequest, pk: int) -> HttpResponse:
    """From a case to the draft of the order of its intake (7.4)."""
    case = _case(request, pk, "draft_order")
    return redirect("admissions:order-new", kind=OrderKind.ADMISSION_IN, intake=case.intake_id)


@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest, pk: int) -> HttpResponse:
    """A page that says what will be sent; then invitation and order go together (7.5b)."""
    case = _case(request, pk, "invite")
    if request.method == "POST":
        with refusals_as_messages(request):
            send_invitation(application_id=pk, actor=signed_in(request.user))
            messages.success(request, gettext("Invitation and order are sent."))
        return redirect("admissions:application", pk=pk)
    shown = decision(case, roles_on(case, standing_of(request.user)), "invite")
    if shown["moved_on"]:
        return redirect("admissions:application", pk=pk)
    context = {"application": case, "order": living_order_of(case), **shown}
    return render(request, "admissions/incoming/invite.html", context)


def incoming_context(request: HttpRequest, case: Application) -> dict[str, Any]:
    """What the page of an incoming case shows beside what both roads share."""
    standing = standing_of(request.user)
    roles = roles_on(case, standing)
    shared = case_context(request, case, INCOMING_PAGES)
    return {
        **shared,
        "courses": _courses(case),
        "load": read.loads_of([case.pk])[case.pk],
        "sent_papers": shared["case"].papers_called("invitation", "order_extract"),
        "account": read.account_of(case) if Role.IPD_COORDINATOR in roles else None,
        "may_correct": Role.PARTNER_COORDINATOR in roles and case.state == ApplicationState.DRAFT,
        "passport_facts": _passport(case, roles),
        "shows_courses": _agreement(shared["case"]) is not None,
    }


def _passport(case: Application, roles: frozenset[str]) -> list[tuple[str, object]]:
    person = case.enrolment.person
    number = (
        [(gettext("Passport"), person.passport_number)] if may_see_identity(roles, is_own=Role.STUDENT in roles) else []
    )
    return [
        (gettext("Citizenship"), country_name(person.citizenship)),
        (gettext("Date of birth"), day(person.birth_date) if person.birth_date else ""),
        *number,
        (gettext("Valid until"), day(person.passport_valid_until) if person.passport_valid_until else ""),
        (gettext("E-mail"), person.email),
        (gettext("Language certificate"), person.language_certificate),
    ]
