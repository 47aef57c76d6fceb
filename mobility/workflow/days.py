"""Days that people write down about a stay: between which days each may lie, and why (9.1, 9.2)."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.utils.translation import gettext_noop

from core.faults import Fault, day_faults, past_faults
from core.values import FIRST_DAY

# A registration may reach past the stay (an extension is asked for before the order says so), not into another century.
_LONGEST_AFTER = timedelta(days=366)


def arrival_faults(day: date, *, earliest: date, ends_on: date, seen_on: date | None, today: date) -> Iterator[Fault]:
    """Nobody has come tomorrow, before visa or stay allowed it, when the stay was over, or after being seen here (9.1)."""
    before = gettext_noop(
        "The student can have come on %(day)s at the earliest: before that neither visa nor stay began."
    )
    after = gettext_noop("The stay ended on %(day)s: nobody has come to it after that.")
    bounds = {"today": today, "since": earliest, "until": ends_on}
    yield from past_faults("crossed_border_on", day, **bounds, before=before, after=after)
    if seen_on and seen_on < day:
        text = gettext_noop("On %(day)s the student was here already: correct that day first.")
        yield Fault("crossed_border_on", text, {"day": f"{seen_on:%d.%m.%Y}"})


def coming_faults(day: date, *, arrived_on: date | None, today: date) -> Iterator[Fault]:
    """Nobody has come to the IPD tomorrow or before the arrival (9.1)."""
    text = gettext_noop("The student arrived on %(day)s and has not come to the IPD before.")
    yield from past_faults("day", day, today=today, since=arrived_on or FIRST_DAY, before=text)


def registration_faults(first: date, last: date, *, arrived_on: date, ends_on: date, today: date) -> Iterator[Fault]:
    """Registered since the arrival, until a later day not long after the stay (9.2)."""
    text = gettext_noop("The student arrived on %(day)s and was not registered before.")
    yield from past_faults("registered_on", first, today=today, since=arrived_on, before=text)
    if last <= first:
        yield Fault("registered_until", gettext_noop("The registration ends before it begins."))
    else:
        yield from day_faults("registered_until", last, until=ends_on + _LONGEST_AFTER)
