"""What happened on the two roads that later apps act on (satbayev_jdp.wiring). Ids only."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class ApplicationAdmitted:
    """A signed order admits the student: the line of that order (5.9, 7.4, 8.6)."""

    application_id: int
    order_line_id: int


@dataclass(frozen=True, slots=True)
class ApplicationDeparted:
    """An outgoing student has left for the partner (6.3)."""

    application_id: int
    departed_on: date


@dataclass(frozen=True, slots=True)
class DepartureCorrected:
    """The day of a departure was another than was written down (6.3)."""

    application_id: int
    departed_on: date
    actor_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class ApplicationSettled:
    """Something about an application has changed: its state, visa, papers. Stays look whether they wait for it (9)."""

    application_id: int
