"""Doors of the pictures: the page with all of them, each table as a file, and the cards of the inbox."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from admissions.models import Intake
from admissions.selectors.flows import Flow, flows, intakes_of, reached_in
from agreements.selectors.ends import endings
from core.exports import Column, to_csv, to_xlsx
from core.http import XLSX_TYPE, file_response, keys, part_of
from core.values import today
from institutions.permissions import Standing, standing_of
from institutions.selectors import universities_visible_to
from satbayev_jdp.desk.pictures import figures, tables
from satbayev_jdp.desk.pictures.permissions import may_look
from transcripts.selectors.earned import Earned, earned_by_pathway, earned_by_student

INTAKES = 60  # to choose from
COMING = 4  # on the card of the inbox


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for: a partner, an academic year, an intake, a pathway."""

    partner: int | None
    year: int | None
    intake: int | None
    pathway: int | None

    @classmethod
    def of(cls, request: HttpRequest) -> "Asked":
        """What is no number asks for nothing."""
        found = {name: next(iter(keys([request.GET.get(name, "")])), None) for name in cls.__slots__}
        if found["year"] and found["year"] > 9999:
            found["year"] = None
        return cls(**found)

    @property
    def last_year(self) -> int:
        """The last of the years that the balance looks at."""
        return self.year or figures.academic_year()


def _looking(request: HttpRequest) -> Standing:
    standing = standing_of(request.user)
    if not may_look(standing):
        raise Http404
    return standing


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """All pictures, by partner and year in the address; with `?table=…&export=xlsx|csv` one of their tables as a file."""
    standing, asked = _looking(request), Asked.of(request)
    table = _TABLES.get(request.GET.get("table", ""))
    if table and request.GET.get("export") in {"xlsx", "csv"}:
        name, columns, rows = table(standing, asked)
        return _file(request.GET["export"], name, columns, rows)
    moved = flows(standing, partner=asked.partner)
    intakes = list(intakes_of(standing, partner=asked.partner, year=asked.year)[:INTAKES])
    chosen = _chosen(intakes, asked)
    ends = figures.ends_of(_endings(standing, asked), today())
    credits = _credits(standing, asked)
    context = {
        "asked": asked,
        "partners": universities_visible_to(standing).filter(is_home=False),
        "years": [(year, figures.year_label(year)) for year in _years(moved, asked)],
        "flow": _Shown(figures.panels(_of_year(moved, asked))),
        "flow_years": [figures.year_label(year) for year in sorted({flow.year for flow in _of_year(moved, asked)})],
        "balances": _Shown(figures.balances(moved, asked.last_year)),
        "span": (figures.year_label(asked.last_year - figures.YEARS + 1), figures.year_label(asked.last_year)),
        "limit": figures.LIMIT,
        "intakes": intakes,
        "intake": chosen,
        "funnel": figures.funnel_of(chosen, reached_in(chosen, standing)) if chosen else None,
        "ends": _Shown(ends),
        "windows": figures.windows(today()),
        "half_years": figures.half_years(today()),
        "today_at": figures.today_at(),
        "credits": _Shown(figures.credits_of(credits)),
        "by_student": asked.pathway is not None,
    }
    return render(request, "desk/pictures.html", context)


@require_safe
@part_of("inbox")
def cards(request: HttpRequest) -> HttpResponse:
    """A part of the first page, fetched after it: places of the intakes that come next, and one-sided mobility (10)."""
    standing = _looking(request)
    coming = intakes_of(standing).filter(term__starts_on__gt=today()).order_by("term__starts_on", "pk")[:COMING]
    context = {
        "places": figures.places_of(list(coming)),
        "balance": figures.balances(flows(standing), figures.academic_year())[0],
        "limit": figures.LIMIT,
        "span": figures.YEARS,
    }
    return render(request, "desk/_cards.html", context)


@dataclass(frozen=True, slots=True)
class _Shown:
    """The rows of a picture, those that find room in it, and whether there are more."""

    rows: Sequence[Any]
    first: Sequence[Any] = field(init=False)
    more: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "first", self.rows[: figures.SHOWN])
        object.__setattr__(self, "more", max(0, len(self.rows) - figures.SHOWN))


def _years(moved: Sequence[Flow], asked: Asked) -> list[int]:
    """The years to choose from, the latest first."""
    return sorted({flow.year for flow in moved} | {figures.academic_year(), asked.last_year}, reverse=True)


def _of_year(moved: Sequence[Flow], asked: Asked) -> list[Flow]:
    return [flow for flow in moved if asked.year is None or flow.year == asked.year]


def _chosen(intakes: Sequence[Intake], asked: Asked) -> Intake | None:
    """The intake that is asked for, if it is among those shown; else the one whose study begins next, else the last."""
    wanted = next((one for one in intakes if one.pk == asked.intake), None)
    coming = [one for one in intakes if one.term.starts_on > today()]
    return wanted or (coming[-1] if coming else next(iter(intakes), None))


def _endings(standing: Standing, asked: Asked) -> Any:
    return endings(standing, today() - figures.BEHIND, today() + figures.AHEAD, partner=asked.partner)


def _credits(standing: Standing, asked: Asked) -> list[Earned]:
    if asked.pathway is not None:
        return earned_by_student(standing, asked.pathway, partner=asked.partner, year=asked.year)
    return earned_by_pathway(standing, partner=asked.partner, year=asked.year)


# --- tables as files --------------------------------------------------------------------------------------------------

_Table = tuple[str, Sequence[Column[Any]], Sequence[Any]]


def _flow_table(standing: Standing, asked: Asked) -> _Table:
    return gettext("Flow of students"), tables.FLOW, _of_year(flows(standing, partner=asked.partner), asked)


def _balance_table(standing: Standing, asked: Asked) -> _Table:
    rows = figures.balances(flows(standing, partner=asked.partner), asked.last_year)
    return gettext("In against out"), tables.BALANCE, rows


def _funnel_table(standing: Standing, asked: Asked) -> _Table:
    intake = _chosen(list(intakes_of(standing, partner=asked.partner, year=asked.year)[:INTAKES]), asked)
    rows = figures.funnel_of(intake, reached_in(intake, standing)).stages if intake else []
    return gettext("Way of an intake"), tables.FUNNEL, rows


def _ends_table(standing: Standing, asked: Asked) -> _Table:
    return gettext("What ends"), tables.ENDS, figures.ends_of(_endings(standing, asked), today())


def _credits_table(standing: Standing, asked: Asked) -> _Table:
    return gettext("Credits"), tables.CREDITS, figures.credits_of(_credits(standing, asked))


_TABLES: dict[str, Callable[[Standing, Asked], _Table]] = {
    "flow": _flow_table,
    "balance": _balance_table,
    "funnel": _funnel_table,
    "ends": _ends_table,
    "credits": _credits_table,
}


def _file(kind: str, name: str, columns: Sequence[Column[Any]], rows: Sequence[Any]) -> HttpResponse:
    if kind == "xlsx":
        return file_response(to_xlsx(name, columns, rows), name=f"{name}.xlsx", content_type=XLSX_TYPE)
    return file_response(to_csv(columns, rows), name=f"{name}.csv", content_type="text/csv")
