"""History and roads as pages show them: entries in the reader's language, and a machine's straight road as a timeline."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext

from core.history import history_of
from core.machine import Machine
from core.models import HistoryEntry
from core.permissions import role_label


@dataclass(frozen=True)
class Told:
    """One entry of history in the reader's language."""

    text: str
    who: str
    role: str
    at: datetime
    clause: str
    reason: str
    action: str


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


def story_of(subject: models.Model) -> list[Told]:
    """Everything that happened to a thing, newest first, in the reader's language. Two queries."""
    rows = history_of(subject).select_related("actor__person").order_by("-id")
    return [told(entry) for entry in rows]


def told(entry: HistoryEntry) -> Told:
    """An entry in the reader's language; a text whose parameters have gone is shown as it is."""
    words = gettext(entry.text) if entry.text else entry.action
    try:
        words = words % entry.params
    except (KeyError, TypeError, ValueError):
        words = entry.text
    return Told(
        text=words,
        who=str(entry.actor) if entry.actor else "",
        role=role_label(entry.role) if entry.role else "",
        at=entry.at,
        clause=entry.clause,
        reason=entry.reason,
        action=entry.action,
    )


def road_of(machine: Machine[Any], state: str, labels: Any, entries: Iterable[Told]) -> list[Stop]:
    """The straight road of a machine: each state of its path, when it was reached last, what is now, what is to come."""
    by_action = {entry.action: entry for entry in reversed(list(entries))}
    passed = machine.path.index(state) if state in machine.path else -1
    stops = []
    for place, name in enumerate(machine.path):
        step = next((s for s in machine.steps if s.to == name and not s.way_out), None)
        entry = by_action.get(f"{machine.name}.{step.name}") if step else None
        reached = place <= passed
        stops.append(
            Stop(
                label=str(labels(name).label),
                clause=step.clause if step else "",
                done=place < passed or (place == passed and place == len(machine.path) - 1),
                current=place == passed and place < len(machine.path) - 1,
                who=entry.who if entry and reached else "",
                when=entry.at if entry and reached else None,
            )
        )
    return stops
