"""To remind those who are late: what a reminder in one's inbox asks for, done for one or for many.

One message a reader, however many things wait for him or her; each thing's history tells who reminded whom; the reminder comes
back after five working days while nothing has happened (core.reminders).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_noop

from core.bulk import Deed, Outcome, Prospect
from core.history import REMINDED, record
from core.machine import Blocker
from core.models import LATE_MARK, WorkItem
from core.notifications import Notification, notify
from core.permissions import role_label
from core.reminders import keep_quiet, watched_by
from core.templatetags.written import days_left
from core.values import joined, today
from core.worklist import working_days_after
from institutions.enums import Role
from institutions.models import User
from institutions.permissions import Standing, holders_of, standing_of
from institutions.selectors import holidays_of
from satbayev_jdp.desk.asks import DEED
from satbayev_jdp.desk.worklist import line_of, line_to

WORKING_DAYS = 5
SETTLED = gettext_noop("Nobody is late with it any more.")
NOBODY = gettext_noop("Nobody who is waited for has an account with an e-mail address.")
Holders = Mapping[str, Sequence[User]]


def reminders_of(standing: Standing) -> QuerySet[WorkItem]:
    """The reminders that wait for this person, oldest deadline first."""
    items = WorkItem.objects.filter(queue__in=standing.queues, cause__startswith=LATE_MARK, closed_at=None)
    return items.order_by("due", "pk")


@dataclass(frozen=True, slots=True)
class _Read:
    """What is late of what is watched over, by reminder, and who can be reminded, by queue. Three queries, however many."""

    watched: Mapping[int, Sequence[WorkItem]]
    holders: Holders


def _read(items: Sequence[WorkItem]) -> _Read:
    watched = watched_by(items)
    queues = {item.queue for late in watched.values() for item in late}
    holders = {queue: [user for user in users if user.email] for queue, users in holders_of(queues).items()}
    return _Read(watched, holders)


def _readers(late: Iterable[WorkItem], holders: Holders) -> list[User]:
    """Who is reminded of these, each once."""
    return list({user.pk: user for item in late for user in holders.get(item.queue, ())}.values())


def _foresee(_standing: Standing, items: Sequence[WorkItem]) -> list[Prospect]:
    read = _read(items)
    return [_prospect(item, read.watched[item.pk], read.holders) for item in items]


def _prospect(item: WorkItem, late: Sequence[WorkItem], holders: Holders) -> Prospect:
    readers = _readers(late, holders)
    if not late:
        return Prospect(item.pk, item.title, blockers=(Blocker(item.clause, SETTLED, ""),))
    asked = line_of(late[0])
    about = f"{asked.what} · {days_left(asked.due)}"
    if not readers:
        return Prospect(item.pk, item.title, about, (Blocker(item.clause, NOBODY, Role.ADMINISTRATOR),))
    roles = ", ".join(dict.fromkeys(role_label(one.queue.partition("@")[0]) for one in late))
    return Prospect(item.pk, item.title, f"{about} → {roles}: {', '.join(str(user.person) for user in readers)}")


@transaction.atomic
def remind(pks: Collection[int], actor: User) -> Outcome:
    """Write to those who are late with what these reminders watch over; nothing where it is settled, or somebody was first."""
    items = list(reminders_of(standing_of(actor)).filter(pk__in=pks).select_for_update())
    read = _read(items)
    due = [item for item in items if _readers(read.watched[item.pk], read.holders)]
    until = working_days_after(today(), WORKING_DAYS, holidays_of())
    letters: dict[User, list[WorkItem]] = defaultdict(list)
    things = _things(due)
    for item in due:
        late = read.watched[item.pk]
        readers = _readers(late, read.holders)
        for one in late:
            for user in read.holders.get(one.queue, ()):
                letters[user].append(one)
        record(
            actor=actor,
            action=REMINDED,
            subject=things[item.subject_type, item.subject_id],
            text=gettext_noop("reminded by e-mail, %(role)s: %(names)s"),
            params={
                "role": late[0].queue.partition("@")[0],
                "names": joined(*(user.person.names for user in readers), by=", "),
            },
            clause=item.clause,
            role=item.queue.partition("@")[0],
            after={"until": until.isoformat()},
        )
    for user, late in letters.items():
        _write(user, late, actor=actor, key=f"reminder:{min(item.pk for item in due)}:{user.pk}")
    keep_quiet(due, [one for item in due for one in read.watched[item.pk]], until=until)
    return Outcome(len(due))


def _things(items: Iterable[WorkItem]) -> dict[tuple[str, int], models.Model]:
    """What the items wait with. One query a kind."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for item in items:
        wanted[item.subject_type].add(item.subject_id)
    return {
        (kind, pk): thing
        for kind, pks in wanted.items()
        for pk, thing in apps.get_model(kind)._default_manager.in_bulk(pks).items()  # noqa: SLF001 -- Django's documented API
    }


def _write(user: User, late: Sequence[WorkItem], *, actor: User, key: str) -> None:
    with translation.override(user.language):
        lines = [
            (line, days_left(line.due), f"{settings.SITE_URL}{line.url or reverse('inbox')}")
            for line in sorted((line_to(item, user.person) for item in late), key=lambda line: line.due)
        ]
        notify(
            Notification(
                key=key,
                to=user.email,
                language=user.language,
                template="desk/email/reminder",
                context={"name": user.person.names, "lines": lines, "by": actor.person.names},
            )
        )


REMINDING = Deed(
    name=DEED,
    label=gettext_noop("Remind"),
    will=gettext_noop(
        "Those who are named get an e-mail at once, one for all that waits for them. "
        "The history of each case says who reminded whom. If nothing happens, you are asked again in five working days."
    ),
    foresee=_foresee,
    together=remind,
)
