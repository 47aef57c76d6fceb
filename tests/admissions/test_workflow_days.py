"""Days that people write down: between which each may lie, without a database."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from admissions.workflow.days import (
    Stay,
    VisaDays,
    VisaLaw,
    departure_faults,
    intake_faults,
    package_faults,
    period_faults,
    signature_faults,
    visa_faults,
)
from core.faults import Fault

TODAY = date(2026, 11, 24)
STAY = Stay(opened_on=date(2026, 10, 30), first=date(2027, 4, 1), last=date(2028, 3, 31), today=TODAY)
DAY = timedelta(days=1)
GOOD = VisaDays(date(2026, 11, 20), date(2027, 3, 20), date(2028, 4, 30))


def told(faults: object) -> list[tuple[str, str]]:
    """Field and text of each fault."""
    assert isinstance(faults, list)
    return [(fault.field, fault.text % fault.params) for fault in faults if isinstance(fault, Fault)]


@pytest.mark.clause("8.1-a")
@pytest.mark.clause("7.1-a")
@pytest.mark.parametrize(
    ("opens_on", "closes_on", "field", "why"),
    [
        (date(1900, 1, 1), date(1900, 2, 1), "opens_on", "from 23.11.2025 on at the earliest"),
        (date(1900, 1, 1), date(1900, 2, 1), "closes_on", "has passed"),
        (TODAY, TODAY - DAY, "closes_on", "close before it opens"),
        (TODAY - 10 * DAY, TODAY - DAY, "closes_on", "has passed"),
        (TODAY, STAY.first + DAY, "closes_on", "Study begins on 01.04.2027"),
        (TODAY, date(9999, 12, 20), "closes_on", "Study begins on 01.04.2027"),
    ],
)
def test_an_intake_takes_applications_from_now_until_study_begins(
    opens_on: date, closes_on: date, field: str, why: str
) -> None:
    found = told(list(intake_faults(opens_on=opens_on, closes_on=closes_on, study_begins=STAY.first, today=TODAY)))

    assert [text for at, text in found if at == field and why in text]


@pytest.mark.parametrize(("opens", "closes"), [(-366, 0), (0, 0), (-25, 24), (30, 128)])
def test_days_of_an_intake_that_can_be(opens: int, closes: int) -> None:
    days = {"opens_on": TODAY + opens * DAY, "closes_on": TODAY + closes * DAY}

    assert list(intake_faults(**days, study_begins=STAY.first, today=TODAY)) == []


@pytest.mark.clause("8.4-a")
@pytest.mark.parametrize(
    ("due", "stay", "why"),
    [
        (TODAY - DAY, STAY, "This day has passed."),
        (STAY.first + DAY, STAY, "Study begins on 01.04.2027: this day lies after it."),
        (date(9999, 12, 31), STAY, "Study begins on 01.04.2027: this day lies after it."),
        # Invited late, study has begun: still a day, but not after the stay.
        (
            STAY.last + DAY,
            replace(STAY, today=STAY.first + DAY),
            "The stay ends on 31.03.2028: this day lies after it.",
        ),
    ],
)
def test_the_package_is_asked_for_in_time(due: date, stay: Stay, why: str) -> None:
    assert told(list(package_faults(due, stay))) == [("due", why)]
    assert list(package_faults(stay.today, stay)) == []


@pytest.mark.clause("8.5-a")
@pytest.mark.clause("7.6-a")
@pytest.mark.parametrize(
    ("visa", "field", "why"),
    [
        (VisaDays(date(2030, 1, 1)), "submitted_on", "This day lies ahead."),
        (
            VisaDays(STAY.opened_on - DAY),
            "submitted_on",
            "The intake opened on 30.10.2026: no visa was asked for before.",
        ),
        (replace(GOOD, valid_from=date(2026, 11, 19)), "valid_from", "asked for on 20.11.2026"),
        (replace(GOOD, valid_from=STAY.last + DAY), "valid_from", "The stay ends on 31.03.2028"),
        (
            replace(GOOD, valid_until=GOOD.valid_from),
            "valid_until",
            "The stay begins on 01.04.2027, after the visa has ended.",
        ),
        (replace(GOOD, valid_until=date(2027, 3, 19)), "valid_until", "The visa ends before it begins."),
        (VisaDays(None, date(1900, 1, 1), date(1901, 1, 1)), "valid_until", "after the visa has ended"),
        (replace(GOOD, valid_until=date(9999, 12, 31)), "valid_until", "more than ten years"),
        (
            replace(GOOD, valid_until=date(2027, 6, 28)),
            "note",
            "does not cover the whole stay (01.04.2027 – 31.03.2028)",
        ),
        (replace(GOOD, valid_from=date(2027, 4, 2)), "note", "does not cover the whole stay"),
    ],
)
def test_what_a_visa_cannot_be(visa: VisaDays, field: str, why: str) -> None:
    found = told(list(visa_faults(visa, STAY)))

    assert [(at, why in text) for at, text in found] == [(field, True)]


@pytest.mark.clause("8.5-a")
def test_a_short_visa_is_taken_with_a_word_on_the_rest_of_the_stay() -> None:
    assert list(visa_faults(GOOD, STAY)) == []
    short = replace(GOOD, valid_until=date(2027, 6, 28), note="Aufenthaltstitel is asked for in Nordtal")

    assert list(visa_faults(short, STAY)) == []
    assert told(list(visa_faults(replace(short, note="  "), STAY)))[0][0] == "note"


LAW = VisaLaw(
    ordered_on=date(2026, 11, 10),
    passport_until=date(2028, 5, 31),
    passport_outlasts_months=3,
    longest_months=12,
)
A_YEAR = VisaDays(date(2026, 11, 20), date(2027, 2, 28), date(2028, 2, 28), "prolonged in February")


@pytest.mark.clause("7.6-a")
def test_a_visa_of_ours_may_outlast_the_stay_but_not_the_law() -> None:
    stay = replace(STAY, last=date(2027, 6, 30))

    assert list(visa_faults(replace(A_YEAR, note=""), stay, LAW)) == []
    assert list(visa_faults(A_YEAR, STAY, replace(LAW, passport_until=None))) == []
    long = replace(A_YEAR, valid_until=date(2029, 2, 28))
    assert list(visa_faults(long, stay, replace(LAW, longest_months=None, passport_until=None))) == []
    assert list(visa_faults(long, stay)) == []


@pytest.mark.clause("7.6-a")
@pytest.mark.parametrize(
    ("visa", "law", "field", "why"),
    [
        (
            replace(A_YEAR, submitted_on=date(2026, 11, 9)),
            LAW,
            "submitted_on",
            "The order was signed on 10.11.2026, and goes with the file: no visa was asked for before.",
        ),
        (
            replace(A_YEAR, valid_until=date(2028, 2, 29)),
            LAW,
            "valid_until",
            "given for 12 months at most: this one ends on 28.02.2028 at the latest.",
        ),
        (
            A_YEAR,
            replace(LAW, passport_until=date(2028, 5, 27)),
            "valid_until",
            "The passport ends on 27.05.2028 and outlasts the visa by 3 months: the visa ends on 27.02.2028",
        ),
        # The visa of years is told of its year alone: its passport is looked at once the year is right.
        (replace(A_YEAR, valid_until=date(2031, 10, 31)), LAW, "valid_until", "12 months at most"),
    ],
)
def test_what_the_law_does_not_give(visa: VisaDays, law: VisaLaw, field: str, why: str) -> None:
    found = told(list(visa_faults(visa, STAY, law)))

    assert [(at, why in text) for at, text in found] == [(field, True)]


@pytest.mark.clause("6.3-a")
@pytest.mark.clause("8.6-c")
@pytest.mark.parametrize(
    ("first", "last", "fields"),
    [
        (STAY.first, STAY.last, []),
        (STAY.first - 60 * DAY, STAY.last + 60 * DAY, []),
        (date(1927, 4, 1), STAY.last, ["starts_on"]),
        (STAY.first - 61 * DAY, STAY.last, ["starts_on"]),
        (STAY.first, STAY.last + 61 * DAY, ["ends_on"]),
        (STAY.first, date(2127, 3, 31), ["ends_on"]),
        (STAY.last, STAY.first, ["starts_on", "ends_on"]),
        (STAY.first - 30 * DAY, STAY.first - DAY, ["ends_on"]),
    ],
)
def test_the_period_of_an_order_lies_around_its_terms(first: date, last: date, fields: list[str]) -> None:
    assert [fault.field for fault in period_faults(first, last, STAY)] == fields


@pytest.mark.clause("6.3")
def test_an_order_that_begins_too_early_is_told_between_which_days_it_begins() -> None:
    told = [fault.text % fault.params for fault in period_faults(date(2026, 11, 24), STAY.last, STAY)]

    assert told == ["The period of the order begins not before 31.01.2027 and not after 30.03.2028."]


def departures(on: date, *, visa_from: date | None) -> list[Fault]:
    """What is wrong with a departure, told on 2 April; the order was signed on 20 March."""
    stay = replace(STAY, today=date(2027, 4, 2))
    return list(departure_faults(on, ordered_on=date(2027, 3, 20), visa_from=visa_from, stay=stay))


@pytest.mark.clause("6.3")
@pytest.mark.clause("6.2-a")
@pytest.mark.parametrize(
    ("on", "why"),
    [
        (date(1900, 1, 1), "The order was signed on 20.03.2027: nobody departs before."),
        (date(2027, 3, 19), "The order was signed on 20.03.2027: nobody departs before."),
        (date(2027, 4, 3), "This day lies ahead."),
    ],
)
def test_nobody_departs_before_the_order_nor_tomorrow(on: date, why: str) -> None:
    assert told(departures(on, visa_from=date(2027, 3, 1))) == [("on", why)]
    assert departures(date(2027, 3, 20), visa_from=date(2027, 3, 1)) == []
    assert departures(date(2027, 3, 20), visa_from=None) == []


@pytest.mark.clause("8.5-a")
def test_nobody_departs_before_the_visa_is_valid() -> None:
    why = "The visa is valid from 28.03.2027: nobody departs before."
    assert told(departures(date(2027, 3, 27), visa_from=date(2027, 3, 28))) == [("on", why)]
    assert departures(date(2027, 3, 28), visa_from=date(2027, 3, 28)) == []


def test_nobody_departs_once_the_stay_is_over() -> None:
    stay = replace(STAY, today=date(2029, 1, 1))

    (fault,) = departure_faults(STAY.last + DAY, ordered_on=date(2027, 3, 20), visa_from=None, stay=stay)

    assert fault.text % fault.params == "The stay ends on 31.03.2028: this day lies after it."


@pytest.mark.clause("6.12-b")
@pytest.mark.parametrize("signed_on", [date(1, 1, 1), STAY.opened_on - DAY, TODAY + DAY])
def test_what_was_signed_on_paper_was_signed_since_the_intake_opened(signed_on: date) -> None:
    assert [fault.field for fault in signature_faults(signed_on, STAY)] == ["signed_on"]
    assert list(signature_faults(TODAY, STAY)) == []
