"""Days that people write down about a stay: between which each may lie, and that the page says so beside the field."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from core.faults import Fault
from core.values import today
from institutions.models import User
from mobility.models import Placement
from mobility.workflow.days import arrival_faults, coming_faults, registration_faults
from tests.admissions.coming import Guests

TODAY = date(2027, 4, 20)
EARLIEST, ENDS_ON = date(2027, 3, 1), date(2027, 4, 15)
DAY = timedelta(days=1)


def told(*faults: Fault) -> list[tuple[str, str]]:
    """Field and words of each fault."""
    return [(fault.field, fault.text % fault.params) for fault in faults]


@pytest.mark.clause("9.1-a")
@pytest.mark.parametrize(
    ("day", "seen_on", "why"),
    [
        (TODAY + DAY, None, "This day lies ahead."),
        (EARLIEST - DAY, None, "The student can have come on 01.03.2027 at the earliest"),
        (ENDS_ON + DAY, None, "The stay ended on 15.04.2027: nobody has come to it after that."),
        (EARLIEST + DAY, EARLIEST, "On 01.03.2027 the student was here already: correct that day first."),
    ],
)
def test_an_arrival_lies_behind_and_within_the_stay(day: date, seen_on: date | None, why: str) -> None:
    ((field, text),) = told(*arrival_faults(day, earliest=EARLIEST, ends_on=ENDS_ON, seen_on=seen_on, today=TODAY))

    assert (field, why in text) == ("crossed_border_on", True)


@pytest.mark.clause("9.1-a")
def test_an_arrival_on_the_first_and_on_the_last_day_can_be() -> None:
    for day in (EARLIEST, ENDS_ON):
        assert told(*arrival_faults(day, earliest=EARLIEST, ends_on=ENDS_ON, seen_on=day, today=TODAY)) == []


@pytest.mark.clause("9.1-a")
def test_nobody_comes_to_the_ipd_tomorrow_or_before_the_arrival() -> None:
    faults = {day: told(*coming_faults(day, arrived_on=EARLIEST, today=TODAY)) for day in (EARLIEST, TODAY)}

    assert faults == {EARLIEST: [], TODAY: []}
    assert told(*coming_faults(TODAY + DAY, arrived_on=EARLIEST, today=TODAY)) == [("day", "This day lies ahead.")]
    assert told(*coming_faults(EARLIEST - DAY, arrived_on=EARLIEST, today=TODAY)) == [
        ("day", "The student arrived on 01.03.2027 and has not come to the IPD before.")
    ]


@pytest.mark.clause("9.2-a")
@pytest.mark.parametrize(
    ("first", "last", "field", "why"),
    [
        (TODAY + DAY, TODAY + 9 * DAY, "registered_on", "This day lies ahead."),
        (EARLIEST - DAY, ENDS_ON, "registered_on", "The student arrived on 01.03.2027 and was not registered before."),
        (EARLIEST, EARLIEST, "registered_until", "The registration ends before it begins."),
        (
            EARLIEST,
            ENDS_ON + 367 * DAY,
            "registered_until",
            "The date must lie between 01.01.2000 and 15.04.2028.",
        ),
    ],
)
def test_a_registration_begins_after_the_arrival_and_ends_not_long_after_the_stay(
    first: date, last: date, field: str, why: str
) -> None:
    bounds = {"arrived_on": EARLIEST, "ends_on": ENDS_ON, "today": TODAY}

    assert told(*registration_faults(first, last, **bounds)) == [(field, why)]
    assert told(*registration_faults(EARLIEST, ENDS_ON + 366 * DAY, **bounds)) == []


@pytest.mark.django_db
@pytest.mark.clause("9.2-a")
def test_days_that_cannot_be_stand_beside_their_fields_on_the_page(client_as: Callable[[User], Client]) -> None:
    guests = Guests()
    placement = guests.arrived()
    days = {"registered_on": f"{today() + DAY:%d.%m.%Y}", "registered_until": f"{today() + DAY:%d.%m.%Y}"}

    page = client_as(guests.ipd).post(
        reverse("mobility:stay-registration", args=[placement.pk]), {**days, "number": "KZ-9"}
    )

    assert page.context["form"].errors == {
        "registered_on": ["This day lies ahead."],
        "registered_until": ["The registration ends before it begins."],
    }
    assert 'id="id_registered_on_error"><li>This day lies ahead.</li>' in page.content.decode()
    assert 'value="KZ-9"' in page.content.decode()
    assert Placement.objects.get(pk=placement.pk).registered_on is None
