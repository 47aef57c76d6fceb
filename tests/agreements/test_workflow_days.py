"""Days that people write down about an agreement: between which each may lie, without a database."""

from datetime import date, timedelta

import pytest

from agreements.workflow.days import council_faults, epvo_faults, signature_faults
from core.values import FIRST_DAY, LAST_DAY

TODAY = date(2026, 11, 24)
DAY = timedelta(days=1)
GOOD = {"signed_on": TODAY, "valid_from": TODAY + DAY, "valid_until": TODAY + 25 * 365 * DAY}


@pytest.mark.clause("6.12")
@pytest.mark.parametrize(
    ("days", "field", "why"),
    [
        ({"signed_on": TODAY + DAY}, "signed_on", "This day lies ahead."),
        ({"signed_on": FIRST_DAY - DAY}, "signed_on", "The date must lie between 01.01.2000 and 24.11.2026."),
        ({"valid_from": FIRST_DAY - DAY}, "valid_from", "The date must lie between 01.01.2000 and 31.12.2100."),
        ({"valid_until": LAST_DAY + DAY}, "valid_until", "The date must lie between 01.01.2000 and 31.12.2100."),
        ({"valid_until": TODAY + DAY}, "valid_until", "The term of validity ends before it begins."),
        ({"valid_until": LAST_DAY}, "valid_until", "The term of validity is longer than 25 years."),
    ],
)
def test_nothing_is_signed_tomorrow_and_a_term_ends_after_it_begins(
    days: dict[str, date], field: str, why: str
) -> None:
    found = signature_faults(**{**GOOD, **days}, today=TODAY)

    assert [(fault.field, fault.text % fault.params) for fault in found] == [(field, why)]
    assert list(signature_faults(**GOOD, today=TODAY)) == []


@pytest.mark.clause("5.3-a")
def test_councils_decide_and_the_signatory_signs_after_the_internal_approval() -> None:
    before = {"approved_on": TODAY, "today": TODAY + DAY}

    council = [fault.text % fault.params for fault in council_faults(TODAY - DAY, **before)]
    signature = [
        fault.text % fault.params for fault in signature_faults(**{**GOOD, "signed_on": TODAY - DAY}, **before)
    ]

    assert council == ["The University approved the agreement on 24.11.2026: a Council decides after that."]
    assert signature == ["The University approved the text on 24.11.2026: it is signed after that."]
    assert [*council_faults(TODAY, **before), *signature_faults(**GOOD, **before)] == []


@pytest.mark.clause("5.3-b")
@pytest.mark.parametrize(
    ("day", "why"),
    [
        (TODAY + DAY, "This day lies ahead."),
        (TODAY - 6 * DAY, "The agreement was signed on 19.11.2026: the entry into EPVO follows it."),
    ],
)
def test_the_entry_into_epvo_lies_between_the_signature_and_today(day: date, why: str) -> None:
    signed_on = TODAY - 5 * DAY

    found = epvo_faults(day, signed_on=signed_on, today=TODAY)

    assert [(fault.field, fault.text % fault.params) for fault in found] == [("day", why)]
    assert [list(epvo_faults(one, signed_on=signed_on, today=TODAY)) for one in (signed_on, TODAY)] == [[], []]
