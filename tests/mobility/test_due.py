"""What time brings to stays: an overdue registration and a period that is over come to whose move it is by themselves."""

from datetime import timedelta

import pytest
import time_machine

from core.models import WorkItem
from core.values import today
from core.worklist import is_late, open_items_of
from mobility.enums import PlacementState
from mobility.models import Placement
from mobility.services import stay
from mobility.tasks import settle_due
from tests.admissions.coming import Guests
from tests.factories import mobility

pytestmark = pytest.mark.django_db


def _asked(placement: Placement, clause: str) -> list[tuple[str, str, bool]]:
    return sorted(
        (item.queue.split("@")[0], item.text % item.params, is_late(item))
        for item in open_items_of(placement)
        if item.clause == clause
    )


@pytest.mark.clause("9.2-a")
def test_an_overdue_registration_is_said_to_student_and_ipd_on_the_day_after_it_was_due() -> None:
    placement = Guests().arrived()
    due = placement.registration_due
    assert due is not None

    with time_machine.travel(due, tick=False):
        settle_due.delay()
        in_time = _asked(placement, "9.2")
    with time_machine.travel(due + timedelta(days=1), tick=False):
        settle_due.delay()
        late = _asked(placement, "9.2")

    overdue = f"The migration registration is overdue: it was due on {due:%d.%m.%Y}."
    assert in_time == [
        ("ipd_coordinator", "The migration registration is not entered.", False),
        ("student", "The migration registration is not done.", False),
    ]
    assert late == [("ipd_coordinator", overdue, True), ("student", overdue, True)]


@pytest.mark.clause("9.2-a")
def test_a_registration_that_is_entered_late_is_asked_for_no_more() -> None:
    guests = Guests()
    placement = guests.arrived()
    assert placement.registration_due is not None
    with time_machine.travel(placement.registration_due + timedelta(days=3), tick=False):
        settle_due.delay()

        stay.record_registration(
            placement_id=placement.pk,
            registered_on=today(),
            number="R-1",
            registered_until=today() + timedelta(days=200),
            actor=guests.ipd,
        )
        settle_due.delay()

        assert _asked(placement, "9.2") == []


def test_a_stay_whose_period_is_over_comes_to_the_ipd() -> None:
    placement = mobility.placement()
    Placement.objects.filter(pk=placement.pk).update(
        state=PlacementState.PRESENT, ends_on=today(), starts_on=today() - timedelta(days=90)
    )
    settle_due.delay()
    lasting = _asked(placement, "6.3")

    with time_machine.travel(today() + timedelta(days=1), tick=False):
        settle_due.delay()

        assert lasting == []
        assert _asked(placement, "6.3") == [("ipd_coordinator", "End the stay", False)]


def test_a_later_sweep_changes_nothing() -> None:
    placement = Guests().arrived()
    assert placement.registration_due is not None
    with time_machine.travel(placement.registration_due + timedelta(days=1), tick=False):
        settle_due.delay()
    first = list(WorkItem.objects.order_by("pk").values())

    with time_machine.travel(placement.registration_due + timedelta(days=9), tick=False):
        settle_due.delay()
        settle_due.delay()

    assert list(WorkItem.objects.order_by("pk").values()) == first
