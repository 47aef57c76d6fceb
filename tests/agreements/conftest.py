"""What the tests of the Agreement road share."""

import pytest

from tests.agreements.road import Road


@pytest.fixture
def road() -> Road:
    """The people of one agreement, with their programmes and curricula."""
    return Road()
