"""What is a person's own on the first page: a student's applications, and what one did last."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext

from admissions.enums import ApplicationState
from admissions.models import Application
from admissions.selectors.applications import own_applications
from admissions.workflow.incoming import INCOMING
from admissions.workflow.outgoing import OUTGOING
from agreements.enums import Direction
from core.history import done_by
from core.http import page_of
from core.story import told
from core.worklist import titles_of
from institutions.enums import Role
from institutions.models import User
from institutions.permissions import Standing
from satbayev_jdp.desk.others import Waited
from satbayev_jdp.desk.worklist import Line

LAST = 8
CASES = 3


@dataclass(frozen=True, slots=True)
class Case:
    """A student's application: where it leads, where it stands (step `at` of `steps`), whose move, until when."""

    title: str
    url: str
    state: str
    at: int
    steps: int
    movers: tuple[str, ...]
    due: date | None


def own_cases(standing: Standing, mine: Iterable[Line], others: Sequence[Waited]) -> list[Case]:
    """A student's applications that are under way, the newest first. One query, none for others."""
    if Role.STUDENT not in standing.roles:
        return []
    live = own_applications(standing).exclude(state__in=ApplicationState.closed())
    return [_case(application, mine, others) for application in live[:CASES]]


def _case(application: Application, mine: Iterable[Line], others: Sequence[Waited]) -> Case:
    url = page_of("admissions.application", application.pk)
    path = (OUTGOING if application.direction == Direction.OUTGOING else INCOMING).path
    own = [line.due for line in mine if line.url == url]
    theirs = {waited.whose: line.due for waited in others for line in waited.lines if line.url == url}
    return Case(
        title=application.host_programme.university.name,
        url=url,
        state=str(application.get_state_display()),
        at=path.index(application.state) + 1,
        steps=len(path),
        movers=(gettext("Yours"),) if own else tuple(theirs),
        due=min(own or theirs.values(), default=None),
    )


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that a person did: what, with what, when, where to see it, in whose place."""

    what: str
    where: str
    at: datetime
    url: str
    instead_of: str


def done_lately(user: User) -> list[Deed]:
    """What this person did last, the newest first. Two queries."""
    entries = [entry for entry in done_by(user, limit=LAST * 2) if entry.text][:LAST]
    titles = titles_of((entry.subject_type, entry.subject_id) for entry in entries)
    return [
        Deed(
            what=told(entry).text,
            where=titles.get((entry.subject_type, entry.subject_id), ""),
            at=entry.at,
            url=page_of(entry.subject_type, entry.subject_id),
            instead_of=str(entry.acting_for or ""),
        )
        for entry in entries
    ]
