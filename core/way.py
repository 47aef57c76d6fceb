"""The way of a thing along its machine's straight road: what was reached and by whom, what is now, what is to come, what was
sent back.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from typing import Any

from django.db import models
from django.utils.text import capfirst

from core.machine import Machine
from core.story import NamedPaper, Told


@dataclass(frozen=True, slots=True)
class Stage:
    """A state on the way, as ui/timeline.html shows it: passed (who, when, with which papers), the one now, or one to come."""

    label: str
    clause: str = ""
    done: bool = False
    current: bool = False
    who: str = ""
    when: datetime | None = None
    note: str = ""
    papers: tuple[NamedPaper, ...] = ()


def way_of(
    machine: Machine[Any],
    state: str,
    labels: type[models.TextChoices],
    story: Sequence[Told],
    papers: Mapping[str, NamedPaper] | None = None,
) -> list[Stage]:
    """The states of the machine's path in order; a thing that left the path ends where it did, with the reason.

    `story` has the newest entry first, as `core.story.story_of` gives it. A paper stands where the thing stood when it was
    issued; `papers`: those of other things that brought it to a state.
    """
    reached, issued = _reached(machine, story), _issued(machine, story)
    for name, paper in (papers or {}).items():
        issued[name].insert(0, paper)
    closed = state not in machine.path
    last = max((place for place, name in enumerate(machine.path) if name in reached), default=0)
    here = last if closed else machine.path.index(state)
    stages = []
    for place, name in enumerate(machine.path[: here + 1] if closed else machine.path):
        way = next((step for step in machine.steps if step.to == name and not step.way_out), None)
        done = place < here or closed or (place == here and name == machine.path[-1])
        entry = reached.get(name) if place <= here else None
        stages.append(
            Stage(
                label=str(capfirst(labels(name).label)),
                clause=way.clause if way else "",
                done=done,
                current=place == here and not done,
                who=entry.who if entry else "",
                when=entry.at if entry else None,
                papers=tuple(issued[name]) if place <= here else (),
            )
        )
    return [*stages, _end(labels(state), reached.get(state))] if closed else stages


def sent_back(machine: Machine[Any], state: str, story: Sequence[Told]) -> Told | None:
    """Who sent a thing back to where it stands, and why, as long as nobody has taken it on since; None: nobody did."""
    return _way_out(machine, state, story) if state in machine.path else None


def ended(machine: Machine[Any], state: str, story: Sequence[Told]) -> Told | None:
    """Who ended a thing beside its way, and why; None: it stands on its way, or no reason was given."""
    return _way_out(machine, state, story) if state not in machine.path else None


def _way_out(machine: Machine[Any], state: str, story: Sequence[Told]) -> Told | None:
    moves = {f"{machine.name}.{step.name}": step for step in machine.steps}
    last = next((entry for entry in story if entry.action in moves), None)
    if last is None or not last.reason:
        return None
    step = moves[last.action]
    return last if step.way_out and step.to == state else None


def _reached(machine: Machine[Any], story: Sequence[Told]) -> dict[str, Told]:
    """The entry that brought the thing to each state: its first entry made it, the latest counts where it came twice.

    Only entries of this very machine count, and a step back leaves who came there first.
    """
    moves = {
        f"{machine.name}.{step.name}": step.to
        for step in machine.steps
        if not step.way_out or step.to not in machine.path
    }
    made = {machine.initial: story[-1]} if story else {}
    return made | {moves[entry.action]: entry for entry in reversed(story) if entry.action in moves}


def _issued(machine: Machine[Any], story: Sequence[Told]) -> dict[str, list[NamedPaper]]:
    """The papers about a thing by the state in which they were issued, the oldest first.

    One that was issued for a step stands where the step led: its entry comes before the step's, which rests on its number.
    """
    moves = {f"{machine.name}.{step.name}": str(step.to) for step in machine.steps}
    found: dict[str, list[NamedPaper]] = defaultdict(list)
    here, told = str(machine.initial), list(reversed(story))
    for entry, after in zip_longest(told, told[1:]):
        here = moves.get(entry.action, here)
        if entry.paper:
            for_step = after is not None and after.action in moves and entry.paper.number == after.number
            found[moves[after.action] if after and for_step else here].append(entry.paper)
    return found


def _end(state: Any, entry: Told | None) -> Stage:
    label = str(capfirst(state.label))
    if entry is None:
        return Stage(label=label, current=True)
    return Stage(label=label, clause=entry.clause, current=True, who=entry.who, when=entry.at, note=entry.reason)
