"""Which machine and which facts belong to a direction, so that shared verbs and pages need not ask."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from admissions.models import Application
from admissions.selectors.incoming import incoming_facts_of
from admissions.selectors.outgoing import outgoing_facts_of
from admissions.workflow.incoming import INCOMING, ORDER_NOT_SIGNED, WAITS_FOR_DEPARTMENT
from admissions.workflow.outgoing import OUTGOING, PACKAGE_NOT_REQUESTED
from admissions.workflow.shared import ORDER_BEING_DRAFTED
from agreements.enums import Direction
from core.machine import Blocker, Machine
from core.worklist import Wait, waits_of


class FactsOf(Protocol):
    """Builds facts for a list of loaded applications."""

    def __call__(self, applications: Sequence[Application], *, on: date | None = None) -> Mapping[int, Any]:
        """Facts by key."""


@dataclass(frozen=True)
class Road:
    """A direction's machine and facts. `quiet` steps open no work item: another thing (an order) asks for them.

    `quiet_texts`: blockers that another step of the same application asks for already. `first`: blockers that nobody else is
    waited for beside: while the package has not been asked for, nobody is asked for its documents.
    """

    machine: Machine[Any]
    facts_of: FactsOf
    quiet: frozenset[str] = frozenset({"admit"})
    quiet_texts: frozenset[str] = frozenset()
    first: frozenset[str] = frozenset()

    def facts(self, application: Application, *, on: date | None = None) -> Any:
        """The facts of one loaded application."""
        return self.facts_of([application], on=on)[application.pk]

    def waits(self, application: Application) -> tuple[Wait, ...]:
        """Who is waited for with this application, in the worklist."""
        waits = self.movers(application.state, self.facts(application))
        return tuple(w for w in waits if w.cause not in self.quiet and w.text not in self.quiet_texts)

    def movers(self, state: str, facts: Any) -> tuple[Wait, ...]:
        """Whose move it is, as a page says it: also who is asked by another thing, nobody who is not asked yet."""
        waits = waits_of(self.machine, state, facts)
        return tuple(wait for wait in waits if wait.text in self.first) or waits

    def in_the_way(self, blockers: Sequence[Blocker]) -> tuple[Blocker, ...]:
        """The blockers that somebody is asked to remove now."""
        return tuple(blocker for blocker in blockers if blocker.text in self.first) or tuple(blockers)


ROADS: dict[str, Road] = {
    # The list asks for its letter and its sending, once for all candidates (services/settling.py).
    Direction.OUTGOING: Road(
        OUTGOING,
        outgoing_facts_of,
        quiet=frozenset({"admit", "nominate", "propose"}),
        quiet_texts=frozenset({ORDER_BEING_DRAFTED}),
        first=frozenset({PACKAGE_NOT_REQUESTED}),
    ),
    # The partner's list asks to be sent (7.1), the stay for the arrival (9.1), the order for its signature.
    Direction.INCOMING: Road(
        INCOMING,
        incoming_facts_of,
        quiet=frozenset({"admit", "nominate", "arrive"}),
        quiet_texts=frozenset({WAITS_FOR_DEPARTMENT, ORDER_BEING_DRAFTED, ORDER_NOT_SIGNED}),
    ),
}


def road_of(application: Application) -> Road:
    """The road an application is on."""
    return ROADS[application.direction]
