"""What the apps above documents act on (satbayev_jdp.wiring). Ids only."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PaperRevoked:
    """A paper about a subject was revoked (1.6)."""

    document_id: int
    subject_type: str
    subject_id: int
