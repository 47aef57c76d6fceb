"""What a case page tells: the road with who and when, the history in words, documents, replies, contract, visa."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from copy import copy
from dataclasses import dataclass, replace
from typing import TypeVar

from django.db.models import Prefetch, QuerySet

from admissions.enums import ApplicationState, ContractParty, ItemState, OrderState
from admissions.models import (
    Application,
    ChairApplication,
    Contract,
    ContractSignature,
    Order,
    OrderLine,
    PackageItem,
    PartnerReply,
    VisaCase,
)
from core.history import subject_type
from core.story import Told, stories_of
from documents.enums import DocumentState
from documents.models import OfficialDocument
from institutions.enums import Role
from institutions.permissions import as_read_by

Row = TypeVar("Row", PackageItem, PartnerReply, ChairApplication, Contract, VisaCase)
CLOSED = frozenset(str(state) for state in ApplicationState.closed())
REACHED = frozenset({"admitted", "departed", "arrived"})
HANDED_PAPERS = ("invitation", "order_extract", "contract_signatures")
# What the order brought, and the contract that ends with the case by its own words (6.12): none may outlive the case.
# The application to the Chair is none of them: that the student made it stays true.
CASE_PAPERS = ("invitation", "order_extract", "three_party_contract", "contract_signatures")
TONES = {
    ItemState.MISSING: "plain",
    ItemState.SUBMITTED: "accent",
    ItemState.ACCEPTED: "good",
    ItemState.RETURNED: "attention",
}
STATE_TONES: dict[str, str] = {
    ApplicationState.DRAFT: "plain",
    ApplicationState.ADMITTED: "good",
    ApplicationState.DEPARTED: "good",
    ApplicationState.ARRIVED: "good",
    ApplicationState.REFUSED: "bad",
    ApplicationState.PARTNER_REFUSED: "bad",
    ApplicationState.WITHDRAWN: "bad",
    ApplicationState.CANCELLED: "bad",
}


@dataclass(frozen=True)
class Party:
    """A party of the contract with its signature, if it has signed."""

    key: str
    label: str
    signature: ContractSignature | None


@dataclass(frozen=True)
class Case:
    """Everything beside the application itself that its page shows, read in eleven queries."""

    story: tuple[Told, ...]
    documents: tuple[PackageItem, ...]
    replies: tuple[PartnerReply, ...]
    chair: ChairApplication | None
    contract: Contract | None
    parties: tuple[Party, ...]
    visa: VisaCase | None
    orders: tuple[Order, ...]
    papers: tuple[OfficialDocument, ...]

    def papers_called(self, *kinds: str) -> list[OfficialDocument]:
        """The papers handed over with this case, of these kinds, the newest first."""
        return [paper for paper in self.papers if paper.kind in kinds]

    @property
    def extracts(self) -> list[OfficialDocument]:
        """Extracts from orders, for this student alone (7.5b, 8.6)."""
        return self.papers_called("order_extract")

    @property
    def signature_sheet(self) -> OfficialDocument | None:
        """Where the three signatures of the contract stand (6.12)."""
        return next(iter(self.papers_called("contract_signatures")), None)

    @property
    def accepted(self) -> int:
        """How many documents are accepted."""
        return sum(1 for item in self.documents if item.status == ItemState.ACCEPTED)


def case_of(application: Application, roles: Collection[str] = ()) -> Case:
    """Read a case, as somebody with these `roles` on it reads it. Whoever may see the application may read it."""
    return case_read_by(roles, cases_of([application])[application.pk])


def case_read_by(roles: Collection[str], case: Case) -> Case:
    """A case as somebody with these roles reads it: the partner reads neither reasons of the house nor the note on a visa."""
    visa = copy(case.visa)
    if visa is not None and set(roles) == {Role.PARTNER_COORDINATOR}:
        visa.note = ""
    return replace(case, story=tuple(as_read_by(roles, case.story)), visa=visa)


def cases_of(applications: Sequence[Application]) -> dict[int, Case]:
    """Read the cases of applications, by key, in as many queries as one takes. Whoever may see an application may read its case."""
    pks = [application.pk for application in applications]
    signatures = Prefetch("signatures", ContractSignature.objects.select_related("scan", "entered_by__person"))
    contracts = Contract.objects.filter(application__in=pks).select_related("document").prefetch_related(signatures)
    documents = PackageItem.objects.filter(application__in=pks).select_related("upload", "checked_by__person")
    replies = PartnerReply.objects.filter(application__in=pks).select_related("letter", "entered_by__person")
    chairs = ChairApplication.objects.filter(application__in=pks).select_related("document", "scan")
    stories = stories_of(applications)
    package, answers = _grouped(documents.order_by("pk")), _grouped(replies.order_by("-pk"))
    contract, chair = _by_application(contracts), _by_application(chairs)
    visas = _by_application(VisaCase.objects.filter(application__in=pks))
    orders, papers = _orders_of(pks), _papers_of(pks)
    return {
        pk: Case(
            story=tuple(stories.get((subject_type(Application), pk), ())),
            documents=tuple(package[pk]),
            replies=tuple(answers[pk]),
            chair=chair.get(pk),
            contract=contract.get(pk),
            parties=_parties(contract.get(pk)),
            visa=visas.get(pk),
            orders=tuple(orders[pk]),
            papers=tuple(papers[pk]),
        )
        for pk in pks
    }


def _grouped(rows: "QuerySet[Row]") -> dict[int, list[Row]]:
    """What an application has several of, by its key, in the order of the rows."""
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.application_id].append(row)
    return found


def _by_application(rows: "QuerySet[Row]") -> dict[int, Row]:
    """What an application has one of, by its key."""
    return {row.application_id: row for row in rows}


def number_of_contracts(pks: Sequence[int]) -> dict[int, str]:
    """The number of each application's contract, by the application's key; one query."""
    found = Contract.objects.filter(application__in=pks)
    return dict(found.values_list("application_id", "document__number_text"))


def _parties(contract: Contract | None) -> tuple[Party, ...]:
    signed = {one.party: one for one in contract.signatures.all()} if contract else {}
    return tuple(Party(party.value, str(party.label), signed.get(party.value)) for party in ContractParty)


def orders_of(application: Application) -> list[Order]:
    """The orders that name one student, the newest first."""
    return _orders_of([application.pk]).get(application.pk, [])


def _orders_of(pks: Sequence[int]) -> dict[int, list[Order]]:
    """The orders that name each student, the newest first; a draft that was given up tells nothing here."""
    lines = OrderLine.objects.filter(application__in=pks).exclude(order__state=OrderState.CANCELLED)
    found: dict[int, list[Order]] = defaultdict(list)
    for line in lines.select_related("order__document").order_by("-order_id"):
        found[line.application_id].append(line.order)
    return found


def _papers_of(pks: Sequence[int]) -> dict[int, list[OfficialDocument]]:
    """What was made about each case and is read by whoever sees it (pdf.package.of_visible_applications)."""
    papers = OfficialDocument.objects.filter(subject_type=subject_type(Application), subject_id__in=pks)
    found: dict[int, list[OfficialDocument]] = defaultdict(list)
    for paper in papers.filter(kind__in=HANDED_PAPERS).defer("context").order_by("-issued_at", "-pk"):
        found[paper.subject_id].append(paper)
    return found


def papers_to_revoke(application: Application) -> list[OfficialDocument]:
    """Of a closed case: its papers that still verify as valid, the newest first. Else none, unasked."""
    if application.state not in CLOSED:
        return []
    about = OfficialDocument.objects.filter(subject_type=subject_type(application), subject_id=application.pk)
    standing = about.filter(kind__in=CASE_PAPERS, state__in=DocumentState.standing())
    return list(standing.defer("context").order_by("-issued_at", "-pk"))
