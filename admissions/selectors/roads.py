"""Which machine and which facts belong to a direction, so that shared verbs and pages need not ask."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol, TypeVar

from admissions.models import Application
from admissions.selectors.cases import papers_to_revoke
from admissions.selectors.incoming import incoming_facts_of
from admissions.selectors.outgoing import outgoing_facts_of
from admissions.workflow.incoming import INCOMING, ORDER_NOT_SIGNED, WAITS_FOR_DEPARTMENT
from admissions.workflow.outgoing import OUTGOING, PACKAGE_NOT_REQUESTED
from admissions.workflow.shared import ORDER_BEING_DRAFTED, REVOKE_PAPERS, VISA_REFUSED
from agreements.enums import Direction
from core.machine import Blocker, Machine
from core.worklist import Wait, waits_of
from documents.kinds import paper_kind
from documents.models import OfficialDocument

Asked = TypeVar("Asked", Blocker, Wait)
# The cause of what waits with the offices that revoke papers of a cancelled case.
REVOKE = "revoke"


class FactsOf(Protocol):
    """Builds facts for a list of loaded applications."""

    def __call__(self, applications: Sequence[Application], *, on: date | None = None) -> Mapping[int, Any]:
        """Facts by key."""


@dataclass(frozen=True)
class Road:
    """A direction's machine and facts. `quiet` steps open no work item: another thing (an order) asks for them.

    `quiet_texts`: blockers that another step of the same application asks for already. `first`: blockers that nobody else is
    waited for beside: while the package has not been asked for, nobody is asked for its documents; but a refused visa is told,
    and before all else. `after_order`: the way out of a case whose order is signed.
    """

    machine: Machine[Any]
    facts_of: FactsOf
    after_order: str
    quiet: frozenset[str] = frozenset({"admit"})
    quiet_texts: frozenset[str] = frozenset()
    first: frozenset[str] = frozenset()

    def facts(self, application: Application, *, on: date | None = None) -> Any:
        """The facts of one loaded application."""
        return self.facts_of([application], on=on)[application.pk]

    def waits(self, application: Application) -> tuple[Wait, ...]:
        """Who is waited for with this application, in the worklist."""
        waits = self.movers(application.state, self.facts(application))
        asked = tuple(wait for wait in waits if not self._is_quiet(wait))
        return asked + self.revocations(papers_to_revoke(application))

    def revocations(self, papers: Sequence[OfficialDocument]) -> tuple[Wait, ...]:
        """The offices whose papers these are: each is waited for until it has revoked its own, on the cancelling's clause."""
        offices = sorted({role for paper in papers for role in paper_kind(paper.kind).revoked_by})
        return tuple(Wait(role, REVOKE, self.clause_after_order, REVOKE_PAPERS) for role in offices)

    @property
    def clause_after_order(self) -> str:
        """On which clause a case is cancelled whose order is signed."""
        return self.machine.step(self.after_order).clause

    def movers(self, state: str, facts: Any) -> tuple[Wait, ...]:
        """Whose move it is, as a page says it: also who is asked by another thing, nobody who is not asked yet.

        Who is asked by this thing is not counted for what another asks too: a page counts what the inbox does.
        """
        asked = self._asked_now(waits_of(self.machine, state, facts))
        here = {wait.role for wait in asked if not self._is_quiet(wait)}
        return tuple(wait for wait in asked if not self._is_quiet(wait) or wait.role not in here)

    def _is_quiet(self, wait: Wait) -> bool:
        return wait.cause in self.quiet or wait.text in self.quiet_texts

    def in_the_way(self, blockers: Sequence[Blocker]) -> tuple[Blocker, ...]:
        """The blockers that somebody is asked to remove now, what blocks most first."""
        return self._asked_now(blockers)

    def _asked_now(self, lacking: Sequence[Asked]) -> tuple[Asked, ...]:
        alone = any(one.text in self.first for one in lacking)
        asked = (one for one in lacking if not alone or one.text in self.first | {VISA_REFUSED})
        return tuple(sorted(asked, key=lambda one: one.text != VISA_REFUSED))

    def lacking(self, state: str, facts: Any) -> tuple[Blocker, ...]:
        """What stands in the way of the next step."""
        ahead = (step for step in self.machine.steps_from(state) if not step.way_out)
        return self.in_the_way(next((step.blockers(facts) for step in ahead), ()))


ROADS: dict[str, Road] = {
    # The list asks for its letter and its sending, once for all candidates (services/settling.py).
    Direction.OUTGOING: Road(
        OUTGOING,
        outgoing_facts_of,
        "cancel_admitted",
        quiet=frozenset({"admit", "nominate", "propose"}),
        quiet_texts=frozenset({ORDER_BEING_DRAFTED}),
        first=frozenset({PACKAGE_NOT_REQUESTED}),
    ),
    # The partner's list asks to be sent (7.1), the stay for the arrival (9.1), the order for its signature.
    Direction.INCOMING: Road(
        INCOMING,
        incoming_facts_of,
        "cancel",
        quiet=frozenset({"admit", "nominate", "arrive"}),
        quiet_texts=frozenset({WAITS_FOR_DEPARTMENT, ORDER_BEING_DRAFTED, ORDER_NOT_SIGNED}),
    ),
}


def road_of(application: Application) -> Road:
    """The road an application is on."""
    return ROADS[application.direction]
