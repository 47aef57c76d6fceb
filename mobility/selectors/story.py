"""A machine's straight road as a page's timeline: what was reached and by whom, what is now, what is to come."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models

from core.machine import Machine
from core.story import Told


@dataclass(frozen=True)
class Stop:
    """A state on the straight road: passed (who, when), now, or to come."""

    label: str
    clause: str
    done: bool
    current: bool
    who: str = ""
    when: datetime | None = None
    note: str = ""


def road_of(machine: Machine[Any], state: str, labels: type[models.TextChoices], entries: Iterable[Told]) -> list[Stop]:
    """Each state of the machine's path, when it was reached last, what is now, what is to come."""
    by_action = {entry.action: entry for entry in reversed(list(entries))}
    passed = machine.path.index(state) if state in machine.path else -1
    stops = []
    for place, name in enumerate(machine.path):
        step = next((one for one in machine.steps if one.to == name and not one.way_out), None)
        entry = by_action.get(f"{machine.name}.{step.name}") if step and place <= passed else None
        last = place == passed == len(machine.path) - 1
        stops.append(
            Stop(
                label=str(labels(name).label),
                clause=step.clause if step else "",
                done=place < passed or last,
                current=place == passed and not last,
                who=entry.who if entry else "",
                when=entry.at if entry else None,
            )
        )
    return stops
