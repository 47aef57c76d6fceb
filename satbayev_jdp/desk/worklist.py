"""Reads of the front desk over what waits: my inbox, and whose move the rest is (1.4)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet, Value
from django.db.models.functions import StrIndex, Substr
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core import worklist
from core.exports import Column
from core.history import subject_type
from core.http import page_of
from core.models import OutgoingEmail, WorkItem
from core.permissions import role_label
from core.story import said
from core.templatetags.written import as_date
from core.values import content_hash, one_line, printed, today
from core.worklist import ALL, Only
from institutions.models import Person, Unit, University, User
from institutions.permissions import Standing
from satbayev_jdp.desk.asks import list_of, page_of_deed, short, verb_of
from satbayev_jdp.desk.context import capped
from satbayev_jdp.desk.kinds import KINDS

SHOWN = 50
SAME = 3


@dataclass(frozen=True, slots=True)
class Line:
    """A work item as people read it: what to do, what is missing for it (nothing: the step is ready), where, until when.

    `instead_of`: for whom the reader acts in this; `ask`: the message id, for what is the same whatever the language;
    `deed_url`: where it is done, if not on the page of the thing; `unheld`: nobody holds the role that is waited for.
    """

    due: date
    what: str
    where: str
    clause: str
    url: str
    missing: str = ""
    whose: str = ""
    ask: str = ""
    text: str = ""
    kind: str = ""
    instead_of: str = ""
    deed_url: str = ""
    unheld: bool = False


@dataclass(frozen=True, slots=True)
class Pill:
    """A ready filter with its count."""

    key: str
    label: str
    count: str
    current: bool


def views() -> dict[str, Only]:
    """What each pill leaves. Late: before today. This week: from today until Sunday, on a free Saturday or Sunday until the
    next; what is late already is counted there alone.
    """
    day = today()
    until = day + timedelta((14 if _at_weekend(day) else 7) - day.weekday())
    spans = {"all": ALL, "late": Only(before=day), "week": Only(since=day, before=until)}
    return spans | {kind: Only(kind=kind) for kind in KINDS}


def _at_weekend(day: date) -> bool:
    return day.weekday() >= 5


def pills(view: str, counts: Mapping[str, int]) -> list[Pill]:
    """The ready filters that leave something: by time, and by kind of thing where there is more than one kind."""
    week = gettext("Next week") if _at_weekend(today()) else gettext("This week")
    times = {"all": gettext("All"), "late": gettext("Late"), "week": week}
    several = sum(bool(counts[kind]) for kind in KINDS) > 1
    labels = times | KINDS
    shown = [key for key in labels if key in {"all", view} or (counts[key] and (several or key in times))]
    return [Pill(key, str(labels[key]), capped(counts[key]) or "0", key == view) for key in shown]


def lines(standing: Standing, only: Only) -> tuple[list[Line], bool]:
    """What waits for this person, oldest deadline first, and whether there is more. One query; two for who acts for others."""
    items = worklist.inbox(standing.queues, only=only)
    names = instead_of(standing)
    shown = [line_of(item, instead_of=names.get(item.queue, "")) for item in items[: worklist.INBOX_PAGE]]
    return shown, len(items) > worklist.INBOX_PAGE


def instead_of(standing: Standing) -> dict[str, str]:
    """For whom this person acts, by queue. No query for those who act for nobody."""
    if not standing.acting:
        return {}
    users = User.objects.filter(pk__in=standing.acting.values()).select_related("person")
    names = {user.pk: str(user.person) for user in users}
    return {queue: names[pk] for queue, pk in standing.acting.items()}


def line_of(item: WorkItem, whose: str = "", instead_of: str = "", *, unheld: bool = False) -> Line:
    """A work item in the reader's language."""
    deed_url = page_of_deed(item)
    return Line(
        due=item.due,
        what=ask_of(item),
        where=item.title,
        clause=item.clause,
        url=page_of(item.subject_type, item.subject_id) or deed_url,
        missing=missing_of(item),
        whose=whose,
        ask=item.ask or item.text,
        text=item.text,
        kind=item.kind,
        instead_of=instead_of,
        deed_url=deed_url,
        unheld=unheld,
    )


def line_to(item: WorkItem, reader: Person) -> Line:
    """A work item in a message to somebody."""
    line = line_of(item)
    return replace(line, where=to_oneself(line.where, reader))


def to_oneself(title: str, reader: Person) -> str:
    """How a thing is called to the very person after whom it is called: without the name."""
    return title.removeprefix(f"{reader} · ")


@dataclass(frozen=True, slots=True)
class Place:
    """A thing with which something is to be done, and what is missing there: all of it, in one line.

    `asked`: how many things are missing; `verb`: the word of its button where the step is ready; `deed_url`: where that leads.
    """

    where: str
    url: str
    due: date
    clause: str
    missing: str
    verb: str
    deed_url: str
    asked: int


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the inbox: one thing to do with one thing, or with several (`SAME` and more). `due`: the earliest.

    `verb`: the word of its button where the step is ready everywhere; `list_url`: where it is done for many at once; without it
    the button of several opens their names (`key`), each with its own.
    """

    key: str

    due: date
    what: str
    clause: str
    verb: str
    list_url: str
    instead_of: str
    places: tuple[Place, ...]

    @property
    def is_pressing(self) -> bool:
        """Its button stands out: it may be done now, and today is its last day or past it."""
        return bool(self.verb) and self.due <= today()

    @property
    def count(self) -> int:
        """With how many things it is to be done."""
        return len(self.places)

    @property
    def rest(self) -> int:
        """How many there are beside the first."""
        return self.count - 1

    @property
    def place(self) -> Place:
        """The one of a row that stands for one thing."""
        return self.places[0]


def rows_of(lines: Sequence[Line]) -> list[Row]:
    """The inbox as it is shown. Rows stand where their earliest line stood.

    Whatever is missing for one thing to do with one thing is one row; what is to be done with `SAME` things or more is one too.
    """
    things: dict[tuple[str, ...], list[Line]] = {}
    for line in lines:
        things.setdefault((line.ask, line.kind, line.instead_of, line.url, line.where), []).append(line)
    alike: dict[tuple[str, ...], list[list[Line]]] = {}
    for key, asked in things.items():
        alike.setdefault(key[:3], []).append(asked)
    rows: list[Row] = []
    for groups in alike.values():
        rows += [_row(groups)] if len(groups) >= SAME else [_row([asked]) for asked in groups]
    return sorted(rows, key=lambda row: row.due)


def _row(groups: Sequence[Sequence[Line]]) -> Row:
    first = groups[0][0]
    places = tuple(map(_place, groups))
    return Row(
        key=content_hash([first.ask, first.kind, first.instead_of])[:8],
        due=first.due,
        what=first.what,
        clause=first.clause,
        verb=places[0].verb if all(place.verb for place in places) else "",
        list_url=list_of(first.kind, first.ask) if len(groups) > 1 else "",
        instead_of=first.instead_of,
        places=places,
    )


def _place(asked: Sequence[Line]) -> Place:
    first = asked[0]
    ready = first.deed_url or not any(line.missing for line in asked)
    verb = verb_of(first.what) if ready else ""
    return Place(
        first.where,
        first.url,
        first.due,
        first.clause,
        _missing(asked),
        verb,
        first.deed_url or first.url,
        len(asked),
    )


def _missing(asked: Sequence[Line]) -> str:
    """All that is missing, as one line: several documents by their names alone."""
    if len(asked) == 1:
        return asked[0].missing
    names = [short(line.text) or line.missing for line in asked]
    words = (", " if all(short(line.text) for line in asked) else " ").join(dict.fromkeys(names))
    return words[:1].upper() + words[1:]


def ask_of(item: WorkItem) -> str:
    """What to do, translated now and only now."""
    return _said(item.ask or item.text, item.params)


def missing_of(item: WorkItem) -> str:
    """What is missing for it; nothing where the step is ready."""
    return "" if item.is_ready or not item.ask else _said(item.text, item.params)


def _said(message: str, params: Mapping[str, object]) -> str:
    text = gettext(message)
    return one_line(text % said(params)) if params and "%(" in text else text


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
        open_of_cases()
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
    items = open_of_cases()
    if role:
        items = items.filter(queue__startswith=f"{role}@")
    return items.filter(due__lt=today()) if view == "late" else items


def open_of_cases() -> QuerySet[WorkItem]:
    """All open work but that of the outbox, which is the administrator's and tells addresses."""
    return WorkItem.objects.filter(closed_at=None).exclude(subject_type=subject_type(OutgoingEmail))


def owners(queues: Collection[str]) -> dict[str, str]:
    """Whose each of these queues is, in words: role and place. At most one query for each kind of scope."""
    wanted: dict[str, set[int]] = {"unit": set(), "university": set(), "person": set(), "user": set()}
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
    Column(_("What to do"), ask_of, width=45),
    Column(_("What is missing"), missing_of, width=60),
    Column(_("Who or where"), lambda item: item.title, order="title_kk", width=40),
    Column(_("Clause"), lambda item: printed(item.clause), order="clause"),
    Column(_("Whose move"), lambda item: role_label(item.queue.partition("@")[0]), order="queue", width=30),
    Column(_("Waits since"), lambda item: as_date(item.opened_at), order="opened_at"),
)
