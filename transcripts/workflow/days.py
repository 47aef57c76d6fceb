"""Days that people write down about marks and differences: between which days each may lie, and why (5.11, 6.9)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext_noop

from core.faults import Fault, day_faults

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


def removal_faults(due: date, *, last: date, today: date) -> Iterator[Fault]:
    """A difference is removed on a day that lies ahead, and while the student still studies (5.11)."""
    before = gettext_noop("The day by which a difference is removed lies ahead: %(day)s at the earliest.")
    after = gettext_noop("A difference is removed while the student still studies: by %(day)s at the latest.")
    yield from day_faults("due", due, since=today + timedelta(days=1), until=last, before=before, after=after)
