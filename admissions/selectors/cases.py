"""What a case page tells: the road with who and when, the history in words, documents, replies, contract, visa."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.text import capfirst

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
from core.history import history_of, subject_type
from core.machine import Machine
from core.models import HistoryEntry
from core.story import Told, told
from documents.models import OfficialDocument

# How history calls the first entry of a case: no step leads to the first state.
_BEGINNINGS = ("start", "named")
CLOSED = frozenset(str(state) for state in ApplicationState.closed())
REACHED = frozenset({"admitted", "departed", "arrived"})
HANDED_PAPERS = ("invitation", "order_extract", "contract_signatures")
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
class Stage:
    """A state on the straight road: reached (who, when), the one now, or one to come."""

    label: str
    clause: str
    done: bool = False
    current: bool = False
    who: str = ""
    when: datetime | None = None
    note: str = ""


@dataclass(frozen=True)
class Party:
    """A party of the contract with its signature, if it has signed."""

    key: str
    label: str
    signature: ContractSignature | None


@dataclass(frozen=True)
class Case:
    """Everything beside the application itself that its page shows, read in eleven queries."""

    history: tuple[HistoryEntry, ...]
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
    def told(self) -> list[Told]:
        """History in words, the newest first."""
        return [told(entry) for entry in reversed(self.history)]

    @property
    def accepted(self) -> int:
        """How many documents are accepted."""
        return sum(1 for item in self.documents if item.status == ItemState.ACCEPTED)


def case_of(application: Application) -> Case:
    """Read a case. Whoever may see the application may read it."""
    contract = Contract.objects.filter(application=application).select_related("document").first()
    signatures = {s.party: s for s in contract.signatures.select_related("scan")} if contract else {}
    documents = PackageItem.objects.filter(application=application).select_related("upload", "checked_by__person")
    replies = PartnerReply.objects.filter(application=application).select_related("letter", "entered_by__person")
    return Case(
        history=tuple(history_of(application).select_related("actor__person")),
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


def stages_of(machine: Machine[object], state: str, history: Sequence[HistoryEntry]) -> list[Stage]:
    """The straight road with who and when from history; a case that left it ends where it did.

    Only entries of this very machine count: a visa has states of the same names. A step back leaves who came there first.
    """
    moves = {f"{machine.name}.{s.name}": s.to for s in machine.steps if not s.way_out or s.to not in machine.path}
    moves |= {f"{machine.name}.{name}": machine.initial for name in _BEGINNINGS}
    reached = {moves[entry.action]: entry for entry in history if entry.action in moves}
    closed = state not in machine.path
    last = max((i for i, place in enumerate(machine.path) if place in reached), default=0)
    here = last if closed else machine.path.index(state)
    stages = [
        _stage(machine, place, i, here, reached.get(place), closed=closed) for i, place in enumerate(machine.path)
    ]
    if closed:
        stages = stages[: here + 1]
        entry = reached.get(state)
        stages.append(
            Stage(
                label=str(capfirst(ApplicationState(state).label)),
                clause=entry.clause if entry else "",
                current=True,
                who=str(entry.actor) if entry and entry.actor else "",
                when=entry.at if entry else None,
                note=entry.reason if entry else "",
            )
        )
    return stages


def _stage(
    machine: Machine[object], place: str, index: int, here: int, entry: HistoryEntry | None, *, closed: bool
) -> Stage:
    way = next((step for step in machine.steps if step.to == place and not step.way_out), None)
    final = place == machine.path[-1]
    done = index < here or closed or (index == here and final)
    show = entry if index <= here else None
    return Stage(
        label=str(capfirst(ApplicationState(place).label)),
        clause=way.clause if way else "",
        done=done,
        current=index == here and not done,
        who=str(show.actor) if show and show.actor else "",
        when=show.at if show else None,
    )
