"""The life of a thing as a table: steps, guards, blockers. Pure: no models, no SQL, no HTTP.

A text here is a message id in English (`gettext_noop`) with parameters; it is translated when somebody reads it and is
stored untranslated, else history and mail would speak the actor's language.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

Facts = TypeVar("Facts")
Facts_contra = TypeVar("Facts_contra", contravariant=True)


@dataclass(frozen=True, slots=True)
class Blocker:
    """Why a step cannot be taken now: the clause that demands it, what is missing, and whose move it is (a role).

    `ask`: what whoever has the move is to do, as an inbox says it; empty: as its guard says.
    """

    clause: str
    text: str
    whose_move: str
    params: Mapping[str, Any] = field(default_factory=dict)
    ask: str = ""

    def __hash__(self) -> int:
        return hash(
            (self.clause, self.text, self.whose_move, tuple(sorted((k, str(v)) for k, v in self.params.items())))
        )


Finding = Blocker | Iterable[Blocker] | None


@dataclass(frozen=True)
class Guard(Generic[Facts_contra]):
    """A rule of the regulation: the clause, the demand in words (a message id) and the check over facts.

    `ask`: what to do where it is not met, in the imperative (a message id): an inbox tells people that, not what is missing.
    """

    clause: str
    demand: str
    check: Callable[[Facts_contra], Finding]
    ask: str = ""

    def __call__(self, facts: Facts_contra) -> tuple[Blocker, ...]:
        """What this rule finds missing in `facts`; empty when it is met."""
        finding = self.check(facts)
        if finding is None:
            return ()
        found = (finding,) if isinstance(finding, Blocker) else finding
        return tuple(blocker if blocker.ask else replace(blocker, ask=self.ask) for blocker in found)

    @property
    def name(self) -> str:
        """The name of the function that checks."""
        return self.check.__name__


def guard(clause: str, demand: str, *, ask: str = "") -> Callable[[Callable[[Facts], Finding]], Guard[Facts]]:
    """Make a check function a rule that cites `clause` and says in `demand` what it asks for, in `ask` what to do for it."""

    def wrap(check: Callable[[Facts], Finding]) -> Guard[Facts]:
        return Guard(clause=clause, demand=demand, check=check, ask=ask)

    return wrap


@dataclass(frozen=True)
class Step(Generic[Facts]):
    """One move: from which states, to which, by which roles, on which clause, and what it needs.

    `way_out` marks refusals and withdrawals: they make nobody wait. `needs_reason`: the actor must say why.
    `label` is the button's text, `done` what the timeline says afterwards (both message ids). `ask` is what an inbox says of
    the step once nothing blocks it, where that is not the label. `tells_partner`: its reason is written for the partner; of any
    other the partner reads that it was taken, never why.
    """

    name: str
    sources: tuple[str, ...]
    to: str
    by: tuple[str, ...]
    clause: str
    label: str
    done: str
    needs: tuple[Guard[Facts], ...] = ()
    way_out: bool = False
    needs_reason: bool = False
    tells_partner: bool = False
    ask: str = ""

    def blockers(self, facts: Facts) -> tuple[Blocker, ...]:
        """Everything that this step still lacks, in the order of its guards."""
        return tuple(blocker for rule in self.needs for blocker in rule(facts))


@dataclass(frozen=True)
class Machine(Generic[Facts]):
    """All steps of one kind of thing. `path` is the straight road of states, for timelines; `title` names it (message id)."""

    name: str
    initial: str
    steps: tuple[Step[Facts], ...]
    path: tuple[str, ...] = ()
    title: str = ""

    def __post_init__(self) -> None:
        names = [step.name for step in self.steps]
        if len(names) != len(set(names)):
            raise ValueError(f"machine {self.name}: a step's name is used twice")
        MACHINES[self.name] = self

    def step(self, name: str) -> Step[Facts]:
        """The step called `name`. KeyError when there is none."""
        for step in self.steps:
            if step.name == name:
                return step
        raise KeyError(f"machine {self.name} has no step {name}")

    def steps_from(self, state: str) -> tuple[Step[Facts], ...]:
        """The steps that leave `state`, in the order of the table."""
        return tuple(step for step in self.steps if state in step.sources)

    def states_asking(self, rule: Guard[Facts]) -> frozenset[str]:
        """The states that a step leaves which asks this rule: in all others nobody needs to know what it looks at."""
        return frozenset(state for step in self.steps if rule in step.needs for state in step.sources)

    def movers_towards(self, state: str, goals: Collection[str]) -> tuple[str, ...]:
        """By whom the way leads on from `state` to one of `goals`; empty where it does not, or no more."""
        return tuple(dict.fromkeys(role for step in self.steps_towards(state, goals) for role in step.by))

    def steps_towards(self, state: str, goals: Collection[str]) -> tuple[Step[Facts], ...]:
        """The steps by which the way leads on from `state` to one of `goals`; empty where it does not, or no more."""
        return tuple(step for step in self.steps_from(state) if not step.way_out and self._leads(step.to, goals))

    def _leads(self, state: str, goals: Collection[str]) -> bool:
        """Whether one of `goals` is reached from `state` without a way out. No such way turns back."""
        return state in goals or any(
            self._leads(step.to, goals) for step in self.steps_from(state) if not step.way_out and step.to != state
        )

    def states(self) -> frozenset[str]:
        """Every state that the table names."""
        return frozenset(
            {self.initial} | {step.to for step in self.steps} | {s for step in self.steps for s in step.sources}
        )

    def clauses(self) -> frozenset[str]:
        """Every clause that a step or a guard of this machine cites."""
        return frozenset(
            {step.clause for step in self.steps} | {rule.clause for step in self.steps for rule in step.needs}
        )


# Filled by Machine itself: the regulation's pages list which gates cite a clause, a test checks that each clause exists.
MACHINES: dict[str, Machine[Any]] = {}


def tells_partner(action: str) -> bool:
    """Whether the reason of what history calls `MACHINE.STEP` is written for the partner."""
    name, _dot, taken = action.rpartition(".")
    return any(step.name == taken and step.tells_partner for step in (MACHINES[name].steps if name in MACHINES else ()))


@dataclass(frozen=True, slots=True)
class Citation:
    """A gate that cites a clause: machine (and its title), step and the demand in words."""

    machine: str
    title: str
    step: str
    label: str
    demand: str


def citations_of(clause: str) -> tuple[Citation, ...]:
    """Every gate, of all machines, that cites this very `clause`; one that cites a part of it is found by the part."""
    found = []
    for machine in MACHINES.values():
        for step in machine.steps:
            if step.clause == clause:
                found.append(Citation(machine.name, machine.title, step.name, step.label, ""))
            found += [
                Citation(machine.name, machine.title, step.name, step.label, rule.demand)
                for rule in step.needs
                if rule.clause == clause
            ]
    return tuple(dict.fromkeys(found))
