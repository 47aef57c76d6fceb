"""A pathway opens when every demand is met, and takes nobody once a licence or an agreement has ended."""

from datetime import timedelta

import pytest

from agreements.enums import PathwayKind, PathwayState
from agreements.selectors.admission import admits_on, pathway_opening_blockers
from agreements.selectors.agreements import agreement_in_force
from agreements.services.pathways import move_pathway
from core.values import today
from core.workflow import BlockedError
from tests.agreements.road import Road
from tests.factories import institutions

pytestmark = pytest.mark.django_db


@pytest.mark.clause("5.3-a")
@pytest.mark.clause("6.12-e")
def test_the_whole_road_by_its_people(road: Road) -> None:
    pathway = road.ready()

    assert pathway_opening_blockers(pathway, today()) == ()
    move_pathway(pathway_id=pathway.pk, step="open", actor=road.ipd)

    pathway = road.fresh(pathway)
    assert (pathway.state, admits_on(pathway, today())) == (PathwayState.OPEN, ())
    assert agreement_in_force(pathway.agreement, today())
    assert not agreement_in_force(pathway.agreement, today() + timedelta(days=901))


@pytest.mark.clause("4.2-b")
def test_a_pathway_without_a_licence_does_not_open_and_an_open_one_closes_by_itself(road: Road) -> None:
    pathway = road.ready()
    move_pathway(pathway_id=pathway.pk, step="open", actor=road.ipd)
    pathway = road.fresh(pathway)

    far = today() + timedelta(days=1001)
    late = [blocker.clause for blocker in admits_on(pathway, far)]

    assert late == ["4.2", "6.12"]
    unlicensed = Road(
        partner=institutions.partner("No licence", "DE"),
        coordinator=institutions.partner_user(institutions.partner("No licence", "DE")),
        licensed=False,
    )
    with pytest.raises(BlockedError, match=r"No licence of No licence covers 7M061"):
        move_pathway(pathway_id=unlicensed.drafted().pk, step="open", actor=unlicensed.ipd)


@pytest.mark.clause("5.5-a")
def test_unequal_lengths_may_not_be_called_joint(road: Road) -> None:
    pathway = road.drafted(kind=PathwayKind.JOINT, home_semesters=3, partner_semesters=1)

    told = {blocker.clause for blocker in pathway_opening_blockers(pathway, today())}

    assert "5.5" in told
