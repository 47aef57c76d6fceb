"""A renewal begins with what the old agreement says."""

import pytest
from django.urls import reverse

from agreements.enums import AgreementState, PathwayState
from agreements.models import Pathway
from agreements.services.agreements import move_agreement
from agreements.services.renewal import renew_agreement
from core.workflow import WrongStateError
from tests.agreements.road import Road
from tests.conftest import ClientAs
from tests.factories import agreements


def test_a_renewal_takes_over_terms_and_pathways_and_asks_the_rest_anew(road: Road, ready: Pathway) -> None:
    old = ready.agreement

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


def test_a_renewal_that_was_given_up_is_begun_again_and_is_not_renewed_itself(road: Road, client_as: ClientAs) -> None:
    old = agreements.agreement(road.partner)
    page, ipd = reverse("agreements:agreement", args=[old.pk]), client_as(road.ipd)
    renewal = renew_agreement(agreement_id=old.pk, actor=road.ipd)
    begun = ipd.get(page).context["may_renew"]
    move_agreement(agreement_id=renewal.pk, step="abandon", reason="No interest", actor=road.ipd)

    given_up = ipd.get(page).content.decode()
    with pytest.raises(WrongStateError, match="Only a signed agreement"):
        renew_agreement(agreement_id=renewal.pk, actor=road.ipd)

    assert (begun, "Draft the renewal" in given_up) == (False, True)
    assert "has not agreed yet" in ipd.get(reverse("agreements:agreement", args=[renewal.pk])).content.decode()
