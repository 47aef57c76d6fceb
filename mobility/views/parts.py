"""Small parts of the pages of stays: a button, the tone of a state, what is known as rows."""

from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext

from core.http import number_on_request
from core.machine import Blocker
from core.values import numbered
from institutions.enums import Role
from institutions.permissions import may_see_iin
from institutions.selectors import in_the_readers_letters
from mobility.enums import PlacementState
from mobility.models import Placement
from mobility.workflow.stay import StayFacts

_TONES: dict[str, str] = {
    PlacementState.PRESENT: "good",
    PlacementState.ENDED: "plain",
    PlacementState.CANCELLED: "bad",
}


@dataclass(frozen=True)
class Action:
    """A button as ui/_action.html shows it."""

    label: str
    url: str
    method: str = "post"
    blockers: tuple[Blocker, ...] = ()
    confirm_url: str = ""


def tone_of(state: str) -> str:
    """The tone of the chip of a stay's state."""
    return _TONES.get(state, "accent")


def stay_facts_rows(found: Placement, facts: StayFacts, roles: frozenset[str]) -> list[tuple[str, object]]:
    """What is known of a stay, as labels and values."""
    rows: list[tuple[str, object]] = [
        (gettext("Host"), found.host),
        (gettext("Period"), f"{found.starts_on:%d.%m.%Y} – {found.ends_on:%d.%m.%Y}"),
    ]
    if not found.host_student_number:
        departed = f"{found.departed_on:%d.%m.%Y}" if found.departed_on else ""
        return [*rows, (gettext("Departed on"), departed)]
    registered = ""
    if found.registered_on and found.registered_until:
        number = found.registration_number
        registered = f"{numbered(number)}, {found.registered_on:%d.%m.%Y} – {found.registered_until:%d.%m.%Y}"
    elif not facts.needs_registration:
        registered = gettext("not needed")
    person = found.application.enrolment.person
    is_own = Role.STUDENT in roles
    iin = number_on_request(person.iin, person_id=person.pk, is_own=is_own)
    return [
        *rows,
        (gettext("Student number"), found.host_student_number),
        (capfirst(gettext("EPVO id")), found.epvo_id),
        *([(gettext("IIN"), iin)] if may_see_iin(roles, is_own=is_own) else []),
        (gettext("Advisor"), found.advisor or ""),
        (gettext("Entered the country"), f"{found.crossed_border_on:%d.%m.%Y}" if found.crossed_border_on else ""),
        (gettext("Met by"), in_the_readers_letters(found.met_by)),
        (gettext("Came to the IPD"), f"{found.came_to_ipd_on:%d.%m.%Y}" if found.came_to_ipd_on else ""),
        (gettext("Migration registration"), registered),
    ]
