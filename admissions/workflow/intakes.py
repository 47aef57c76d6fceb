"""What an intake can call for: semesters that the programme has, places that the pathway has, terms of the host (7.1, 8.1)."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext_noop

from core.faults import Fault
from programmes.enums import TermKind


def semester_faults(*, semester: int, semesters: int, length: int) -> Iterator[Fault]:
    """The semesters there are semesters of the programme: none lies after its last one. `length`: how many it has."""
    if semester > length:
        text = gettext_noop("The programme has %(length)s semesters.")
        yield Fault("semester", text, {"length": length})
    elif semester + semesters - 1 > length:
        text = gettext_noop("The programme has %(length)s semesters: from semester %(semester)s on at most %(most)s.")
        yield Fault("semesters", text, {"length": length, "semester": semester, "most": length - semester + 1})


def stay_faults(*, semesters: int, kinds: Sequence[str]) -> Iterator[Fault]:
    """As many semesters as the host's terms from the first to the last one. `kinds`: what terms these are.

    A summer semester may count or not: at some universities it is one of the two of a year, at others it is between years.
    """
    at_least = sum(kind != TermKind.SUMMER for kind in kinds)
    if not at_least <= semesters <= len(kinds):
        text = gettext_noop("Semesters in the calendar of the host from the first to the last term: %(count)s.")
        yield Fault("semesters", text, {"count": len(kinds)})


def seat_faults(*, seats: int, quota: int) -> Iterator[Fault]:
    """No more places than the pathway has in that direction."""
    if seats > quota:
        yield Fault("seats", gettext_noop("The pathway has %(quota)s places a year."), {"quota": quota})
