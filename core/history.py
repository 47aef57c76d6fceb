"""Remembering: append-only entries, written in the transaction of the change itself."""

import contextvars
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models import Q, QuerySet

from core.models import HistoryEntry
from core.values import plain

# The action of an entry that changes nothing of its thing: somebody was reminded of it (core.reminders).
REMINDED = "worklist.reminded"
# The action of an entry that somebody opened a thing which tells numbers of passports or somebody's health.
OPENED = "documents.opened"
# The request that is being served; the middleware sets it, tasks leave it empty.
request_id: contextvars.ContextVar[str] = contextvars.ContextVar("request_id", default="")

# Which edition of the norms a decision is made under: the app that knows editions supplies it.
_edition_source: Callable[[], str] = str


def set_edition_source(source: Callable[[], str]) -> None:
    """Let `source` name the edition in force, kept with every entry."""
    global _edition_source  # noqa: PLW0603 -- set once, when the apps are ready
    _edition_source = source


def _nobody(_actor: object, _role: str, _subject: models.Model) -> int | None:
    return None


# In whose place somebody acts in a role, on a thing: the app that knows offices supplies it (an account's key, None: in his
# own right).
_acting_source: Callable[[Any, str, models.Model], int | None] = _nobody


def set_acting_source(source: Callable[[Any, str, models.Model], int | None]) -> None:
    """Let `source` tell for whom a person acts in a role on a thing, kept with every entry that names the role."""
    global _acting_source  # noqa: PLW0603 -- set once, when the apps are ready
    _acting_source = source


def subject_type(thing: models.Model | type[models.Model]) -> str:
    """How a thing's kind is written in history, decisions and work items: `admissions.application`."""
    return thing._meta.label_lower  # noqa: SLF001 -- Django's documented Meta API


def record(
    *,
    actor: AbstractBaseUser | None,
    action: str,
    subject: models.Model,
    text: str = "",
    params: Mapping[str, Any] | None = None,
    clause: str = "",
    role: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
) -> HistoryEntry:
    """Write one entry. `action` is dotted and never translated, `text` a message id that people read. None: the program.

    Who holds `role` only in somebody's place is written down as acting for that person.
    """
    return HistoryEntry.objects.create(
        subject_type=subject_type(subject),
        subject_id=subject.pk,
        actor_id=actor.pk if actor else None,
        role=role,
        acting_for_id=_acting_source(actor, role, subject) if actor and role else None,
        action=action,
        text=text,
        params=plain(params or {}),
        clause=clause,
        edition=_edition_source(),
        before=plain(before or {}),
        after=plain(after or {}),
        reason=reason,
        request_id=request_id.get(),
    )


def history_of(subject: models.Model) -> QuerySet[HistoryEntry]:
    """Everything that happened to a thing, oldest first, with its people. Whoever may see the thing may read it."""
    return history_of_many([subject]).order_by("at", "id")


def history_of_many(subjects: Iterable[models.Model]) -> QuerySet[HistoryEntry]:
    """Everything that happened to these things, of whatever kinds, with its people. Unordered."""
    things: dict[str, set[int]] = {}
    for subject in subjects:
        things.setdefault(subject_type(subject), set()).add(subject.pk)
    wanted = Q(pk__in=())
    for kind, pks in things.items():
        wanted |= Q(subject_type=kind, subject_id__in=sorted(pks))
    return HistoryEntry.objects.filter(wanted).select_related("actor__person", "acting_for__person")


def done_by(actor: AbstractBaseUser, *, limit: int) -> QuerySet[HistoryEntry]:
    """What somebody did last, the newest first; to look at something is no deed."""
    entries = (
        HistoryEntry.objects.filter(actor=actor.pk)
        .exclude(action=OPENED)
        .select_related("actor__person", "acting_for__person")
    )
    return entries.order_by("-at", "-id")[:limit]
