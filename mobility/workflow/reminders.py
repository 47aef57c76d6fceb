"""What the calendar asks of a stay beside its steps: the arrival (9.1), a visa or a passport about to end (7.6, 8.5)."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.utils.translation import gettext_noop

from agreements.enums import Direction
from core.machine import Blocker
from core.terms import ending
from institutions.enums import Role
from mobility.enums import PlacementState
from mobility.workflow.stay import StayFacts

# How long before its end a paper of the journey is asked to be renewed, each time anew: embassies and police take weeks.
STAGES = (90, 30)
SOON = timedelta(days=STAGES[0])
ARRIVAL_TOLD = timedelta(days=14)
ARRIVAL = gettext_noop("Your stay begins on %(day)s: read what to bring and where to go on arrival.")
_PREPARE = gettext_noop("Prepare for the arrival")
_PROLONG = gettext_noop("Prolong the visa")
_RENEW = gettext_noop("Renew the passport")
_VISA = gettext_noop("The visa ends on %(day)s, before the stay does: have it prolonged.")
PASSPORT = gettext_noop("The passport ends on %(day)s: have a new one made and enter its data.")
Reminder = tuple[Blocker, date]
_MOVERS = (Role.STUDENT, Role.IPD_COORDINATOR)


def reminders(facts: StayFacts, *, state: str, direction: str) -> Iterator[Reminder]:
    """Who is reminded of what on this day, and until when."""
    clause = "7.6" if direction == Direction.INCOMING else "8.5"
    if state in PlacementState.lasting() and not facts.is_over:
        yield from _arrival(facts, state, direction)
        yield from _passport(facts, clause)
    if state == PlacementState.PRESENT and not facts.is_over:
        yield from _visa(facts, clause)


def _arrival(facts: StayFacts, state: str, direction: str) -> Iterator[Reminder]:
    expected = direction == Direction.INCOMING and state == PlacementState.PLANNED and facts.is_invited
    if expected and facts.on and facts.starts_on and facts.starts_on - ARRIVAL_TOLD <= facts.on:
        words = {"day": f"{facts.starts_on:%d.%m.%Y}"}
        yield Blocker("9.1", ARRIVAL, Role.STUDENT, words, _PREPARE), facts.starts_on


def _passport(facts: StayFacts, clause: str) -> Iterator[Reminder]:
    until = facts.passport_until
    if until and facts.on and until <= facts.on + SOON:
        for mover in _MOVERS:
            yield Blocker(clause, PASSPORT, mover, ending(until, facts.on, STAGES), _RENEW), until


def _visa(facts: StayFacts, clause: str) -> Iterator[Reminder]:
    until = facts.visa_until
    if until and facts.on and facts.ends_on and until < facts.ends_on and until <= facts.on + SOON:
        for mover in _MOVERS:
            yield Blocker(clause, _VISA, mover, ending(until, facts.on, STAGES), _PROLONG), until
