"""Reads of the front desk over what waits: my inbox, and whose move the rest is (1.4)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypedDict

from django.db.models import Count, Q, QuerySet, Value
from django.db.models.functions import StrIndex, Substr
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core import worklist
from core.exports import Column
from core.http import page_of
from core.models import WorkItem
from core.permissions import role_label
from core.story import said
from core.templatetags.written import as_date
from core.values import today
from institutions.models import Person, Unit, University, User
from institutions.permissions import Standing

VIEWS = ("all", "late", "week")


@dataclass(frozen=True, slots=True)
class Line:
    """One row of an inbox as people read it."""

    due: date
    what: str
    where: str
    clause: str
    url: str
    whose: str = ""


@dataclass(frozen=True, slots=True)
class Pill:
    """A ready filter with its count."""

    key: str
    label: str
    count: str
    current: bool


class Span(TypedDict):
    """Days between which a view keeps what is due: from the first on, before the second; None: no bound."""

    since: date | None
    before: date | None


def span_of(view: str) -> Span:
    """Late: before today. This week: from today until Sunday; what is late already is counted there alone."""
    day = today()
    spans = {"late": Span(since=None, before=day), "week": Span(since=day, before=day + timedelta(7 - day.weekday()))}
    return spans.get(view, Span(since=None, before=None))


def lines(standing: Standing, view: str) -> tuple[list[Line], bool]:
    """What waits for this person, oldest deadline first, and whether there is more than is shown."""
    items = worklist.inbox(standing.queues, **span_of(view))
    return [line_of(item) for item in items[: worklist.INBOX_PAGE]], len(items) > worklist.INBOX_PAGE


def line_of(item: WorkItem, whose: str = "") -> Line:
    """A work item in the reader's language."""
    return Line(
        due=item.due,
        what=text_of(item),
        where=item.title,
        clause=item.clause,
        url=page_of(item.subject_type, item.subject_id),
        whose=whose,
    )


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the inbox: all that waits with one thing, or one step that waits with several things.

    `due`: the earliest. Either `asks` or `places` has one line only.
    """

    due: date
    asks: tuple[Line, ...]
    places: tuple[Line, ...]

    @property
    def count(self) -> int:
        """How many things to do the row stands for."""
        return max(len(self.asks), len(self.places))


SAME_STEP = 3


def rows_of(lines: Sequence[Line]) -> list[Row]:
    """The inbox as it is shown: one row for a thing, and one row for a step that waits with three things or more.

    Rows stand where their earliest line stood.
    """
    things: dict[object, list[Line]] = {}
    for place, line in enumerate(lines):
        things.setdefault((line.url, line.where) if line.url else place, []).append(line)
    alone: dict[tuple[str, str], list[Line]] = {}
    for asked in things.values():
        if len(asked) == 1:
            alone.setdefault((asked[0].what, asked[0].clause), []).append(asked[0])
    rows, told = [], set()
    for asked in things.values():
        step = (asked[0].what, asked[0].clause)
        same = alone.get(step, []) if len(asked) == 1 else []
        if len(same) < SAME_STEP:
            rows.append(Row(asked[0].due, tuple(asked), (asked[0],)))
        elif step not in told:
            told.add(step)
            rows.append(Row(same[0].due, (same[0],), tuple(same)))
    return rows


def text_of(item: WorkItem) -> str:
    """What is asked for, translated now and only now."""
    text = gettext(item.text)
    return text % said(item.params) if item.params else text


@dataclass(frozen=True, slots=True)
class Moves:
    """How much waits for one role."""

    role: str
    label: str
    open: int
    late: int


def moves_by_role(*, but: Iterable[str] = ()) -> list[Moves]:
    """Whose move everything open is, by role, the busiest first (1.4-a); of others than the roles in `but`. One query."""
    own = frozenset(but)
    rows = (
        WorkItem.objects.filter(closed_at=None)
        .annotate(role=Substr("queue", 1, StrIndex("queue", Value("@")) - 1))
        .values("role")
        .annotate(open=Count("pk"), late=Count("pk", filter=Q(due__lt=today())))
        .order_by("-open", "role")
    )
    return [
        Moves(row["role"], role_label(row["role"]), row["open"], row["late"]) for row in rows if row["role"] not in own
    ]


def open_items(role: str, view: str) -> QuerySet[WorkItem]:
    """Everything open, of one role or of all, for those who watch over it (1.4-a)."""
    items = WorkItem.objects.filter(closed_at=None)
    if role:
        items = items.filter(queue__startswith=f"{role}@")
    span = span_of(view)
    if span["since"]:
        items = items.filter(due__gte=span["since"])
    return items.filter(due__lt=span["before"]) if span["before"] else items


def owners(items: Iterable[WorkItem]) -> dict[str, str]:
    """Whose each queue of these items is, in words: role and place. At most one query for each kind of scope."""
    wanted: dict[str, set[int]] = {"unit": set(), "university": set(), "person": set(), "user": set()}
    queues = {item.queue for item in items}
    for queue in queues:
        scope, _sep, key = queue.partition("@")[2].partition(":")
        if scope in wanted:
            wanted[scope].add(int(key))
    names = _names(wanted)
    return {queue: _owner(queue, names) for queue in queues}


def _names(wanted: dict[str, set[int]]) -> dict[str, str]:
    found: dict[str, str] = {}
    if wanted["unit"]:
        found |= {f"unit:{unit.pk}": unit.name for unit in Unit.objects.filter(pk__in=wanted["unit"])}
    if wanted["university"]:
        rows = University.objects.filter(pk__in=wanted["university"])
        found |= {f"university:{university.pk}": university.name for university in rows}
    if wanted["person"]:
        found |= {f"person:{person.pk}": str(person) for person in Person.objects.filter(pk__in=wanted["person"])}
    if wanted["user"]:
        users = User.objects.filter(pk__in=wanted["user"]).select_related("person")
        found |= {f"user:{user.pk}": str(user.person) for user in users}
    return found


def _owner(queue: str, names: dict[str, str]) -> str:
    role, _sep, scope = queue.partition("@")
    return ": ".join(part for part in (role_label(role), names.get(scope, "")) if part)


COLUMNS: tuple[Column[WorkItem], ...] = (
    Column(_("Due"), lambda item: item.due, order="due"),
    Column(_("What to do"), text_of, width=60),
    Column(_("Who or where"), lambda item: item.title, order="title_kk", width=40),
    Column(_("Clause"), lambda item: item.clause, order="clause"),
    Column(_("Whose move"), lambda item: role_label(item.queue.partition("@")[0]), order="queue", width=30),
    Column(_("Waits since"), lambda item: as_date(item.opened_at), order="opened_at"),
)
