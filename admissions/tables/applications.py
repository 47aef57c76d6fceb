"""What can be done with many applications at once, and what would become of each (core.bulk)."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from django.utils.translation import gettext, gettext_noop

from admissions.enums import ApplicationState, ContractParty, ItemState
from admissions.forms.applications import ReasonForm
from admissions.forms.incoming import CommentForm
from admissions.forms.outgoing import DueForm
from admissions.models import Application
from admissions.permissions.applications import roles_on
from admissions.selectors.applications import uploads_to_check
from admissions.selectors.cases import number_of_contracts
from admissions.selectors.incoming import names_of
from admissions.selectors.places import wanted_places
from admissions.selectors.roads import ROADS, road_of
from admissions.services import incoming, package
from admissions.services.applications import take_step
from admissions.services.contract import (
    MADE_IN,
    NO_CONTRACT,
    SIGNED_ALREADY,
    make_contract,
    may_be_made,
    sign_contract,
    takes_signatures,
)
from admissions.services.invitations import send_invitation
from admissions.services.outgoing import request_package
from admissions.workflow import phrases
from admissions.workflow.incoming import INCOMING
from admissions.workflow.shared import SIGNER_OF_PARTY
from agreements.enums import Direction
from core.bulk import Deed, Prospect, not_yours, stands_elsewhere
from core.http import keys, page_of
from core.machine import Blocker
from core.values import numbered
from institutions.enums import Role
from institutions.permissions import Standing

# Why a step is not taken with an application on which the reader's roles and the step's place are settled.
Lack = Callable[[Application, Any], tuple[Blocker, ...]]


def _facts_of(applications: Sequence[Application]) -> dict[int, Any]:
    """The facts of applications of both roads, in as many queries as one of each takes."""
    found: dict[int, Any] = {}
    for direction, road in ROADS.items():
        mine = [one for one in applications if one.direction == direction]
        found.update(road.facts_of(mine) if mine else {})
    return found


# Steps of both roads have the same names: what is done on one of them is never foreseen by the other's.
_OTHER_ROAD: dict[str, str] = {
    Direction.INCOMING: gettext_noop("This is done with incoming students only."),
    Direction.OUTGOING: gettext_noop("This is done with outgoing students only."),
}


def _foresee(
    lack: Lack, role: str, road: str, standing: Standing, applications: Sequence[Application]
) -> list[Prospect]:
    """What would become of applications; `road`: the direction on which alone it is done, empty for both."""

    def blockers(one: Application) -> tuple[Blocker, ...]:
        if road and one.direction != road:
            return (Blocker("", _OTHER_ROAD[road], ""),)
        return lack(one, facts[one.pk]) if role in roles_on(one, standing) else (not_yours(),)

    facts = _facts_of(applications)
    return [
        Prospect(
            one.pk,
            str(one.enrolment.person),
            f"{one.enrolment.student_number} · {one.intake.pathway.partner_programme.university.name}",
            blockers(one),
            url=page_of("admissions.application", one.pk),
        )
        for one in applications
    ]


def _step_lacks(name: str) -> Lack:
    """What the machine's own step lacks, as `perform` would find it."""

    def lack(application: Application, facts: Any) -> tuple[Blocker, ...]:
        step = road_of(application).machine.step(name)
        return (
            step.blockers(facts) if application.state in step.sources else _elsewhere(application, step.sources, facts)
        )

    return lack


def _elsewhere(application: Application, goals: Collection[str], facts: Any, clause: str = "") -> tuple[Blocker, ...]:
    """Why nothing of this kind is done with an application now."""
    words = application.get_state_display()
    machine = road_of(application).machine
    return stands_elsewhere(machine, application.state, goals, words=words, facts=facts, clause=clause)


def _package_lacks(application: Application, facts: Any) -> tuple[Blocker, ...]:
    goals = (ApplicationState.INVITED,)
    return () if application.state in goals else _elsewhere(application, goals, facts, "8.4")


def _contract_lacks(application: Application, facts: Any) -> tuple[Blocker, ...]:
    if not may_be_made(application):
        return _elsewhere(application, MADE_IN, facts, "6.12")
    if facts.case.contract_made:
        return (Blocker("6.12", gettext_noop("The contract has been made already."), ""),)
    return ()


def _check_lacks(application: Application, facts: Any) -> tuple[Blocker, ...]:
    if not package.is_open(application):
        return (Blocker("8.4", package.CLOSED, ""),)
    if any(document.status == ItemState.SUBMITTED for document in facts.case.documents):
        return ()
    return (Blocker("", gettext_noop("No document waits to be checked."), Role.STUDENT),)


def _foresee_check(standing: Standing, applications: Sequence[Application]) -> list[Prospect]:
    """Which files of each wait, as its mark: one that is handed in anew meanwhile is not accepted unseen."""
    files = uploads_to_check([one.pk for one in applications])
    return [
        replace(one, mark="-".join(map(str, files[one.pk])))
        for one in _foresee(_check_lacks, Role.IPD_COORDINATOR, "", standing, applications)
    ]


def _more_than_places(foreseen: list[Prospect], applications: Sequence[Application]) -> list[Prospect]:
    """Beside each that would be one too many, how many places there are: the order takes no more (7.4)."""
    wanted, shown = wanted_places([one.intake_id for one in applications]), []
    for one, application in zip(foreseen, applications, strict=True):
        seats = application.intake.seats
        if not one.blockers:
            wanted[application.intake_id] = asked = wanted.get(application.intake_id, 0) + 1
            if asked > seats:
                more = gettext("more candidates than places: %(asked)s for %(seats)s") % {
                    "asked": asked,
                    "seats": seats,
                }
                one = replace(one, more=f"{one.more} · {more}")  # noqa: PLW2901 -- told anew
        shown.append(one)
    return shown


def _sign_lacks(party: str) -> Lack:
    def lack(application: Application, facts: Any) -> tuple[Blocker, ...]:
        if not facts.case.contract_made or not takes_signatures(application):
            return (Blocker("6.12", NO_CONTRACT, Role.IPD_COORDINATOR),)
        return (Blocker("6.12", SIGNED_ALREADY, ""),) if party in facts.case.signed_parties else ()

    return lack


def _foresee_signing(party: str, standing: Standing, applications: Sequence[Application]) -> list[Prospect]:
    """Each contract by its number, which is its mark: one that is made anew meanwhile is not signed unseen."""
    numbers = number_of_contracts([one.pk for one in applications])
    foreseen = _foresee(_sign_lacks(party), SIGNER_OF_PARTY[party], "", standing, applications)
    return [
        replace(one, more=f"{one.more} · {numbered(number)}", mark=number)
        if (number := numbers.get(one.pk, ""))
        else one
        for one in foreseen
    ]


def _sign_seen(pk: int, *, actor: Any, mark: str) -> object:
    return sign_contract(application_id=pk, actor=actor, seen_number=mark)


def _signing(party: str) -> Deed:
    return Deed(
        f"applications.sign_contract.{party}",
        label=phrases.SIGN_CONTRACT,
        will=gettext_noop("Each contract is signed for your party, as it was made. This cannot be undone."),
        foresee=partial(_foresee_signing, party),
        do=_sign_seen,
        clause="6.12",
        names=_names,
    )


def _accept_seen(pk: int, *, actor: Any, mark: str) -> object:
    return package.accept_everything(application_id=pk, actor=actor, seen=keys(mark.split("-")))


def _verb(verb: Callable[..., object]) -> Callable[..., object]:
    def do(pk: int, *, actor: Any, mark: str, **given: Any) -> object:
        del mark  # the state is what was shown, and the step asks for it
        return verb(application_id=pk, actor=actor, **given)

    return do


def _names(pks: Sequence[int]) -> Mapping[int, str]:
    return dict(names_of(pks))


def _deed(
    name: str, role: str, verb: Callable[..., object], lack: Lack, will: str, *, road: str = "", **more: Any
) -> Deed:
    foresee = partial(_foresee, lack, role, road)
    return Deed(f"applications.{name}", will=will, foresee=foresee, do=_verb(verb), names=_names, **more)


def _of_incoming(name: str, role: str, verb: Callable[..., object], will: str, form: Any = None) -> Deed:
    step = INCOMING.step(name)
    given = {"label": step.label, "clause": step.clause, "way_out": step.way_out, "form": form}
    deed = _deed(name, role, verb, _step_lacks(name), will, road=Direction.INCOMING, **given)
    if name != "propose":
        return deed
    return replace(deed, foresee=lambda who, found: _more_than_places(deed.foresee(who, found), found))


# By whom, from which state on the incoming road (7.2, 7.3), and what is decided.
DECISIONS: tuple[tuple[str, str, Deed], ...] = tuple(
    (role, state, _of_incoming(name, role, verb, will, form))
    for name, state, role, verb, form, will in (
        (
            "send_to_review",
            ApplicationState.NOMINATED,
            Role.IPD_COORDINATOR,
            incoming.send_to_review,
            None,
            gettext_noop("Department and institute get these candidates, all courses of the term ticked."),
        ),
        (
            "agree",
            ApplicationState.IN_REVIEW,
            Role.DEPARTMENT_HEAD,
            incoming.agree,
            CommentForm,
            gettext_noop(
                "The department agrees to these candidates with the courses that are ticked; the institute decides next."
            ),
        ),
        (
            "refuse",
            ApplicationState.IN_REVIEW,
            Role.DEPARTMENT_HEAD,
            incoming.refuse,
            ReasonForm,
            gettext_noop("These candidates are refused; the partner is told the reason. This cannot be undone."),
        ),
        (
            "propose",
            ApplicationState.DEPARTMENT_AGREED,
            Role.INSTITUTE_DIRECTOR,
            incoming.propose,
            CommentForm,
            gettext_noop("The institute proposes these candidates for admission; each gets an account by e-mail."),
        ),
        (
            "refuse_institute",
            ApplicationState.DEPARTMENT_AGREED,
            Role.INSTITUTE_DIRECTOR,
            incoming.refuse,
            ReasonForm,
            gettext_noop("These candidates are refused; the partner is told the reason. This cannot be undone."),
        ),
        (
            "invite",
            ApplicationState.ADMITTED,
            Role.IPD_COORDINATOR,
            send_invitation,
            None,
            gettext_noop(
                "Each gets the official invitation and an extract of the order, numbered and sealed, by e-mail."
            ),
        ),
    )
)
_IPD: tuple[Deed, ...] = (
    _deed(
        "request_package",
        Role.IPD_COORDINATOR,
        request_package,
        _package_lacks,
        gettext_noop("Department, institute and student are asked for the package until a day."),
        label=gettext_noop("Ask for the package"),
        road=Direction.OUTGOING,
        clause="8.4",
        form=DueForm,
    ),
    _deed(
        "make_contract",
        Role.IPD_COORDINATOR,
        make_contract,
        _contract_lacks,
        gettext_noop("Each contract is numbered and its text frozen; three signatures are asked for."),
        label=gettext_noop("Make the contract"),
        clause="6.12",
    ),
    Deed(
        "applications.accept_everything",
        label=gettext_noop("Accept all that was handed in"),
        will=gettext_noop("Every document of theirs that waits to be checked is accepted."),
        foresee=_foresee_check,
        do=_accept_seen,
        names=_names,
    ),
    _deed(
        "complete_documents",
        Role.IPD_COORDINATOR,
        partial(take_step, name="complete_documents"),
        _step_lacks("complete_documents"),
        gettext_noop("Their packages are complete; the order is next."),
        label=gettext_noop("The package is complete"),
    ),
    _deed(
        "request_order",
        Role.IPD_COORDINATOR,
        partial(take_step, name="request_order"),
        _step_lacks("request_order"),
        gettext_noop("The Registrar's Office is asked for the order of these students."),
        label=gettext_noop("Send to the Registrar's Office"),
        road=Direction.OUTGOING,
        clause="8.6",
    ),
)


_SIGN: dict[str, Deed] = {
    SIGNER_OF_PARTY[party]: _signing(party) for party in (ContractParty.UNIVERSITY, ContractParty.PARTNER)
}


def decisions_of(standing: Standing) -> list[Deed]:
    """What this person decides on incoming candidates."""
    return [deed for role, _state, deed in DECISIONS if standing.holds(role)]


def deeds_of(standing: Standing) -> list[Deed]:
    """What this person can do with many applications of either road."""
    signs = [deed for role, deed in _SIGN.items() if standing.holds(role)]
    return [*(_IPD if standing.holds(Role.IPD_COORDINATOR) else ()), *signs, *decisions_of(standing)]
