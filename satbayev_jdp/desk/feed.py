"""The calendar of somebody's deadlines: read only, at a secret address, in the person's language (core.feeds)."""

from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext
from icalendar import Calendar, Event

from admissions.enums import DocumentKind
from admissions.workflow import phrases
from core.feeds import owner_of
from core.models import WorkItem
from core.permissions import role_label
from core.values import printed
from core.worklist import inbox
from institutions.models import User
from institutions.permissions import standing_of
from mobility.workflow.reminders import PASSPORT
from satbayev_jdp.desk.worklist import Line, line_of
from satbayev_jdp.door.limits import counted_this_hour

EVENTS = 500
# A calendar asks every hour or so; one that asks more often than this is broken, and who tries secrets gets no further.
BY_ONE_CALENDAR = 60
OF_UNKNOWN_FROM_ONE_PLACE = 30
# Calendars lie on other people's machines: what is said there of these documents is that there is something to do.
_HIDDEN = frozenset(
    {phrases.PASSPORT_UNKNOWN, phrases.PASSPORT_TOO_SHORT, PASSPORT}
    | {
        table[kind]
        for table in (phrases.MISSING, phrases.RETURNED, phrases.TO_CHECK)
        for kind in (DocumentKind.PASSPORT, DocumentKind.MEDICAL, DocumentKind.INSURANCE)
    }
)


class TooOftenError(Exception):
    """Asked more often than any calendar does."""


def calendar_at(token: str, place: str) -> bytes | None:
    """The calendar behind a secret. None: there is no such address. Raises TooOftenError."""
    user_id = owner_of(token)
    limit, counted = (OF_UNKNOWN_FROM_ONE_PLACE, place) if user_id is None else (BY_ONE_CALENDAR, f"user:{user_id}")
    if counted_this_hour("feed", counted) > limit:
        raise TooOftenError
    if user_id is None:
        return None
    return _calendar(User.objects.select_related("person").get(pk=user_id))


def _calendar(user: User) -> bytes:
    """What waits for a person, an event for each whole day. Without anything of the moment: the same work gives the same bytes."""
    with translation.override(user.language):
        made = Calendar()
        made.add("prodid", "-//Satbayev University//Satbayev JDP//EN")
        made.add("version", "2.0")
        made.add("x-wr-calname", gettext("Satbayev JDP: my deadlines"))
        made.add("refresh-interval", timedelta(hours=6), parameters={"value": "DURATION"})
        for item in inbox(standing_of(user).queues, limit=EVENTS)[:EVENTS]:
            made.add_component(_event(item))
        return bytes(made.to_ical())


def _event(item: WorkItem) -> Event:
    line = line_of(item)
    words = gettext("Documents of the case") if item.text in _HIDDEN else line.what
    event = Event()
    event.add("uid", f"work-{item.pk}@{urlsplit(settings.SITE_URL).hostname}")
    event.add("dtstamp", item.opened_at)
    event.add("dtstart", item.due)
    event.add("dtend", item.due + timedelta(days=1))
    event.add("summary", " – ".join(part for part in (words, line.where) if part))
    event.add("description", _description(item, line))
    event.add("transp", "TRANSPARENT")
    event.add("class", "PRIVATE")
    if line.url:
        event.add("url", f"{settings.SITE_URL}{line.url}")
    return event


def _description(item: WorkItem, line: Line) -> str:
    """What is missing, whose move it is, and the clause as it is printed. Of what calendars may not say, no more than the two."""
    missing = "" if item.text in _HIDDEN else line.missing
    whose = gettext("Whose move: %(who)s") % {"who": role_label(item.queue.partition("@")[0])}
    return "\n".join(filter(None, (missing, whose, gettext("clause %(key)s") % {"key": printed(line.clause)})))
