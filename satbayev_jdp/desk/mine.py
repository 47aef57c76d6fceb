"""What is a person's own on the first page: a student's applications, and what one did last."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Model
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext

from admissions.enums import ApplicationState
from admissions.models import Application, Intake, VisaCase
from admissions.selectors.applications import applications_visible_to, own_applications
from admissions.views.cases import Action, Turn, turn_of
from admissions.workflow.incoming import INCOMING
from admissions.workflow.outgoing import OUTGOING
from agreements.enums import Direction
from agreements.models import LegalReview
from core.history import done_by
from core.http import page_of
from core.models import HistoryEntry
from core.story import Told, story_of, told
from core.way import sent_back
from core.worklist import titles_of
from documents.models import OfficialDocument
from documents.services import UPLOADED
from institutions.enums import Role
from institutions.models import Person, University, User
from institutions.permissions import Standing
from mobility.models import Placement
from programmes.models import Enrolment, Programme
from satbayev_jdp.desk.legs import Leg, legs_of, stays_begun

LAST = 8
CASES = 3
CLOSED_DAYS = 60
_APPLICATION = "admissions.application"


@dataclass(frozen=True, slots=True)
class Case:
    """A student's application: where it leads, where it stands (step `at` of `steps`; 0: the stay says it), whose move, until
    when.

    `returned`: who gave it back to the student, and why; `action`: where the student goes on with it; `legs`: how it goes on
    after the order.
    """

    title: str
    url: str
    state: str
    at: int
    steps: int
    movers: tuple[str, ...]
    due: date | None
    returned: Told | None
    action: Action | None
    legs: Sequence[Leg]


def own_cases(standing: Standing) -> list[Case]:
    """A student's applications that are under way, the newest first, as their pages say it. None for others, without a query."""
    if Role.STUDENT not in standing.roles:
        return []
    live = list(own_applications(standing).exclude(state__in=ApplicationState.closed())[:CASES])
    turns = {one.pk: turn_of(one, standing) for one in live}
    legs = legs_of(standing, live, {pk: turn.onward for pk, turn in turns.items()})
    stays = stays_begun(standing, live)
    return [_case(one, turns[one.pk], legs.get(one.pk, ()), stays.get(one.pk, "")) for one in live]


def _case(application: Application, turn: Turn, legs: Sequence[Leg], stay: str) -> Case:
    machine = OUTGOING if application.direction == Direction.OUTGOING else INCOMING
    returned, path = None, machine.path
    if application.state == machine.initial:
        returned = sent_back(machine, application.state, story_of(application))
    return Case(
        title=application.host_programme.university.name,
        url=page_of(_APPLICATION, application.pk),
        state=gettext("stay: %(state)s") % {"state": stay} if stay else turn.where,
        at=0 if stay else path.index(application.state) + 1,
        steps=len(path),
        movers=tuple(turn.movers),
        due=turn.due,
        returned=returned,
        action=_go_on(application) if returned and application.direction == Direction.OUTGOING else None,
        legs=legs,
    )


@dataclass(frozen=True, slots=True)
class Closed:
    """A student's application that came to nothing: where it led, how it ended, when. Why stands on its page."""

    title: str
    url: str
    state: str
    at: datetime


def closed_lately(standing: Standing) -> Closed | None:
    """The student's case that was closed last, within `CLOSED_DAYS`; none where the student has applied there anew.

    Two queries; one for who has no closed case; none for others.
    """
    if Role.STUDENT not in standing.roles:
        return None
    own, ended = own_applications(standing), ApplicationState.closed()
    live = own.exclude(state__in=ended).order_by().values("intake")
    closed = {one.pk: one for one in own.filter(state__in=ended).exclude(intake__in=live)}
    if not closed:
        return None
    entries = HistoryEntry.objects.filter(
        subject_type=_APPLICATION,
        subject_id__in=list(closed),
        after__state__in=sorted(ended),
        at__gte=timezone.now() - timedelta(days=CLOSED_DAYS),
    )
    last = entries.order_by("-at", "-pk").first()
    if last is None:
        return None
    case = closed[last.subject_id]
    state = str(case.get_state_display())
    return Closed(case.host_programme.university.name, page_of(_APPLICATION, case.pk), state, last.at)


def _go_on(application: Application) -> Action:
    """To what the student has written: it is corrected there and submitted anew."""
    url = reverse("admissions:application-draft", args=[application.pk])
    return Action(gettext("Correct and submit anew"), url, "get")


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that a person did: what, with what, when, where to see it, in whose place.

    `more`: with how many other things the same was done at the same click.
    """

    what: str
    where: str
    at: datetime
    url: str
    instead_of: str
    more: int = 0

    @property
    def head(self) -> str:
        """How its line begins: with a capital letter, save for an address, which is written as it is."""
        title = self.where or self.what
        return title if "@" in title.partition(" ")[0] else str(capfirst(title))


def done_lately(user: User, standing: Standing) -> list[Deed]:
    """What this person did last, the newest first. Three queries, where one was an application's; one more for each kind of
    thing that has no title in the worklist.

    An application that one has sent back to its student is its student's again: it leads nowhere until it is handed in.
    """
    # A file that is brought without a word is brought for something: that is the deed, if it comes to it.
    clicks = _by_click(entry for entry in done_by(user, limit=LAST * 4) if entry.text not in {"", UPLOADED})[:LAST]
    entries = [click[0] for click in clicks]
    subjects = {(entry.subject_type, entry.subject_id) for entry in entries}
    titles = titles_of(subjects)
    titles |= _names_of(subjects.difference(titles))
    asked = {entry.subject_id for entry in entries if entry.subject_type == _APPLICATION}
    seen = applications_visible_to(standing).filter(pk__in=asked).values_list("pk", flat=True) if asked else ()
    hidden = {(_APPLICATION, pk) for pk in asked.difference(seen)}
    return [
        Deed(
            what=told(entry).text,
            where=titles.get((entry.subject_type, entry.subject_id), ""),
            at=entry.at,
            url=""
            if (entry.subject_type, entry.subject_id) in hidden
            else page_of(entry.subject_type, entry.subject_id),
            instead_of=str(entry.acting_for or ""),
            more=len(click) - 1,
        )
        for click in clicks
        for entry in click[:1]
    ]


def _by_click(entries: Iterable[HistoryEntry]) -> list[list[HistoryEntry]]:
    """What was done to many things at once stands together."""
    clicks: dict[tuple[object, str], list[HistoryEntry]] = defaultdict(list)
    for entry in entries:
        clicks[entry.request_id or entry.pk, entry.action].append(entry)
    return list(clicks.values())


# How things are called with which nothing ever waits, and what has to be loaded for it.
_CALLED: dict[type[Model], tuple[str, Callable[[Any], object]]] = {
    OfficialDocument: ("", str),
    Person: ("", str),
    User: ("person", str),
    University: ("", str),
    Programme: ("", str),
    Enrolment: ("person", lambda row: row.person),
    VisaCase: ("application__enrolment__person", lambda row: row.application.enrolment.person),
    Placement: ("application__enrolment__person", lambda row: row.application.enrolment.person),
    LegalReview: ("agreement", lambda row: row.agreement),
    Intake: ("pathway__partner_programme__university", lambda row: row.pathway.partner_programme.university.name),
}


def _names_of(subjects: Iterable[tuple[str, int]]) -> dict[tuple[str, int], str]:
    asked: dict[str, list[int]] = defaultdict(list)
    for kind, pk in subjects:
        asked[kind].append(pk)
    found: dict[tuple[str, int], str] = {}
    for model, (beside, called) in _CALLED.items():
        kind = model._meta.label_lower  # noqa: SLF001 -- Django's documented Meta API
        if kind in asked:
            rows = model._default_manager.filter(pk__in=asked[kind])  # noqa: SLF001 -- likewise
            found |= {(kind, row.pk): str(called(row)) for row in (rows.select_related(beside) if beside else rows)}
    return found
