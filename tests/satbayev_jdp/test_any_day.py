"""Whatever days are written down: what the rules of the four apps let pass lies in order; what they do not is said at a field."""

from collections.abc import Iterable
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from admissions.workflow import days as roads
from agreements.workflow import days as agreements
from core.faults import Fault
from core.values import FIRST_DAY, LAST_DAY
from mobility.workflow import days as stays
from transcripts.enums import RemovalWay
from transcripts.workflow import days as study

ANY = st.dates(date(1, 1, 1), date(9999, 12, 31))
# Most days of one case lie near one another: else hardly any would be in order.
DAYS = st.dates(date(2025, 6, 1), date(2028, 9, 1)) | ANY
SOUND = st.dates(date(2025, 6, 1), date(2028, 9, 1))


@st.composite
def stay(draw: st.DrawFn) -> roads.Stay:
    """The days of a case as the program holds them."""
    opened, first, last = sorted(draw(st.lists(SOUND, min_size=3, max_size=3, unique=True)))
    return roads.Stay(opened, first, last, draw(SOUND))


def passes(found: Iterable[Fault], *fields: str) -> bool:
    """True where nothing is wrong; whatever is wrong names one of the fields, and its text finds its parameters."""
    faults = list(found)
    assert {fault.field for fault in faults} <= set(fields)
    assert all(fault.text % fault.params for fault in faults)
    return not faults


@given(opens=DAYS, closes=DAYS, begins=SOUND, today=SOUND)
def test_an_intake_opens_closes_and_then_study_begins(opens: date, closes: date, begins: date, today: date) -> None:
    found = roads.intake_faults(opens_on=opens, closes_on=closes, study_begins=begins, today=today)
    if passes(found, "opens_on", "closes_on"):
        assert opens <= closes <= begins
        assert today <= closes


@given(due=DAYS, case=stay())
def test_a_package_is_due_while_it_can_help(due: date, case: roads.Stay) -> None:
    if passes(roads.package_faults(due, case), "due"):
        assert case.today <= due <= (case.first if case.today <= case.first else case.last)


@given(signed=DAYS, case=stay())
def test_a_signature_is_of_this_intake_and_not_of_tomorrow(signed: date, case: roads.Stay) -> None:
    if passes(roads.signature_faults(signed, case), "signed_on"):
        assert case.opened_on <= signed <= case.today


@given(
    submitted=DAYS | st.none(),
    first=DAYS | st.none(),
    last=DAYS | st.none(),
    note=st.sampled_from(["", "x"]),
    case=stay(),
)
def test_a_visa_touches_the_stay_or_the_note_says_why(
    submitted: date | None, first: date | None, last: date | None, note: str, case: roads.Stay
) -> None:
    visa = roads.VisaDays(submitted, first, last, note)
    if passes(roads.visa_faults(visa, case), "submitted_on", "valid_from", "valid_until", "note"):
        assert submitted is None or case.opened_on <= submitted <= case.today
        if first and last:
            assert max(first, case.first) <= min(last, case.last)
            assert note or (first <= case.first and case.last <= last)


@given(first=DAYS, last=DAYS, case=stay())
def test_the_period_of_an_order_meets_the_study(first: date, last: date, case: roads.Stay) -> None:
    if passes(roads.period_faults(first, last, case), "starts_on", "ends_on"):
        assert first < last
        assert first < case.last
        assert last > case.first


@given(on=DAYS, ordered=SOUND, visa=SOUND | st.none(), case=stay())
def test_nobody_departs_before_order_and_visa(on: date, ordered: date, visa: date | None, case: roads.Stay) -> None:
    if passes(roads.departure_faults(on, ordered_on=ordered, visa_from=visa, stay=case), "on"):
        assert max(ordered, visa or ordered) <= on <= min(case.today, case.last)


@given(signed=DAYS, first=DAYS, last=DAYS, today=SOUND, approved=SOUND | st.none())
def test_an_agreement_is_signed_after_its_approval(
    signed: date, first: date, last: date, today: date, approved: date | None
) -> None:
    found = agreements.signature_faults(signed, valid_from=first, valid_until=last, today=today, approved_on=approved)
    if passes(found, "signed_on", "valid_from", "valid_until"):
        assert (approved or FIRST_DAY) <= signed <= today
        assert FIRST_DAY <= first < last <= LAST_DAY


@given(day=DAYS, earliest=SOUND, ends=SOUND, seen=SOUND | st.none(), today=SOUND)
def test_nobody_arrives_tomorrow_or_after_being_seen(
    day: date, earliest: date, ends: date, seen: date | None, today: date
) -> None:
    found = stays.arrival_faults(day, earliest=earliest, ends_on=ends, seen_on=seen, today=today)
    if passes(found, "crossed_border_on"):
        assert earliest <= day <= min(ends, today, seen or today)


@given(first=DAYS, last=DAYS, arrived=SOUND, ends=SOUND, today=SOUND)
def test_a_registration_follows_the_arrival(first: date, last: date, arrived: date, ends: date, today: date) -> None:
    found = stays.registration_faults(first, last, arrived_on=arrived, ends_on=ends, today=today)
    if passes(found, "registered_on", "registered_until"):
        assert arrived <= first <= today
        assert first < last


@given(due=DAYS, last=SOUND, today=SOUND)
def test_a_difference_is_removed_ahead_and_while_one_studies(due: date, last: date, today: date) -> None:
    days = study.RemovalDays(last)
    if passes(study.removal_faults(due, way=RemovalWay.ONLINE, days=days, today=today), "due"):
        assert today < due <= last
