"""What time brings to stays: an overdue registration and a period that is over come to whose move it is by themselves."""

from datetime import timedelta

import pytest
import time_machine

from core.models import WorkItem
from core.tasks import settle_due
from core.values import today
from core.worklist import is_late, open_items_of
from mobility.enums import PlacementState
from mobility.models import Placement
from mobility.selectors.stay import over, run_out
from mobility.services import stay
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

        guests.register(placement, today() + timedelta(days=200))
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


def test_a_stay_that_ended_long_ago_is_late_since_its_own_end() -> None:
    placement = mobility.placement()
    ended = today() - timedelta(days=60)
    Placement.objects.filter(pk=placement.pk).update(
        state=PlacementState.PRESENT, ends_on=ended, starts_on=ended - timedelta(days=90)
    )

    settle_due.delay()

    (item,) = [item for item in open_items_of(placement) if item.clause == "6.3"]
    assert timedelta(days=5) <= item.due - ended <= timedelta(days=21)  # five working days, holidays between them
    assert is_late(item)


@pytest.mark.clause("9.2-a")
def test_a_registration_that_runs_out_is_asked_for_again_until_the_period_is_over() -> None:
    guests = Guests()
    placement = guests.arrived()
    until = today() + timedelta(days=5)
    guests.register(placement, until)

    with time_machine.travel(until + timedelta(days=1), tick=False):
        settle_due.delay()
        asked = _asked(placement, "9.2")
        guests.register(placement, today() + timedelta(days=100), "R-2")
        extended = _asked(placement, "9.2")

    text = f"The migration registration ended on {until:%d.%m.%Y}: it is to be extended."
    assert asked == [("ipd_coordinator", text, True), ("student", text, True)]
    assert extended == []


@pytest.mark.clause("9.2-a")
def test_after_the_period_an_ended_registration_is_shown_and_does_not_keep_the_stay_open() -> None:
    guests = Guests()
    placement = guests.arrived()
    stay.record_came_to_ipd(placement_id=placement.pk, day=today(), actor=guests.ipd)
    stay.acknowledge_rules(placement_id=placement.pk, actor=guests.student(placement.application))
    guests.register(placement, placement.ends_on + timedelta(days=10))

    with time_machine.travel(placement.ends_on + timedelta(days=40), tick=False):
        settle_due.delay()
        assert _asked(placement, "9.2") == []
        assert _asked(placement, "6.3") == [("ipd_coordinator", "End the stay", True)]
        assert list(Placement.objects.filter(run_out())) == list(Placement.objects.filter(over())) == [placement]
        assert stay.end_stay(placement_id=placement.pk, actor=guests.ipd).state == PlacementState.ENDED
        assert not Placement.objects.filter(run_out() | over()).exists()


def test_a_later_sweep_changes_nothing() -> None:
    placement = Guests().arrived()
    assert placement.registration_due is not None
    with time_machine.travel(placement.registration_due + timedelta(days=1), tick=False):
        settle_due.delay()
    first = list(WorkItem.objects.filter(subject_type="mobility.placement").order_by("pk").values())

    with time_machine.travel(placement.registration_due + timedelta(days=9), tick=False):
        settle_due.delay()
        settle_due.delay()

    assert list(WorkItem.objects.filter(subject_type="mobility.placement").order_by("pk").values()) == first
