"""What the calendar asks of a stay beside its steps: the arrival (9.1), a visa, a passport or a migration registration about to
end (7.6, 8.5, 9.2), the transcript of each year (7.5).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.utils.translation import gettext_noop

from agreements.enums import Direction
from core.machine import Blocker
from core.terms import ending
from institutions.enums import Role
from mobility.enums import PlacementState
from mobility.workflow.stay import EXTEND_REGISTRATION, StayFacts

# How long before its end a paper of the journey is asked to be renewed, each time anew: embassies and police take weeks.
STAGES = (90, 30)
SOON = timedelta(days=STAGES[0])
# A registration is extended within days, at a counter of the same town (9.2).
REGISTRATION_STAGES = (30, 10)
REGISTRATION_SOON = timedelta(days=REGISTRATION_STAGES[0])
ARRIVAL_TOLD = timedelta(days=14)
TRANSCRIPT_FROM = (PlacementState.PRESENT, PlacementState.ENDED)
_TRANSCRIPT_WITHIN = timedelta(days=30)
_YEAR_ENDS = (6, 30)
_BRING_TRANSCRIPT = gettext_noop(
    "The year %(year)s is over: the original of its transcript goes to the Registrar's Office, copies to the IPD and the institute."
)
_COPY_MISSING = gettext_noop("The copy of the transcript of the year %(year)s has not come.")
# Who gets what of it: the original, or a copy.
_MISSING: dict[str, str] = {
    Role.REGISTRAR: gettext_noop("The original of the transcript of the year %(year)s has not come."),
    Role.IPD_COORDINATOR: _COPY_MISSING,
    Role.INSTITUTE_COORDINATOR: _COPY_MISSING,
}
TRANSCRIPT_OFFICES = tuple(_MISSING)
BRING = gettext_noop("Bring the transcript of the year")
RECORD = gettext_noop("Record the transcript of the year")
ARRIVAL = gettext_noop("Your stay begins on %(day)s: read what to bring and where to go on arrival.")
PREPARE = gettext_noop("Prepare for the arrival")
PROLONG = gettext_noop("Prolong the visa")
RENEW = gettext_noop("Renew the passport")
_VISA = gettext_noop("The visa ends on %(day)s, before the stay does: have it prolonged.")
PASSPORT = gettext_noop("The passport ends on %(day)s: have a new one made and enter its data.")
_REGISTRATION = gettext_noop("The migration registration ends on %(day)s, before the stay does: have it extended.")
Reminder = tuple[Blocker, date]


def reminders(facts: StayFacts, *, state: str, direction: str) -> Iterator[Reminder]:
    """Who is reminded of what on this day, and until when."""
    clause = "7.6" if direction == Direction.INCOMING else "8.5"
    if state in PlacementState.lasting() and not facts.is_over:
        yield from _arrival(facts, state, direction)
        yield from _passport(facts, clause)
    if state == PlacementState.PRESENT and not facts.is_over:
        yield from _visa(facts, clause)
        yield from _registration(facts)
    yield from _transcripts(facts, state)


@dataclass(frozen=True, slots=True)
class Year:
    """An academic year: how it is written, its first day and the day on which its study is over."""

    name: str
    starts_on: date
    ends_on: date


def year_that_ends_in(end: int) -> Year:
    """The academic year that ends in a year: from 1 September to 30 June."""
    return Year(f"{end - 1}/{end % 100:02d}", date(end - 1, 9, 1), date(end, *_YEAR_ENDS))


def last_year(on: date) -> Year:
    """The academic year that ended last before a day."""
    return year_that_ends_in(on.year if on > date(on.year, *_YEAR_ENDS) else on.year - 1)


def owed_transcript(facts: StayFacts, office: str, *, state: str) -> Year | None:
    """The first year that is over, of those that the stay touches, whose transcript an office has not got (7.5)."""
    if state not in TRANSCRIPT_FROM or not (facts.on and facts.starts_on and facts.ends_on):
        return None
    ends = range(facts.starts_on.year, last_year(facts.on).ends_on.year + 1)
    over = (year_that_ends_in(end) for end in ends)
    touched = (year for year in over if facts.starts_on <= year.ends_on and facts.ends_on >= year.starts_on)
    return next((year for year in touched if (year.name, str(office)) not in facts.transcripts_received), None)


def _transcripts(facts: StayFacts, state: str) -> Iterator[Reminder]:
    owed = {office: year for office in _MISSING if (year := owed_transcript(facts, office, state=state))}
    for office, year in owed.items():
        yield Blocker("7.5a", _MISSING[office], office, {"year": year.name}, RECORD), year.ends_on + _TRANSCRIPT_WITHIN
    if owed:
        year = min(owed.values(), key=lambda one: one.ends_on)
        yield (
            Blocker("7.5a", _BRING_TRANSCRIPT, Role.STUDENT, {"year": year.name}, BRING),
            year.ends_on + _TRANSCRIPT_WITHIN,
        )


def _arrival(facts: StayFacts, state: str, direction: str) -> Iterator[Reminder]:
    expected = direction == Direction.INCOMING and state == PlacementState.PLANNED and facts.is_invited
    if expected and facts.on and facts.starts_on and facts.starts_on - ARRIVAL_TOLD <= facts.on:
        words = {"day": f"{facts.starts_on:%d.%m.%Y}"}
        yield Blocker("9.1", ARRIVAL, Role.STUDENT, words, PREPARE), facts.starts_on


def _passport(facts: StayFacts, clause: str) -> Iterator[Reminder]:
    until = facts.passport_until
    if until and facts.on and until <= facts.on + SOON:
        yield from _of_both(Blocker(clause, PASSPORT, "", ending(until, facts.on, STAGES), RENEW), until)


def _visa(facts: StayFacts, clause: str) -> Iterator[Reminder]:
    until = facts.visa_until
    if until and facts.on and facts.ends_on and until < facts.ends_on and until <= facts.on + SOON:
        yield from _of_both(Blocker(clause, _VISA, "", ending(until, facts.on, STAGES), PROLONG), until)


def _registration(facts: StayFacts) -> Iterator[Reminder]:
    until = facts.registered_until
    if not (until and facts.on and facts.ends_on) or facts.registration_ended:  # once it has ended the rule of 9.2 asks
        return
    if until < facts.ends_on and until <= facts.on + REGISTRATION_SOON:
        words = ending(until, facts.on, REGISTRATION_STAGES)
        yield from _of_both(Blocker("9.2", _REGISTRATION, "", words, EXTEND_REGISTRATION), until)


def _of_both(blocker: Blocker, until: date) -> Iterator[Reminder]:
    """The student has it done, the IPD sees to it."""
    for mover in (Role.STUDENT, Role.IPD_COORDINATOR):
        yield replace(blocker, whose_move=mover), until
