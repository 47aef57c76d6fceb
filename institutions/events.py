"""What the apps above institutions act on (satbayev_jdp.wiring). Ids only."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LicenceEntered:
    """A university's right to train was entered (4.2)."""

    university_id: int
    licence_id: int
