"""An agreement from its text to its signature, through its verbs: each step in its order, each day in its bounds."""

from datetime import date, timedelta

import pytest

from agreements.enums import AgreementState
from agreements.models import Agreement, LegalReview
from agreements.selectors.agreements import agreement_in_force, law_reviews_of
from agreements.services.agreements import (
    decide_text,
    draft_agreement,
    move_agreement,
    review_law,
    sign_agreement,
    write_term,
)
from core.models import Verdict
from core.values import Localized, today
from core.workflow import BlockedError, FaultyError, ReasonMissingError, RefusedError
from institutions.enums import Role
from institutions.models import Licence
from tests.agreements.road import Road, state_of
from tests.factories import institutions

pytestmark = pytest.mark.django_db


@pytest.mark.clause("5.3-a")
def test_text_agrees_itself_with_the_last_yes_and_not_before_annex_1(road: Road) -> None:
    pathway = road.drafted()
    for actor in (road.ipd, road.coordinator):
        decide_text(agreement_id=pathway.agreement_id, verdict=Verdict.AGREED, actor=actor)

    before = state_of(pathway)
    road.frozen(pathway)

    assert (before, state_of(pathway)) == (AgreementState.DRAFT, AgreementState.AGREED)


@pytest.mark.clause("5.3-a")
def test_a_changed_text_asks_every_party_again(road: Road) -> None:
    pathway = road.drafted()
    decide_text(agreement_id=pathway.agreement_id, verdict=Verdict.AGREED, actor=road.ipd)
    write_term(agreement_id=pathway.agreement_id, group="finance", text=Localized("басқа мәтін"), actor=road.ipd)

    with pytest.raises(RefusedError, match="has not offered"):
        decide_text(agreement_id=pathway.agreement_id, verdict=Verdict.AGREED, actor=road.coordinator)


def test_a_partner_returns_the_text_with_a_reason(road: Road) -> None:
    pathway = road.drafted()
    decide_text(agreement_id=pathway.agreement_id, verdict=Verdict.AGREED, actor=road.ipd)

    with pytest.raises(ReasonMissingError):
        decide_text(agreement_id=pathway.agreement_id, verdict=Verdict.RETURNED, actor=road.coordinator)
    decide_text(agreement_id=pathway.agreement_id, verdict=Verdict.RETURNED, actor=road.coordinator, reason="Fees")

    assert state_of(pathway) == AgreementState.DRAFT


@pytest.mark.clause("4.2-d")
def test_the_university_cannot_offer_an_empty_group(road: Road) -> None:
    pathway = road.drafted()
    write_term(agreement_id=pathway.agreement_id, group="finance", text=Localized(" "), actor=road.ipd)

    with pytest.raises(BlockedError, match="financial relations"):
        decide_text(agreement_id=pathway.agreement_id, verdict=Verdict.AGREED, actor=road.ipd)


@pytest.mark.clause("4.2-c")
@pytest.mark.clause("5.3-a")
def test_nothing_is_approved_before_the_law_of_each_country_was_examined(road: Road) -> None:
    pathway = road.agreed()
    with pytest.raises(BlockedError) as unexamined:
        move_agreement(agreement_id=pathway.agreement_id, step="approve", actor=road.vice_rector)

    road.reviewed(pathway.agreement)
    move_agreement(agreement_id=pathway.agreement_id, step="approve", actor=road.vice_rector)

    assert [(one.clause, one.whose_move) for one in unexamined.value.blockers] == [("4.2", Role.LAWYER)] * 2
    assert state_of(pathway) == AgreementState.APPROVED


@pytest.mark.clause("4.2-c")
def test_a_negative_legal_review_blocks_the_signature(road: Road) -> None:
    pathway = road.confirmed()
    road.reviewed(pathway.agreement, positive=False)

    with pytest.raises(BlockedError) as refused:
        road.sign(pathway)

    assert [blocker.clause for blocker in refused.value.blockers] == ["4.2", "4.2"]
    assert Agreement.objects.get().number == ""


@pytest.mark.clause("4.2-b")
def test_with_a_partner_whose_licence_has_lapsed_nothing_is_signed(road: Road) -> None:
    pathway = road.confirmed()
    Licence.objects.update(valid_until=today() - timedelta(days=1))

    with pytest.raises(BlockedError, match="The licence of Hochschule Nordtal for 7M061 ended on"):
        road.sign(pathway)
    Licence.objects.update(valid_until=today())

    assert road.sign(pathway).state == AgreementState.SIGNED


@pytest.mark.parametrize("day", [date(1, 1, 1), date(1026, 1, 1), date(1999, 12, 31), today() + timedelta(days=1)])
def test_a_legal_review_has_a_day_that_can_be(day: date, road: Road) -> None:
    pathway = road.agreed()

    with pytest.raises(FaultyError, match=r"The date must lie between|This day lies ahead") as refused:
        review_law(
            agreement_id=pathway.agreement_id,
            country="DE",
            law="BGB",
            is_positive=True,
            reviewed_on=day,
            actor=road.lawyer,
        )

    assert [fault.field for fault in refused.value.faults] == ["reviewed_on"]
    assert not LegalReview.objects.exists()


@pytest.mark.parametrize(
    "days",
    [
        {"signed_on": date(1926, 5, 1)},
        {"valid_from": date(1, 1, 1)},
        {"valid_until": date(9999, 12, 31)},
    ],
)
def test_a_signature_and_its_term_have_days_that_can_be(days: dict[str, date], road: Road) -> None:
    pathway = road.confirmed()
    term = {"signed_on": today(), "valid_from": today(), "valid_until": today() + timedelta(days=900), **days}

    with pytest.raises(FaultyError, match="The date must lie between") as refused:
        sign_agreement(agreement_id=pathway.agreement_id, number="5-К", actor=road.rector, **term)

    assert [fault.field for fault in refused.value.faults] == list(days)
    assert Agreement.objects.get().number == ""


def test_a_number_is_borne_by_one_agreement(road: Road) -> None:
    road.signed()
    second = Road(
        partner=institutions.partner("Other", "DE"),
        coordinator=institutions.partner_user(institutions.partner("Other", "DE")),
    )
    pathway = second.confirmed()

    with pytest.raises(FaultyError, match="Another agreement bears the number 5-К") as refused:
        second.sign(pathway)

    assert [fault.field for fault in refused.value.faults] == ["number"]


@pytest.mark.clause("3-d")
def test_a_memorandum_is_signed_and_is_never_an_agreement_in_force(road: Road) -> None:
    memorandum = draft_agreement(
        names=Localized("Меморандум"), partner_ids=[road.partner.pk], kind="memorandum", actor=road.ipd
    )
    for actor in (road.ipd, road.coordinator):
        decide_text(agreement_id=memorandum.pk, verdict=Verdict.AGREED, actor=actor)
    move_agreement(agreement_id=memorandum.pk, step="approve", actor=road.vice_rector)
    move_agreement(agreement_id=memorandum.pk, step="confirm", actor=road.ipd)
    pathway = road.drafted()
    pathway.agreement_id = memorandum.pk

    signed = road.sign(pathway, number="03-М")

    assert signed.state == AgreementState.SIGNED
    assert not agreement_in_force(signed, today())


@pytest.mark.clause("3-c")
def test_a_kazakh_partner_needs_one_legal_review(road: Road) -> None:
    kazakh = institutions.partner("Ертіс МУ", "KZ")
    other = Road(partner=kazakh, coordinator=institutions.partner_user(kazakh))
    pathway = other.confirmed()

    assert [review.country for review in law_reviews_of(pathway.agreement)] == ["KZ"]
    assert other.sign(pathway).state == AgreementState.SIGNED


def test_the_day_of_signature_may_lie_in_the_past(road: Road) -> None:
    pathway = road.confirmed()
    day = today() - timedelta(days=9)

    signed = road.sign(pathway, signed_on=day)

    assert (signed.signed_on, signed.valid_from) == (day, day)
