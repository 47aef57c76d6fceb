"""A renewal begins with what the old agreement says."""

import pytest

from agreements.enums import AgreementState, PathwayState
from agreements.services.renewal import renew_agreement
from core.workflow import WrongStateError
from tests.agreements.road import Road

pytestmark = pytest.mark.django_db


def test_a_renewal_takes_over_terms_and_pathways_and_asks_the_rest_anew(road: Road) -> None:
    old = road.ready().agreement

    new = renew_agreement(agreement_id=old.pk, actor=road.ipd)

    way = new.pathways.get()
    assert (new.state, new.number, new.renews) == (AgreementState.DRAFT, "", old)
    assert [term.text_kk for term in new.terms.all()] == ["мәтін"] * 7
    assert (way.state, way.epvo_number, way.annex_versions.count(), way.council_decisions.count()) == (
        PathwayState.PREPARED,
        "",
        0,
        0,
    )
    assert way.teachers.count() == 2
    with pytest.raises(WrongStateError, match="there already"):
        renew_agreement(agreement_id=old.pk, actor=road.ipd)
