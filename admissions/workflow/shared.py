"""Rules that both roads share: package, application to the Chair, three-party contract, agreement, Annex 1, passport, visa.

They read `CaseFacts`, which every road carries as `case` in its own facts.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from django.utils.translation import gettext_noop

from admissions.enums import ContractParty, DocumentGiver, ItemState, OrderState, VisaState
from admissions.workflow import phrases
from core.machine import Blocker, Guard
from institutions.enums import Role

VISA_REFUSED = gettext_noop("The visa was refused.")
REVOKE_PAPERS = gettext_noop("Revoke the papers of the cancelled case")
ORDER_BEING_DRAFTED = gettext_noop("The order is being drafted.")
MOVER_OF_GIVER: dict[str, str] = {
    DocumentGiver.STUDENT: Role.STUDENT,
    DocumentGiver.INSTITUTE: Role.INSTITUTE_COORDINATOR,
    DocumentGiver.REGISTRAR: Role.REGISTRAR,
    DocumentGiver.PARTNER: Role.PARTNER_COORDINATOR,
}
SIGNER_OF_PARTY: dict[str, str] = {
    ContractParty.STUDENT: Role.STUDENT,
    ContractParty.UNIVERSITY: Role.SIGNATORY,
    ContractParty.PARTNER: Role.PARTNER_COORDINATOR,
}


@dataclass(frozen=True, slots=True)
class DocumentFact:
    """A document of the package: what it is, who brings it, how it stands, why it was returned."""

    kind: str
    giver: str
    status: str
    reason: str = ""


@dataclass(frozen=True)
class CaseFacts:
    """What is known of an application on either road. What is not said is not there: every default blocks.

    `visa`: state of the visa case, empty without one. `order`: state of the order that names the student, empty without.
    """

    documents: tuple[DocumentFact, ...] = ()
    chair_application_signed: bool = False
    contract_made: bool = False
    signed_parties: frozenset[str] = frozenset()
    pathway_open: bool = False
    agreement_in_force: bool = False
    annex_agreed: bool = False
    passport_valid_until: date | None = None
    stay_ends_on: date | None = None
    visa: str = ""
    order: str = ""


class HasCase(Protocol):
    """Facts of a road that carry the shared ones."""

    @property
    def case(self) -> CaseFacts:
        """The shared facts."""


def document_blocker(document: DocumentFact) -> Blocker | None:
    """What a document of the package still lacks and whose move that is; None once it is accepted."""
    giver = MOVER_OF_GIVER[document.giver]
    if document.status == ItemState.MISSING:
        return Blocker("6.12", phrases.MISSING[document.kind], giver, ask=phrases.HAND_IN)
    if document.status == ItemState.RETURNED:
        return Blocker("6.12", phrases.RETURNED[document.kind], giver, {"reason": document.reason}, phrases.CORRECT)
    if document.status == ItemState.SUBMITTED:
        return Blocker("6.12", phrases.TO_CHECK[document.kind], Role.IPD_COORDINATOR, ask=phrases.CHECK)
    return None


def _package_complete(facts: HasCase) -> Iterator[Blocker]:
    for document in facts.case.documents:
        if blocker := document_blocker(document):
            yield blocker


def _package_handed_in(facts: HasCase) -> Iterator[Blocker]:
    for document in facts.case.documents:
        if document.status != ItemState.SUBMITTED and (blocker := document_blocker(document)):
            yield blocker


def _nothing_returned(facts: HasCase) -> Iterator[Blocker]:
    for document in facts.case.documents:
        if document.status == ItemState.RETURNED and (blocker := document_blocker(document)):
            yield blocker


def _chair_application_signed(facts: HasCase) -> Blocker | None:
    if facts.case.chair_application_signed:
        return None
    return Blocker(
        "7.5a", gettext_noop("The application to the Chair of the Board – Rector is not signed."), Role.STUDENT
    )


def _contract_signed_by_three(facts: HasCase) -> Iterator[Blocker]:
    if not facts.case.contract_made:
        yield Blocker("6.12", phrases.CONTRACT_NOT_MADE, Role.IPD_COORDINATOR, ask=phrases.MAKE_CONTRACT)
        return
    for party in ContractParty.values:
        if party not in facts.case.signed_parties:
            yield Blocker("6.12", phrases.NOT_SIGNED[party], SIGNER_OF_PARTY[party])


def _agreement_in_force(facts: HasCase) -> Blocker | None:
    if facts.case.agreement_in_force:
        return None
    return Blocker("5.8", gettext_noop("The agreement with the partner is not in force."), Role.IPD_COORDINATOR)


package_complete: Guard[HasCase] = Guard(
    "6.12", gettext_noop("every document of the package is accepted"), _package_complete, phrases.CHECK
)
package_handed_in: Guard[HasCase] = Guard(
    "6.12", gettext_noop("every document of the package is handed in"), _package_handed_in, phrases.HAND_IN
)
nothing_returned: Guard[HasCase] = Guard(
    "6.12",
    gettext_noop("no document of the package was returned and not brought anew"),
    _nothing_returned,
    phrases.CORRECT,
)
chair_application_signed: Guard[HasCase] = Guard(
    "7.5a",
    gettext_noop("the student has signed the application to the Chair of the Board"),
    _chair_application_signed,
    phrases.SIGN_APPLICATION,
)
contract_signed_by_three: Guard[HasCase] = Guard(
    "6.12", gettext_noop("all three parties have signed the contract"), _contract_signed_by_three, phrases.SIGN_CONTRACT
)
agreement_in_force: Guard[HasCase] = Guard(
    "5.8", gettext_noop("the agreement with the partner is in force"), _agreement_in_force, phrases.FORCE_AGREEMENT
)


def pathway_open(clause: str) -> Guard[HasCase]:
    """The pathway takes students; each road cites its own clause."""

    def check(facts: HasCase) -> Blocker | None:
        if facts.case.pathway_open:
            return None
        return Blocker(clause, gettext_noop("The pathway is not open to new admissions."), Role.IPD_COORDINATOR)

    return Guard(clause, gettext_noop("the pathway is open"), check, gettext_noop("Open the pathway"))


def annex_agreed(clause: str) -> Guard[HasCase]:
    """The joint working plan (Annex 1) is agreed by both sides (7.1, 8.1)."""

    def check(facts: HasCase) -> Blocker | None:
        if facts.case.annex_agreed:
            return None
        return Blocker(
            clause, gettext_noop("The joint working plan (Annex 1) is not agreed by both sides."), Role.IPD_COORDINATOR
        )

    return Guard(clause, gettext_noop("Annex 1 is agreed and frozen"), check, phrases.AGREE_ON_ANNEX)


def passport_outlasts_stay(clause: str, *, by: str = Role.STUDENT) -> Guard[HasCase]:
    """The passport is valid until the stay ends (7.6, 8.5). `by`: who enters its data, and so the new passport's."""

    def check(facts: HasCase) -> Blocker | None:
        valid, ends = facts.case.passport_valid_until, facts.case.stay_ends_on
        if valid is None:
            return Blocker(clause, phrases.PASSPORT_UNKNOWN, by)
        if ends is not None and valid < ends:
            dates = {"passport": f"{valid:%d.%m.%Y}", "stay": f"{ends:%d.%m.%Y}"}
            return Blocker(clause, phrases.PASSPORT_TOO_SHORT, by, dates)
        return None

    return Guard(
        clause,
        gettext_noop("the passport outlasts the stay"),
        check,
        gettext_noop("Enter the data of a valid passport"),
    )


def on_no_order(clause: str, *, drafter: str) -> Guard[HasCase]:
    """No order under way names the student: it is given back first, by whoever has it, the drafter or the signatory."""

    def check(facts: HasCase) -> Blocker | None:
        if not facts.case.order:
            return None
        mover = Role.SIGNATORY if facts.case.order == OrderState.FOR_SIGNATURE else drafter
        return Blocker(clause, gettext_noop("An order on this application is under way."), mover)

    return Guard(
        clause,
        gettext_noop("no order is being made that names the student"),
        check,
        gettext_noop("Take the student off the order"),
    )


# Who applies for the visa, and who coordinates that (7.6, 8.5): either writes down how it stands.
VISA_MOVERS = (Role.STUDENT, Role.IPD_COORDINATOR)


def visa_file_ready(clause: str) -> Guard[HasCase]:
    """The visa file is submitted, or no visa is needed (8.6)."""

    def check(facts: HasCase) -> Iterator[Blocker]:
        if facts.case.visa not in {VisaState.SUBMITTED, VisaState.GRANTED, VisaState.NOT_NEEDED}:
            yield from _visa_to_come(clause, facts.case.visa)

    return Guard(clause, gettext_noop("the visa file is submitted or no visa is needed"), check, phrases.SUBMIT_VISA)


def visa_granted(clause: str) -> Guard[HasCase]:
    """The visa is granted, or none is needed."""

    def check(facts: HasCase) -> Iterator[Blocker]:
        if facts.case.visa not in {VisaState.GRANTED, VisaState.NOT_NEEDED}:
            yield from _visa_to_come(clause, facts.case.visa)

    return Guard(clause, gettext_noop("the visa is granted or none is needed"), check, phrases.ENTER_VISA)


def visa_not_refused(clause: str) -> Guard[HasCase]:
    """Nothing goes on beside a refused visa: the file is collected again, or the case is cancelled."""

    def check(facts: HasCase) -> Iterator[Blocker]:
        if facts.case.visa == VisaState.REFUSED:
            yield from _visa_to_come(clause, facts.case.visa)

    return Guard(clause, gettext_noop("the visa was not refused"), check, phrases.AFTER_REFUSAL)


def _visa_to_come(clause: str, visa: str) -> Iterator[Blocker]:
    """A visa that has not come: whoever applies for it and whoever coordinates it are waited for, a refused one is the IPD's."""
    if visa == VisaState.REFUSED:
        yield Blocker(clause, VISA_REFUSED, Role.IPD_COORDINATOR, ask=phrases.AFTER_REFUSAL)
        return
    text, ask = phrases.VISA_NOT_SUBMITTED, phrases.SUBMIT_VISA
    if visa == VisaState.SUBMITTED:
        text, ask = phrases.VISA_NOT_GRANTED, phrases.ENTER_VISA
    for mover in VISA_MOVERS:
        yield Blocker(clause, text, mover, ask=ask)
