"""The outgoing road walked by services, each step by its own role (8, 6.3)."""

import pytest

from admissions.enums import ApplicationState
from core.history import history_of
from core.worklist import inbox, open_items_of
from institutions.permissions import standing_of
from tests.admissions.road import Cast


@pytest.mark.clause("8.1-a")
@pytest.mark.clause("8.6-a")
def test_the_whole_road_up_to_the_order(cast: Cast) -> None:

    application, _student = cast.requested()

    assert application.state == ApplicationState.ORDER_REQUESTED
    moves = [entry.action for entry in history_of(application) if entry.action.startswith("outgoing.")]
    assert moves == [
        "outgoing.start",
        "outgoing.submit",
        "outgoing.nominate",
        "outgoing.propose",
        "outgoing.invite",
        "outgoing.request_package",
        "outgoing.complete_documents",
        "outgoing.request_order",
    ]
    waiting = open_items_of(application)
    assert [(item.queue, item.clause) for item in waiting] == [("registrar@home", "8.6")]
    assert inbox(standing_of(cast.registrar).queues) == waiting
