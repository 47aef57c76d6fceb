"""What the apps above programmes act on (satbayev_jdp.wiring). Ids only."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProgrammeCorrected:
    """A programme says something else now: what its pathways lack may be other things (5.7)."""

    programme_id: int
