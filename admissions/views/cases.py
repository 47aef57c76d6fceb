"""The page of a case: what both roads show, put together once. Doors only: rules stand in workflow and services."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop

from admissions.enums import ApplicationState, ItemState, OrderKind, OrderState
from admissions.models import Application, Order
from admissions.permissions.applications import may_open_numbered, roles_on
from admissions.selectors.applications import applications_visible_to
from admissions.selectors.cases import CLOSED, REACHED, STATE_TONES, Case, case_of, orders_of, papers_to_revoke
from admissions.selectors.orders import orders_visible_to
from admissions.selectors.roads import road_of
from admissions.services.chair import may_be_signed
from admissions.services.contract import may_be_made, party_of, takes_signatures
from admissions.services.visa import may_be_corrected
from admissions.views.case_facts import document_rows, hands_in_several, pathway_facts, told_together, visa_facts
from admissions.workflow import phrases
from admissions.workflow.outgoing import MOTIVATION_EMPTY, NOT_RANKED, ORDER_NOT_DRAFTED, PACKAGE_NOT_COMPLETE
from admissions.workflow.shared import REVOKE_PAPERS, VISA_REFUSED
from admissions.workflow.visa import VISA, VisaFacts
from agreements.enums import Direction
from core.http import Onward, form_response, keys, onward_from, page_of, taken
from core.machine import Blocker, Step
from core.permissions import whose_move
from core.story import NamedPaper
from core.way import sent_back, way_of
from core.workflow import MOVED_ON, Offer, offers
from core.worklist import Wait, due_for, open_items_of
from documents.permissions import roles_that_revoke
from institutions.enums import Role
from institutions.permissions import Standing, standing_of

# Steps that are taken for all candidates of a list at once.
_WITH_THE_LIST = frozenset({"nominate", "propose"})
# Where a signed order names the student, and the case can still be given up: a stay and a plan are there (6.3).
_ORDERED: dict[str, frozenset[str]] = {
    Direction.OUTGOING: frozenset({ApplicationState.ADMITTED}),
    Direction.INCOMING: frozenset({ApplicationState.ADMITTED, ApplicationState.INVITED}),
}


@dataclass(frozen=True)
class Action:
    """A button as ui/_action.html shows it."""

    label: str
    url: str
    method: str = "post"
    blockers: tuple[Blocker, ...] = ()
    confirm_url: str = ""


@dataclass(frozen=True)
class Pages:
    """Where the steps of a road lead that do more than move the state; `hidden` ones are taken on another page.

    `one_click`: their address takes the click itself, without a page between. `from_paper`: what a step is called for who
    writes down from paper what another has decided.
    """

    steps: Mapping[str, str] = field(default_factory=dict)
    one_click: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()
    from_paper: Mapping[str, str] = field(default_factory=dict)

    def label(self, step: Step[Any], roles: frozenset[str]) -> str:
        """What a step is called for this reader: the first of those who take it decides."""
        return gettext(step.label if step.by[0] in roles else self.from_paper.get(step.name, step.label))


def visible(request: HttpRequest, pk: int) -> Application:
    """The application, if this reader may see it; else a page that does not exist."""
    found: Application = get_object_or_404(applications_visible_to(standing_of(request.user)), pk=pk)
    return found


def decision(
    application: Application, roles: frozenset[str], *names: str, blockers: Sequence[Blocker] | None = None
) -> dict[str, Any]:
    """What a page says of the step it takes, the first of `names` that leaves this state: what blocks it and whose move it is.

    `blockers`: where the page itself removes some of the step's own. `moved_on`: none of the steps leaves this state, so
    that nothing is to be decided here now (`ahead`: the case may yet come to one of them); `ends`: the step cannot be undone,
    no other leads on from where it leads; `is_ordered`: a signed order has opened stay and plan, which end with it.
    """
    road = road_of(application)
    known = [road.machine.step(name) for name in names]
    step = next((one for one in known if application.state in one.sources), None)
    found = tuple(blockers or ()) if step is None or blockers is not None else step.blockers(road.facts(application))
    mine = next((role for role in step.by if role in roles), "") if step else ""
    movers = [blocker.whose_move for blocker in found] if found else [mine]
    items = open_items_of(application)
    return {
        "moved_on": step is None,
        "ahead": any(road.machine.movers_towards(application.state, one.sources) for one in known),
        "where": application.get_state_display(),
        "mine": roles,
        "movers": whose_move(movers, roles),
        "due": due_for(items, roles),
        "blockers": found,
        "ends": step is not None and step.way_out and not road.machine.steps_from(step.to),
        "is_ordered": application.state in _ORDERED[application.direction],
    }


def led_back(request: HttpRequest, application: Application, *, ahead: bool = False) -> HttpResponse:
    """To the case, which shows how it stands, for who opens a page on which nothing is to be done now.

    With a word where the case was there already: most often somebody was first, in another window.
    """
    if not ahead:
        messages.info(request, gettext(MOVED_ON))
    return redirect("admissions:application", pk=application.pk)


def form_of_case(
    request: HttpRequest,
    application: Application,
    form: Form,
    label: str,
    save: Callable[[], object],
    shown: Mapping[str, Any] | None = None,
    *,
    to: Callable[[], HttpResponse] | None = None,
) -> HttpResponse:
    """A page of one form of a case; `shown`: what it says of a step (`decision`), `to`: where it leads, else to the case."""
    if taken(request, form, save):
        return to() if to else redirect("admissions:application", pk=application.pk)
    context = {"application": application, "form": form, "label": label, **(shown or {})}
    return form_response(request, "admissions/step.html", context)


def picked(request: HttpRequest) -> list[int]:
    """The keys of the rows that were ticked."""
    return keys(request.POST.getlist("pick"))


def state_groups() -> dict[str, frozenset[str]]:
    """Which states lists show as closed or as reached."""
    return {"closed_states": CLOSED, "reached_states": REACHED}


def case_context(request: HttpRequest, application: Application, pages: Pages) -> dict[str, Any]:
    """Everything that templates/admissions/application.html shows, for this reader."""
    standing = standing_of(request.user)
    roles = roles_on(application, standing)
    road = road_of(application)
    facts = road.facts(application)
    offered = offers(road.machine, application.state, roles=roles, facts=facts)
    forward = [offer for offer in offered if not offer.step.way_out]
    case = case_of(application, roles)
    documents = document_rows(application, case, roles)
    blockers = road.in_the_way(forward[0].blockers) if forward else ()
    held = papers_to_revoke(application)
    onward = onward_from("admissions.application", application.pk, standing)
    waits = road.movers(application.state, facts) or road.revocations(held)
    turn = _turn(application, onward, roles, waits, lambda: case.orders)
    action, others = _actions(application, forward, roles, blockers, pages)
    may_revoke = {paper.pk for paper in held if roles_that_revoke(standing, paper)}
    action = action or _elsewhere(application, case, forward, pages) or _revoking(may_revoke)
    return {
        "application": application,
        "case": case,
        "visible_orders": set(
            orders_visible_to(standing).filter(lines__application=application).values_list("pk", flat=True)
        ),
        "mine": roles,
        "is_ipd": Role.IPD_COORDINATOR in roles,
        "is_student": Role.STUDENT in roles,
        "opens_numbered": may_open_numbered(roles),
        "partner": application.intake.pathway.partner_programme.university,
        "where": turn.where,
        "tone": STATE_TONES.get(application.state, "accent"),
        "movers": turn.movers,
        "due": turn.due,
        "action": action or turn.there,
        "others": others,
        "blockers": told_together(blockers),
        "ways_out": [
            Action(gettext(offer.step.label), "", blockers=offer.blockers, confirm_url=_url(application, offer, pages))
            for offer in offered
            if offer.mine and offer.step.way_out and offer.step.name not in pages.hidden
        ]
        + _corrections(application, roles),
        "stages": way_of(road.machine, application.state, ApplicationState, case.story, _brought_by(application, case)),
        "returned": sent_back(road.machine, application.state, case.story),
        "documents": documents,
        "hands_in_several": hands_in_several(documents),
        "waiting_documents": [item.upload_id for item in case.documents if item.status == ItemState.SUBMITTED],
        "may_sign_chair": bool(roles & {Role.STUDENT, Role.IPD_COORDINATOR}) and may_be_signed(application),
        "may_make_contract": Role.IPD_COORDINATOR in roles and case.contract is None and may_be_made(application),
        "may_enter_signature": Role.IPD_COORDINATOR in roles and bool(_unsigned(application, case)),
        "may_sign_contract": party_of(roles) in _unsigned(application, case),
        "pathway_facts": pathway_facts(application),
        "visa_actions": visa_actions(application, case, roles),
        "visa_facts": visa_facts(case),
        "to_revoke": [(paper, paper.pk in may_revoke) for paper in held],
        "revoke_clause": road.clause_after_order,
        "onward": onward,
    }


@dataclass(frozen=True, slots=True)
class Turn:
    """Where a case stands and whose move it is, in the reader's words, and until when; `there`: the page where it goes on, once
    it is handed on; `onward`: all pages where it goes on.
    """

    where: str
    movers: list[str]
    due: date | None
    there: Action | None = None
    onward: Sequence[Onward] = ()


def turn_of(application: Application, standing: Standing) -> Turn:
    """Whose move a case is, as its page says it, for pages that tell of it elsewhere."""
    road = road_of(application)
    waits = road.movers(application.state, road.facts(application))
    onward = onward_from("admissions.application", application.pk, standing)
    return _turn(application, onward, roles_on(application, standing), waits, cache(lambda: orders_of(application)))


def _turn(
    application: Application,
    onward: Sequence[Onward],
    mine: Collection[str],
    waits: Sequence[Wait],
    orders: Callable[[], Sequence[Order]],
) -> Turn:
    """Once invited here, or departed, the stay goes on with the case: it says whose move it is and until when (6.3, 9)."""
    where = _where(application, orders)
    handed_on = {
        Direction.INCOMING: {ApplicationState.INVITED, ApplicationState.ARRIVED},
        Direction.OUTGOING: {ApplicationState.DEPARTED},
    }
    if application.state in handed_on[Direction(application.direction)]:
        for page in onward:
            if page.movers is not None:
                there = Action(page.label, page.url, "get")
                return Turn(where, whose_move(page.movers, page.mine), page.due, there, onward)
    movers = whose_move([wait.role for wait in waits], mine)
    return Turn(where, movers, _due(application, mine, waits, orders), onward=onward)


def _where(application: Application, orders: Callable[[], Sequence[Order]]) -> str:
    """The state in words; where the Registrar's Office has made the order that was asked for, also how far it is (8.6)."""
    state = str(application.get_state_display())
    if application.state != ApplicationState.ORDER_REQUESTED:
        return state
    order = next((one for one in orders() if one.state in OrderState.under_way()), None)
    return (
        gettext("%(state)s · order: %(order)s") % {"state": state, "order": order.get_state_display()}
        if order
        else state
    )


def _brought_by(application: Application, case: Case) -> dict[str, NamedPaper]:
    """The papers about several candidates that brought this one on: the letter to the partner (8.2), the signed order (6.3)."""
    order = next((one.document for one in case.orders if one.document), None)
    papers = {ApplicationState.PROPOSED: application.letter, ApplicationState.ADMITTED: order}
    return {state: NamedPaper(one.pk, one.number_text, one.kind) for state, one in papers.items() if one}


def _due(
    application: Application, mine: Collection[str], waits: Sequence[Wait], orders: Callable[[], Sequence[Order]]
) -> date | None:
    """Until when for this reader: what waits with the case, else with the list or order that takes its step for many."""
    items = open_items_of(application)
    if not items and application.candidate_list and any(wait.cause in _WITH_THE_LIST for wait in waits):
        items = open_items_of(application.candidate_list)
    elif not items and waits and (order := next(iter(orders()), None)):
        items = open_items_of(order)
    return due_for(items, mine)


def _corrections(application: Application, roles: frozenset[str]) -> list[Action]:
    """What was written down wrongly and can be put right, with a reason (6.3)."""
    if application.state != ApplicationState.DEPARTED or Role.IPD_COORDINATOR not in roles:
        return []
    url = reverse("admissions:departure-correct", args=[application.pk])
    return [Action(gettext("Correct the day of the departure"), "", confirm_url=url)]


def _unsigned(application: Application, case: Case) -> frozenset[str]:
    """The parties who may still sign the contract."""
    if case.contract is None or not takes_signatures(application):
        return frozenset()
    return frozenset(party.key for party in case.parties if party.signature is None)


def _url(application: Application, offer: Offer[Any], pages: Pages) -> str:
    name = pages.steps.get(offer.step.name)
    if name:
        return reverse(name, args=[application.pk])
    return reverse("admissions:application-step", args=[application.pk, offer.step.name])


def _actions(
    application: Application,
    forward: Iterable[Offer[Any]],
    roles: frozenset[str],
    blockers: tuple[Blocker, ...],
    pages: Pages,
) -> tuple[Action | None, list[Action]]:
    """The one main action and quiet ones. What blocks somebody's own step and is theirs to do comes first."""
    duties = list(dict.fromkeys(duty for b in blockers if b.whose_move in roles and (duty := _duty(application, b))))
    steps = [_step_action(application, o, pages, roles) for o in forward if o.mine and o.step.name not in pages.hidden]
    if duties:  # further duties are met where they stand on the page: a phone's thumb bar holds two buttons
        return duties[0], [step for step in steps if step.blockers][:1]
    return (steps[0] if steps else None), steps[1:]


def _elsewhere(application: Application, case: Case, forward: Iterable[Offer[Any]], pages: Pages) -> Action | None:
    """Where this reader's own step is taken for many at once: on the list that names the candidate, with the order."""
    mine = [offer for offer in forward if offer.mine and offer.ready and offer.step.name in pages.hidden]
    for offer in mine:
        url = _page_of_many(application, case, offer.step.name)
        if url:
            return Action(gettext(offer.step.label), url, "get")
    return None


def _revoking(papers: Collection[int]) -> Action | None:
    """Where this reader takes papers of a cancelled case back."""
    return Action(gettext(REVOKE_PAPERS), "#revoke", "get") if papers else None


def _page_of_many(application: Application, case: Case, step: str) -> str:
    if step in _WITH_THE_LIST and application.candidate_list_id:
        return page_of("admissions.candidatelist", application.candidate_list_id)
    if step == "admit" and case.orders:
        return page_of("admissions.order", case.orders[0].pk)
    return ""


def _step_action(application: Application, offer: Offer[Any], pages: Pages, roles: frozenset[str]) -> Action:
    url = _url(application, offer, pages)
    has_page = offer.step.name in pages.steps and offer.step.name not in pages.one_click
    confirm = url if offer.step.needs_reason or has_page else ""
    return Action(pages.label(offer.step, roles), url, blockers=offer.blockers, confirm_url=confirm)


def _duty(application: Application, blocker: Blocker) -> Action | None:
    """What somebody can do about a blocker that names them."""
    if blocker.text in _BY_APPLICATION:
        return _BY_APPLICATION[blocker.text](application)
    label, page = _BY_TEXT.get(blocker.text) or _BY_CLAUSE.get(blocker.clause, ("", ""))
    if not label:
        return None
    url = page if page.startswith("#") else reverse(page, args=[application.pk])
    return Action(gettext(label), url, "post" if page == "admissions:contract-make" else "get")


def _draft_the_order(application: Application) -> Action:
    url = reverse("admissions:order-new", args=[OrderKind.DEPARTURE_OUT.value, application.intake_id])
    return Action(gettext("Draft the order"), url, "get")


def _rank(application: Application) -> Action:
    if application.candidate_list_id:
        page = reverse("admissions:candidatelist", args=[application.candidate_list_id])
        return Action(gettext("Rank the candidates"), page, "get")
    return Action(gettext("Gather the candidates"), reverse("admissions:intake", args=[application.intake_id]), "get")


def _enter_passport(application: Application) -> Action | None:
    """Before the list is sent whoever named the candidate enters the new passport (7.6)."""
    if application.direction != Direction.INCOMING or application.state != ApplicationState.DRAFT:
        return None
    url = reverse("admissions:candidate-correct", args=[application.pk])
    return Action(gettext("Correct the candidate"), url, "get")


_BY_APPLICATION: dict[str, Callable[[Application], Action | None]] = {
    ORDER_NOT_DRAFTED: _draft_the_order,
    NOT_RANKED: _rank,
    phrases.PASSPORT_UNKNOWN: _enter_passport,
    phrases.PASSPORT_TOO_SHORT: _enter_passport,
}
# Where the way out of a blocker leads: by its text, else by its clause.
_CHECK = (gettext_noop("Check the documents"), "#package")
_SIGN = (gettext_noop("Sign the contract"), "admissions:contract-sign")
_VISA = (gettext_noop("Go on with the visa"), "#visa")
_BY_TEXT: dict[str, tuple[str, str]] = {
    MOTIVATION_EMPTY: (gettext_noop("Go on writing"), "admissions:application-draft"),
    phrases.CONTRACT_NOT_MADE: (gettext_noop("Make the contract"), "admissions:contract-make"),
    phrases.VISA_NOT_SUBMITTED: _VISA,
    phrases.VISA_NOT_GRANTED: _VISA,
    VISA_REFUSED: (gettext_noop("Collect the documents again"), "#visa"),
    PACKAGE_NOT_COMPLETE: (gettext_noop("Hand in documents"), "#package"),
    **dict.fromkeys(phrases.NOT_SIGNED.values(), _SIGN),
    **dict.fromkeys(phrases.TO_CHECK.values(), _CHECK),
}
_BY_CLAUSE: dict[str, tuple[str, str]] = {
    "7.5a": (gettext_noop("Write the application to the Chair"), "admissions:chair"),
    "8.4": (gettext_noop("Ask for the package"), "admissions:package-request"),
    "6.12": (gettext_noop("Hand in documents"), "#package"),
}


def visa_actions(application: Application, case: Case, roles: frozenset[str]) -> list[Action]:
    """The steps of the visa case that this reader may take, each on its own page."""
    if case.visa is None or application.state in ApplicationState.closed():
        return []
    machine = VISA[application.direction]
    steps = [
        Action(
            gettext(offer.step.label),
            "",
            confirm_url=reverse("admissions:visa-step", args=[application.pk, offer.step.name]),
        )
        for offer in offers(machine, case.visa.state, roles=roles, facts=VisaFacts())
        if offer.mine
    ]
    if Role.IPD_COORDINATOR in roles and may_be_corrected(application, case.visa):
        url = reverse("admissions:visa-correct", args=[application.pk])
        steps.append(Action(gettext("Correct"), "", confirm_url=url))
    return steps
