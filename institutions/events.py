"""What the apps above institutions act on (satbayev_jdp.wiring). Ids only."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LicenceEntered:
    """A university's right to train was entered, corrected or taken away (4.2); in the last case no licence has the key."""

    university_id: int
    licence_id: int
