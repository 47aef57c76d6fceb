"""Doors of the incoming road: who waits for the reader's decision, one by one or many; the department's page; invitations."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from admissions.enums import ApplicationState, OrderKind
from admissions.exports.applications import AWAITING
from admissions.filters.applications import AwaitingFilter
from admissions.forms.applications import ReasonForm
from admissions.forms.incoming import AgreeForm, CommentForm
from admissions.models import Application
from admissions.permissions.applications import roles_on
from admissions.selectors import incoming as read
from admissions.selectors.applications import applications_visible_to
from admissions.selectors.cases import Case, case_of
from admissions.selectors.orders import living_order_of
from admissions.selectors.places import wanted_places
from admissions.services import incoming as services
from admissions.services.invitations import send_invitation
from admissions.tables.applications import DECISIONS, decisions_of
from admissions.views.case_facts import document_rows
from admissions.views.cases import Pages, case_context, decision, form_of_case, led_back, visible
from admissions.views.in_turn import lead_on, place_of
from admissions.workflow.incoming import INCOMING, blocks_agreement
from agreements.enums import Direction, Side
from agreements.models import AnnexCourse
from core.bulk import bulk_page
from core.http import form_response, list_response, number_on_request, refusals_as_messages, taken
from core.story import Told
from core.tables import listing
from core.templatetags.written import day
from institutions.enums import Role
from institutions.permissions import Standing, may_see_identity, signed_in, standing_of
from institutions.phrases import country_name

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


def _awaiting(standing: Standing) -> "QuerySet[Application]":
    decided = [(role, state) for role, state, _deed in DECISIONS if standing.holds(role)]
    return read.awaiting(standing, decided)


@require_GET
def incoming(request: HttpRequest) -> HttpResponse:
    """The candidates who wait for this reader's decision, with what can be decided on many (7.2, 7.3)."""
    standing = standing_of(request.user)
    found = AwaitingFilter(request.GET, queryset=_awaiting(standing), request=request)
    listed = listing(found, AWAITING, request, default_sort="state")
    return list_response(
        request,
        "admissions/incoming/decisions.html",
        listed,
        name=gettext("Decisions on incoming candidates"),
        context={"decides": bool(decisions_of(standing))},
        beside=read.loads_of([one.pk for one in listed.page]),
        deeds=decisions_of(standing),
        deeds_url=reverse("admissions:incoming-many"),
    )


@require_POST
def many(request: HttpRequest) -> HttpResponse:
    """One decision on every picked candidate: first what will become of each, then done."""
    standing = standing_of(request.user)
    waiting = _awaiting(standing)
    return bulk_page(
        request,
        deeds=decisions_of(standing),
        standing=standing,
        visible=applications_visible_to(standing).filter(direction=Direction.INCOMING),
        narrowed=lambda query: AwaitingFilter(query, queryset=waiting, request=request).qs,
        back=reverse("admissions:incoming"),
        label=gettext("Decisions on incoming candidates"),
    )


def _case(request: HttpRequest, pk: int, *steps: str) -> Application:
    """An incoming application whose reader may take one of these steps; else a page that does not exist."""
    found = visible(request, pk)
    if found.direction != Direction.INCOMING or not _own(found, request, *steps):
        raise Http404
    return found


def _own(case: Application, request: HttpRequest, *steps: str) -> list[str]:
    """Those of steps on one page that are this reader's, now or before: what waits for others, and then for the reader, is not."""
    roles, known = roles_on(case, standing_of(request.user)), [INCOMING.step(name) for name in steps]
    others_now = any(case.state in step.sources and not roles & set(step.by) for step in known)
    own = [step for step in known if roles & set(step.by)]
    return [one.name for one in own if not (others_now and INCOMING.movers_towards(case.state, one.sources))]


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
    shown = decision(case, roles_on(case, standing_of(request.user)), "agree", blockers=())
    if shown["moved_on"] and request.method != "POST":
        return led_back(request, case, ahead=shown["ahead"])
    offered = read.rows_to_choose(case)
    chosen = [row.pk for row in case.chosen_rows.all()]
    form = AgreeForm(request.POST or None, offered=offered, initial={"rows": chosen})

    def save() -> None:
        rows, comment = [row.pk for row in form.cleaned_data["rows"]], form.cleaned_data["comment"]
        services.agree(application_id=pk, actor=signed_in(request.user), row_ids=rows, comment=comment)
        messages.success(request, _of(case, gettext("The department has agreed.")))

    if taken(request, form, save):
        return _after(request, case, ApplicationState.IN_REVIEW)
    blockers = blocks_agreement(read.incoming_facts_of([case])[case.pk])
    shown = decision(case, roles_on(case, standing_of(request.user)), "agree", blockers=blockers)
    return form_response(request, "admissions/incoming/agree.html", {**_decision(request, case, form), **shown})


def _after(request: HttpRequest, case: Application, decided_in: str) -> HttpResponse:
    """To the next who waits for the same decision; where somebody was first, to the case, which shows how it stands."""
    if case.state != decided_in:
        return redirect("admissions:application", pk=case.pk)
    return lead_on(request, case, state=decided_in)


@require_http_methods(["GET", "POST"])
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    """The institute director proposes admission, with a comment (7.3)."""
    case = _case(request, pk, "propose")
    shown = decision(case, roles_on(case, standing_of(request.user)), "propose")
    if shown["moved_on"] and request.method != "POST":
        return led_back(request, case, ahead=shown["ahead"])
    form = CommentForm(request.POST or None)

    def save() -> None:
        services.propose(application_id=pk, actor=signed_in(request.user), comment=form.cleaned_data["comment"])
        messages.success(request, _of(case, gettext("Proposed. The student gets an account by e-mail.")))

    if taken(request, form, save):
        return _after(request, case, ApplicationState.DEPARTMENT_AGREED)
    return form_response(request, "admissions/incoming/propose.html", {**_decision(request, case, form), **shown})


def _of(case: Application, what: str) -> str:
    """What was done, with whose case it was: the next page is another one's."""
    return f"{case.enrolment.person}: {what}"


def _decision(request: HttpRequest, case: Application, form: Any) -> dict[str, Any]:
    roles = roles_on(case, standing_of(request.user))
    shown, place = case_of(case), place_of(request, case)
    return {
        "application": case,
        "place": place,
        "hand_on": place.query if place else "",
        "partner": case.intake.pathway.partner_programme.university,
        "form": form,
        "documents": document_rows(case, shown, roles),
        "promise": [*_promise(case), (gettext("Passport until"), _until(case)), (gettext("Places"), _places(case))],
        "courses": _courses(case),
        "agreement": _agreement(shown),
        "load": read.loads_of([case.pk])[case.pk],
    }


def _places(case: Application) -> str:
    """Places of the intake, and how many others were proposed for them already: the order takes no more (7.4)."""
    wanted = wanted_places([case.intake_id]).get(case.intake_id, 0)
    said = {"seats": case.intake.seats, "wanted": wanted}
    return gettext("%(seats)s; proposed or admitted so far: %(wanted)s") % said


def _courses(case: Application) -> list[AnnexCourse]:
    """The University's courses that are ticked for the stay, in the order of Annex 1."""
    rows = case.chosen_rows.order_by("position").prefetch_related("courses__course")
    return [one for row in rows for one in row.courses.all() if one.side == Side.HOME]


def _agreement(case: Case) -> Told | None:
    """The department's word on the candidate, with its comment; None until it has agreed (7.3)."""
    return next((entry for entry in case.story if entry.action == "incoming.agree"), None)


@require_http_methods(["GET", "POST"])
def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """Refuse with a reason that goes back to the partner (7.3). A comment typed where one decides comes along as the reason."""
    case = _case(request, pk, "refuse", "refuse_institute")
    own = _own(case, request, "refuse", "refuse_institute")
    shown = decision(case, roles_on(case, standing_of(request.user)), *own)
    if shown["moved_on"] and request.method != "POST":
        return led_back(request, case, ahead=shown["ahead"])
    typed = request.POST.get("comment") if "reason" not in request.POST else None
    form = ReasonForm(
        None if typed is not None else request.POST or None, step=INCOMING.step("refuse"), initial={"reason": typed}
    )

    def save() -> None:
        services.refuse(application_id=pk, reason=form.cleaned_data["reason"], actor=signed_in(request.user))
        messages.success(request, _of(case, gettext("Refused; the partner is told the reason.")))

    to = partial(_after, request, case, case.state)
    return form_of_case(request, case, form, gettext("Refuse"), save, shown, to=to)


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
        return led_back(request, case, ahead=shown["ahead"])
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
    is_own = Role.STUDENT in roles
    shown = number_on_request(person.passport_number, person_id=person.pk, is_own=is_own)
    number = [(gettext("Passport"), shown)] if may_see_identity(roles, is_own=is_own) else []
    return [
        (gettext("Citizenship"), country_name(person.citizenship)),
        (gettext("Date of birth"), day(person.birth_date) if person.birth_date else ""),
        *number,
        (gettext("Valid until"), _until(case)),
        (gettext("E-mail"), person.email),
        *_promise(case),
    ]


def _until(case: Application) -> str:
    last = case.enrolment.person.passport_valid_until
    return day(last) if last else ""


def _promise(case: Application) -> list[tuple[str, object]]:
    """What speaks for the candidate, as the partner states it."""
    return [
        (gettext("Average mark"), case.average_told),
        (gettext("Language certificate"), case.enrolment.person.language_certificate),
    ]
