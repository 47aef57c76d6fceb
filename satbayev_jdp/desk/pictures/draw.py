"""Where things stand in a picture. Lengths are percents of its width, so that it fits a phone; heights are pixels.

A picture is drawn by its template from these values: attributes and classes alone, no inline style (the page's policy).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


def percent(part: float, whole: float) -> str:
    """A length as the attribute of a shape: a part of the whole width, never beyond it. The point is a point in each language."""
    share = part / whole * 100 if whole else 0
    return f"{min(max(share, 0), 100):.2f}%"


@dataclass(frozen=True, slots=True)
class Column:
    """A year in a picture of flow: two columns on a common ground with their numbers above."""

    label: str
    went: int
    came: int
    went_x: str
    came_x: str
    wide: str
    middle: str
    went_high: int
    came_high: int
    went_top: int
    came_top: int


GROUND = 92
HIGHEST = 68


def columns(years: Sequence[tuple[str, int, int]], most: int) -> list[Column]:
    """Years (label, went, came) as columns; `most` is the tallest of all pictures that are compared."""
    slot = 100 / max(len(years), 1)
    found = []
    for place, (label, went, came) in enumerate(years):
        left = place * slot
        tall = [round(HIGHEST * count / most) if most else 0 for count in (went, came)]
        found.append(
            Column(
                label=label,
                went=went,
                came=came,
                went_x=f"{left + slot * 0.16:.2f}%",
                came_x=f"{left + slot * 0.52:.2f}%",
                wide=f"{slot * 0.32:.2f}%",
                middle=f"{left + slot * 0.5:.2f}%",
                went_high=tall[0],
                came_high=tall[1],
                went_top=GROUND - tall[0],
                came_top=GROUND - tall[1],
            )
        )
    return found


def place_of(day: date, since: date, until: date) -> str:
    """Where a day stands on a line of time."""
    return percent((day - since).days, (until - since).days)
