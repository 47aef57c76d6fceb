"""Which machine and which facts belong to a direction, so that shared verbs and pages need not ask."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from admissions.models import Application
from admissions.selectors.outgoing import outgoing_facts_of
from admissions.workflow.outgoing import OUTGOING
from agreements.enums import Direction
from core.machine import Machine
from core.worklist import Wait, waits_of


class FactsOf(Protocol):
    """Builds facts for a list of loaded applications."""

    def __call__(self, applications: Sequence[Application], *, on: date | None = None) -> Mapping[int, Any]:
        """Facts by key."""


@dataclass(frozen=True)
class Road:
    """A direction's machine and facts. `quiet` steps open no work item: another thing (an order) asks for them."""

    machine: Machine[Any]
    facts_of: FactsOf
    quiet: frozenset[str] = frozenset({"admit"})

    def waits(self, application: Application) -> tuple[Wait, ...]:
        """Who is waited for with this application."""
        facts = self.facts_of([application])[application.pk]
        return tuple(w for w in waits_of(self.machine, application.state, facts) if w.cause not in self.quiet)


ROADS: dict[str, Road] = {
    Direction.OUTGOING: Road(OUTGOING, outgoing_facts_of),
}


def road_of(application: Application) -> Road:
    """The road an application is on."""
    return ROADS[application.direction]
