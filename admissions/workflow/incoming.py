"""The incoming road (section 7) on one page: who takes which step with a foreign candidate, and what it needs."""

from dataclasses import dataclass, field

from django.utils.translation import gettext_noop

from admissions.enums import ApplicationState as S
from admissions.enums import OrderState
from admissions.workflow import phrases
from admissions.workflow.shared import (
    ORDER_BEING_DRAFTED,
    CaseFacts,
    agreement_in_force,
    annex_agreed,
    chair_application_signed,
    contract_signed_by_three,
    nothing_returned,
    on_no_order,
    package_complete,
    package_handed_in,
    passport_outlasts_stay,
    pathway_open,
    visa_granted,
)
from core.machine import Blocker, Machine, Step, guard
from institutions.enums import Role

WAITS_FOR_DEPARTMENT = gettext_noop("The department has not yet agreed.")
ORDER_NOT_SIGNED = gettext_noop("The order is not signed.")


@dataclass(frozen=True)
class IncomingFacts:
    """What is known of a candidate: the shared facts, the intake's days, courses chosen by the department, places."""

    case: CaseFacts = field(default_factory=CaseFacts)
    state: str = ""
    intake_open: bool = False
    courses_chosen: int = 0
    courses_outside_term: int = 0
    place_free: bool = False


@guard("7.1", gettext_noop("nominations are taken today"), ask=phrases.SET_DAYS)
def intake_open(facts: IncomingFacts) -> Blocker | None:
    """The intake has its days."""
    if facts.intake_open:
        return None
    return Blocker("7.1", gettext_noop("Nominations to this intake are not taken today."), Role.IPD_COORDINATOR)


@guard("7.3", gettext_noop("the department has chosen courses of that term from Annex 1"), ask=phrases.CHOOSE_COURSES)
def courses_chosen(facts: IncomingFacts) -> Blocker | None:
    """The department agrees with a list of the University's courses that are taught in that term."""
    if facts.courses_outside_term:
        text = gettext_noop("Some of the chosen courses are not taught in that term.")
        return Blocker("7.3", text, Role.DEPARTMENT_HEAD)
    if facts.courses_chosen:
        return None
    return Blocker("7.3", gettext_noop("No courses of that term are chosen from Annex 1."), Role.DEPARTMENT_HEAD)


@guard("7.3", gettext_noop("the department has agreed"), ask=gettext_noop("Agree on the candidate"))
def department_agreed(facts: IncomingFacts) -> Blocker | None:
    """The institute proposes after the department, never before."""
    if facts.state != S.IN_REVIEW:
        return None
    return Blocker("7.3", WAITS_FOR_DEPARTMENT, Role.DEPARTMENT_HEAD)


@guard("7.4", gettext_noop("a place of the intake is free"), ask=gettext_noop("Find a place for the candidate"))
def place_free(facts: IncomingFacts) -> Blocker | None:
    """No more students than places."""
    if facts.place_free:
        return None
    return Blocker("7.4", gettext_noop("No place of the intake is free."), Role.IPD_COORDINATOR)


@guard("7.4", gettext_noop("the order is signed"), ask=gettext_noop("Sign the order"))
def order_signed(facts: IncomingFacts) -> Blocker | None:
    """Only the signed order admits; until it lies before the signatory it is its drafter's."""
    if facts.case.order == OrderState.SIGNED:
        return None
    if facts.case.order == OrderState.FOR_SIGNATURE:
        return Blocker("7.4", ORDER_NOT_SIGNED, Role.SIGNATORY)
    return Blocker("7.4", ORDER_BEING_DRAFTED, Role.IPD_COORDINATOR, ask=phrases.DRAFT_ORDER)


_on_no_order = on_no_order("7.4", drafter=Role.IPD_COORDINATOR)
_FOR_ORDER = (package_complete, agreement_in_force, chair_application_signed, contract_signed_by_three)
_NOMINATION: tuple[Step[IncomingFacts], ...] = (
    Step(
        "nominate",
        (S.DRAFT,),
        S.NOMINATED,
        by=(Role.PARTNER_COORDINATOR,),
        clause="7.1",
        label=gettext_noop("Send the list of candidates"),
        done=gettext_noop("nominated by the partner"),
        needs=(
            intake_open,
            pathway_open("7.1"),
            agreement_in_force,
            annex_agreed("7.1"),
            passport_outlasts_stay("7.6", by=Role.PARTNER_COORDINATOR),
            package_handed_in,
        ),
    ),
    Step(
        "send_to_review",
        (S.NOMINATED,),
        S.IN_REVIEW,
        by=(Role.IPD_COORDINATOR,),
        clause="7.2",
        label=gettext_noop("Send to department and institute"),
        done=gettext_noop("sent to department and institute"),
        needs=(nothing_returned,),
        ask=gettext_noop("Send the candidate to department and institute"),
    ),
    Step(
        "agree",
        (S.IN_REVIEW,),
        S.DEPARTMENT_AGREED,
        by=(Role.DEPARTMENT_HEAD,),
        clause="7.3",
        label=gettext_noop("Agree on the candidate"),
        done=gettext_noop("the department agreed"),
        needs=(courses_chosen, nothing_returned),
    ),
    Step(
        "propose",
        (S.IN_REVIEW, S.DEPARTMENT_AGREED),
        S.RECOMMENDED,
        by=(Role.INSTITUTE_DIRECTOR,),
        clause="7.3",
        label=gettext_noop("Propose for admission"),
        done=gettext_noop("the institute proposed admission"),
        needs=(department_agreed, nothing_returned),
        ask=gettext_noop("Propose the candidate for admission"),
    ),
)
_ADMISSION: tuple[Step[IncomingFacts], ...] = (
    Step(
        "complete_documents",
        (S.RECOMMENDED,),
        S.DOCUMENTS_COMPLETE,
        by=(Role.IPD_COORDINATOR,),
        clause="7.4",
        label=gettext_noop("The package is complete"),
        done=gettext_noop("package complete"),
        needs=(*_FOR_ORDER, passport_outlasts_stay("7.6", by=Role.PARTNER_COORDINATOR)),
        ask=phrases.ACCEPT_PACKAGE,
    ),
    Step(
        "draft_order",
        (S.DOCUMENTS_COMPLETE,),
        S.ORDER_DRAFTED,
        by=(Role.IPD_COORDINATOR,),
        clause="7.4",
        label=gettext_noop("Draft the order on admission"),
        done=gettext_noop("order on admission drafted"),
        needs=(*_FOR_ORDER, courses_chosen, place_free),
    ),
    Step(
        "admit",
        (S.ORDER_DRAFTED,),
        S.ADMITTED,
        by=(Role.SIGNATORY,),
        clause="7.4",
        label=gettext_noop("Sign the order"),
        done=gettext_noop("admitted by order"),
        needs=(*_FOR_ORDER, order_signed),
    ),
    Step(
        "invite",
        (S.ADMITTED,),
        S.INVITED,
        by=(Role.IPD_COORDINATOR,),
        clause="7.5b",
        label=gettext_noop("Send invitation and order"),
        done=gettext_noop("invitation and order sent"),
        needs=(order_signed,),
    ),
    Step(
        "arrive",
        (S.INVITED,),
        S.ARRIVED,
        by=(Role.INSTITUTE_COORDINATOR, Role.IPD_COORDINATOR),
        clause="9.1",
        label=gettext_noop("Record the arrival"),
        done=gettext_noop("arrived"),
        needs=(visa_granted("7.6"),),
    ),
)


def _refusal(name: str, sources: tuple[str, ...], by: Role, done: str) -> Step[IncomingFacts]:
    """A refusal with a reason: it goes back to the partner (7.3)."""
    return Step(
        name,
        sources,
        S.REFUSED,
        by=(by,),
        clause="7.3",
        label=gettext_noop("Refuse"),
        done=done,
        way_out=True,
        needs_reason=True,
        tells_partner=True,
    )


_WAYS_OUT: tuple[Step[IncomingFacts], ...] = (
    Step(
        "return_to_partner",
        (S.NOMINATED,),
        S.DRAFT,
        by=(Role.IPD_COORDINATOR,),
        clause="7.1",
        label=gettext_noop("Return to the partner"),
        done=gettext_noop("returned to the partner"),
        way_out=True,
        needs_reason=True,
        tells_partner=True,
    ),
    _refusal("refuse", (S.IN_REVIEW,), Role.DEPARTMENT_HEAD, gettext_noop("refused by the department")),
    _refusal(
        "refuse_institute", (S.DEPARTMENT_AGREED,), Role.INSTITUTE_DIRECTOR, gettext_noop("refused by the institute")
    ),
    Step(
        "reopen_documents",
        (S.DOCUMENTS_COMPLETE,),
        S.RECOMMENDED,
        by=(Role.IPD_COORDINATOR,),
        clause="7.4",
        label=gettext_noop("Open the package again"),
        done=gettext_noop("package opened again"),
        needs=(_on_no_order,),
        way_out=True,
        needs_reason=True,
        tells_partner=True,
    ),
    Step(
        "leave_order",
        (S.ORDER_DRAFTED,),
        S.DOCUMENTS_COMPLETE,
        by=(Role.IPD_COORDINATOR,),
        clause="7.4",
        label=gettext_noop("Take off the draft order"),
        done=gettext_noop("taken off the draft order"),
        needs=(_on_no_order,),
        way_out=True,
        needs_reason=True,
    ),
    Step(
        "cancel",
        (S.ADMITTED, S.INVITED),
        S.CANCELLED,
        by=(Role.IPD_COORDINATOR,),
        clause="7.6",
        label=gettext_noop("Cancel: the student cannot come"),
        done=gettext_noop("cancelled"),
        way_out=True,
        needs_reason=True,
    ),
    Step(
        "withdraw",
        (S.DRAFT, S.NOMINATED, S.IN_REVIEW, S.DEPARTMENT_AGREED, S.RECOMMENDED, S.DOCUMENTS_COMPLETE),
        S.WITHDRAWN,
        by=(Role.PARTNER_COORDINATOR, Role.STUDENT),
        clause="5.8",
        label=gettext_noop("Withdraw"),
        done=gettext_noop("withdrawn"),
        needs=(_on_no_order,),
        way_out=True,
        needs_reason=True,
    ),
)
INCOMING: Machine[IncomingFacts] = Machine(
    name="incoming",
    initial=S.DRAFT,
    steps=(*_NOMINATION, *_ADMISSION, *_WAYS_OUT),
    path=(
        S.DRAFT,
        S.NOMINATED,
        S.IN_REVIEW,
        S.DEPARTMENT_AGREED,
        S.RECOMMENDED,
        S.DOCUMENTS_COMPLETE,
        S.ORDER_DRAFTED,
        S.ADMITTED,
        S.INVITED,
        S.ARRIVED,
    ),
)


def blocks_agreement(facts: IncomingFacts) -> tuple[Blocker, ...]:
    """What keeps the department from agreeing where it chooses the courses itself: all but the courses (7.3)."""
    rules = [rule for rule in INCOMING.step("agree").needs if rule is not courses_chosen]
    return tuple(blocker for rule in rules for blocker in rule(facts))
