"""Days that people write down about an agreement: between which days each may lie, and why (4.2, 5.3, 6.12)."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.utils.translation import gettext_noop

from core.faults import Fault, day_faults, past_faults

TERM_ENDS_EARLY = gettext_noop("The term of validity ends before it begins.")
# No agreement here runs longer without being renewed: a later end is a slip of the hand.
LONGEST_TERM_YEARS = 25
_LONGEST_TERM = timedelta(days=366 * LONGEST_TERM_YEARS)


def signature_faults(
    signed_on: date, *, valid_from: date, valid_until: date, today: date, approved_on: date | None = None
) -> Iterator[Fault]:
    """Nothing is signed tomorrow, nor before the internal approval; the term ends after it begins (4.2, 5.3, 6.12)."""
    text = gettext_noop("The University approved the text on %(day)s: it is signed after that.")
    yield from _after_the_approval("signed_on", signed_on, approved_on, today=today, before=text)
    begins_badly = tuple(day_faults("valid_from", valid_from))
    yield from begins_badly
    if valid_until <= valid_from:
        yield Fault("valid_until", TERM_ENDS_EARLY)
    elif ends_badly := tuple(day_faults("valid_until", valid_until)):
        yield from ends_badly
    elif valid_until - valid_from > _LONGEST_TERM and not begins_badly:
        text = gettext_noop("The term of validity is longer than %(years)s years.")
        yield Fault("valid_until", text, {"years": LONGEST_TERM_YEARS})


def council_faults(decided_on: date, *, today: date, approved_on: date | None = None) -> Iterator[Fault]:
    """A Council decides after the University's internal approval, and not tomorrow (5.3, 5.4)."""
    text = gettext_noop("The University approved the agreement on %(day)s: a Council decides after that.")
    yield from _after_the_approval("decided_on", decided_on, approved_on, today=today, before=text)


def _after_the_approval(
    field: str, day: date, approved_on: date | None, *, today: date, before: str
) -> Iterator[Fault]:
    if approved_on is None:
        yield from past_faults(field, day, today=today)
    else:
        yield from past_faults(field, day, today=today, since=approved_on, before=before)


def epvo_faults(day: date, *, signed_on: date, today: date) -> Iterator[Fault]:
    """EPVO asks for the agreement's dates, so the entry follows the signature (5.3)."""
    text = gettext_noop("The agreement was signed on %(day)s: the entry into EPVO follows it.")
    yield from past_faults("day", day, today=today, since=signed_on, before=text)
