"""What the tests of the outgoing road share: it is walked up to each stage once for all tests that begin there.

A test takes `cast`, and by its name the stage where its first application stands: that one with its student. It has no mark of
pytest-django: `cast` opens the database once the world stands.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.admissions.road import STAGES, Case, Cast, fresh
from tests.worlds import Worlds

WORLDS = Worlds("cast", Cast, STAGES, Path(__file__).parent)
pytest_collection_modifyitems, pytest_runtest_teardown, _world = WORLDS.hooks()


@pytest.fixture
def cast(_world: Cast, db: None) -> Cast:
    """Everybody whose move comes up on the outgoing road, and what they have done up to the stage."""
    return _world


def _first(stage: str) -> Callable[..., Case]:
    @pytest.fixture(name=stage)
    def first(cast: Cast) -> Case:
        application, student = cast.first
        return fresh(application), student

    return first


submitted, proposed, invited, complete, requested, admitted, granted, departed = (
    _first(name) for name, _step in STAGES
)
