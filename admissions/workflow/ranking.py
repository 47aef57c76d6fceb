"""The agreed criteria by which the institute ranks its candidates (8.1): debts, GPA, language certificate, year of study."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Candidate:
    """What the ranking looks at. `year` is the year of study, 1 and up; `gpa` is unknown before the first session."""

    key: int
    gpa: Decimal | None
    has_certificate: bool
    debts: int
    year: int


def suggested_order(candidates: Sequence[Candidate]) -> tuple[int, ...]:
    """The keys in the order of the criteria: no debts first, then GPA, certificate, higher year; equal ones by key."""
    return tuple(candidate.key for candidate in sorted(candidates, key=_merit))


def _merit(candidate: Candidate) -> tuple[bool, Decimal, bool, int, int]:
    gpa = candidate.gpa if candidate.gpa is not None else Decimal(0)
    return (candidate.debts > 0, -gpa, not candidate.has_certificate, -candidate.year, candidate.key)
