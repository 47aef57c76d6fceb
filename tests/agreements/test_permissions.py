"""Each step of the Agreement road is its own roles' and refused to the others."""

from collections.abc import Callable

import pytest

from agreements.models import Agreement
from agreements.services.agreements import draft_agreement, move_agreement
from agreements.services.pathways import move_pathway
from core.values import Localized
from core.workflow import NotAllowedError
from institutions.models import User
from tests.agreements.road import Road
from tests.factories import institutions

pytestmark = pytest.mark.django_db


STEPS: dict[str, Callable[[Road], Callable[[User], object]]] = {
    "approve": lambda road: lambda who: road.moved(road.examined().agreement, "approve", who),
    "review": lambda road: lambda who: road.review(road.agreed().agreement, by=who),
    "open": lambda road: lambda who: move_pathway(pathway_id=road.ready().pk, step="open", actor=who),
    "draft": lambda road: lambda who: draft_agreement(names=Localized("К"), partner_ids=[road.partner.pk], actor=who),
}
OWNERS = {"approve": "vice_rector", "review": "lawyer", "open": "ipd", "draft": "ipd"}


@pytest.mark.parametrize("step", sorted(STEPS))
@pytest.mark.parametrize("role", ["ipd", "lawyer", "vice_rector", "rector", "coordinator"])
def test_each_step_is_its_own_roles(step: str, role: str, road: Road) -> None:
    take = STEPS[step](road)
    who = getattr(road, role)
    if OWNERS[step] == role:
        take(who)
    else:
        with pytest.raises(NotAllowedError):
            take(who)


def test_a_stranger_finds_nothing(road: Road) -> None:
    pathway = road.agreed()
    stranger = institutions.partner_user(institutions.partner("Stranger", "FR"))

    with pytest.raises(Agreement.DoesNotExist):
        move_agreement(agreement_id=pathway.agreement_id, step="approve", actor=stranger)
