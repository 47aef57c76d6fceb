"""Days that people write down on the two roads: between which days each may lie, and why (6.3, 7.1, 7.6, 8.1, 8.4–8.6)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext_noop

from core.faults import Fault, day_faults, past_faults
from core.values import months_after

_PASSED = gettext_noop("This day has passed.")
_STUDY_BEGINS = gettext_noop("Study begins on %(day)s: this day lies after it.")
_AFTER_THE_STAY = gettext_noop("The stay ends on %(day)s: this day lies after it.")
# Before and after the terms an order leaves room for the journey and for courses that prepare.
_AROUND_THE_TERMS = timedelta(days=60)
_A_DAY = timedelta(days=1)
_A_YEAR = timedelta(days=366)
_LONGEST_VISA = timedelta(days=3653)


@dataclass(frozen=True)
class Stay:
    """The days that a case turns on: its intake opened, study begins and ends; `today` is the day of the entry."""

    opened_on: date
    first: date
    last: date
    today: date


@dataclass(frozen=True)
class VisaDays:
    """What is entered of a visa; `note` says how the stay is covered where the visa does not reach."""

    submitted_on: date | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    note: str = ""


@dataclass(frozen=True)
class VisaLaw:
    """What the country that gives a visa asks beside the stay; None: nothing, or it is not known.

    The order goes with the file; a visa is given for so many months at most, and the passport outlasts it by so many.
    """

    ordered_on: date | None
    passport_until: date | None
    passport_outlasts_months: int
    longest_months: int | None


def intake_faults(*, opens_on: date, closes_on: date, study_begins: date, today: date) -> Iterator[Fault]:
    """Applications are taken from a day not long ago until a day that lies ahead and before study begins (7.1, 8.1)."""
    text = gettext_noop("Applications are taken from %(day)s on at the earliest.")
    yield from day_faults("opens_on", opens_on, since=today - _A_YEAR, before=text)
    yield from closing_faults(opens_on=opens_on, closes_on=closes_on, study_begins=study_begins, today=today)


def closing_faults(*, opens_on: date, closes_on: date, study_begins: date, today: date) -> Iterator[Fault]:
    """The last day for applications lies ahead, after the first one, and before study begins (7.1, 8.1)."""
    if closes_on < opens_on:
        yield Fault("closes_on", gettext_noop("The intake would close before it opens."))
    else:
        bounds = {"since": today, "until": study_begins}
        yield from day_faults("closes_on", closes_on, **bounds, before=_PASSED, after=_STUDY_BEGINS)


def package_faults(due: date, stay: Stay) -> Iterator[Fault]:
    """The package is asked for until a day that lies ahead, before study begins; a late one before the stay ends (8.4)."""
    in_time = stay.today <= stay.first
    until, after = (stay.first, _STUDY_BEGINS) if in_time else (stay.last, _AFTER_THE_STAY)
    yield from day_faults("due", due, since=stay.today, until=until, before=_PASSED, after=after)


def signature_faults(signed_on: date, stay: Stay) -> Iterator[Fault]:
    """What was signed on paper was signed since the intake opened, and not in the future (6.12, 7.5a)."""
    text = gettext_noop("The intake opened on %(day)s: nothing was signed before.")
    yield from past_faults("signed_on", signed_on, today=stay.today, since=stay.opened_on, before=text)


def visa_faults(visa: VisaDays, stay: Stay, law: VisaLaw | None = None) -> Iterator[Fault]:
    """A file is submitted since the intake opened; a visa begins after that, ends after it begins, and covers the stay.

    Where it does not cover the whole stay (many countries give three months and prolong there), the note says how the rest
    is covered (7.6, 8.5). Beyond the stay it may reach, as far as the law of the country lets it.
    """
    if visa.submitted_on:
        since, text = stay.opened_on, gettext_noop("The intake opened on %(day)s: no visa was asked for before.")
        if law and law.ordered_on and law.ordered_on > since:
            since = law.ordered_on
            text = gettext_noop(
                "The order was signed on %(day)s, and goes with the file: no visa was asked for before."
            )
        yield from past_faults("submitted_on", visa.submitted_on, today=stay.today, since=since, before=text)
    if visa.valid_from and visa.valid_until:
        yield from _validity_faults(visa, visa.valid_from, visa.valid_until, stay, law)


def _validity_faults(visa: VisaDays, first: date, last: date, stay: Stay, law: VisaLaw | None) -> Iterator[Fault]:
    found = list(_impossible_validity(visa, first, last, stay))
    if law and not found:
        found = list(_unlawful_validity(first, last, law))
    yield from found
    if not found and (first > stay.first or last < stay.last) and not visa.note.strip():
        text = gettext_noop(
            "The visa does not cover the whole stay (%(first)s – %(last)s): say how the rest is covered."
        )
        yield Fault("note", text, {"first": f"{stay.first:%d.%m.%Y}", "last": f"{stay.last:%d.%m.%Y}"})


def _impossible_validity(visa: VisaDays, first: date, last: date, stay: Stay) -> Iterator[Fault]:
    before = gettext_noop("The visa was asked for on %(day)s: it is not valid before.")
    after = gettext_noop("The stay ends on %(day)s, before the visa begins.")
    since = visa.submitted_on or first
    yield from day_faults("valid_from", first, since=since, until=stay.last, before=before, after=after)
    if last < first:
        yield Fault("valid_until", gettext_noop("The visa ends before it begins."))
    elif last - first > _LONGEST_VISA:
        yield Fault("valid_until", gettext_noop("No visa is valid for more than ten years."))
    else:
        text = gettext_noop("The stay begins on %(day)s, after the visa has ended.")
        yield from day_faults("valid_until", last, since=stay.first, until=last, before=text)


def _unlawful_validity(first: date, last: date, law: VisaLaw) -> Iterator[Fault]:
    """The first bound alone that the last day breaks: one day is corrected at a time."""
    longest = law.longest_months and months_after(first, law.longest_months)
    newest = law.passport_until and months_after(law.passport_until, -law.passport_outlasts_months)
    if longest and last > longest:
        text = gettext_noop(
            "Such a visa is given for %(months)s months at most: this one ends on %(day)s at the latest. "
            "A renewed one is entered with its own first day."
        )
        yield Fault("valid_until", text, {"months": law.longest_months, "day": f"{longest:%d.%m.%Y}"})
    elif newest and last > newest:
        text = gettext_noop(
            "The passport ends on %(passport)s and outlasts the visa by %(months)s months: the visa ends on %(day)s at the "
            "latest. If there is a new passport, enter it first."
        )
        days = {"passport": f"{law.passport_until:%d.%m.%Y}", "day": f"{newest:%d.%m.%Y}"}
        yield Fault("valid_until", text, {"months": law.passport_outlasts_months, **days})


def period_faults(first: date, last: date, stay: Stay) -> Iterator[Fault]:
    """The period of an order lies around the terms of its intake, with room for the journey (6.3, 8.6)."""
    begins = gettext_noop("The period of the order begins not before %(since)s and not after %(until)s.")
    ends = gettext_noop("The period of the order ends not before %(since)s and not after %(until)s.")
    since, until = stay.first - _AROUND_THE_TERMS, stay.last - _A_DAY
    yield from day_faults("starts_on", first, since=since, until=until, before=begins, after=begins)
    if last <= first:
        yield Fault("ends_on", gettext_noop("The period ends before it begins."))
    else:
        since, until = stay.first + _A_DAY, stay.last + _AROUND_THE_TERMS
        yield from day_faults("ends_on", last, since=since, until=until, before=ends, after=ends)


def departure_faults(on: date, *, ordered_on: date, visa_from: date | None, stay: Stay) -> Iterator[Fault]:
    """Nobody departs before the order is signed and the visa valid, in the future, or once the stay is over (6.3, 8.5, 8.6)."""
    since, before = ordered_on, gettext_noop("The order was signed on %(day)s: nobody departs before.")
    if visa_from and visa_from > ordered_on:
        since, before = visa_from, gettext_noop("The visa is valid from %(day)s: nobody departs before.")
    bounds = {"today": stay.today, "since": since, "until": stay.last}
    yield from past_faults("on", on, **bounds, before=before, after=_AFTER_THE_STAY)
