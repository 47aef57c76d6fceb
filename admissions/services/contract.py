"""The three-party contract (6.12): made from a template, signed by student, University and partner, each with its date."""

from datetime import date
from typing import BinaryIO

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_noop

from admissions.enums import ApplicationState, ContractParty
from admissions.models import Application, Contract, ContractSignature
from admissions.pdf.contract import CONTRACT, TITLE
from admissions.pdf.drafts import contract_of
from admissions.pdf.package import SIGNED_SCAN
from admissions.selectors.applications import stay_of
from admissions.selectors.cases import number_of_contracts
from admissions.services.applications import locked, roles_of
from admissions.services.settling import settle
from admissions.services.signatures import issue_sheet
from admissions.workflow.days import signature_faults
from admissions.workflow.shared import SIGNER_OF_PARTY
from core.history import record
from core.values import Localized, today
from core.workflow import NotAllowedError, WrongStateError, refuse_faults
from documents.models import Upload
from documents.services import issue, put_in_force, store_upload
from institutions.enums import Role
from institutions.models import User

_TOO_EARLY = frozenset(
    {ApplicationState.DRAFT, ApplicationState.SUBMITTED, ApplicationState.NOMINATED, ApplicationState.PROPOSED}
)
_TOO_LATE = ApplicationState.closed() | {ApplicationState.ADMITTED, ApplicationState.DEPARTED, ApplicationState.ARRIVED}
# From the partner's invitation (or the department's review) on, until an order admits or the case is closed.
MADE_IN = frozenset(ApplicationState) - _TOO_EARLY - _TOO_LATE
NO_CONTRACT = gettext_noop("There is no contract to sign as things stand.")
SIGNED_ALREADY = gettext_noop("This party has signed already.")


def may_be_made(application: Application) -> bool:
    """True where a contract can be made."""
    return application.state in MADE_IN


def takes_signatures(application: Application) -> bool:
    """True until an order admits or the case is closed: afterwards nobody signs a contract any more."""
    return application.state not in _TOO_LATE


@transaction.atomic
def make_contract(*, application_id: int, actor: User) -> Contract:
    """The IPD makes the contract: number and text are frozen, three signatures are asked for. Once. Raises RefusedError."""
    application = locked(application_id, actor)
    if Role.IPD_COORDINATOR not in roles_of(application, actor):
        raise NotAllowedError(gettext_noop("This step is not yours to take."))
    if not may_be_made(application):
        raise WrongStateError(gettext_noop("The contract cannot be made as things stand."))
    if Contract.objects.filter(application=application).exists():
        raise WrongStateError(gettext_noop("The contract has been made already."))
    document = issue(
        kind=CONTRACT.name,
        subject=application,
        title=TITLE,
        actor=actor,
        holder=application.enrolment.person,
        **contract_of(application).said,
    )
    contract = Contract.objects.create(application=application, document=document)
    record(
        actor=actor,
        action="admissions.contract_made",
        subject=application,
        text=gettext_noop("three-party contract No. %(number)s made"),
        params={"number": document.number_text},
        clause="6.12",
        role=Role.IPD_COORDINATOR,
    )
    settle(application)
    return contract


def party_of(roles: frozenset[str]) -> str:
    """The party for which somebody with these roles on the application signs; empty for nobody."""
    return next((party for party, role in SIGNER_OF_PARTY.items() if role in roles), "")


@transaction.atomic
def sign_contract(
    *, application_id: int, actor: User, on: date | None = None, seen_number: str = ""
) -> ContractSignature:
    """The student, the signatory or the partner's coordinator signs in the program for their party.

    `seen_number`: of the contract that the actor was shown; empty: none was. Raises RefusedError.
    """
    application = locked(application_id, actor)
    if seen_number and number_of_contracts([application_id]).get(application_id) != seen_number:
        raise WrongStateError(gettext_noop("The contract was made anew after you opened it. Please read it again."))
    roles = roles_of(application, actor)
    party = party_of(roles)
    if not party:
        raise NotAllowedError(gettext_noop("You sign for none of the three parties."))
    return _sign(application, party, actor=actor, role=SIGNER_OF_PARTY[party], on=on or today(), by=actor.person.names)


@transaction.atomic
def enter_signature(
    *, application_id: int, party: str, signed_on: date, signed_by: str, file: BinaryIO, name: str, actor: User
) -> ContractSignature:
    """The IPD enters a signature given on paper, with the scan. Raises RefusedError."""
    application = locked(application_id, actor)
    if Role.IPD_COORDINATOR not in roles_of(application, actor):
        raise NotAllowedError(gettext_noop("This step is not yours to take."))
    scan = store_upload(
        file=file,
        name=name,
        purpose_name=SIGNED_SCAN.name,
        subject=application,
        actor=actor,
        text=gettext_noop("the contract signed on paper was uploaded: “%(name)s”"),
    )
    return _sign(application, party, actor=actor, role=Role.IPD_COORDINATOR, on=signed_on, by=signed_by, scan=scan)


def _sign(
    application: Application,
    party: str,
    *,
    actor: User,
    role: str,
    on: date,
    by: Localized | str,
    scan: Upload | None = None,
) -> ContractSignature:
    contract = Contract.objects.filter(application=application).select_related("document").first()
    if contract is None or not takes_signatures(application):
        raise WrongStateError(NO_CONTRACT)
    refuse_faults(signature_faults(on, stay_of(application)))
    try:
        with transaction.atomic():
            signature = ContractSignature.objects.create(
                contract=contract,
                party=ContractParty(party),
                signed_on=on,
                signed_by=(by.kk if isinstance(by, Localized) else by)[:200],
                entered_by=actor,
                scan=scan,
            )
    except IntegrityError as error:
        raise WrongStateError(SIGNED_ALREADY) from error
    unsigned = len(ContractParty) - contract.signatures.count()
    if not unsigned:  # in force from the last of the three signatures on (its clause 5.1)
        put_in_force(contract.document, unsigned=unsigned, actor=actor, roles=frozenset({role}))
    record(
        actor=actor,
        action=f"admissions.contract_signed.{party}",
        subject=application,
        text=gettext_noop("contract signed: %(name)s"),
        params={"name": by},
        clause="6.12",
        role=role,
        after={"party": party, "signed_on": on, "from_paper": scan is not None},
    )
    if not unsigned:
        issue_sheet(application, contract, actor=actor)
    settle(application)
    return signature
