"""The agreed criteria by which the institute ranks its candidates (8.1): debts, GPA, language, year, then who came first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import pairwise

from django.utils.translation import gettext_noop


@dataclass(frozen=True, slots=True)
class Candidate:
    """What the ranking looks at. `year` is the year of study, 1 and up; `gpa` is unknown before the first session.

    `language`: the certificate's level on the common scale (bands of IELTS), None where the scale does not know it.
    """

    key: int
    gpa: Decimal | None
    has_certificate: bool
    debts: int
    year: int
    language: Decimal | None = None
    submitted_at: datetime | None = None


DEBTS = gettext_noop("debts")
GPA = gettext_noop("GPA")
LANGUAGE = gettext_noop("language level")
YEAR = gettext_noop("year of study")
CAME_FIRST = gettext_noop("who applied first")
# Their order, for pages; `_merit` has the same.
CRITERIA = (DEBTS, GPA, LANGUAGE, YEAR, CAME_FIRST)
Merit = tuple[bool, Decimal, tuple[bool, Decimal], int, tuple[float, int]]


def suggested_order(candidates: Sequence[Candidate]) -> tuple[int, ...]:
    """The keys in the order of the criteria: no debts, then GPA, language, higher year, earlier application.

    Without a GPA comes after any GPA, a certificate that the scale does not know after any level, before none.
    """
    return tuple(candidate.key for candidate in sorted(candidates, key=_merit))


def decided_by(candidates: Sequence[Candidate]) -> dict[int, str]:
    """By which criterion each stands behind the one before, by key; the first is behind nobody."""
    ordered = sorted(candidates, key=_merit)
    return {after.key: _first_difference(_merit(before), _merit(after)) for before, after in pairwise(ordered)}


def _first_difference(before: Merit, after: Merit) -> str:
    return next((name for name, one, other in zip(CRITERIA, before, after, strict=True) if one != other), CAME_FIRST)


def _merit(candidate: Candidate) -> Merit:
    gpa = candidate.gpa if candidate.gpa is not None else Decimal(0)
    language = candidate.language if candidate.language is not None else Decimal(0)
    came = candidate.submitted_at.timestamp() if candidate.submitted_at else 0.0
    return (
        candidate.debts > 0,
        -gpa,
        (not candidate.has_certificate, -language),
        -candidate.year,
        (came, candidate.key),
    )
