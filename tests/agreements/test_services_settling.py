"""Who is waited for on the Agreement road: the inbox says what the page says."""

from datetime import timedelta

import pytest

from agreements.selectors.pathways import waiting_for
from agreements.services.agreements import decide_text, move_agreement
from agreements.services.settling import settle_agreement
from core.models import Verdict, WorkItem
from core.values import today
from core.worklist import inbox, open_items_of
from institutions.models import Licence
from institutions.permissions import standing_of
from tests.agreements.road import Road

pytestmark = pytest.mark.django_db


def _queues() -> set[str]:
    return {item.queue.split("@")[0] for item in WorkItem.objects.filter(closed_at=None)}


def _agreement_queues() -> set[str]:
    return {item.queue for item in WorkItem.objects.filter(closed_at=None, subject_type="agreements.agreement")}


@pytest.mark.clause("4.2-c")
def test_who_is_waited_for_follows_the_road(road: Road) -> None:
    pathway = road.drafted()
    draft = _queues()
    road.frozen(pathway)
    decide_text(agreement_id=pathway.agreement_id, verdict=Verdict.AGREED, actor=road.ipd)
    offered = _agreement_queues()
    decide_text(agreement_id=pathway.agreement_id, verdict=Verdict.AGREED, actor=road.coordinator)
    agreed = _agreement_queues()
    road.reviewed(pathway.agreement)
    reviewed = _agreement_queues()

    partner = f"partner_coordinator@university:{road.partner.pk}"
    assert draft == {"ipd_coordinator", "partner_coordinator"}
    assert offered == {partner, "lawyer@home"}
    assert agreed == {"lawyer@home"}
    assert reviewed == {"vice_rector@home"}


def test_a_draft_is_given_up_and_waits_for_nobody(road: Road) -> None:
    pathway = road.drafted()

    move_agreement(agreement_id=pathway.agreement_id, step="abandon", reason="No interest", actor=road.ipd)

    assert WorkItem.objects.filter(closed_at=None).count() == 0


@pytest.mark.clause("4.2-c")
def test_the_lawyer_finds_each_country_in_the_inbox_as_soon_as_the_text_is_offered(road: Road) -> None:
    pathway = road.drafted()
    before = inbox(standing_of(road.lawyer).queues)

    decide_text(agreement_id=pathway.agreement_id, verdict=Verdict.AGREED, actor=road.ipd)

    told = {item.text % item.params for item in inbox(standing_of(road.lawyer).queues)}
    assert before == []
    assert told == {"There is no legal review for DE.", "There is no legal review for KZ."}


@pytest.mark.clause("4.2-b")
def test_a_lapsed_licence_is_asked_for_with_the_pathway_and_the_signatory_is_not(road: Road) -> None:
    pathway = road.confirmed()
    Licence.objects.update(valid_until=today() - timedelta(days=1))
    settle_agreement(pathway.agreement)

    said = [(item.queue, item.clause) for item in open_items_of(pathway.agreement)]

    assert said == []
    assert ("ipd_coordinator@home", "4.2") in [(item.queue, item.clause) for item in open_items_of(pathway)]


def test_a_pathway_in_preparation_waits_for_what_its_agreement_and_annex_1_wait_for(road: Road) -> None:
    pathway = road.drafted()
    road.imported(pathway)

    kinds = {item.subject_type for item in waiting_for(road.fresh(pathway))}

    assert kinds == {"agreements.pathway", "agreements.agreement", "agreements.annexversion"}
