"""The message of the day: what is late, due this week, new, and what was decided about what one has sent on its way.

One a day and person, in the person's language, from eight in the morning of a working day on, and only when there is something
to say. Whoever is waited for at this very moment gets a message of its own (docs/mail.md); everything else stands here.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.text import capfirst
from django.utils.translation import gettext

from core.http import page_of
from core.machine import MACHINES
from core.models import DigestChoice, HistoryEntry, OutgoingEmail, WorkItem
from core.notifications import Notification, digest_choices, notify
from core.reminders import batches
from core.story import told
from core.templatetags.written import days_left, near
from core.values import LANGUAGES, one_line, printed, today
from core.worklist import titles_of
from institutions.models import Person, User
from institutions.permissions import Standing, as_read_by, standings_of
from institutions.selectors import holidays_of
from satbayev_jdp.desk.worklist import Row, line_to, rows_of, to_oneself

BEGINS = time(8)
SHOWN = 12  # rows of a kind: the inbox has the rest
NAMED = 3  # of the things that one row stands for


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the message, and the page that it leads to."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Part:
    """A heading with its lines; `more`: how many are not shown."""

    heading: str
    lines: tuple[Line, ...]
    more: int


@dataclass(frozen=True, slots=True)
class _Morning:
    """The day, and since when something is new: the morning of the working day before, so that no weekend hides anything."""

    day: date
    since: datetime


@dataclass(frozen=True, slots=True)
class _Known:
    """What is read for a batch of people: their standings and choices, what waits, what was decided, how things are called."""

    standings: Mapping[int, Standing]
    choices: Mapping[int, str]
    items: Mapping[str, Sequence[WorkItem]]
    decided: Mapping[int, Sequence[HistoryEntry]]
    titles: Mapping[str, Mapping[tuple[str, int], str]]


def send_digests(now: datetime | None = None) -> int:
    """Write what is due today for every active person with a role who has no message of this day yet. Returns how many."""
    morning = _morning(timezone.localtime(now))
    if morning is None:
        return 0
    have = OutgoingEmail.objects.filter(key__startswith=_key(morning.day, "")).values_list("key", flat=True)
    there = {int(key.rpartition(":")[2]) for key in have}
    written = 0
    for users in batches(User.objects.filter(is_active=True).exclude(email="").order_by("pk").iterator()):
        waiting = [user for user in users if user.pk not in there]
        known = _known(waiting, morning)
        written += sum(_write(user, known, morning) for user in waiting)
    return written


def _morning(now: datetime) -> _Morning | None:
    """None outside of the mornings and days of the University's working week."""
    free = holidays_of()
    if _is_free(now.date(), free) or now.time() < BEGINS:
        return None
    before = now.date() - timedelta(days=1)
    while _is_free(before, free):
        before -= timedelta(days=1)
    return _Morning(now.date(), timezone.make_aware(datetime.combine(before, BEGINS)))


def _is_free(day: date, holidays: frozenset[date]) -> bool:
    return day.weekday() >= 5 or day in holidays


def _key(day: date, person: object) -> str:
    return f"digest:{day.isoformat()}:{person}"


def _known(users: Sequence[User], morning: _Morning) -> _Known:
    standings = standings_of(users)
    queues = {queue for standing in standings.values() if standing.roles for queue in standing.queues}
    items: dict[str, list[WorkItem]] = defaultdict(list)
    for item in WorkItem.objects.filter(queue__in=queues, closed_at=None).order_by("due", "pk"):
        items[item.queue].append(item)
    choices = digest_choices([user.pk for user in users])
    decided = _decided_for(users, standings, morning)
    return _Known(standings, choices, items, decided, _titles(decided))


def _titles(decided: Mapping[int, Sequence[HistoryEntry]]) -> dict[str, dict[tuple[str, int], str]]:
    """How the things that were decided about are called, in each language that a reader may have."""
    things = {(entry.subject_type, entry.subject_id) for entries in decided.values() for entry in entries}
    found: dict[str, dict[tuple[str, int], str]] = {}
    for language in LANGUAGES:
        with translation.override(language):
            found[language] = titles_of(things)
    return found


def _decided_for(
    users: Sequence[User], standings: Mapping[int, Standing], morning: _Morning
) -> dict[int, list[HistoryEntry]]:
    """Steps taken since then, by person, with things that this person has moved in a role that is still hers or his."""
    # Steps alone: that a paper was sent or a file opened beside one is no decision.
    steps = [f"{machine.name}.{step.name}" for machine in MACHINES.values() for step in machine.steps]
    news = HistoryEntry.objects.filter(action__in=steps, at__gte=morning.since).exclude(text="").order_by("pk")
    by_thing: dict[tuple[str, int], list[HistoryEntry]] = defaultdict(list)
    for entry in news.select_related("actor__person", "acting_for__person"):
        by_thing[entry.subject_type, entry.subject_id].append(entry)
    kinds = {kind for kind, _pk in by_thing}
    movers = HistoryEntry.objects.filter(
        actor__in=users, subject_type__in=kinds, subject_id__in={pk for _kind, pk in by_thing}
    )
    found: dict[int, list[HistoryEntry]] = defaultdict(list)
    rows = movers.exclude(role="").values_list("actor", "role", "subject_type", "subject_id").order_by().distinct()
    things: dict[int, set[tuple[str, int]]] = defaultdict(set)
    for actor, role, kind, pk in rows:
        if role in standings[actor].roles:
            things[actor].add((kind, pk))
    for actor, moved in things.items():
        for thing in sorted(moved & by_thing.keys()):
            found[actor] += [entry for entry in by_thing[thing] if entry.actor_id != actor]
    return found


def _write(user: User, known: _Known, morning: _Morning) -> bool:
    standing, choice = known.standings[user.pk], known.choices[user.pk]
    if not standing.roles or choice == DigestChoice.NONE:
        return False
    items = sorted(
        (one for queue in standing.queues for one in known.items.get(queue, ())), key=lambda item: (item.due, item.pk)
    )
    late = any(item.due < morning.day for item in items)
    if choice == DigestChoice.LATE and not late:
        return False
    with translation.override(user.language):
        titles = {key: to_oneself(title, user.person) for key, title in known.titles[user.language].items()}
        news = [_news(entry, titles, standing) for entry in known.decided.get(user.pk, ())]
        parts = list(_parts(items, news, morning, user.person))
        if not parts:
            return False
        context = {"name": user.person.names, "parts": parts, "inbox": reverse("inbox")}
    path = reverse("mail")
    email = notify(
        Notification(
            key=_key(morning.day, user.pk),
            to=user.email,
            language=user.language,
            template="desk/email/digest",
            context={**context, "counts": _counts(items, morning), "choice": path},
            choice_path=path,
        )
    )
    return email is not None


def _counts(items: Iterable[WorkItem], morning: _Morning) -> dict[str, int]:
    dues = [item.due for item in items]
    return {"all": len(dues), "late": sum(due < morning.day for due in dues)}


def _parts(items: Sequence[WorkItem], news: Sequence[Line], morning: _Morning, reader: Person) -> Iterator[Part]:
    """The headings with their lines; an item stands under the first that it belongs to."""
    sunday = morning.day + timedelta(days=6 - morning.day.weekday())
    late = [item for item in items if item.due < morning.day]
    week = [item for item in items if morning.day <= item.due <= sunday]
    new = [item for item in items if item.due > sunday and item.opened_at >= morning.since]
    yield from _part(gettext("Late"), _lines(late, reader))
    yield from _part(gettext("Due this week"), _lines(week, reader))
    yield from _part(gettext("New"), _lines(new, reader))
    yield from _part(gettext("Decided in cases that you had a part in"), news)


def _lines(items: Iterable[WorkItem], reader: Person) -> list[Line]:
    return [_line(row) for row in rows_of([line_to(item, reader) for item in items])]


def _part(heading: str, lines: Sequence[Line]) -> Iterator[Part]:
    if lines:
        yield Part(heading, tuple(lines[:SHOWN]), max(len(lines) - SHOWN, 0))


def _line(row: Row) -> Line:
    """A row of the inbox as a line: one thing to do, with one thing or with several."""
    until = days_left(row.due) if row.due < today() else near(row.due)
    what = row.what.rstrip(".")
    if row.count > 1:
        names = _named([place.where for place in row.places[:NAMED]], more=row.count > NAMED)
        text = f"{capfirst(until)}: {what} – {row.count}: {names} ({printed(row.clause)})"
        return Line(text, _address(row.list_url or reverse("inbox")))
    place = row.place
    missing = f". {place.missing.rstrip('.')}" if place.missing else ""
    where = f" – {place.where}" if place.where else ""
    return Line(f"{capfirst(until)}: {what}{missing}{where} ({printed(row.clause)})", _address(place.url))


def _named(titles: Sequence[str], *, more: bool) -> str:
    """Several things by their names; the partner that all of them share is named once, after them."""
    dots = " …" if more else ""
    heads, _dots, tails = zip(*(title.partition(" · ") for title in titles), strict=True)
    if len(set(tails)) == 1 and tails[0]:
        return f"{', '.join(heads)}{dots} · {tails[0]}"
    return "; ".join(titles) + dots


def _news(entry: HistoryEntry, titles: Mapping[tuple[str, int], str], standing: Standing) -> Line:
    # A mail lies elsewhere: the partner reads here no reason of the house, of whatever thing.
    (news,) = as_read_by(standing.roles, [told(entry)])
    title = titles.get((entry.subject_type, entry.subject_id), "")
    reason = f" «{one_line(news.reason)}»" if news.reason else ""
    text = (
        f"{one_line(news.text)}{reason}"
        + (f" – {title}" if title else "")
        + (f" ({printed(news.clause)})" if news.clause else "")
    )
    return Line(capfirst(text), _address(page_of(entry.subject_type, entry.subject_id)))


def _address(path: str) -> str:
    return f"{settings.SITE_URL}{path}" if path else ""
