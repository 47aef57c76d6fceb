"""Each step of the Agreement road is its own roles' and refused to the others."""

from collections.abc import Callable

import pytest

from agreements.models import Agreement, Pathway
from agreements.services.agreements import draft_agreement, move_agreement
from agreements.services.pathways import move_pathway
from core.values import Localized
from core.workflow import NotAllowedError
from institutions.models import User
from tests.agreements.road import Road
from tests.factories import institutions


def approve(road: Road) -> Callable[[User], object]:
    agreement = road.walked_to("examined").agreement
    return lambda who: road.moved(agreement, "approve", who)


def review(road: Road) -> Callable[[User], object]:
    agreement = road.walked_to("agreed").agreement
    return lambda who: road.review(agreement, by=who)


def open_pathway(road: Road) -> Callable[[User], object]:
    pathway = road.walked_to("ready")
    return lambda who: move_pathway(pathway_id=pathway.pk, step="open", actor=who)


def draft(road: Road) -> Callable[[User], object]:
    return lambda who: draft_agreement(names=Localized("К"), partner_ids=[road.partner.pk], actor=who)


@pytest.mark.parametrize(
    ("step", "owner"), [(approve, "vice_rector"), (review, "lawyer"), (open_pathway, "ipd"), (draft, "ipd")]
)
def test_each_step_is_its_own_roles(
    step: Callable[[Road], Callable[[User], object]], owner: str, road: Road, subtests: pytest.Subtests
) -> None:
    take = step(road)
    for role in {"ipd", "lawyer", "vice_rector", "rector", "coordinator"} - {owner}:
        with subtests.test(role=role), pytest.raises(NotAllowedError):
            take(getattr(road, role))

    take(getattr(road, owner))


def test_a_stranger_finds_nothing(road: Road, agreed: Pathway) -> None:
    stranger = institutions.partner_user(institutions.partner("Stranger", "FR"))

    with pytest.raises(Agreement.DoesNotExist):
        move_agreement(agreement_id=agreed.agreement_id, step="approve", actor=stranger)
