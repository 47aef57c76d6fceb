"""Waiting: who is waited for is derived from the machine and never said twice.

For the state a thing is in: each forward step's blockers name whose move it is; without blockers the step's own first
role is waited for. `reconcile` opens what is missing and closes what no longer waits, in the caller's transaction.
"""

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, TypeVar

from django.db import connection, models
from django.db.models import Max, Q
from django.utils import timezone

from core.history import history_of, subject_type
from core.machine import Blocker, Machine, Step
from core.models import WorkItem
from core.values import Localized, plain, today

Facts = TypeVar("Facts")
INBOX_PAGE = 200
COUNT_CAP = 1000


def _no_kind(_subject: models.Model) -> str:
    return ""


# Of what kind a thing is to those who sort their work: the app that knows all kinds supplies it.
_kind_of: Callable[[models.Model], str] = _no_kind


def set_kind_source(source: Callable[[models.Model], str]) -> None:
    """Let `source` name the kind of a thing, kept with what waits with it."""
    global _kind_of  # noqa: PLW0603 -- set once, when the apps are ready
    _kind_of = source


@dataclass(frozen=True, slots=True)
class Wait:
    """Somebody is waited for: the role, on which clause, what for (message id). `cause`: what makes it this wait and no other.

    `ask`: what to do, where `text` says what is missing. Without it `text` itself says what to do: nothing is missing.
    """

    role: str
    cause: str
    clause: str
    text: str
    params: Mapping[str, Any] = field(default_factory=dict)
    ask: str = ""


def waits_of(machine: Machine[Facts], state: str, facts: Facts) -> tuple[Wait, ...]:
    """Who is waited for while a thing is in `state`; nobody in a final state, nobody for a way out."""
    found: dict[str, Wait] = {}
    for step in machine.steps_from(state):
        if step.way_out:
            continue
        blockers = step.blockers(facts)
        for wait in [wait_for(blocker) for blocker in blockers] or [ready_for(step)]:
            found.setdefault(wait.cause, wait)
    return tuple(found.values())


def after_return(
    waits: tuple[Wait, ...], subject: models.Model, machine: Machine[Any], *, step: str, text: str
) -> tuple[Wait, ...]:
    """`waits`, where the thing was returned last: the one for its next `step` says so by `text`, of `name` and `role`."""
    moves = history_of(subject).filter(action__in=[f"{machine.name}.{one.name}" for one in machine.steps])
    last = moves.select_related("actor__person").last()
    if last is None or last.action != f"{machine.name}.return":
        return waits
    params = {"name": last.actor.person.names if last.actor else "", "role": last.role}
    return tuple(replace(wait, text=text, params=params) if wait.cause == step else wait for wait in waits)


def ready_for(step: Step[Facts]) -> Wait:
    """The wait for a step that nothing blocks: its first role is to take it."""
    return Wait(role=step.by[0], cause=step.name, clause=step.clause, text=step.ask or step.label)


def wait_for(blocker: Blocker) -> Wait:
    """The wait that a blocker stands for: its role, and a cause that is the same for the same words."""
    # Never in words: a name in the reader's language would be another cause for another reader.
    params = {key: str(plain(value)) for key, value in sorted(blocker.params.items())}
    mark = hashlib.sha256(f"{blocker.whose_move}{blocker.text}{params}".encode()).hexdigest()[:16]
    return Wait(
        blocker.whose_move, f"{blocker.clause}:{mark}", blocker.clause, blocker.text, blocker.params, blocker.ask
    )


def reconcile(
    subject: models.Model,
    waits: Iterable[Wait],
    *,
    queue_of: Callable[[str], str | None],
    due: Callable[[Wait], date],
    title: Localized | str = "",
) -> None:
    """Make the open work items of `subject` be exactly `waits`. An item that stays keeps its due date and its age.

    `queue_of` says where a role of this subject is waited for (None: nobody yet), `due` until when. `title` names the
    subject, in three languages where its name differs: an inbox speaks its reader's language, not the actor's.
    """
    called = title if isinstance(title, Localized) else Localized(title)
    wanted = {(queue, wait.cause): wait for wait in waits if (queue := queue_of(wait.role))}
    open_items = WorkItem.objects.filter(subject_type=subject_type(subject), subject_id=subject.pk, closed_at=None)
    present = {(queue, cause): pk for queue, cause, pk in open_items.values_list("queue", "cause", "pk")}
    gone = [pk for key, pk in sorted(present.items()) if key not in wanted]
    if gone:
        WorkItem.objects.filter(pk__in=gone, closed_at=None).update(closed_at=timezone.now())
    WorkItem.objects.bulk_create(
        WorkItem(
            subject_type=subject_type(subject),
            subject_id=subject.pk,
            queue=queue,
            cause=cause,
            clause=wait.clause,
            ask=wait.ask or wait.text,
            text=wait.text,
            kind=_kind_of(subject),
            params=plain(wait.params),
            title_kk=called.kk[:300],
            title_ru=called.in_language("ru")[:300],
            title_en=called.in_language("en")[:300],
            due=due(wait),
        )
        for (queue, cause), wait in sorted(wanted.items())
        if (queue, cause) not in present
    )


def move_due(kind: str, pks: Iterable[int], *, due: date) -> None:
    """What waits with these things (`kind` as `core.history.subject_type` names it) waits until another day."""
    WorkItem.objects.filter(subject_type=kind, subject_id__in=sorted(pks), closed_at=None).update(due=due)


@dataclass(frozen=True, slots=True)
class Only:
    """What of a queue is looked at: what is due from the day `since` on, before the day `before`, of one kind. Empty: all."""

    since: date | None = None
    before: date | None = None
    kind: str = ""

    def sql(self) -> tuple[str, list[Any]]:
        """As conditions of SQL with their values."""
        bounds = {"due >= %s": self.since, "due < %s": self.before, "kind = %s": self.kind}
        wanted = {condition: value for condition, value in bounds.items() if value}
        return "".join(f" AND {condition}" for condition in wanted), list(wanted.values())


ALL = Only()


def inbox(queues: Sequence[str], *, limit: int = INBOX_PAGE, only: Only = ALL) -> list[WorkItem]:
    """What waits in these queues, oldest deadline first; one row more than `limit` tells that there are more.

    One index walk a queue and a merge: `queue IN (…)` with ORDER BY reads everything on PostgreSQL.
    """
    if not queues:
        return []
    within, values = only.sql()
    one = f"SELECT * FROM (SELECT * FROM core_workitem WHERE queue = %s AND closed_at IS NULL{within} ORDER BY due, id LIMIT %s) AS q"  # noqa: S608, E501 -- no value is put in by text
    names = sorted(set(queues))
    sql = " UNION ALL ".join([one] * len(names)) + " ORDER BY due, id LIMIT %s"
    params = [value for queue in names for value in (queue, *values, limit + 1)]
    return list(WorkItem.objects.raw(sql, [*params, limit + 1]))


def open_count(queues: Sequence[str]) -> int:
    """How many items wait in these queues, counted up to 1,000."""
    return open_counts(queues, {"": ALL})[""]


def open_counts(queues: Sequence[str], wanted: Mapping[str, Only]) -> dict[str, int]:
    """How many items wait in these queues, for each key of `wanted` of those that it looks at, up to 1,000. One query."""
    if not queues:
        return dict.fromkeys(wanted, 0)
    names = sorted(set(queues))
    parts, params = [], []
    for key, only in wanted.items():
        within, values = only.sql()
        # In the order of an index, each queue by itself: else PostgreSQL reads everything for what there is little of.
        one = f"SELECT * FROM (SELECT id FROM core_workitem WHERE queue = %s AND closed_at IS NULL{within} ORDER BY due, id LIMIT %s) AS q"  # noqa: S608, E501 -- no value is put in by text
        each = " UNION ALL ".join([one] * len(names))
        parts.append(f"SELECT %s, COUNT(*) FROM (SELECT * FROM ({each}) AS found LIMIT %s) AS counted")  # noqa: S608 -- as above
        params += [key, *(value for queue in names for value in (queue, *values, COUNT_CAP)), COUNT_CAP]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), params)
        return {str(key): int(count) for key, count in cursor.fetchall()}


def titles_of(subjects: Iterable[tuple[str, int]]) -> dict[tuple[str, int], str]:
    """How things are called in the reader's language, as far as anything has ever waited with them. One query."""
    things = Q(pk__in=())
    by_type: dict[str, set[int]] = {}
    for kind, pk in subjects:
        by_type.setdefault(kind, set()).add(pk)
    for kind, pks in by_type.items():
        things |= Q(subject_type=kind, subject_id__in=sorted(pks))
    if not by_type:
        return {}
    newest = WorkItem.objects.filter(things).values("subject_type", "subject_id").annotate(last=Max("id"))
    items = WorkItem.objects.filter(pk__in=newest.values("last"))
    return {(item.subject_type, item.subject_id): item.title for item in items}


def open_items_of(subject: models.Model) -> list[WorkItem]:
    """The open items of one thing, oldest deadline first."""
    items = WorkItem.objects.filter(subject_type=subject_type(subject), subject_id=subject.pk, closed_at=None)
    return list(items.order_by("due", "id"))


def due_for(items: Sequence[WorkItem], roles: Collection[str]) -> date | None:
    """Until when, as a strip says it to who holds `roles` on a thing: the reader's own term where the reader is waited for,
    else the earliest of all. `items` as `open_items_of` orders them. To remind somebody is no move: the term is that one's.
    """
    moves = [item for item in items if not item.reminds]
    own = (item.due for item in moves if item.queue.partition("@")[0] in roles)
    return next(own, moves[0].due if moves else None)


def working_days_after(start: date, days: int, holidays: frozenset[date] = frozenset()) -> date:
    """The day that lies `days` working days after `start`: Saturdays, Sundays and `holidays` do not count."""
    day = start
    while days > 0:
        day += timedelta(days=1)
        if day.weekday() < 5 and day not in holidays:
            days -= 1
    return day


def is_late(item: WorkItem) -> bool:
    """True once the due date has passed."""
    return item.due < today()
