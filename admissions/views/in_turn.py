"""One candidate after the other: whoever decides is led to the next who waits for the same decision, and sees how far it is."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from admissions.enums import ApplicationState
from admissions.models import Application
from admissions.selectors.incoming import in_turn
from core.http import keys
from institutions.enums import Role
from institutions.permissions import standing_of

# Who decides from which state, and on which page (7.3).
_PAGES: dict[str, tuple[str, str]] = {
    ApplicationState.IN_REVIEW: (Role.DEPARTMENT_HEAD, "admissions:incoming-agree"),
    ApplicationState.DEPARTMENT_AGREED: (Role.INSTITUTE_DIRECTOR, "admissions:incoming-propose"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """Which of how many a candidate is; `next_url`: the one who comes after, undecided as yet; `query`: what pages hand on."""

    at: int
    count: int
    next_url: str
    query: str


def place_of(request: HttpRequest, case: Application) -> Place | None:
    """Where a candidate stands among those who wait for this decision; None for one alone, or who waits for something else."""
    decided, waiting = _decided(request), _waiting(request, case.state)
    count = decided + len(waiting)
    if case.pk not in waiting or count == 1:
        return None
    at = waiting.index(case.pk)
    after = waiting[at + 1] if at + 1 < len(waiting) else None
    query = f"?decided={decided}" if decided else ""
    url = reverse(_PAGES[case.state][1], args=[after]) + query if after else ""
    return Place(decided + at + 1, count, url, query)


def lead_on(request: HttpRequest, case: Application, *, state: str) -> HttpResponse:
    """To the next who waits for what was just decided about a candidate (who stood in `state`), else to the candidate's case."""
    waiting = _waiting(request, state)
    if not waiting:
        return redirect("admissions:application", pk=case.pk)
    page = reverse(_PAGES[state][1], args=[waiting[0]])
    return redirect(f"{page}?decided={_decided(request) + 1}")


def _waiting(request: HttpRequest, state: str) -> list[int]:
    role, _page = _PAGES.get(state, ("", ""))
    return in_turn(standing_of(request.user), role, state) if role else []


def _decided(request: HttpRequest) -> int:
    """How many were decided on the way here; an address may say anything, and nothing depends on it."""
    return min(next(iter(keys([request.GET.get("decided", "")])), 0), 999)
