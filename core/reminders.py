"""What time brings, by one sweep: each app registers its part, every part may be run twice or broken off without harm.

A reminder is a wait like every other: it is derived from the facts of a day, so that page, inbox and mail cannot disagree, and
what settles it closes it at once. The sweep only looks, in a fixed number of queries a batch, for things whose open work is not
what this day has made of them, and has those settled, each in a transaction of its own. It remembers nothing: a day that was
slept through, or a sweep that was killed half-way, is made up for by the next one.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date
from itertools import islice
from typing import Any, TypeVar

from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.functions import Concat
from django.utils import timezone
from django.utils.translation import gettext_noop

from core.history import subject_type
from core.models import LATE_MARK, WorkItem
from core.turns import take_turns
from core.values import today
from core.worklist import Wait

Model = TypeVar("Model", bound=models.Model)
BATCH = 500
CAUSE = 120  # as long is a cause at most
# What the IPD is told when an answer of somebody else is late; the words of one's own where an app has them.
LATE_TEXT = gettext_noop("Overdue since %(day)s: remind whoever is waited for. Whose move: %(role)s.")
REMIND = gettext_noop("Remind whoever is waited for")
_parts: dict[str, Callable[[], None]] = {}


def register(name: str, part: Callable[[], None]) -> None:
    """Let `part` be called by the sweep; apps do it in their `tasks` module."""
    _parts[name] = part


def sweep() -> None:
    """Every part, also when one of them fails."""
    take_turns(_parts.values())


def batches(rows: Iterable[Model]) -> Iterator[list[Model]]:
    """Rows in lists of `BATCH`."""
    walk = iter(rows)
    while batch := list(islice(walk, BATCH)):
        yield batch


def astray(
    kind: type[models.Model], wanted: Mapping[int, Collection[str]], *, exactly: bool = True, but: Collection[str] = ()
) -> list[int]:
    """The things of a kind whose open causes are not what this day wants, in the order of their keys. One query.

    `wanted`: the causes of each, by key. What else is open counts too, except causes in `but`; not `exactly`: nothing else does.
    """
    found: dict[int, set[str]] = {pk: set() for pk in wanted}
    items = WorkItem.objects.filter(subject_type=subject_type(kind), subject_id__in=wanted, closed_at=None)
    for pk, cause in items.exclude(cause__startswith=LATE_MARK).values_list("subject_id", "cause"):
        found[pk].add(cause)
    known = found if exactly else {}
    return sorted(
        pk for pk, causes in wanted.items() if set(causes) - found[pk] or known.get(pk, set()) - set(causes) - set(but)
    )


def settle_each(pks: Iterable[int], settle: Callable[[int], None]) -> None:
    """Settle things by key, each in a transaction of its own."""
    for pk in pks:
        with transaction.atomic():
            settle(pk)


def late_waits(
    subject: models.Model, waits: Iterable[Wait], *, texts: Mapping[Any, str], watcher: str
) -> tuple[Wait, ...]:
    """For `watcher`: what waits with a thing for another role since before today, of the roles that `texts` has words for."""
    wanted = {wait.cause: wait for wait in waits if wait.role in texts}
    if not wanted or subject.pk is None:
        return ()
    items = WorkItem.objects.filter(_late(texts), subject_type=subject_type(subject), subject_id=subject.pk)
    due = dict(items.filter(cause__in=wanted).values_list("cause", "due"))
    return tuple(
        Wait(
            watcher,
            f"{LATE_MARK}{cause}"[:CAUSE],
            wait.clause,
            texts[wait.role],
            {"role": wait.role, "day": f"{due[cause]:%d.%m.%Y}"},
            REMIND,
        )
        for cause, wait in sorted(wanted.items())
        if cause in due
    )


def late_untold(kind: type[models.Model], *, roles: Collection[str]) -> list[int]:
    """The things of a kind with which one of these roles has been late since before today, and nobody was told. One query."""
    told = WorkItem.objects.filter(
        subject_type=OuterRef("subject_type"),
        subject_id=OuterRef("subject_id"),
        cause=Concat(Value(LATE_MARK), OuterRef("cause")),
        closed_at=None,
    )
    items = WorkItem.objects.filter(_late(roles), ~Exists(told), subject_type=subject_type(kind))
    return sorted(set(items.values_list("subject_id", flat=True)))


def _late(roles: Iterable[str]) -> Q:
    of_roles = Q()
    for role in roles:
        of_roles |= Q(queue__startswith=f"{role}@")
    told = Q(quiet_until=None) | Q(quiet_until__lt=today())
    return of_roles & told & Q(closed_at=None, due__lt=today()) & ~Q(cause__startswith=LATE_MARK)


def watched_by(items: Iterable[WorkItem]) -> dict[int, list[WorkItem]]:
    """What each of these reminders watches over and is still late, by the reminder's key. One query."""
    asked = {(item.subject_type, item.subject_id, item.cause): item.pk for item in items}
    found: dict[int, list[WorkItem]] = {pk: [] for pk in asked.values()}
    things: dict[str, set[int]] = {}
    for kind, pk, _cause in asked:
        things.setdefault(kind, set()).add(pk)
    of_things = Q(pk__in=())
    for kind, pks in things.items():
        of_things |= Q(subject_type=kind, subject_id__in=sorted(pks))
    late = WorkItem.objects.filter(of_things, closed_at=None, due__lt=today()).exclude(cause__startswith=LATE_MARK)
    for item in late.order_by("due", "pk"):
        reminder = asked.get((item.subject_type, item.subject_id, f"{LATE_MARK}{item.cause}"[:CAUSE]))
        if reminder:
            found[reminder].append(item)
    return found


def keep_quiet(reminders: Iterable[WorkItem], watched: Iterable[WorkItem], *, until: date) -> None:
    """Who is waited for was reminded: the reminders are done, and until that day the same waits ask for none again."""
    WorkItem.objects.filter(pk__in=[item.pk for item in watched], closed_at=None).update(quiet_until=until)
    WorkItem.objects.filter(pk__in=[item.pk for item in reminders], closed_at=None).update(closed_at=timezone.now())
