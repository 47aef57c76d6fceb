"""What mobility tells the apps above it (satbayev_jdp.wiring): frozen ids, handled in the same transaction."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PlanApproved:
    """A study plan was approved by student, advisor, department and partner (5.10)."""

    plan_id: int
    actor_id: int
