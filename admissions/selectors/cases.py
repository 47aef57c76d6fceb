"""What a case page tells: the road with who and when, the history in words, documents, replies, contract, visa."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.text import capfirst

from admissions.enums import ApplicationState, ContractParty, ItemState
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
from core.history import history_of
from core.machine import Machine
from core.models import HistoryEntry
from core.story import Told, told

CLOSED = frozenset(str(state) for state in ApplicationState.closed())
REACHED = frozenset({"admitted", "departed", "arrived"})
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
    """Everything beside the application itself that its page shows, read in ten queries."""

    history: tuple[HistoryEntry, ...]
    documents: tuple[PackageItem, ...]
    replies: tuple[PartnerReply, ...]
    chair: ChairApplication | None
    contract: Contract | None
    parties: tuple[Party, ...]
    visa: VisaCase | None
    orders: tuple[Order, ...]

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
        orders=tuple(Order.objects.filter(lines__application=application).select_related("document").order_by("-pk")),
    )


def stages_of(machine: Machine[object], state: str, history: Sequence[HistoryEntry]) -> list[Stage]:
    """The straight road with who and when from history; a case that left it ends where it did."""
    reached: dict[str, HistoryEntry] = {entry.after["state"]: entry for entry in history if "state" in entry.after}
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
