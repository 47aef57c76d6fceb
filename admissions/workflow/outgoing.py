"""The outgoing road (8, then 6.3): from a student's draft to the departure."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_noop

from admissions.enums import ApplicationState as S
from admissions.enums import DocumentGiver, ItemState, OrderState
from admissions.workflow import phrases, shared
from admissions.workflow.shared import (
    ORDER_BEING_DRAFTED,
    CaseFacts,
    agreement_in_force,
    annex_agreed,
    chair_application_signed,
    contract_signed_by_three,
    package_complete,
    passport_outlasts_stay,
    pathway_open,
    visa_file_ready,
    visa_granted,
    visa_not_refused,
)
from core.machine import Blocker, Machine, Step, guard
from core.values import Localized
from institutions.enums import Role

MOTIVATION_EMPTY = gettext_noop("The motivation is empty.")
NOT_RANKED = gettext_noop("The candidate is not yet on a ranked list of the institute.")
ORDER_NOT_DRAFTED = gettext_noop("The order has not been drafted.")
PACKAGE_NOT_REQUESTED = gettext_noop("The package has not been asked for from department and institute.")
ELSEWHERE = gettext_noop("There is another application for this time or to this partner: %(partner)s.")
PACKAGE_NOT_COMPLETE = gettext_noop(
    "The department and the institute were asked for the package: documents of theirs are missing."
)


@dataclass(frozen=True)
class OutgoingFacts:
    """What is known of an outgoing application on a day. `place_free`: for the reserve, a seat that nobody holds.

    `elsewhere`: the partner of another live application of the same person for the same time; none without one.
    """

    case: CaseFacts
    on: date
    opens_on: date
    closes_on: date
    own_programme: bool = False
    gpa: Decimal | None = None
    min_gpa: Decimal | None = None
    has_motivation: bool = False
    ranked: bool = False
    is_reserve: bool = False
    list_sent: bool = False
    place_free: bool = False
    package_requested: bool = False
    elsewhere: Localized | None = None


@guard(
    "8.1", gettext_noop("the intake takes applications today"), ask=gettext_noop("Wait until applications are taken")
)
def intake_open_today(facts: OutgoingFacts) -> Blocker | None:
    """Between the first and the last day of the intake, both included."""
    if facts.on < facts.opens_on:
        text = gettext_noop("The intake opens on %(day)s.")
        return Blocker("8.1", text, "", {"day": f"{facts.opens_on:%d.%m.%Y}"})
    if facts.on > facts.closes_on:
        text = gettext_noop("The intake closed on %(day)s.")
        return Blocker("8.1", text, "", {"day": f"{facts.closes_on:%d.%m.%Y}"})
    return None


@guard(
    "8.1",
    gettext_noop("the student studies the programme of the pathway"),
    ask=gettext_noop("Choose a pathway of your own programme"),
)
def own_programme(facts: OutgoingFacts) -> Blocker | None:
    """A pathway is for the students of its own programme."""
    if facts.own_programme:
        return None
    return Blocker("8.1", gettext_noop("The pathway is for students of another programme."), "")


@guard(
    "8.1",
    gettext_noop("the GPA reaches what the pathway asks for"),
    ask=gettext_noop("Choose a pathway that your GPA allows"),
)
def gpa_reached(facts: OutgoingFacts) -> Blocker | None:
    """A student without marks yet has no GPA: the institute sees that when it ranks."""
    if facts.gpa is None or facts.min_gpa is None or facts.gpa >= facts.min_gpa:
        return None
    text = gettext_noop("The pathway asks for a GPA of %(asked)s or more; it is %(gpa)s.")
    return Blocker("8.1", text, Role.STUDENT, {"asked": str(facts.min_gpa), "gpa": str(facts.gpa)})


@guard("8.1", gettext_noop("the student has said why"), ask=gettext_noop("Write the motivation"))
def motivation_written(facts: OutgoingFacts) -> Blocker | None:
    """The institute ranks by what it can read."""
    return None if facts.has_motivation else Blocker("8.1", MOTIVATION_EMPTY, Role.STUDENT)


@guard(
    "8.1",
    gettext_noop("the student has no other application for the same time"),
    ask=gettext_noop("Withdraw one of the two applications"),
)
def nowhere_else(facts: OutgoingFacts) -> Blocker | None:
    """Nobody is proposed twice to one partner, nor to two partners for one time."""
    if not facts.elsewhere:
        return None
    return Blocker("8.1", ELSEWHERE, Role.STUDENT, {"partner": facts.elsewhere})


@guard("8.1", gettext_noop("the institute has ranked the candidate on its list"), ask=phrases.RANK)
def on_a_ranked_list(facts: OutgoingFacts) -> Blocker | None:
    """The list is ranked by agreed criteria before it is sent."""
    if facts.ranked:
        return None
    return Blocker("8.1", NOT_RANKED, Role.INSTITUTE_COORDINATOR)


@guard(
    "8.2",
    gettext_noop("the institute has sent its list with the request"),
    ask=gettext_noop("Send the list to the IPD"),
)
def list_sent_with_request(facts: OutgoingFacts) -> Blocker | None:
    """No letter before the institute asks for it."""
    if facts.list_sent:
        return None
    return Blocker("8.2", gettext_noop("The institute has not sent its list."), Role.INSTITUTE_COORDINATOR)


@guard("8.1", gettext_noop("a place is free for a candidate of the reserve"), ask=gettext_noop("Wait for a free place"))
def reserve_has_a_place(facts: OutgoingFacts) -> Blocker | None:
    """The reserve waits until somebody gives a place up; nobody can be asked to."""
    if not facts.is_reserve or facts.place_free:
        return None
    return Blocker("8.1", gettext_noop("The candidate is in reserve and no place is free."), "")


@guard(
    "8.4",
    gettext_noop("department and institute were asked for the package"),
    ask=phrases.REQUEST_PACKAGE,
)
def package_requested(facts: OutgoingFacts) -> Blocker | None:
    """The request names the day until which the package must be complete."""
    if facts.package_requested:
        return None
    return Blocker("8.4", PACKAGE_NOT_REQUESTED, Role.IPD_COORDINATOR)


@guard(
    "8.4",
    gettext_noop("department and institute have handed in what is theirs"),
    ask=gettext_noop("Hand in the documents of the department"),
)
def units_have_answered(facts: OutgoingFacts) -> Blocker | None:
    """The request goes to department and institute: while a document of theirs is to come, the department is waited for too."""
    theirs = (one for one in facts.case.documents if one.giver == DocumentGiver.INSTITUTE)
    if facts.package_requested and any(one.status in {ItemState.MISSING, ItemState.RETURNED} for one in theirs):
        return Blocker("8.4", PACKAGE_NOT_COMPLETE, Role.DEPARTMENT_HEAD)
    return None


@guard("8.6", gettext_noop("the Registrar's Office has drafted the order"), ask=phrases.DRAFT_ORDER)
def order_drafted(facts: OutgoingFacts) -> Blocker | None:
    """The order names the student and lies before the signatory."""
    if facts.case.order in {OrderState.FOR_SIGNATURE, OrderState.SIGNED}:
        return None
    if facts.case.order:
        return Blocker("8.6", ORDER_BEING_DRAFTED, Role.REGISTRAR)
    return Blocker("8.6", ORDER_NOT_DRAFTED, Role.REGISTRAR)


_on_no_order = shared.on_no_order("8.6", drafter=Role.REGISTRAR)
BEFORE_ORDER = (S.DRAFT, S.SUBMITTED, S.NOMINATED, S.PROPOSED, S.INVITED, S.DOCUMENTS_COMPLETE, S.ORDER_REQUESTED)
_APPLYING: tuple[Step[OutgoingFacts], ...] = (
    Step(
        "submit",
        (S.DRAFT,),
        S.SUBMITTED,
        by=(Role.STUDENT,),
        clause="8.1",
        label=gettext_noop("Submit the application"),
        done=gettext_noop("application submitted"),
        needs=(
            intake_open_today,
            own_programme,
            pathway_open("8.1"),
            agreement_in_force,
            annex_agreed("8.1"),
            nowhere_else,
            gpa_reached,
            motivation_written,
        ),
    ),
    Step(
        "nominate",
        (S.SUBMITTED,),
        S.NOMINATED,
        by=(Role.INSTITUTE_COORDINATOR,),
        clause="8.1",
        label=gettext_noop("Put on the list and send it"),
        done=gettext_noop("the institute sent its list of candidates"),
        needs=(agreement_in_force, annex_agreed("8.1"), nowhere_else, on_a_ranked_list),
        ask=phrases.RANK,
    ),
    Step(
        "propose",
        (S.NOMINATED,),
        S.PROPOSED,
        by=(Role.IPD_COORDINATOR,),
        clause="8.2",
        label=gettext_noop("Send the official letter"),
        done=gettext_noop("official letter sent to the partner"),
        needs=(list_sent_with_request, agreement_in_force, reserve_has_a_place),
    ),
    Step(
        "invite",
        (S.PROPOSED,),
        S.INVITED,
        by=(Role.PARTNER_COORDINATOR, Role.IPD_COORDINATOR),
        clause="8.3",
        label=gettext_noop("Invite, wait or refuse"),
        done=gettext_noop("the partner invited"),
        ask=gettext_noop("Answer: invite or refuse the candidate"),
    ),
)
_PACKAGE: tuple[Step[OutgoingFacts], ...] = (
    Step(
        "complete_documents",
        (S.INVITED,),
        S.DOCUMENTS_COMPLETE,
        by=(Role.IPD_COORDINATOR,),
        clause="8.4",
        label=gettext_noop("The package is complete"),
        done=gettext_noop("package complete"),
        needs=(
            visa_not_refused("8.5"),
            package_requested,
            package_complete,
            chair_application_signed,
            contract_signed_by_three,
            units_have_answered,
        ),
        ask=phrases.ACCEPT_PACKAGE,
    ),
    Step(
        "request_order",
        (S.DOCUMENTS_COMPLETE,),
        S.ORDER_REQUESTED,
        by=(Role.IPD_COORDINATOR,),
        clause="8.6",
        label=gettext_noop("Send the package to the Registrar's Office"),
        done=gettext_noop("package sent to the Registrar's Office"),
        needs=(package_complete, agreement_in_force, passport_outlasts_stay("8.5"), visa_file_ready("8.5")),
    ),
    Step(
        "admit",
        (S.ORDER_REQUESTED,),
        S.ADMITTED,
        by=(Role.SIGNATORY,),
        clause="8.6",
        label=gettext_noop("Sign the order"),
        done=gettext_noop("admitted by order"),
        needs=(agreement_in_force, chair_application_signed, contract_signed_by_three, order_drafted),
    ),
    Step(
        "depart",
        (S.ADMITTED,),
        S.DEPARTED,
        by=(Role.IPD_COORDINATOR,),
        clause="6.3",
        label=gettext_noop("Record the departure"),
        done=gettext_noop("departed"),
        needs=(visa_granted("8.5"),),
    ),
)
_WAYS_OUT: tuple[Step[OutgoingFacts], ...] = (
    Step(
        "return_to_student",
        (S.SUBMITTED,),
        S.DRAFT,
        by=(Role.INSTITUTE_COORDINATOR,),
        clause="8.1",
        label=gettext_noop("Return to the student"),
        done=gettext_noop("returned to the student"),
        way_out=True,
        needs_reason=True,
    ),
    Step(
        "refuse",
        (S.SUBMITTED,),
        S.REFUSED,
        by=(Role.INSTITUTE_COORDINATOR, Role.INSTITUTE_DIRECTOR),
        clause="8.1",
        label=gettext_noop("Refuse"),
        done=gettext_noop("refused by the institute"),
        way_out=True,
        needs_reason=True,
    ),
    Step(
        "partner_refuse",
        (S.PROPOSED,),
        S.PARTNER_REFUSED,
        by=(Role.PARTNER_COORDINATOR, Role.IPD_COORDINATOR),
        clause="8.3",
        label=gettext_noop("The partner refuses"),
        done=gettext_noop("refused by the partner"),
        way_out=True,
        needs_reason=True,
        tells_partner=True,
    ),
    Step(
        "reopen_documents",
        (S.DOCUMENTS_COMPLETE,),
        S.INVITED,
        by=(Role.IPD_COORDINATOR,),
        clause="8.4",
        label=gettext_noop("Open the package again"),
        done=gettext_noop("package opened again"),
        way_out=True,
        needs_reason=True,
    ),
    Step(
        "return_package",
        (S.ORDER_REQUESTED,),
        S.DOCUMENTS_COMPLETE,
        by=(Role.REGISTRAR,),
        clause="8.6",
        label=gettext_noop("Return the package to the IPD"),
        done=gettext_noop("package returned by the Registrar's Office"),
        needs=(_on_no_order,),
        way_out=True,
        needs_reason=True,
    ),
    Step(
        "cancel",
        (S.INVITED, S.DOCUMENTS_COMPLETE, S.ORDER_REQUESTED),
        S.CANCELLED,
        by=(Role.IPD_COORDINATOR,),
        clause="8.5",
        label=gettext_noop("Cancel: the student cannot go"),
        done=gettext_noop("cancelled"),
        needs=(_on_no_order,),
        way_out=True,
        needs_reason=True,
    ),
    # After the order as on the way in (7.6): the stay that it opened is cancelled with it, and the place falls free.
    Step(
        "cancel_admitted",
        (S.ADMITTED,),
        S.CANCELLED,
        by=(Role.IPD_COORDINATOR,),
        clause="8.5",
        label=gettext_noop("Cancel: the student cannot go"),
        done=gettext_noop("cancelled"),
        way_out=True,
        needs_reason=True,
    ),
    Step(
        "withdraw",
        BEFORE_ORDER,
        S.WITHDRAWN,
        by=(Role.STUDENT,),
        clause="5.8",
        label=gettext_noop("Withdraw the application"),
        done=gettext_noop("withdrawn by the student"),
        needs=(_on_no_order,),
        way_out=True,
        needs_reason=True,
    ),
)
OUTGOING: Machine[OutgoingFacts] = Machine(
    name="outgoing",
    initial=S.DRAFT,
    steps=(*_APPLYING, *_PACKAGE, *_WAYS_OUT),
    path=(
        S.DRAFT,
        S.SUBMITTED,
        S.NOMINATED,
        S.PROPOSED,
        S.INVITED,
        S.DOCUMENTS_COMPLETE,
        S.ORDER_REQUESTED,
        S.ADMITTED,
        S.DEPARTED,
    ),
)
