"""What the tests of the Agreement road share: the road walked up to each stage, once for all tests that begin there.

A test takes `road`, and by its name the stage where it begins. Such a module has no mark of pytest-django: `road` opens the
database once the world stands.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from agreements.models import Pathway
from tests.agreements.road import STAGES, Road
from tests.worlds import Worlds

WORLDS = Worlds(Road, STAGES)


def _stage_of(item: pytest.Item) -> int | None:
    here = Path(__file__).parent in item.path.parents
    return WORLDS.stage_of(item, "road") if here else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of one stage follow each other, in the places that the tests of the road have: so each stage is built once."""
    stages = [_stage_of(item) for item in items]
    on_the_road = sorted((stage, place) for place, stage in enumerate(stages) if stage is not None)
    ordered = [items[place] for _stage, place in on_the_road]
    for place, item in zip(sorted(place for _stage, place in on_the_road), ordered, strict=True):
        items[place] = item


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(nextitem: pytest.Item | None) -> Iterator[None]:
    """Whoever comes next and does not take the road finds nothing of it."""
    try:
        yield
    finally:
        if nextitem is None or _stage_of(nextitem) is None:
            WORLDS.leave()


@pytest.fixture
def _world(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Road:
    return WORLDS.at(_stage_of(request.node) or 0, django_db_blocker)


@pytest.fixture
def road(_world: Road, db: None) -> Road:
    """The people of one agreement, with their programmes and curricula, and what they have made up to the stage."""
    return _world


def _way(stage: str) -> Callable[..., Pathway]:
    @pytest.fixture(name=stage)
    def way(road: Road) -> Pathway:
        return road.way

    return way


drafted, agreed, examined, approved, confirmed, signed, ready = (_way(stage) for stage, _step in STAGES)
