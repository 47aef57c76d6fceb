"""What a case page tells: the road with who and when, the history in words, documents, replies, contract, visa."""

from dataclasses import dataclass

from django.db.models import QuerySet

from admissions.enums import ApplicationState, ContractParty, ItemState, OrderState
from admissions.models import (
    Application,
    ChairApplication,
    Contract,
    ContractSignature,
    Order,
    PackageItem,
    PartnerReply,
    VisaCase,
)
from core.history import subject_type
from core.story import Told, story_of
from documents.enums import DocumentState
from documents.models import OfficialDocument

CLOSED = frozenset(str(state) for state in ApplicationState.closed())
REACHED = frozenset({"admitted", "departed", "arrived"})
HANDED_PAPERS = ("invitation", "order_extract", "contract_signatures")
# What the order brought, and the contract that ends with the case by its own words (6.12): none may outlive the case.
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


def case_of(application: Application) -> Case:
    """Read a case. Whoever may see the application may read it."""
    contract = Contract.objects.filter(application=application).select_related("document").first()
    signatures = (
        {s.party: s for s in contract.signatures.select_related("scan", "entered_by__person")} if contract else {}
    )
    documents = PackageItem.objects.filter(application=application).select_related("upload", "checked_by__person")
    replies = PartnerReply.objects.filter(application=application).select_related("letter", "entered_by__person")
    return Case(
        story=tuple(story_of(application)),
        documents=tuple(documents.order_by("pk")),
        replies=tuple(replies.order_by("-pk")),
        chair=ChairApplication.objects.filter(application=application).select_related("document", "scan").first(),
        contract=contract,
        parties=tuple(Party(p.value, str(p.label), signatures.get(p.value)) for p in ContractParty),
        visa=VisaCase.objects.filter(application=application).first(),
        orders=tuple(_orders_of(application)),
        papers=tuple(_papers_of(application)),
    )


def _orders_of(application: Application) -> "QuerySet[Order]":
    """The orders that name the student; a draft that was given up tells nothing here."""
    orders = Order.objects.filter(lines__application=application).exclude(state=OrderState.CANCELLED)
    return orders.select_related("document").order_by("-pk")


def _papers_of(application: Application) -> "QuerySet[OfficialDocument]":
    """What was made about the case and is read by whoever sees it (pdf.package.of_visible_applications)."""
    papers = OfficialDocument.objects.filter(subject_type=subject_type(application), subject_id=application.pk)
    return papers.filter(kind__in=HANDED_PAPERS).defer("context").order_by("-issued_at", "-pk")


def papers_to_revoke(application: Application) -> list[OfficialDocument]:
    """Of a closed case: its papers that still verify as valid, the newest first. Else none, unasked."""
    if application.state not in CLOSED:
        return []
    about = OfficialDocument.objects.filter(subject_type=subject_type(application), subject_id=application.pk)
    standing = about.filter(kind__in=CASE_PAPERS, state__in=DocumentState.standing())
    return list(standing.defer("context").order_by("-issued_at", "-pk"))
