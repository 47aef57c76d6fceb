"""What an intake can call for: semesters that the programme has, places that the pathway has, terms of the host (7.1, 8.1)."""

from collections.abc import Iterator

from django.utils.translation import gettext_noop

from core.faults import Fault


def semester_faults(*, semester: int, semesters: int, length: int) -> Iterator[Fault]:
    """The semesters there are semesters of the programme: none lies after its last one. `length`: how many it has."""
    if semester > length:
        text = gettext_noop("The programme has %(length)s semesters.")
        yield Fault("semester", text, {"length": length})
    elif semester + semesters - 1 > length:
        text = gettext_noop("The programme has %(length)s semesters: from semester %(semester)s on at most %(most)s.")
        yield Fault("semesters", text, {"length": length, "semester": semester, "most": length - semester + 1})


def seat_faults(*, seats: int, quota: int) -> Iterator[Fault]:
    """No more places than the pathway has in that direction."""
    if seats > quota:
        yield Fault("seats", gettext_noop("The pathway has %(quota)s places a year."), {"quota": quota})
