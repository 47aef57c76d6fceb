"""What is open with a stay, as its page shows it: everything that is waited for, and where its reader does it."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext

from core.http import Pointed
from core.machine import Blocker
from core.worklist import Wait
from institutions.enums import Role
from mobility.models import Placement
from mobility.selectors.stay import ANSWER, Turn
from mobility.views.parts import Action
from mobility.workflow.reminders import BRING, PREPARE, PROLONG, RECORD, RENEW
from mobility.workflow.stay import (
    ENTER_REGISTRATION,
    EXTEND_REGISTRATION,
    INCOMING_STAY,
    NOT_INVITED,
    OUTGOING_STAY,
    advisor_assigned,
    came_to_ipd,
    rules_acknowledged,
)

_TOLD_BELOW = "#blockers"
# Whose move is made on a page of the stay's own, by role and ask; nobody else finds a door there.
_DOORS: dict[tuple[str, str], str] = {
    (Role.DEPARTMENT_HEAD, advisor_assigned.ask): "mobility:stay-advisor",
    (Role.INSTITUTE_COORDINATOR, INCOMING_STAY.step("arrive").label): "mobility:stay-arrival",
    (Role.INSTITUTE_COORDINATOR, came_to_ipd.ask): "mobility:stay-came",
    (Role.IPD_COORDINATOR, ENTER_REGISTRATION): "mobility:stay-registration",
    (Role.IPD_COORDINATOR, EXTEND_REGISTRATION): "mobility:stay-registration",
    (Role.IPD_COORDINATOR, INCOMING_STAY.step("end").label): "mobility:stay-end",
}
_BELOW = {
    rules_acknowledged.ask: "#rules",
    PREPARE: "#rules",
    RENEW: _TOLD_BELOW,
    BRING: _TOLD_BELOW,
    ANSWER: "#advisor",
}
_VISA_CLAUSES = frozenset({"7.6", "8.5"})


def first_move(found: Placement, turn: Turn) -> Action | None:
    """The reader's own earliest move that a page takes."""
    return next(filter(None, (_move(found, one.wait) for one in turn.own)), None)


def open_moves(found: Placement, turn: Turn) -> Sequence[Pointed | Blocker]:
    """Everything that is waited for, the reader's own first, each of these with the page where it is done."""
    pages: dict[object, str] = {}
    for one in turn.own:
        if (move := _move(found, one.wait)) and move.url != _TOLD_BELOW:
            pages.setdefault(_words(one.wait), move.url)
    shown = [_told(one.wait, turn) for one in turn.asked]
    # What several are waited for is told once, so the page of one of them stands with it.
    return [
        Pointed(blocker, pages[_words(one.wait)]) if _words(one.wait) in pages else blocker
        for one, blocker in zip(turn.asked, shown, strict=True)
    ]


def received_label(year: str) -> str:
    """The button by which an office says that it has the transcript of a year (7.5)."""
    return gettext("Transcript of %(year)s received") % {"year": year}


def _words(wait: Wait) -> object:
    return wait.clause, wait.text, tuple(sorted((key, str(value)) for key, value in wait.params.items()))


def _told(wait: Wait, turn: Turn) -> Blocker:
    # "Your stay begins" is said to the student alone; to others that the student prepares for it.
    text = wait.ask if wait.ask == PREPARE and wait.role not in turn.mine else wait.text
    return Blocker(wait.clause, text, wait.role, wait.params, wait.ask)


def _move(found: Placement, wait: Wait) -> Action | None:
    """Where a move is made; None where this program has no page for it."""
    ask = wait.ask or wait.text
    label = gettext(ask)
    case = reverse("admissions:application", args=[found.application_id])
    if ask == RECORD:
        label, url = received_label(wait.params["year"]), reverse("mobility:stay-transcript", args=[found.pk])
    elif ask in _BELOW:
        url = _BELOW[ask]
    elif wait.text == NOT_INVITED:
        url = case
    elif wait.cause == OUTGOING_STAY.step("depart").name:
        url = reverse("admissions:depart", args=[found.application_id])
    elif wait.clause in _VISA_CLAUSES:
        label, url = label if ask == PROLONG else gettext("Go on with the visa"), f"{case}#visa"
    else:
        door = _DOORS.get((wait.role, ask))
        url = reverse(door, args=[found.pk]) if door else ""
    return Action(label, url, "get") if url else None
