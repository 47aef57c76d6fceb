"""The incoming road walked by services, each step by its own role (7, 9)."""

import pytest

from admissions.enums import ApplicationState as S
from admissions.services import incoming
from core.history import history_of
from core.workflow import RefusedError
from core.worklist import open_items_of
from tests.admissions.coming import Guests, fresh

pytestmark = pytest.mark.django_db


@pytest.mark.clause("7.2-a", "7.4-b", "5.9-a")
def test_the_whole_road_up_to_arrival() -> None:
    guests = Guests()

    placement = guests.arrived()

    application = fresh(placement.application)
    assert application.state == S.ARRIVED
    moves = [entry.action for entry in history_of(application) if entry.action.startswith("incoming.")]
    assert moves == [
        "incoming.named",
        "incoming.nominate",
        "incoming.send_to_review",
        "incoming.agree",
        "incoming.propose",
        "incoming.account_opened",
        "incoming.complete_documents",
        "incoming.draft_order",
        "incoming.admit",
        "incoming.invite",
        "incoming.paper_sent",
        "incoming.paper_sent",
        "incoming.arrive",
    ]


@pytest.mark.clause("7.3-c")
@pytest.mark.parametrize(
    ("state", "queues"),
    [
        (S.NOMINATED, ["ipd_coordinator@home"]),
        (S.IN_REVIEW, ["department_head"]),
        (S.DEPARTMENT_AGREED, ["institute_director"]),
        (S.DOCUMENTS_COMPLETE, ["ipd_coordinator@home"]),
        (S.ORDER_DRAFTED, []),
        (S.ADMITTED, ["ipd_coordinator@home"]),
    ],
)
def test_nobody_but_whose_move_it_is_is_waited_for(state: str, queues: list[str]) -> None:
    application = Guests().at(state)

    waiting = [item for item in open_items_of(application) if item.clause[0] == "7"]

    moves = [item for item in waiting if not item.cause.startswith(("6.12", "7.6"))]
    assert [item.queue.split("@unit")[0] for item in moves] == queues


@pytest.mark.clause("7.3-a")
def test_institute_cannot_propose_before_department() -> None:
    guests = Guests()
    application = guests.in_review()
    with pytest.raises(RefusedError, match=r"The department has not yet agreed. \(7.3\)"):
        incoming.propose(application_id=application.pk, actor=guests.director)
