"""How many go and come: by partner and year, and how far the candidates of an intake got. All of it summed by the database."""

from dataclasses import dataclass

from django.db.models import Case, CharField, Count, Q, QuerySet, Value, When

from admissions.enums import ApplicationState
from admissions.models import Application, Intake
from admissions.permissions import applications as may
from admissions.selectors.lists import intakes_visible_to
from admissions.selectors.roads import ROADS
from agreements.enums import Direction
from core.history import subject_type
from core.models import HistoryEntry
from core.values import Localized
from institutions.models import University
from institutions.permissions import Standing

# Whoever has left or arrived has gone or come, whatever became of the stay.
WENT = (ApplicationState.DEPARTED, ApplicationState.ARRIVED)


@dataclass(frozen=True, slots=True)
class Flow:
    """How many went to a partner and came from it in an academic year (the year in which it begins)."""

    partner_id: int
    partner: Localized
    year: int
    went: int
    came: int


def flows(standing: Standing, *, partner: int | None = None) -> list[Flow]:
    """The flow of every partner and year that this person may see, by year. Two queries, whatever the number of applications."""
    gone = Application.objects.filter(may.sees_application.q(standing), state__in=WENT)
    if partner is not None:
        gone = gone.filter(intake__pathway__partner_programme__university=partner)
    rows = (
        gone.order_by()
        .values_list("intake__pathway__partner_programme__university", "term__year")
        .annotate(
            went=Count("pk", filter=Q(direction=Direction.OUTGOING)),
            came=Count("pk", filter=Q(direction=Direction.INCOMING)),
        )
    )
    found = sorted(rows, key=lambda row: (row[1], row[0]))
    names = {one.pk: one.names for one in University.objects.filter(pk__in={row[0] for row in found})}
    return [Flow(pk, names[pk], year, went, came) for pk, year, went, came in found]


def intakes_of(standing: Standing, *, partner: int | None = None, year: int | None = None) -> "QuerySet[Intake]":
    """The intakes that this person may see, of a partner, of a year; those of the latest study first."""
    found = intakes_visible_to(standing)
    if partner is not None:
        found = found.filter(pathway__partner_programme__university=partner)
    if year is not None:
        found = found.filter(term__year=year)
    return found.order_by("-term__starts_on", "pk")


@dataclass(frozen=True, slots=True)
class Reached:
    """How many candidates of an intake ever came to each state of the road, in its order, and how many ended beside it."""

    steps: tuple[tuple[ApplicationState, int], ...]
    ended: tuple[tuple[ApplicationState, int], ...]


def reached_in(intake: Intake, standing: Standing) -> Reached:
    """How far the candidates of an intake got, as far as this person may see them. Two queries.

    History tells who came to a state and fell out later; who stands beyond a state has passed it, whatever history says.
    """
    machine = ROADS[intake.direction].machine
    path = [state for state in machine.path if state != ApplicationState.DRAFT]
    seen = Application.objects.filter(may.sees_application.q(standing), intake=intake)
    seen = seen.exclude(state=ApplicationState.DRAFT)
    now = dict(seen.order_by().values_list("state").annotate(count=Count("pk")))
    came = _came_to(seen, machine.name, {step.name: step.to for step in machine.steps if not step.way_out})
    counts = [max(came.get(state, 0), sum(now.get(later, 0) for later in path[at:])) for at, state in enumerate(path)]
    counts[0] = sum(now.values())
    closed = sorted(ApplicationState.closed(), key=ApplicationState.values.index)
    return Reached(
        steps=tuple((ApplicationState(state), max(counts[at:])) for at, state in enumerate(path)),
        ended=tuple((state, now[state]) for state in closed if now.get(state)),
    )


def _came_to(seen: "QuerySet[Application]", machine: str, steps: dict[str, str]) -> dict[str, int]:
    """How many of these applications history brought to each state, counted once each."""
    to = Case(
        *(When(action=f"{machine}.{name}", then=Value(state)) for name, state in steps.items()),
        default=Value(""),
        output_field=CharField(),
    )
    entries = HistoryEntry.objects.filter(
        subject_type=subject_type(Application),
        subject_id__in=seen.order_by().values("pk"),
        action__in=[f"{machine}.{name}" for name in steps],
    )
    counted = entries.annotate(to=to).order_by().values_list("to").annotate(count=Count("subject_id", distinct=True))
    return dict(counted)
