"""Where tests of the road begin: at a stage that was walked once, whatever other tests made of it."""

import pytest

from agreements.models import Agreement, Pathway
from institutions.models import User
from tests.agreements.road import Road, state_of


@pytest.mark.parametrize("time", ["first", "second"])
def test_each_test_finds_its_stage_as_it_was_left(time: str, road: Road, examined: Pathway) -> None:
    assert state_of(examined) == "agreed", time

    road.approve()

    assert (state_of(examined), road.way.agreement.state) == ("approved", "approved")


def test_an_earlier_stage_knows_nothing_of_a_later_one(road: Road) -> None:
    assert (Agreement.objects.count(), hasattr(road, "way")) == (0, False)


@pytest.mark.django_db
def test_who_does_not_take_the_road_meets_nobody_of_it() -> None:
    assert User.objects.count() == 0
