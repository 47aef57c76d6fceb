"""Doors of stays: the list, the page of one, its steps, the student's arrival page, the rules of arrival."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agreements.enums import Direction
from core.bulk import bulk_page
from core.http import (
    confirm_page,
    form_page,
    form_response,
    list_response,
    page_of,
    refusals_as_messages,
    taken,
    tell_done,
)
from core.permissions import whose_move
from core.story import story_of
from core.tables import listing
from core.templatetags.written import day
from core.way import ended
from institutions.enums import Role
from institutions.permissions import as_read_by, signed_in, standing_of
from mobility.enums import PlacementState
from mobility.exports.stay import STAYS
from mobility.filters.stay import StayFilter
from mobility.forms.stay import (
    AdvisorForm,
    ArrivalCorrectionForm,
    ArrivalForm,
    CameForm,
    ContingentForm,
    MessageForm,
    RegistrationForm,
    RulesForm,
)
from mobility.models import Placement
from mobility.permissions.stay import roles_on
from mobility.selectors import stay as read
from mobility.selectors.arrival import arrival_rules
from mobility.services import stay as services
from mobility.services.rules import upload_rules
from mobility.tables.deeds import deeds_of
from mobility.views.moves import first_move, open_moves, received_label
from mobility.views.parts import Action, stay_facts_rows, tone_of
from mobility.workflow.reminders import TRANSCRIPT_OFFICES, owed_transcript
from mobility.workflow.stay import CAME_BY, STAY, StayFacts, came_to_ipd


def _visible(request: HttpRequest, pk: int) -> Placement:
    found: Placement = get_object_or_404(read.placements_visible_to(standing_of(request.user)), pk=pk)
    return found


@require_GET
def stays(request: HttpRequest) -> HttpResponse:
    """The list of stays: who is here, who is expected, whose registration is late, in red with a word."""
    standing = standing_of(request.user)
    visible = read.placements_visible_to(standing)
    filters = StayFilter(request.GET, queryset=visible, request=request)
    listed = listing(filters, STAYS, request, default_sort="-starts_on")
    facts = read.stay_facts_of(list(listed.page))
    here = {one.pk for one in listed.page if one.state == PlacementState.PRESENT}
    return list_response(
        request,
        "mobility/stay/list.html",
        listed,
        name=gettext("Stays"),
        context={
            "late": {pk for pk, one in facts.items() if one.registration_overdue},
            "run_out": {pk for pk in here if facts[pk].registration_ended},
            "over": {pk for pk in here if facts[pk].is_over},
            "over_count": visible.filter(read.over()).count(),
            "overdue_count": visible.filter(read.overdue()).count(),
            "due_count": visible.filter(read.arrivals_due()).count(),
            "rules": read.rules_document(),
            "may_bring_rules": standing.holds(Role.IPD_COORDINATOR),
        },
        deeds=deeds_of(standing),
        deeds_url=reverse("mobility:stays-bulk"),
    )


@require_POST
def stays_bulk(request: HttpRequest) -> HttpResponse:
    """One step for many stays at once: first which can take it, then done."""
    standing = standing_of(request.user)
    visible = read.placements_visible_to(standing)
    return bulk_page(
        request,
        deeds=deeds_of(standing),
        standing=standing,
        visible=visible,
        narrowed=lambda query: StayFilter(query, queryset=visible, request=request).qs,
        back=reverse("mobility:stays"),
        label=gettext("Stays"),
    )


@require_GET
def stay_of(request: HttpRequest, application: int) -> HttpResponse:
    """From an application to its stay."""
    found = get_object_or_404(read.placements_visible_to(standing_of(request.user)), application=application)
    return redirect("mobility:placement", pk=found.pk)


@require_GET
def placement(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of a stay; to the student it is the arrival, step by step."""
    found = _visible(request, pk)
    roles = roles_on(found, standing_of(request.user))
    facts = read.stay_facts(found)
    context = {**_common(found, roles, facts), **_desk(found, roles, facts)}
    is_guest = Role.STUDENT in roles and found.direction == Direction.INCOMING
    template = "mobility/stay/arrival.html" if is_guest else "mobility/stay/placement.html"
    return render(request, template, context)


def _common(found: Placement, roles: frozenset[str], facts: StayFacts) -> dict[str, Any]:
    story, done = as_read_by(roles, story_of(found)), _done(found, facts)
    return {
        "placement": found,
        "person": found.application.enrolment.person,
        "partner": found.application.intake.pathway.partner_programme.university,
        "is_incoming": found.direction == Direction.INCOMING,
        "is_late": facts.registration_overdue,
        "registration_ended": facts.registration_ended and found.state == PlacementState.PRESENT,
        "needs_registration": facts.needs_registration,
        "steps": [{"step": one, "done": one.key in done} for one in arrival_rules().steps],
        "rules": read.rules_document(),
        "conversation": read.messages_of(found, roles),
        "message_form": MessageForm() if roles & {Role.STUDENT, Role.ADVISOR} and found.advisor_id else None,
        "ended": ended(STAY[found.direction], found.state, story),
        "story": story,
        "student_may_confirm": Role.STUDENT in roles and found.checklist_acknowledged_at is None,
    }


def _done(found: Placement, facts: StayFacts) -> frozenset[str]:
    """Which steps of the rules of arrival (by key) the student has passed; telling of a change is never over (9.3)."""
    done = {
        "ipd": facts.came_to_ipd,
        "registration": facts.registered or not facts.needs_registration,
        "advisor": facts.has_advisor and read.has_approved_plan(found),
        "law": facts.acknowledged,
    }
    return frozenset(key for key, is_done in done.items() if is_done)


def _desk(found: Placement, roles: frozenset[str], facts: StayFacts) -> dict[str, Any]:
    turn = read.turn_of(found, facts, roles)
    present = found.state == PlacementState.PRESENT and found.direction == Direction.INCOMING
    ipd = Role.IPD_COORDINATOR in roles
    return {
        "where": found.where,
        "tone": tone_of(found.state),
        "mine": roles,
        "movers": whose_move(turn.movers, roles),
        "due": turn.due,
        "action": first_move(found, turn) or _stand_in(found, roles, facts),
        "blockers": open_moves(found, turn),
        "asked": "" if turn.hindered else gettext("What has to be done"),
        "may_assign": _assigns(found, roles),
        "may_come": bool(roles & set(CAME_BY)) and present,
        "may_correct_arrival": ipd and present,
        "may_register": ipd and present and facts.needs_registration,
        "may_enter_contingent": bool(roles & {Role.IPD_COORDINATOR, Role.REGISTRAR})
        and found.direction == Direction.INCOMING,
        "facts_rows": stay_facts_rows(found, facts, roles),
    }


def _assigns(found: Placement, roles: frozenset[str]) -> bool:
    """The head of department names the advisor of a guest, now or anew, while the stay lasts (9.4)."""
    guest = found.direction == Direction.INCOMING
    return guest and Role.DEPARTMENT_HEAD in roles and found.state in PlacementState.lasting()


def _stand_in(found: Placement, roles: frozenset[str], facts: StayFacts) -> Action | None:
    """The arrival and the way to the IPD, of whoever may write them down for the institute that is waited for (9.1)."""
    if found.direction != Direction.INCOMING or not roles & set(CAME_BY):
        return None
    if found.state == PlacementState.PLANNED:
        step = STAY[found.direction].step("arrive")
        url = reverse("mobility:stay-arrival", args=[found.pk])
        return Action(gettext(step.label), url, "get", blockers=step.blockers(facts))
    if found.state == PlacementState.PRESENT and not facts.came_to_ipd:
        return Action(gettext(came_to_ipd.ask), reverse("mobility:stay-came", args=[found.pk]), "get")
    return None


# --- steps ------------------------------------------------------------------------------------------------------------


def _form_step(
    request: HttpRequest,
    found: Placement,
    roles: frozenset[str],
    form: forms.Form,
    label: str,
    verb: Callable[..., Any],
) -> HttpResponse:
    """A form of one verb: its cleaned fields are the verb's own arguments."""
    if not roles & roles_on(found, standing_of(request.user)):
        raise Http404

    def save() -> None:
        verb(placement_id=found.pk, actor=signed_in(request.user), **form.cleaned_data)
        messages.success(request, gettext("Written down."))

    return form_page(
        request, form, label=label, subtitle=found, back=page_of("mobility.placement", found.pk), save=save
    )


@require_http_methods(["GET", "POST"])
def advisor(request: HttpRequest, pk: int) -> HttpResponse:
    """The head of department assigns the advisor (9.4)."""
    found = _visible(request, pk)
    advisors = read.advisors_of(found.application.department_id)
    form = AdvisorForm(request.POST or None, advisors=advisors, initial={"advisor": found.advisor_id})

    def verb(*, placement_id: int, actor: Any, advisor: Any) -> Placement:
        return services.assign_advisor(placement_id=placement_id, advisor_id=advisor.pk, actor=actor)

    return _form_step(request, found, frozenset({Role.DEPARTMENT_HEAD}), form, gettext("Assign an advisor"), verb)


@require_http_methods(["GET", "POST"])
def arrival(request: HttpRequest, pk: int) -> HttpResponse:
    """The institute or the IPD records the arrival (9.1)."""
    form, by = ArrivalForm(request.POST or None), frozenset(CAME_BY)
    return _form_step(request, _visible(request, pk), by, form, gettext("Record the arrival"), services.record_arrival)


@require_http_methods(["GET", "POST"])
def arrival_correct(request: HttpRequest, pk: int) -> HttpResponse:
    """The IPD corrects an arrival that was written down wrongly, with the reason (9.1)."""
    found = _visible(request, pk)
    if found.direction != Direction.INCOMING or found.state != PlacementState.PRESENT:
        raise Http404
    initial = {"crossed_border_on": found.crossed_border_on, "met_by": found.met_by}
    form = ArrivalCorrectionForm(request.POST or None, initial=initial)
    by = frozenset({Role.IPD_COORDINATOR})
    return _form_step(request, found, by, form, gettext("Correct the arrival"), services.correct_arrival)


@require_http_methods(["GET", "POST"])
def came(request: HttpRequest, pk: int) -> HttpResponse:
    """The institute, which ensures it, or the IPD records that the student has come to the IPD (9.1)."""
    form = CameForm(request.POST or None)
    return _form_step(
        request,
        _visible(request, pk),
        frozenset(CAME_BY),
        form,
        gettext("The student has come to the IPD"),
        services.record_came_to_ipd,
    )


@require_http_methods(["GET", "POST"])
def registration(request: HttpRequest, pk: int) -> HttpResponse:
    """The IPD enters the migration registration (9.2)."""
    found = _visible(request, pk)
    form = RegistrationForm(request.POST or None, stay_ends_on=found.ends_on)
    by = frozenset({Role.IPD_COORDINATOR})
    return _form_step(request, found, by, form, gettext("Migration registration"), services.record_registration)


@require_http_methods(["GET", "POST"])
def contingent(request: HttpRequest, pk: int) -> HttpResponse:
    """EPVO id and IIN (5.9)."""
    found = _visible(request, pk)
    form = ContingentForm(request.POST or None, initial={"epvo_id": found.epvo_id})
    by = frozenset({Role.REGISTRAR, Role.IPD_COORDINATOR})
    return _form_step(request, found, by, form, gettext("EPVO id and IIN"), services.enter_contingent)


@require_http_methods(["GET", "POST"])
def transcript(request: HttpRequest, pk: int) -> HttpResponse:
    """An office has the transcript of a year: the Registrar's the original, IPD and institute a copy (7.5)."""
    found = _visible(request, pk)
    if request.method == "GET":
        roles, facts = roles_on(found, standing_of(request.user)), read.stay_facts(found)
        offices = [office for office in TRANSCRIPT_OFFICES if office in roles]
        if not offices:
            raise Http404
        owed = next(filter(None, (owed_transcript(facts, one, state=found.state) for one in offices)), None)
        if owed is None:
            return redirect("mobility:placement", pk=pk)
        text = gettext("It is written down that your office has the transcript of the year %(year)s.")
        return confirm_page(
            request,
            label=received_label(owed.name),
            subtitle=found,
            back=page_of("mobility.placement", pk),
            happens=[text % {"year": owed.name}, gettext("Your office is not asked for it again."), _for_good()],
        )
    with refusals_as_messages(request):
        services.record_transcript(placement_id=pk, actor=signed_in(request.user))
        messages.success(request, gettext("Written down."))
    return redirect("mobility:placement", pk=pk)


@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """A page that says what the end of a stay does; then end it, its period being over (6.3)."""
    found = _visible(request, pk)
    step = STAY[found.direction].step("end")
    if request.method == "GET":
        if not roles_on(found, standing_of(request.user)) & set(step.by):
            raise Http404
        if found.state not in step.sources or step.blockers(read.stay_facts(found)):
            return redirect("mobility:placement", pk=pk)
        text = gettext("The last day of the stay is %(day)s: the stay ends with it.")
        return confirm_page(
            request,
            label=gettext(step.label),
            subtitle=found,
            back=page_of("mobility.placement", pk),
            happens=[text % {"day": day(found.ends_on)}, _for_good()],
        )
    with refusals_as_messages(request):
        services.end_stay(placement_id=pk, actor=signed_in(request.user))
        tell_done(request, step)
    return redirect("mobility:placement", pk=pk)


def _for_good() -> str:
    return gettext("This cannot be undone.")


@require_POST
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    """The student has read the rules of arrival (9.3, 9.7)."""
    _visible(request, pk)
    with refusals_as_messages(request):
        services.acknowledge_rules(placement_id=pk, actor=signed_in(request.user))
        messages.success(request, gettext("Written down."))
    return redirect("mobility:placement", pk=pk)


@require_POST
def message(request: HttpRequest, pk: int) -> HttpResponse:
    """A question to the advisor, or the answer (9.4)."""
    found, form, send = _visible(request, pk), MessageForm(request.POST), gettext("Send")
    label, back = gettext("Advisor"), reverse("mobility:placement", args=[pk]) + "#advisor"

    def save() -> None:
        services.write_to_advisor(placement_id=pk, text=form.cleaned_data["text"], actor=signed_in(request.user))
        messages.success(request, gettext("Sent."))

    return form_page(request, form, label=label, subtitle=found, back=back, save=save, send=send)


@require_http_methods(["GET", "POST"])
def rules(request: HttpRequest) -> HttpResponse:
    """The IPD uploads the University's order of arrival of foreign students (9.3)."""
    if not standing_of(request.user).holds(Role.IPD_COORDINATOR):
        raise Http404
    form = RulesForm(request.POST or None, request.FILES or None)

    def save() -> None:
        file = form.cleaned_data["file"]
        upload_rules(file=file, name=file.name, actor=signed_in(request.user))
        messages.success(request, gettext("Written down."))

    if taken(request, form, save, beside="file"):
        return redirect("mobility:stays")
    return form_response(request, "mobility/stay/rules.html", {"form": form, "rules": read.rules_document()})
