"""Ends that lie ahead, and when they are told of. Pure: no model is known here."""

from collections.abc import Sequence
from datetime import date, timedelta

# "About to end": told of half a year, three months and a month before, each time anew.
STAGES = (180, 90, 30)


def stage_of(end: date, on: date, stages: Sequence[int] = STAGES) -> int | None:
    """The stage of an end that lies ahead, by its days; None before the first one begins, and once the end is over.

    >>> [stage_of(date(2027, 6, 30), day) for day in (date(2027, 1, 1), date(2027, 4, 1), date(2027, 5, 31), date(2027, 6, 30))]
    [180, 90, 30, 30]
    >>> [stage_of(date(2027, 6, 30), day) for day in (date(2026, 12, 31), date(2027, 7, 1))]
    [None, None]
    """
    return min((days for days in stages if on <= end <= on + timedelta(days=days)), default=None)


def ending(end: date, on: date, stages: Sequence[int] = STAGES) -> dict[str, object]:
    """The parameters of what is said of an end: its day and, ahead of it, the stage, by which the same words are work anew."""
    stage = stage_of(end, on, stages)
    return {"day": f"{end:%d.%m.%Y}", **({"stage": stage} if stage else {})}
