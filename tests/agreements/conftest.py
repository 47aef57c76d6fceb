"""What the tests of the Agreement road share: the road walked up to each stage, once for all tests that begin there.

A test takes `road`, and by its name the stage where it begins. Such a module has no mark of pytest-django: `road` opens the
database once the world stands.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from agreements.models import Pathway
from tests.agreements.road import STAGES, Road
from tests.worlds import Worlds

WORLDS = Worlds("road", Road, STAGES, Path(__file__).parent)
pytest_collection_modifyitems, pytest_runtest_teardown, _world = WORLDS.hooks()


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
