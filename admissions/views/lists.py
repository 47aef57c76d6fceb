"""Doors of intakes and of the institute's lists: call, gather, rank, send, letter, the partner's view of its candidates."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from admissions.enums import ApplicationState, DocumentKind, ListState
from admissions.exports.lists import INTAKES, LISTS
from admissions.filters.lists import CandidateListFilter, IntakeFilter
from admissions.forms.outgoing import IntakeForm, PlacingForm, ProlongForm, RequestForm
from admissions.models import Application, CandidateList, Intake
from admissions.pdf.letters import OFFICIAL_LETTER
from admissions.permissions.lists import roles_on_list
from admissions.selectors.lists import (
    Line,
    candidates_of,
    coming_terms,
    intakes_visible_to,
    letters_of,
    lines_of,
    list_facts,
    lists_listed,
    lists_visible_to,
    partner_answers_by,
    unlisted,
    waiting_for_list,
)
from admissions.selectors.nominations import nominations_visible_to
from admissions.selectors.places import free_places
from admissions.services import intakes as intake_services
from admissions.services import letters, lists
from admissions.views.cases import Action, state_groups
from admissions.workflow.lists import CANDIDATE_LIST
from admissions.workflow.ranking import CRITERIA
from agreements.enums import Direction
from agreements.selectors.annex import frozen_annex_of
from agreements.selectors.pathways import money_terms_for, pathways_visible_to
from core.http import (
    confirm_page,
    form_page,
    form_response,
    keys,
    list_response,
    refusals_as_messages,
    show_refusal,
    taken,
)
from core.models import WorkItem
from core.permissions import whose_move
from core.story import story_of
from core.tables import listing
from core.values import today
from core.workflow import ChangedMeanwhileError, mark_of
from core.worklist import due_for, open_items_of
from institutions.enums import Role
from institutions.permissions import Standing, signed_in, standing_of
from programmes.selectors import enrolments_visible_to


def _visible_list(request: HttpRequest, pk: int) -> CandidateList:
    found: CandidateList = get_object_or_404(lists_visible_to(standing_of(request.user)), pk=pk)
    return found


def _visible_intake(request: HttpRequest, pk: int) -> Intake:
    found: Intake = get_object_or_404(intakes_visible_to(standing_of(request.user)), pk=pk)
    return found


# --- intakes ----------------------------------------------------------------------------------------------------------


@require_GET
def intakes(request: HttpRequest) -> HttpResponse:
    """The intakes this person has to do with, those still open first."""
    standing = standing_of(request.user)
    found = IntakeFilter(request.GET, queryset=intakes_visible_to(standing), request=request)
    return list_response(
        request,
        "admissions/intakes.html",
        listing(found, INTAKES, request, default_sort="-closes_on"),
        name=gettext("Intakes"),
        context={"today": today(), "may_open": standing.holds(Role.IPD_COORDINATOR)},
    )


@require_GET
def intake(request: HttpRequest, pk: int) -> HttpResponse:
    """What an intake asks for, who may apply, and what the reader may do: apply, gather candidates, prolong."""
    call = _visible_intake(request, pk)
    standing = standing_of(request.user)
    context: dict[str, Any] = {
        "intake": call,
        "documents": _documents(call),
        "annex": frozen_annex_of(call.pathway),
        "free": free_places(call),
        "money": money_terms_for(call.pathway, frozenset()),
        "is_open": call.opens_on <= today() <= call.closes_on,
        "is_outgoing": call.direction == Direction.OUTGOING,
        "prolong_form": ProlongForm(
            initial={"opens_on": call.opens_on, "closes_on": call.closes_on, "seen": mark_of(call)}
        )
        if standing.holds(Role.IPD_COORDINATOR)
        else None,
        "may_reopen": not call.applications.exists(),
        **_for_student(call, standing),
        **_for_institute(call, standing),
    }
    return render(request, "admissions/intake.html", context)


def _documents(call: Intake) -> list[str]:
    asked = call.pathway.required_documents.get(call.direction, [])
    return [str(DocumentKind(kind).label) for kind in asked]


def _for_student(call: Intake, standing: Standing) -> dict[str, Any]:
    """A student's own facts beside what is asked, and the application if there is one."""
    mine = enrolments_visible_to(standing).filter(person=standing.person_id, programme=call.pathway.home_programme)
    own = mine.first()
    if own is None or call.direction != Direction.OUTGOING:
        return {"own": None, "existing": None}
    existing = call.applications.filter(enrolment=own).exclude(state__in=ApplicationState.closed()).first()
    return {"own": own, "existing": existing}


def _for_institute(call: Intake, standing: Standing) -> dict[str, Any]:
    department = call.pathway.home_programme.department
    institute = department.parent if department else None
    may = (
        institute is not None
        and call.direction == Direction.OUTGOING
        and standing.holds_in_unit(Role.INSTITUTE_COORDINATOR, institute.pk)
    )
    seen = (
        lists_visible_to(standing).filter(intake=call).order_by("number")
        if call.direction == Direction.OUTGOING
        else []
    )
    waiting = unlisted(call, institute.pk).count() if may and institute else 0
    return {"may_gather": may, "waiting": waiting, "lists": seen}


@require_http_methods(["GET", "POST"])
def intake_new(request: HttpRequest) -> HttpResponse:
    """Call for applications to a pathway."""
    standing = standing_of(request.user)
    if not standing.holds(Role.IPD_COORDINATOR):
        raise Http404
    form = IntakeForm(
        request.POST or None,
        initial={"pathway": request.GET.get("pathway")},
        pathways=pathways_visible_to(standing).filter(state="open").order_by("pk"),
        terms=coming_terms(),
    )
    made: list[Intake] = []

    def save() -> None:
        data = form.cleaned_data
        opened = intake_services.open_intake(
            pathway_id=data["pathway"].pk,
            direction=data["direction"],
            term_id=data["term"].pk,
            last_term_id=data["last_term"].pk,
            semester=data["semester"],
            semesters=data["semesters"],
            seats=data["seats"],
            opens_on=data["opens_on"],
            closes_on=data["closes_on"],
            actor=signed_in(request.user),
        )
        made.append(opened)

    if taken(request, form, save):
        return redirect("admissions:intake", pk=made[0].pk) if made else redirect("admissions:intakes")
    return form_response(request, "admissions/intake_form.html", {"form": form})


@require_POST
def intake_prolong(request: HttpRequest, pk: int) -> HttpResponse:
    """Let an intake take applications until another day."""
    call, form, actor = _visible_intake(request, pk), ProlongForm(request.POST), signed_in(request.user)
    return form_page(
        request,
        form,
        label=gettext("Days for applications"),
        subtitle=call,
        back=reverse("admissions:intake", args=[pk]),
        save=lambda: intake_services.prolong_intake(intake_id=pk, actor=actor, **form.cleaned_data),
    )


@require_POST
def gather(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the submitted applications of the institute on its list."""
    call = _visible_intake(request, pk)
    target = reverse("admissions:intake", args=[pk])
    with refusals_as_messages(request):
        made = lists.gather(intake_id=call.pk, actor=signed_in(request.user))
        target = reverse("admissions:candidatelist", args=[made.pk])
    return redirect(target)


# --- lists ------------------------------------------------------------------------------------------------------------


@require_GET
def candidatelists(request: HttpRequest) -> HttpResponse:
    """The outgoing lists this person may see, the newest first."""
    standing = standing_of(request.user)
    found = CandidateListFilter(request.GET, queryset=lists_listed(standing), request=request)
    return list_response(
        request,
        "admissions/candidatelists.html",
        listing(found, LISTS, request, default_sort="-intake__term__starts_on"),
        name=gettext("Candidate lists"),
        context={"waiting": waiting_for_list(standing)},
    )


def candidate_list_page(
    request: HttpRequest,
    candidates: CandidateList,
    typed: Mapping[int, PlacingForm] | None = None,
    request_form: RequestForm | None = None,
) -> HttpResponse:
    """An outgoing list: order it and send it, send its letter, call up the reserve, answer for the partner.

    `typed`, `request_form`: what was typed and not taken, shown again.
    """
    roles = roles_on_list(candidates, standing_of(request.user))
    applications = candidates_of(candidates)
    is_partner = Role.PARTNER_COORDINATOR in roles
    if is_partner:
        applications = [a for a in applications if a.letter_id is not None]
    lines = (
        lines_of([a for a in applications if a.state == ApplicationState.SUBMITTED]) if _gathering(candidates) else []
    )
    editable = _gathering(candidates) and Role.INSTITUTE_COORDINATOR in roles
    facts = list_facts(candidates, applications)
    items = open_items_of(candidates)
    unnamed = [a for a in applications if a.state == ApplicationState.NOMINATED and a.letter_id is None]
    free = free_places(candidates.intake)
    context = {
        "list": candidates,
        "applications": applications,
        "lines": _rows(lines, typed or {}, editable=editable),
        "criteria": [gettext(name) for name in CRITERIA],
        "editable": editable,
        "is_partner": is_partner,
        "is_ipd": Role.IPD_COORDINATOR in roles,
        "blockers": CANDIDATE_LIST.step("send").blockers(facts) if _gathering(candidates) else (),
        "request_form": request_form
        or RequestForm(initial={"request_text": candidates.request_text, "seen": mark_of(candidates)}),
        "mine": roles,
        "movers": whose_move(_list_movers(items, applications), roles),
        "action": _list_action(candidates, unnamed, roles),
        "others": _list_others(candidates, unnamed, roles),
        **state_groups(),
        "due": due_for(items, roles) or partner_answers_by(applications),
        "story": story_of(candidates),
        "free": free,
        "letters": letters_of(candidates),
        "reserve": unnamed if free and Role.IPD_COORDINATOR in roles and all(a.is_reserve for a in unnamed) else [],
    }
    return render(request, "admissions/outgoing/list.html", context)


def _list_movers(items: list[WorkItem], applications: list[Application]) -> list[str]:
    """Who is waited for with the list itself; after its letter the partner, while a candidate has no answer (8.3)."""
    asked = [Role.PARTNER_COORDINATOR] if any(one.state == ApplicationState.PROPOSED for one in applications) else []
    return list(dict.fromkeys((*asked, *(item.queue.split("@")[0] for item in items))))


def _list_action(candidates: CandidateList, unnamed: list[Application], roles: frozenset[str]) -> Action | None:
    """The IPD's letter is the main action of a sent list; sending stands under the ranking."""
    if Role.IPD_COORDINATOR in roles and candidates.state == ListState.SENT and any(not a.is_reserve for a in unnamed):
        return Action(
            gettext("Send the official letter"), reverse("admissions:list-letter", args=[candidates.pk]), "get"
        )
    return None


def _list_others(candidates: CandidateList, unnamed: list[Application], roles: frozenset[str]) -> list[Action]:
    if _list_action(candidates, unnamed, roles) is None:
        return []
    return [Action(gettext("Preview"), _draft(candidates), "get")]


def _gathering(candidates: CandidateList) -> bool:
    return candidates.state == ListState.DRAFT


def _rows(
    lines: list[Line], typed: Mapping[int, PlacingForm], *, editable: bool
) -> list[tuple[Line, PlacingForm | None, str]]:
    """Each candidate with the form of his or her place, and the criterion that put him or her behind the one before."""
    rows = []
    for line in lines:
        initial = {
            "rank": line.application.rank,
            "is_reserve": line.application.is_reserve,
            "reason": line.application.rank_reason,
        }
        key = line.application.pk
        form = typed.get(key) or PlacingForm(prefix=str(key), initial=initial) if editable else None
        rows.append((line, form, gettext(line.decided_by) if line.decided_by else ""))
    return rows


@require_POST
def place(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the order and the request; with the second button, send the list."""
    candidates = _visible_list(request, pk)
    on_list = candidates.candidates.filter(state=ApplicationState.SUBMITTED).order_by("pk")
    forms = {key: PlacingForm(request.POST, prefix=str(key)) for key in on_list.values_list("pk", flat=True)}
    request_form = RequestForm(request.POST)
    if not request_form.is_valid() or not all(form.is_valid() for form in forms.values()):
        messages.error(request, gettext("A rank is a whole number from 1 on."))
        return candidate_list_page(request, candidates, forms, request_form)
    text = request_form.cleaned_data["request_text"]
    placings = [
        lists.Placing(key, form.cleaned_data["rank"], form.cleaned_data["is_reserve"], form.cleaned_data["reason"])
        for key, form in forms.items()
    ]
    actor = signed_in(request.user)
    with refusals_as_messages(request):
        try:
            lists.place(
                list_id=pk, placings=placings, request_text=text, actor=actor, seen=request_form.cleaned_data["seen"]
            )
        except ChangedMeanwhileError as changed:
            show_refusal(request_form, changed)
            raise
        _send_placed(request, pk, text)
        return redirect("admissions:candidatelist", pk=pk)
    candidates.refresh_from_db(fields=["state"])
    return candidate_list_page(request, candidates, forms, request_form)


def _send_placed(request: HttpRequest, pk: int, text: str) -> None:
    """The order is kept by now, whatever becomes of sending: the page is shown anew with it."""
    if request.POST.get("then") != "send":
        messages.success(request, gettext("Saved."))
        return
    with refusals_as_messages(request):
        lists.send_list(list_id=pk, request_text=text, actor=signed_in(request.user))
        messages.success(request, gettext("The list is with the IPD."))


def _letter_happens() -> list[str]:
    return [
        gettext("The letter gets the next number of the register and today's date; it is sealed and never changes."),
        gettext("The partner is told and sees the candidates and their documents from now on."),
        gettext("Each candidate stands as proposed to the partner, whose answer is asked for."),
    ]


def _draft(candidates: CandidateList) -> str:
    return reverse("documents:draft", args=[OFFICIAL_LETTER.name, candidates.pk])


@require_http_methods(["GET", "POST"])
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """A page that says what the official letter of a list does; then send it."""
    candidates = _visible_list(request, pk)
    if request.method == "GET":
        if Role.IPD_COORDINATOR not in standing_of(request.user).roles:
            raise Http404
        unnamed = candidates.candidates.filter(state=ApplicationState.NOMINATED, letter=None, is_reserve=False)
        if candidates.state != ListState.SENT or not unnamed.exists():
            return redirect("admissions:candidatelist", pk=pk)
        return confirm_page(
            request,
            label=gettext("Send the official letter"),
            subtitle=candidates,
            back=reverse("admissions:candidatelist", args=[pk]),
            happens=_letter_happens(),
            preview=_draft(candidates),
        )
    with refusals_as_messages(request):
        sent = letters.send_official_letter(list_id=pk, actor=signed_in(request.user))
        messages.success(
            request, gettext("Official letter No. %(number)s has been sent.") % {"number": sent.number_text}
        )
    return redirect("admissions:candidatelist", pk=pk)


@require_http_methods(["GET", "POST"])
def supplement(request: HttpRequest, pk: int) -> HttpResponse:
    """A page that says whom a supplement with picked candidates of the reserve will name; then send it."""
    candidates, chosen = _visible_list(request, pk), keys(request.GET.getlist("pick"))
    back = reverse("admissions:candidatelist", args=[pk])
    if Role.IPD_COORDINATOR not in roles_on_list(candidates, standing_of(request.user)):
        raise Http404
    with refusals_as_messages(request):
        if request.method == "POST":
            sent = letters.send_supplement(list_id=pk, application_ids=chosen, actor=signed_in(request.user))
            messages.success(
                request, gettext("Supplement No. %(number)s has been sent.") % {"number": sent.number_text}
            )
            return redirect(back)
        named = letters.chosen_reserve(candidates, chosen)
        return confirm_page(
            request,
            label=gettext("Send the supplement"),
            subtitle=candidates,
            back=back,
            happens=[*_letter_happens(), *(str(one.enrolment.person) for one in named)],
            preview=f"{_draft(candidates)}?{urlencode({'pick': chosen}, doseq=True)}",
        )
    return redirect(back)


@require_GET
def candidatelist(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of a list; a partner's list of incoming candidates has its own."""
    if nominations_visible_to(standing_of(request.user)).filter(pk=pk).exists():
        return redirect("admissions:nominationlist", pk=pk)
    return candidate_list_page(request, _visible_list(request, pk))
