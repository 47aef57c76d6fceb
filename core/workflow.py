"""Moving: `perform` is the one door through which a state changes.

Order: role → state → guards → compare-and-set → history. Compare-and-set alone stops double decisions on both
databases: whoever comes second finds nothing to update and is told so.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext, gettext_noop

from core.faults import Fault, length_faults, sentence
from core.history import OPENED, REMINDED, history_of, record
from core.machine import Blocker, Machine, Step
from core.models import HistoryEntry
from core.story import said, told
from core.values import printed, text_hash, trimmed

Facts = TypeVar("Facts")


class RefusedError(Exception):
    """A step was not taken. `text` is a message id with parameters, translated when it is shown."""

    def __init__(self, text: str, params: Mapping[str, Any] | None = None) -> None:
        super().__init__(text)
        self.text = text
        self.params = dict(params or {})

    def __str__(self) -> str:
        return gettext(self.text) % said(self.params)


class NotAllowedError(RefusedError):
    """The actor holds none of the roles that may take this step on this thing."""


# The longest that a form takes: a reason is read in an inbox, a letter, a history.
LONGEST_REASON = 2000
# Said to whoever comes second.
MOVED_ON = gettext_noop("Somebody was first: this has already moved on. Here is how it stands now.")


class WrongStateError(RefusedError):
    """The thing is no longer in a state from which this step leaves: most often somebody was first."""


class ReasonMissingError(RefusedError):
    """This step must say why."""


class ChangedMeanwhileError(RefusedError):
    """Something is no longer as its writer was shown it. `now`: what a form's `seen` is to hold once this has been told."""

    def __init__(self, text: str, params: Mapping[str, Any], *, now: str) -> None:
        super().__init__(text, params)
        self.now = now


def refuse_unseen_change(seen: str, *, saved: str, written: str) -> None:
    """Raise ChangedMeanwhileError where `written` would overwrite a text that its writer has not seen.

    `seen`: `text_hash` of what the writer had before him; empty: nothing was shown.
    """
    if seen and seen != text_hash(saved) and text_hash(written) != text_hash(saved):
        text = gettext_noop(
            "Another text was saved meanwhile, in another window: «%(saved)s». Save again to put yours in its place."
        )
        raise ChangedMeanwhileError(text, {"saved": saved}, now=text_hash(saved))


def mark_of(subject: models.Model) -> str:
    """By what a form remembers how a thing stood: the key of its last entry of history; empty while there is none.

    That somebody was reminded or has opened it changes nothing of a thing.
    """
    last = _moves_of(subject).last()
    return str(last.pk) if last else ""


def _moves_of(subject: models.Model) -> QuerySet[HistoryEntry]:
    return history_of(subject).exclude(action__in=(REMINDED, OPENED))


def refuse_unseen_moves(seen: str, subject: models.Model) -> None:
    """Raise ChangedMeanwhileError where something has happened to a thing since its writer was shown it.

    `seen`: `mark_of` the thing as the writer saw it; empty: nothing was shown. For forms of many fields.
    """
    last = _moves_of(subject).last() if seen else None
    if last is not None and seen != str(last.pk):
        news = told(last)
        text = gettext_noop(
            "Something happened here after you opened this page (%(what)s – %(who)s). "
            "Compare, then save again to put yours in its place."
        )
        raise ChangedMeanwhileError(text, {"what": news.text, "who": news.who}, now=str(last.pk))


class BlockedError(RefusedError):
    """Guards found something missing; `blockers` lists all of it."""

    def __init__(self, blockers: tuple[Blocker, ...]) -> None:
        super().__init__(gettext_noop("Not yet possible."))
        self.blockers = blockers

    def __str__(self) -> str:
        # Once, however many may remove it.
        lines = dict.fromkeys(f"{gettext(b.text) % said(b.params)} ({printed(b.clause)})" for b in self.blockers)
        return " ".join([gettext(self.text), *lines])


class FaultyError(RefusedError):
    """Something entered cannot be so: `faults` name the fields, in their order."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(faults[0].text, faults[0].params)
        self.faults = faults

    def told(self) -> Iterator[tuple[str, str]]:
        """Each field with what is wrong there."""
        for fault in self.faults:
            yield fault.field, sentence(gettext(fault.text) % said(fault.params))

    def __str__(self) -> str:
        return " ".join(words for _field, words in self.told())


class ManyRefusedError(RefusedError):
    """Some of many things that are saved together cannot be as they were typed, and so nothing is saved: why, by key."""

    def __init__(self, refused: Mapping[int, RefusedError]) -> None:
        super().__init__(gettext_noop("Nothing is saved yet: some lines have to be corrected."))
        self.refused = refused

    def told(self, beside: str) -> dict[str, dict[str, tuple[str, ...]]]:
        """By key and field what is wrong there; what is of no field stands `beside` one."""
        found: dict[str, dict[str, tuple[str, ...]]] = {}
        for key, refusal in self.refused.items():
            told = refusal.told() if isinstance(refusal, FaultyError) else [(beside, str(refusal))]
            found[str(key)] = {field: (words,) for field, words in told}
        return found

    def news(self) -> dict[str, str]:
        """By key what a form's `seen` is to hold, now that it has been told what changed meanwhile."""
        changed = (
            (key, refusal) for key, refusal in self.refused.items() if isinstance(refusal, ChangedMeanwhileError)
        )
        return {str(key): refusal.now for key, refusal in changed}


def refuse_faults(faults: Iterable[Fault]) -> None:
    """Raise FaultyError where there is a fault."""
    if found := tuple(faults):
        raise FaultyError(*found)


@dataclass(frozen=True)
class Offer(Generic[Facts]):
    """A step as a page shows it: whether this reader's roles may take it, and what blocks it."""

    step: Step[Facts]
    mine: bool
    blockers: tuple[Blocker, ...]

    @property
    def ready(self) -> bool:
        """True when nothing blocks the step."""
        return not self.blockers


def offers(machine: Machine[Facts], state: str, *, roles: frozenset[str], facts: Facts) -> tuple[Offer[Facts], ...]:
    """Every step that leaves `state`, with its blockers. Pages, worklist and `perform` read the same table."""
    return tuple(
        Offer(step=step, mine=bool(roles & set(step.by)), blockers=step.blockers(facts))
        for step in machine.steps_from(state)
    )


def perform(
    machine: Machine[Facts],
    step_name: str,
    subject: models.Model,
    *,
    actor: AbstractBaseUser | None,
    roles: frozenset[str],
    facts: Facts,
    reason: str = "",
    params: Mapping[str, Any] | None = None,
) -> HistoryEntry:
    """Take one step with `subject`, in the caller's transaction, and return the entry of history that tells of it.

    Raises NotAllowedError, WrongStateError (also when another transaction was first), ReasonMissingError, BlockedError;
    FaultyError for a reason that is too long.
    """
    step = machine.step(step_name)
    before: str = subject.state  # type: ignore[attr-defined]  # every subject of a machine has a state
    if not roles & set(step.by):
        raise NotAllowedError(gettext_noop("This step is not yours to take."))
    if before not in step.sources:
        raise WrongStateError(MOVED_ON)
    reason = reason_given(reason, is_needed=step.needs_reason)
    if blockers := step.blockers(facts):
        raise BlockedError(blockers)
    _compare_and_set(subject, before=before, to=step.to)
    return record(
        actor=actor,
        action=f"{machine.name}.{step.name}",
        subject=subject,
        text=step.done,
        params=params,
        clause=step.clause,
        role=next((role for role in step.by if role in roles), ""),
        before={"state": before},
        after={"state": step.to},
        reason=reason,
    )


def reason_given(reason: str, *, is_needed: bool = True) -> str:
    """A reason as it is kept. Raises ReasonMissingError where a needed one is empty, FaultyError for one that nobody reads."""
    reason = trimmed(reason)
    if is_needed and not reason:
        raise ReasonMissingError(gettext_noop("Please give a reason."))
    refuse_faults(length_faults("reason", reason, LONGEST_REASON))
    return reason


def _compare_and_set(subject: models.Model, *, before: str, to: str) -> None:
    with transaction.atomic():
        rows = type(subject)._default_manager.filter(pk=subject.pk, state=before)  # noqa: SLF001 -- Django's documented API
        if rows.update(state=to) == 0:
            raise WrongStateError(MOVED_ON)
    subject.state = to  # type: ignore[attr-defined]  # as above
