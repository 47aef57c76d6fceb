"""What a pathway's opening rests on: Councils and EPVO, each after what comes before it."""

from datetime import date, timedelta

import pytest

from agreements.enums import AgreementState, CouncilResult
from agreements.selectors.councils import councils_of
from agreements.services.agreements import move_agreement
from agreements.services.evidence import enter_epvo, record_council
from core.values import today
from core.workflow import FaultyError, NotAllowedError, WrongStateError
from tests.agreements.road import Road, state_of

pytestmark = pytest.mark.django_db


@pytest.mark.clause("5.3-a")
@pytest.mark.clause("5.4-a")
def test_a_council_decides_neither_before_the_approval_nor_after_the_signature(road: Road) -> None:
    pathway = road.agreed()
    with pytest.raises(WrongStateError):
        road.council(pathway, road.home, road.ipd)

    road.reviewed(pathway.agreement)
    move_agreement(agreement_id=pathway.agreement_id, step="approve", actor=road.vice_rector)
    road.council(pathway, road.home, road.ipd)
    road.council(pathway, road.partner, road.ipd)  # from paper

    assert state_of(pathway) == AgreementState.CONFIRMED
    with pytest.raises(WrongStateError):
        road.council(pathway, road.home, road.ipd)


@pytest.mark.clause("5.4-a")
def test_a_negative_council_confirms_nothing_until_it_decides_anew(road: Road) -> None:
    pathway = road.approved()
    road.council(pathway, road.home, road.ipd)
    road.council(pathway, road.partner, road.coordinator, result=CouncilResult.REJECTED)
    negative = state_of(pathway)

    road.council(pathway, road.partner, road.coordinator)

    assert (negative, state_of(pathway)) == (AgreementState.APPROVED, AgreementState.CONFIRMED)


@pytest.mark.clause("5.3-b")
def test_epvo_follows_the_signature(road: Road) -> None:
    pathway = road.confirmed()
    with pytest.raises(WrongStateError):
        enter_epvo(pathway_id=pathway.pk, number="EP", day=today(), actor=road.ipd)

    road.sign(pathway)
    with pytest.raises(FaultyError, match="the entry into EPVO follows it"):
        enter_epvo(pathway_id=pathway.pk, number="EP", day=today() - timedelta(days=6), actor=road.ipd)


@pytest.mark.clause("5.4-a")
def test_a_partner_writes_down_its_own_council_alone(road: Road) -> None:
    pathway = road.approved()

    with pytest.raises(NotAllowedError):
        road.council(pathway, road.home, road.coordinator)
    road.council(pathway, road.partner, road.coordinator)

    assert [row.university_id for row in councils_of([pathway])] == [road.partner.pk]


@pytest.mark.parametrize("day", [date(1, 1, 1), date(1999, 12, 31), today() + timedelta(days=1)])
def test_a_councils_decision_has_a_day_that_can_be(day: date, road: Road) -> None:
    pathway = road.approved()

    with pytest.raises(FaultyError, match=r"The date must lie between|This day lies ahead") as refused:
        record_council(
            pathway_id=pathway.pk,
            university_id=road.partner.pk,
            council="Senat",
            protocol_number="4",
            decided_on=day,
            result=CouncilResult.APPROVED,
            actor=road.coordinator,
        )

    assert [fault.field for fault in refused.value.faults] == ["decided_on"]
    assert councils_of([pathway]) == []
