"""Days that people write down about an agreement: between which days each may lie, and why (4.2, 5.3, 6.12)."""

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext_noop

from core.faults import Fault, day_faults, past_faults

TERM_ENDS_EARLY = gettext_noop("The term of validity ends before it begins.")


def signature_faults(signed_on: date, *, valid_from: date, valid_until: date, today: date) -> Iterator[Fault]:
    """Nothing is signed tomorrow; the term ends after it begins (4.2, 6.12)."""
    yield from past_faults("signed_on", signed_on, today=today)
    yield from day_faults("valid_from", valid_from)
    if valid_until <= valid_from:
        yield Fault("valid_until", TERM_ENDS_EARLY)
    else:
        yield from day_faults("valid_until", valid_until)


def epvo_faults(day: date, *, signed_on: date, today: date) -> Iterator[Fault]:
    """EPVO asks for the agreement's dates, so the entry follows the signature (5.3)."""
    text = gettext_noop("The agreement was signed on %(day)s: the entry into EPVO follows it.")
    yield from past_faults("day", day, today=today, since=signed_on, before=text)
