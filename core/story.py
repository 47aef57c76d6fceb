"""History as pages show it: entries in the reader's language."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext

from core.history import OPENED, history_of_many, subject_type
from core.machine import tells_partner
from core.models import HistoryEntry
from core.permissions import role_label
from core.values import readable

# How parameters that are codes are said, by their name: history keeps the code, whoever reads it sees the words.
_SAID: dict[str, Callable[[str], object]] = {"role": role_label}


def name_parameter(name: str, said: Callable[[str], object]) -> None:
    """Let `said` put the parameter `name` of history's texts into the reader's words. One meaning for a name, in all apps."""
    if _SAID.setdefault(name, said) is not said:
        raise ValueError(f"the parameter {name} is named twice")


@dataclass(frozen=True, slots=True)
class NamedPaper:
    """A paper by its key, number and kind, as history and the timeline name it in its place."""

    pk: int
    number: str
    kind: str


def _no_door(_user: object, _papers: Collection[NamedPaper]) -> Collection[int]:
    return ()


# Which papers a reader may open, by key: the app that keeps papers supplies it.
_paper_door: Callable[[Any, Collection[NamedPaper]], Collection[int]] = _no_door


def set_paper_door(door: Callable[[Any, Collection[NamedPaper]], Collection[int]]) -> None:
    """Let `door` tell which of these papers somebody may open. One query."""
    global _paper_door  # noqa: PLW0603 -- set once, when the apps are ready
    _paper_door = door


def papers_open_to(user: object, papers: Collection[NamedPaper]) -> set[int]:
    """Which of these papers a reader may open, by key."""
    return set(_paper_door(user, papers)) if papers else set()


@dataclass(frozen=True)
class Told:
    """One entry of history in the reader's language; `paper`: the one it tells of; `number`: of a paper that it rests on."""

    text: str
    who: str
    role: str
    at: datetime
    clause: str
    reason: str
    action: str
    paper: NamedPaper | None = None
    number: str = ""


def story_of(subject: models.Model) -> list[Told]:
    """Everything that happened to a thing, newest first, in the reader's language. One query."""
    return stories_of([subject]).get((subject_type(subject), subject.pk), [])


def stories_of(subjects: Iterable[models.Model]) -> dict[tuple[str, int], list[Told]]:
    """The stories of several things, of whatever kinds, by kind and key. One query.

    Who opened a thing is read elsewhere: two hundred of them would bury what happened to it (decision 17).
    """
    found: dict[tuple[str, int], list[Told]] = defaultdict(list)
    for entry in history_of_many(subjects).exclude(action=OPENED).order_by("-at", "-id"):
        found[entry.subject_type, entry.subject_id].append(told(entry))
    return found


def told(entry: HistoryEntry) -> Told:
    """An entry in the reader's language; one without words shows its action."""
    # Entries of before have the other sign of a number in their message id.
    text = gettext(entry.text.replace("№", "No.")) if entry.text else entry.action
    return Told(
        text=text % said(entry.params) if entry.params else text,
        who=_who(entry),
        role=role_label(entry.role) if entry.role else "",
        at=entry.at,
        clause=entry.clause,
        # The program gives reasons too: such a one is a message id. An empty one would be the catalogue's head.
        reason=gettext(entry.reason) if entry.reason else "",
        action=entry.action,
        paper=_paper(entry),
        number=str(entry.params.get("number", "")),
    )


def as_partner_reads(story: Iterable[Told]) -> list[Told]:
    """A person's story as a partner reads it: what was done, and why only where that was written for the partner."""
    return [entry if tells_partner(entry.action) else replace(entry, reason="") for entry in story]


def _paper(entry: HistoryEntry) -> NamedPaper | None:
    """The paper whose issue an entry tells of (`documents.issued.KIND`)."""
    if "document" not in entry.params or "number" not in entry.params:
        return None
    return NamedPaper(entry.params["document"], entry.params["number"], entry.action.rpartition(".")[2])


def _who(entry: HistoryEntry) -> str:
    """Who did it, and in whose place where the office is not the person's own."""
    if entry.acting_for is None:
        return str(entry.actor or "")
    return gettext("%(who)s (acting for %(name)s)") % {"who": entry.actor, "name": entry.acting_for}


def said(params: Mapping[str, object]) -> dict[str, object]:
    """Parameters as people read them: a name in three languages in theirs, a role, a choice, a country or a day in words."""
    words = readable(params)
    return {name: _SAID[name](str(value)) if name in _SAID and value else value for name, value in words.items()}
