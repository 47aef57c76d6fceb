"""What the pictures tell, worked out from what the selectors summed: for the page, for its tables, for the cards of the inbox."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.text import capfirst
from django.utils.translation import gettext

from admissions.models import Intake
from admissions.selectors.flows import Flow, Reached
from admissions.selectors.places import taken_places
from agreements.selectors.ends import Ending
from core.http import page_of
from core.values import kazakh_sort_key, today
from satbayev_jdp.desk.pictures import draw
from transcripts.selectors.earned import Earned

# The regulation names the risk and its measure (10.2r) and the years that are looked at (R-10-a), not the number: it is the
# house's own (decision 19).
LIMIT = 30
YEARS = 3
# An academic year begins with its autumn.
_FIRST_MONTH = 9
SHOWN = 12  # partners, bars and endings in a picture; the table has all
WINDOWS = (30, 90, 180)
AHEAD = timedelta(days=730)
BEHIND = timedelta(days=30)


def academic_year(day: date | None = None) -> int:
    """The year in which the academic year of a day began."""
    day = day or today()
    return day.year if day.month >= _FIRST_MONTH else day.year - 1


def year_label(year: int) -> str:
    """As it is written: 2025/26."""
    return f"{year}/{(year + 1) % 100:02d}"


# --- flow and balance -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Panel:
    """A partner in the picture of flow: its years side by side."""

    partner: str
    went: int
    came: int
    columns: list[draw.Column]


def panels(flows: Sequence[Flow]) -> list[Panel]:
    """The partners with most students, each with all the years that any has; drawn to one scale."""
    years = sorted({flow.year for flow in flows})
    by_partner: dict[int, list[Flow]] = defaultdict(list)
    for flow in flows:
        by_partner[flow.partner_id].append(flow)
    most = max((max(flow.went, flow.came) for flow in flows), default=0)
    ordered = sorted(by_partner.values(), key=lambda rows: -sum(one.went + one.came for one in rows))
    found = []
    for rows in ordered[:SHOWN]:
        known = {one.year: (one.went, one.came) for one in rows}
        cells = [(year_label(year), *known.get(year, (0, 0))) for year in years]
        went, came = sum(one.went for one in rows), sum(one.came for one in rows)
        found.append(Panel(str(rows[0].partner), went, came, draw.columns(cells, most)))
    return found


@dataclass(frozen=True, slots=True)
class Balance:
    """In against out over some years. `share`: the smaller flow as a part of the larger, in percent; None: nobody moved."""

    partner: str
    went: int
    came: int
    share: int | None
    is_one_sided: bool
    state: str
    went_wide: str
    came_wide: str
    needed_at: str

    @property
    def difference(self) -> int:
        """How many more came than went; below nothing where more went."""
        return self.came - self.went


def balances(flows: Iterable[Flow], last: int) -> list[Balance]:
    """All partners together, then each, the most uneven first, over `YEARS` academic years up to `last` (R-10-a)."""
    sums: dict[int, tuple[str, int, int]] = {}
    went = came = 0
    for flow in flows:
        if last - YEARS < flow.year <= last:
            name, out, into = sums.get(flow.partner_id, (str(flow.partner), 0, 0))
            sums[flow.partner_id] = (name, out + flow.went, into + flow.came)
            went, came = went + flow.went, came + flow.came
    most = max(went, came)  # one scale, so that bars can be compared
    each = [_balance(name, out, into, most) for name, out, into in sums.values()]
    each.sort(key=lambda one: (-abs(one.difference), kazakh_sort_key(one.partner)))
    return [_balance(gettext("All partners"), went, came, most), *each]


def _balance(partner: str, went: int, came: int, most: int) -> Balance:
    larger = max(went, came)
    share = round(min(went, came) * 100 / larger) if larger else None
    uneven = share is not None and min(went, came) * 100 < LIMIT * larger
    if share is None:
        state = gettext("nobody moved")
    elif uneven:
        state = gettext("one-sided: more go than come") if went > came else gettext("one-sided: more come than go")
    else:
        state = gettext("within the limit")
    return Balance(
        partner=partner,
        went=went,
        came=came,
        share=share,
        is_one_sided=uneven,
        state=state,
        went_wide=draw.percent(went, most),
        came_wide=draw.percent(came, most),
        needed_at=draw.percent(larger * LIMIT / 100, most),
    )


# --- an intake --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of an intake's road: how many came so far; `share`: of those who began, in percent."""

    label: str
    count: int
    share: int
    wide: str


@dataclass(frozen=True, slots=True)
class Funnel:
    """The way of an intake's candidates, its places, and who fell out."""

    stages: list[Stage]
    ended: list[tuple[str, int]]
    seats: int
    taken: int
    seats_at: str


def funnel_of(intake: Intake, reached: Reached) -> Funnel:
    """One query: the places."""
    begun = reached.steps[0][1]
    most = max(begun, intake.seats)
    stages = [
        Stage(
            label=str(capfirst(state.label)),
            count=count,
            share=round(count * 100 / begun) if begun else 0,
            wide=draw.percent(count, most),
        )
        for state, count in reached.steps
    ]
    ended = [(str(capfirst(state.label)), count) for state, count in reached.ended]
    taken = taken_places([intake.pk]).get(intake.pk, 0)
    return Funnel(stages, ended, intake.seats, taken, draw.percent(intake.seats, most))


@dataclass(frozen=True, slots=True)
class Places:
    """How many of an intake's places are held."""

    intake: Intake
    partner: str
    taken: int


def places_of(intakes: Sequence[Intake]) -> list[Places]:
    """One query."""
    taken = taken_places([intake.pk for intake in intakes])
    return [
        Places(intake, intake.pathway.partner_programme.university.name, taken.get(intake.pk, 0)) for intake in intakes
    ]


# --- what ends --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class End:
    """Something that ends, with its place on the line of time and how near it is in words; of far ones the name stands left."""

    kind: str
    name: str
    whose: str
    on: date
    url: str
    window: str
    tone: str
    at: str
    leans_left: bool


def ends_of(endings: Iterable[Ending], day: date) -> list[End]:
    """Endings as the picture and its table tell them."""
    return [
        End(
            kind=str(capfirst(one.kind)),
            name=one.name,
            whose=one.whose,
            on=one.on,
            url=page_of(one.subject, one.pk),
            window=window_of(one.on, day),
            tone=_tone(one.on, day),
            at=draw.place_of(one.on, day - BEHIND, day + AHEAD),
            leans_left=one.on > day + AHEAD / 2,
        )
        for one in endings
    ]


def window_of(on: date, day: date) -> str:
    """In which window of the calendar an end lies."""
    left = (on - day).days
    if left < 0:
        return gettext("ended")
    within = next((days for days in WINDOWS if left <= days), None)
    return gettext("within %(days)s days") % {"days": within} if within else gettext("later")


def _tone(on: date, day: date) -> str:
    left = (on - day).days
    return "bad" if left <= WINDOWS[0] else "attention" if left <= WINDOWS[-1] else "plain"


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark on the line of time: the edge of a window, or a quarter."""

    label: str
    at: str


def windows(day: date) -> list[tuple[str, str, str]]:
    """The windows as bands of the picture: their days, where each begins and how wide it is."""
    since, whole = day - BEHIND, (AHEAD + BEHIND).days
    begins = [0, *WINDOWS[:-1]]
    return [
        (str(days), draw.place_of(day + timedelta(days=first), since, day + AHEAD), draw.percent(days - first, whole))
        for first, days in zip(begins, WINDOWS, strict=True)
    ]


def today_at() -> str:
    """Where today stands on the line of time."""
    return draw.percent(BEHIND.days, (AHEAD + BEHIND).days)


def half_years(day: date) -> list[Mark]:
    """First days of half-years on the line of time."""
    first = [date(day.year + after, month, 1) for after in range(3) for month in (1, 7)]
    shown = [one for one in first if day + timedelta(days=20) <= one <= day + AHEAD - timedelta(days=40)]
    return [Mark(f"{one:%m.%Y}", draw.place_of(one, day - BEHIND, day + AHEAD)) for one in shown]


# --- credits ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Credit:
    """A pathway or a student with planned and earned credits."""

    row: Earned
    share: int
    planned_wide: str
    earned_wide: str


def credits_of(rows: Sequence[Earned]) -> list[Credit]:
    """Bars to one scale: what is planned, and inside it what is earned."""
    most = float(max((max(row.planned, row.earned) for row in rows), default=0))
    return [
        Credit(
            row=row,
            share=round(row.earned * 100 / row.planned) if row.planned else 0,
            planned_wide=draw.percent(float(row.planned), most),
            earned_wide=draw.percent(float(row.earned), most),
        )
        for row in rows
    ]
