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
from core.http import form_page, form_response, list_response, page_of, refusals_as_messages, taken, tell_done
from core.machine import Blocker
from core.permissions import whose_move
from core.story import story_of
from core.tables import listing
from core.way import ended
from core.workflow import offers
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
from mobility.views.parts import Action, stay_facts_rows, tone_of
from mobility.workflow.reminders import PREPARE, PROLONG, TRANSCRIPT_OFFICES, Year, owed_transcript, reminders
from mobility.workflow.stay import ARRIVAL_DUTIES, STAY, StayFacts, visa_settled

# The institute ensures that the student comes to the IPD (9.1); either writes it down.
_TRANSCRIPT = frozenset(str(office) for office in TRANSCRIPT_OFFICES)
CAME_BY = frozenset({Role.INSTITUTE_COORDINATOR, Role.IPD_COORDINATOR})


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
    """Many stays ended at once: first which can be, then done."""
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
        "conversation": read.messages_of(found),
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
    offered = offers(STAY[found.direction], found.state, roles=roles, facts=facts)
    forward = [offer for offer in offered if not offer.step.way_out and offer.step.name != "depart"]
    turn = read.turn_of(found, facts, roles)
    present = found.state == PlacementState.PRESENT and found.direction == Direction.INCOMING
    blockers = forward[0].blockers if forward else ()
    duties = [blocker for duty in ARRIVAL_DUTIES for blocker in duty(facts)] if present else []
    hindered = duties or turn.lacking or (blockers if found.state == PlacementState.PLANNED else ())
    reminded = [one for one, _day in reminders(facts, state=found.state, direction=found.direction)]
    reminded.sort(key=lambda one: one.whose_move not in roles)  # what the reader is asked for comes first
    owed_year = _owed_year(found, roles, facts)
    step = _main(found, roles, forward, present=present, facts=facts)
    ipd = Role.IPD_COORDINATOR in roles
    return {
        "where": found.where,
        "tone": tone_of(found.state),
        "mine": roles,
        "movers": whose_move(turn.movers, roles),
        "due": turn.due,
        "action": step or _received(found, owed_year) or _reminded(found, roles, reminded),
        # What is said to the student alone ("your stay begins") stands in no way.
        "blockers": [*hindered, *(one for one in reminded if one.ask != PREPARE)],
        "asked": "" if hindered else gettext("What has to be done"),
        "may_assign": _assigns(found, roles),
        "may_come": bool(roles & CAME_BY) and present,
        "may_correct_arrival": ipd and present,
        "may_register": ipd and present and facts.needs_registration,
        "may_enter_contingent": bool(roles & {Role.IPD_COORDINATOR, Role.REGISTRAR})
        and found.direction == Direction.INCOMING,
        "also_received": _received(found, owed_year) if step else None,
        "facts_rows": stay_facts_rows(found, facts, roles),
    }


def _assigns(found: Placement, roles: frozenset[str]) -> bool:
    """The head of department names the advisor of a guest, now or anew, while the stay lasts (9.4)."""
    guest = found.direction == Direction.INCOMING
    return guest and Role.DEPARTMENT_HEAD in roles and found.state in PlacementState.lasting()


def _main(
    found: Placement, roles: frozenset[str], forward: list[Any], *, present: bool, facts: StayFacts
) -> Action | None:
    pk = [found.pk]
    if _assigns(found, roles) and found.advisor_id is None:
        return Action(gettext("Assign an advisor"), reverse("mobility:stay-advisor", args=pk), "get")
    if present and (duty := _of_the_house(found, roles, facts)):
        return duty
    if found.direction == Direction.INCOMING and (step := _of_guest(found, roles, facts, present=present)):
        return step
    for offer in forward:
        if offer.mine and offer.step.name == "arrive":
            url = reverse("mobility:stay-arrival", args=pk)
            return Action(gettext(offer.step.label), url, "get", blockers=offer.blockers)
        if offer.mine and offer.step.name == "end" and offer.ready:
            return Action(gettext(offer.step.label), reverse("mobility:stay-end", args=pk))
    return None


def _of_the_house(found: Placement, roles: frozenset[str], facts: StayFacts) -> Action | None:
    """What institute and IPD write down of somebody who is here (9.1, 9.2)."""
    if roles & CAME_BY and not facts.came_to_ipd:
        came_url = reverse("mobility:stay-came", args=[found.pk])
        return Action(gettext("The student has come to the IPD"), came_url, "get")
    lacks = facts.needs_registration and (not facts.registered or (facts.registration_ended and not facts.is_over))
    if Role.IPD_COORDINATOR in roles and lacks:
        return Action(gettext("Enter the registration"), reverse("mobility:stay-registration", args=[found.pk]), "get")
    return None


def _of_guest(found: Placement, roles: frozenset[str], facts: StayFacts, *, present: bool) -> Action | None:
    """The visa before the journey, with whoever is asked to go on with it; the rules after it, which the student reads."""
    asked = {blocker.whose_move for blocker in visa_settled(facts)}
    if found.state == PlacementState.PLANNED and facts.is_invited and roles & asked:
        visa = reverse("admissions:application", args=[found.application_id]) + "#visa"
        return Action(gettext("Go on with the visa"), visa, "get")
    if present and Role.STUDENT in roles and not facts.acknowledged:
        return Action(gettext("Read the rules of arrival"), "#rules", "get")
    return None


def _owed_year(found: Placement, roles: frozenset[str], facts: StayFacts) -> Year | None:
    owed = (owed_transcript(facts, office, state=found.state) for office in roles & _TRANSCRIPT)
    return next(filter(None, owed), None)


def _received(found: Placement, owed: Year | None) -> Action | None:
    """An office writes down that it has the transcript of a year (7.5)."""
    if owed is None:
        return None
    label = gettext("Transcript of %(year)s received") % {"year": owed.name}
    return Action(label, reverse("mobility:stay-transcript", args=[found.pk]))


def _reminded(found: Placement, roles: frozenset[str], reminded: list[Blocker]) -> Action | None:
    """What the calendar asks of these roles, with where it is told or done; then the answer that the advisor owes (9.4)."""
    visa = reverse("admissions:application", args=[found.application_id]) + "#visa"
    places = {PREPARE: "#rules", PROLONG: visa}
    for one in reminded:
        if one.whose_move in roles:
            return Action(gettext(one.ask), places.get(one.ask, "#blockers"), "get")
    if Role.ADVISOR in roles and any(wait.cause == read.QUESTION for wait in read.waits(found)):
        return Action(gettext("Answer the student's question"), "#advisor", "get")
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
    form = ArrivalForm(request.POST or None)
    by = frozenset({Role.INSTITUTE_COORDINATOR, Role.IPD_COORDINATOR})
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
        CAME_BY,
        form,
        gettext("The student has come to the IPD"),
        services.record_came_to_ipd,
    )


@require_http_methods(["GET", "POST"])
def registration(request: HttpRequest, pk: int) -> HttpResponse:
    """The IPD enters the migration registration (9.2)."""
    form = RegistrationForm(request.POST or None)
    by = frozenset({Role.IPD_COORDINATOR})
    return _form_step(
        request, _visible(request, pk), by, form, gettext("Migration registration"), services.record_registration
    )


@require_http_methods(["GET", "POST"])
def contingent(request: HttpRequest, pk: int) -> HttpResponse:
    """EPVO id and IIN (5.9)."""
    found = _visible(request, pk)
    initial = {"epvo_id": found.epvo_id, "iin": found.application.enrolment.person.iin}
    form = ContingentForm(request.POST or None, initial=initial)
    by = frozenset({Role.REGISTRAR, Role.IPD_COORDINATOR})
    return _form_step(request, found, by, form, gettext("EPVO id and IIN"), services.enter_contingent)


@require_POST
def transcript(request: HttpRequest, pk: int) -> HttpResponse:
    """An office has the transcript of a year: the Registrar's the original, IPD and institute a copy (7.5)."""
    _visible(request, pk)
    with refusals_as_messages(request):
        services.record_transcript(placement_id=pk, actor=signed_in(request.user))
        messages.success(request, gettext("Written down."))
    return redirect("mobility:placement", pk=pk)


@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a stay whose period is over (6.3)."""
    _visible(request, pk)
    with refusals_as_messages(request):
        ended_stay = services.end_stay(placement_id=pk, actor=signed_in(request.user))
        tell_done(request, STAY[ended_stay.direction].step("end"))
    return redirect("mobility:placement", pk=pk)


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
