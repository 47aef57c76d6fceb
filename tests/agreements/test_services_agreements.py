"""An agreement from its text to its signature, through its verbs: each step in its order, each day in its bounds."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from agreements.enums import AgreementState
from agreements.models import Agreement, LegalReview, Pathway
from agreements.selectors.agreements import agreement_in_force, law_reviews_of, text_hash
from agreements.services.agreements import (
    decide_text,
    draft_agreement,
    write_term,
)
from core.models import Verdict
from core.values import Localized, today
from core.workflow import BlockedError, FaultyError, ReasonMissingError, RefusedError
from core.worklist import open_items_of
from institutions.enums import Role
from institutions.models import Licence
from tests.agreements.road import Road, state_of
from tests.conftest import ClientAs
from tests.factories import institutions


@pytest.mark.clause("5.3-a")
def test_text_agrees_itself_with_the_last_yes_and_not_before_annex_1(road: Road, drafted: Pathway) -> None:
    for actor in (road.ipd, road.coordinator):
        road.yes(drafted.agreement, actor)

    before = state_of(drafted)
    road.frozen(drafted)

    assert (before, state_of(drafted)) == (AgreementState.DRAFT, AgreementState.AGREED)


@pytest.mark.clause("5.3-a")
def test_a_changed_text_asks_every_party_again(road: Road, drafted: Pathway) -> None:
    road.yes(drafted.agreement, road.ipd)
    write_term(agreement_id=drafted.agreement_id, group="finance", text=Localized("басқа мәтін"), actor=road.ipd)

    with pytest.raises(RefusedError, match="has not offered"):
        road.yes(drafted.agreement, road.coordinator)


@pytest.mark.clause("5.3-a")
def test_what_a_pathway_asks_of_students_is_part_of_the_text(road: Road, drafted: Pathway) -> None:
    before = text_hash(drafted.agreement)

    Pathway.objects.update(required_documents={"outgoing": ["passport"], "incoming": []})

    assert text_hash(drafted.agreement) != before


@pytest.mark.clause("5.3-a")
def test_a_text_that_a_partner_returns_with_a_reason_is_the_ipds_to_change(
    road: Road, drafted: Pathway, client_as: ClientAs
) -> None:
    road.yes(drafted.agreement, road.ipd)

    with pytest.raises(ReasonMissingError):
        _returned(road, drafted.agreement, "")
    _returned(road, drafted.agreement, "Fees")

    page = client_as(road.ipd).get(reverse("agreements:agreement", args=[drafted.agreement_id]))
    asked = {item.queue.partition("@")[0] for item in open_items_of(drafted.agreement) if item.clause == "5.3"}
    assert (state_of(drafted), asked) == (AgreementState.DRAFT, {"ipd_coordinator"})
    assert "returned this text: change it, or offer it anew. Remarks: “Fees”" in page.content.decode()
    with pytest.raises(RefusedError, match="has not offered"):  # from a second window, that showed it before
        road.yes(drafted.agreement, road.coordinator)
    with pytest.raises(RefusedError, match="has not offered"):
        _returned(road, drafted.agreement, "Fees again")

    road.yes(drafted.agreement, road.ipd)

    asked = {item.queue.partition("@")[0] for item in open_items_of(drafted.agreement) if item.clause == "5.3"}
    assert asked == {"partner_coordinator"}
    road.yes(drafted.agreement, road.coordinator)


def _returned(road: Road, agreement: Agreement, reason: str) -> None:
    decide_text(
        agreement_id=agreement.pk,
        verdict=Verdict.RETURNED,
        actor=road.coordinator,
        seen_hash=text_hash(agreement),
        reason=reason,
    )


@pytest.mark.clause("4.2-c")
def test_a_legal_review_names_the_law_in_signs_that_can_be_read(road: Road, drafted: Pathway) -> None:
    with pytest.raises(FaultyError, match="Name the law"):
        road.review(drafted.agreement, law="\u200b")


@pytest.mark.parametrize("blank", [" ", "\u200b\u2060"])
@pytest.mark.clause("4.2-d")
def test_the_university_cannot_offer_an_empty_group(blank: str, road: Road, drafted: Pathway) -> None:
    write_term(agreement_id=drafted.agreement_id, group="finance", text=Localized(blank, blank, blank), actor=road.ipd)

    with pytest.raises(BlockedError, match="financial relations"):
        road.yes(drafted.agreement, road.ipd)


@pytest.mark.clause("4.2-c")
@pytest.mark.clause("5.3-a")
def test_nothing_is_approved_before_the_law_of_each_country_was_examined(road: Road, agreed: Pathway) -> None:
    with pytest.raises(BlockedError) as unexamined:
        road.moved(agreed.agreement, "approve", road.vice_rector)

    road.reviewed(agreed.agreement)
    road.moved(agreed.agreement, "approve", road.vice_rector)

    assert [(one.clause, one.whose_move) for one in unexamined.value.blockers] == [("4.2", Role.LAWYER)] * 2
    assert state_of(agreed) == AgreementState.APPROVED


@pytest.mark.clause("4.2-c")
def test_a_negative_legal_review_blocks_the_signature(road: Road, confirmed: Pathway) -> None:
    road.reviewed(confirmed.agreement, positive=False)

    with pytest.raises(BlockedError) as refused:
        road.sign(confirmed)

    assert [blocker.clause for blocker in refused.value.blockers] == ["4.2", "4.2"]
    assert Agreement.objects.get().number == ""


@pytest.mark.clause("4.2-b")
def test_with_a_partner_whose_licence_has_lapsed_nothing_is_signed(road: Road, confirmed: Pathway) -> None:
    Licence.objects.update(valid_until=today() - timedelta(days=1))

    with pytest.raises(BlockedError, match="The licence of Hochschule Nordtal for 7M061 ended on"):
        road.sign(confirmed)
    Licence.objects.update(valid_until=today())

    assert road.sign(confirmed).state == AgreementState.SIGNED


def test_a_legal_review_has_a_day_that_can_be(road: Road, agreed: Pathway, subtests: pytest.Subtests) -> None:

    for day in (date(1, 1, 1), date(1026, 1, 1), date(1999, 12, 31), today() + timedelta(days=1)):
        with subtests.test(day=str(day)):
            with pytest.raises(FaultyError, match=r"The date must lie between|This day lies ahead") as refused:
                road.review(agreed.agreement, day=day)
            assert [fault.field for fault in refused.value.faults] == ["reviewed_on"]

    assert not LegalReview.objects.exists()


def test_a_signature_and_its_term_have_days_that_can_be(
    road: Road, confirmed: Pathway, subtests: pytest.Subtests
) -> None:
    impossible = [
        ("signed_on", date(1926, 5, 1), "The University approved the text on .*: it is signed after that"),
        ("valid_from", date(1, 1, 1), "The date must lie between"),
        ("valid_until", date(9999, 12, 31), "The date must lie between"),
        ("valid_until", today() + timedelta(days=30 * 365), "The term of validity is longer than 25 years"),
    ]

    for field, day, why in impossible:
        term = {"valid_from": today(), "valid_until": today() + timedelta(days=900), field: day}
        signed_on = term.pop("signed_on", today())
        with subtests.test(field=field, day=str(day)):
            with pytest.raises(FaultyError, match=why) as refused:
                road.sign(confirmed, signed_on=signed_on, term=term)
            assert [fault.field for fault in refused.value.faults] == [field]

    assert Agreement.objects.get().number == ""


@pytest.mark.usefixtures("road", "signed")
def test_a_number_is_borne_by_one_agreement() -> None:
    second = Road(
        partner=institutions.partner("Other", "DE"),
        coordinator=institutions.partner_user(institutions.partner("Other", "DE")),
    )
    pathway = second.walked_to("confirmed")

    with pytest.raises(FaultyError, match="Another agreement bears the number 5-К") as refused:
        second.sign(pathway)

    assert [fault.field for fault in refused.value.faults] == ["number"]


@pytest.mark.clause("6.12")
def test_an_agreements_number_looks_like_one(road: Road, confirmed: Pathway, subtests: pytest.Subtests) -> None:

    for number in ("К", "номер", "-9", "17--К", "17-К;", "<17>", "–", "5-К-"):
        with subtests.test(number=number):
            with pytest.raises(FaultyError, match="A number has a digit") as refused:
                road.sign(confirmed, number=number)
            assert [fault.field for fault in refused.value.faults] == ["number"]

    assert Agreement.objects.get().state == AgreementState.CONFIRMED


@pytest.mark.clause("3-d")
def test_a_memorandum_is_signed_and_is_never_an_agreement_in_force(road: Road) -> None:
    memorandum = draft_agreement(
        names=Localized("Меморандум"), partner_ids=[road.partner.pk], kind="memorandum", actor=road.ipd
    )
    for actor in (road.ipd, road.coordinator):
        road.yes(memorandum, actor)
    road.moved(memorandum, "approve", road.vice_rector)
    road.moved(memorandum, "confirm", road.ipd)
    pathway = road.drafted()
    pathway.agreement_id = memorandum.pk

    signed = road.sign(pathway, number="03-М", signed_on=today())

    assert signed.state == AgreementState.SIGNED
    assert not agreement_in_force(signed, today())


@pytest.mark.clause("3-d")
def test_a_memorandum_is_called_one_wherever_somebody_is_asked_for_something(road: Road, client_as: ClientAs) -> None:
    made = draft_agreement(
        names=Localized("Меморандум"), partner_ids=[road.partner.pk], kind="memorandum", actor=road.ipd
    )
    page, asked = reverse("agreements:agreement", args=[made.pk]), list[str]()

    def note() -> None:
        asked.extend(item.ask for item in open_items_of(made))

    for actor in (road.ipd, road.coordinator):
        road.yes(made, actor)
    note()
    road.moved(made, "approve", road.vice_rector)
    road.moved(made, "confirm", road.ipd)
    note()
    rector = client_as(road.rector)
    button = rector.get(page).context["action"]
    form = rector.get(button.url).content.decode()
    made.refresh_from_db()
    way = road.drafted()
    way.agreement = made
    road.sign(way, number="03-М", signed_on=today(), term={"valid_until": today() + timedelta(days=60)})
    note()
    signed = client_as(road.ipd).get(page)

    assert asked == ["Approve the memorandum", "Sign the memorandum", "Renew the memorandum"]
    assert button.label == "Sign the memorandum"
    assert "<h1>Sign the memorandum</h1>" in form
    assert [way.label for way in signed.context["ways_out"]] == ["End the memorandum"]
    assert "The memorandum ends on" in signed.content.decode()
    assert "agreement ends" not in signed.content.decode()


@pytest.mark.clause("3-c")
def test_a_kazakh_partner_needs_one_legal_review(road: Road) -> None:
    kazakh = institutions.partner("Ертіс МУ", "KZ")
    other = Road(partner=kazakh, coordinator=institutions.partner_user(kazakh))
    pathway = other.walked_to("confirmed")

    assert [review.country for review in law_reviews_of(pathway.agreement)] == ["KZ"]
    assert other.sign(pathway).state == AgreementState.SIGNED


def test_the_day_of_signature_may_lie_in_the_past(road: Road, confirmed: Pathway) -> None:
    day = today() - timedelta(days=9)

    signed = road.sign(confirmed, signed_on=day)

    assert (signed.signed_on, signed.valid_from) == (day, day)
