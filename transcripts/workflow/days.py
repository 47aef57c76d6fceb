"""Days that people write down about marks and differences: between which days each may lie, and why (5.11, 6.9)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext_noop

from core.faults import Fault, day_faults
from transcripts.enums import RemovalWay

# How long after a term's last day its session may still examine for the first time. Later attempts have no such end.
SESSION = timedelta(days=45)


@dataclass(frozen=True)
class Term:
    """A term by its name, with its first and last day."""

    name: object
    first: date
    last: date


def examination_faults(day: date, *, term: Term | None, attempt: int, today: date) -> Iterator[Fault]:
    """An examination has been, in its term or the session after it; a later attempt not before the term (6.9)."""
    if day > today:
        yield Fault("day", gettext_noop("an examination on %(day)s has not been yet"), {"day": f"{day:%d.%m.%Y}"})
    elif term and (day < term.first or (day > term.last + SESSION and attempt == 1)):
        text = gettext_noop(
            "an examination on %(day)s is not of this semester: %(term)s, examinations from %(since)s to %(until)s"
        )
        days = {"day": day, "since": term.first, "until": term.last + SESSION}
        yield Fault("day", text, {"term": term.name, **{name: f"{one:%d.%m.%Y}" for name, one in days.items()}})


@dataclass(frozen=True)
class Attempt:
    """An attempt at an examination: which, with which mark, when, whether it passed."""

    number: int
    mark: str
    day: date
    passed: bool


def attempt_faults(attempt: Attempt, others: Iterable[Attempt]) -> Iterator[Fault]:
    """Attempts follow one another: of two the later one is not of an earlier day (6.9)."""
    for other in others:
        first, second = sorted((attempt, other), key=lambda one: one.number)
        if first.day > second.day:
            text = gettext_noop(
                "attempt %(first)s is of %(since)s, attempt %(second)s of %(until)s: one follows the other"
            )
            days = {"since": f"{first.day:%d.%m.%Y}", "until": f"{second.day:%d.%m.%Y}"}
            yield Fault("day", text, {"first": first.number, "second": second.number, **days})


def taken_over(attempt: Attempt, others: Iterable[Attempt]) -> tuple[str, dict[str, object]]:
    """What the reader of a list is told of an attempt that is not the first: whose mark counts no more, as a message id."""
    earlier = [other for other in others if other.number < attempt.number]
    if not earlier:
        return (
            ("", {})
            if attempt.number == 1
            else (gettext_noop("attempt %(attempt)s; no earlier one is here"), {"attempt": attempt.number})
        )
    last = max(earlier, key=lambda one: one.number)
    said = {"attempt": attempt.number, "mark": last.mark, "before": last.number}
    if last.passed:
        return gettext_noop(
            "attempt %(attempt)s: it takes the place of a passed mark, %(mark)s of attempt %(before)s"
        ), said
    return gettext_noop("attempt %(attempt)s: it follows %(mark)s of attempt %(before)s"), said


@dataclass(frozen=True)
class RemovalDays:
    """The last day on which a difference can be removed, and the University's summer semesters ahead, as far as entered."""

    last: date
    summers: tuple[Term, ...] = ()

    @property
    def summers_told(self) -> str:
        """The summer semesters by their days; empty where none is entered."""
        return ", ".join(f"{one.first:%d.%m.%Y} – {one.last:%d.%m.%Y}" for one in self.summers)


def removal_faults(due: date, *, way: str, days: RemovalDays, today: date) -> Iterator[Fault]:
    """A difference is removed on a day ahead, while the student still studies, and in the summer where that is its way (5.11)."""
    before = gettext_noop("The day by which a difference is removed lies ahead: %(day)s at the earliest.")
    after = gettext_noop("A difference is removed while the student still studies: by %(day)s at the latest.")
    found = list(day_faults("due", due, since=today + timedelta(days=1), until=days.last, before=before, after=after))
    yield from found
    in_summer = any(one.first <= due <= one.last for one in days.summers)
    if way == RemovalWay.SUMMER and days.summers and not found and not in_summer:
        text = gettext_noop("This day lies in no summer semester of the University: %(summers)s.")
        yield Fault("due", text, {"summers": days.summers_told})
