"""Who is waited for on the Agreement road: the inbox says what the page says."""

from datetime import timedelta

import pytest

from agreements.models import Pathway
from agreements.selectors.pathways import waiting_for
from agreements.services.agreements import move_agreement
from agreements.services.annex import propose_annex
from agreements.services.settling import settle_agreement
from core.models import WorkItem
from core.values import readable, today
from core.worklist import inbox, open_items_of
from institutions.models import Licence
from institutions.permissions import standing_of
from tests.agreements.road import Road


def _queues() -> set[str]:
    return {item.queue.split("@")[0] for item in WorkItem.objects.filter(closed_at=None)}


def _agreement_queues() -> set[str]:
    return {item.queue for item in WorkItem.objects.filter(closed_at=None, subject_type="agreements.agreement")}


@pytest.mark.clause("4.2-c")
def test_who_is_waited_for_follows_the_road(road: Road, drafted: Pathway) -> None:
    draft = _queues()
    road.frozen(drafted)
    road.yes(drafted.agreement, road.ipd)
    offered = _agreement_queues()
    road.yes(drafted.agreement, road.coordinator)
    agreed = _agreement_queues()
    road.reviewed(drafted.agreement)
    reviewed = _agreement_queues()

    partner = f"partner_coordinator@university:{road.partner.pk}"
    assert draft == {"ipd_coordinator", "partner_coordinator", "finance_officer"}
    assert offered == {partner, "lawyer@home"}
    assert agreed == {"lawyer@home"}
    assert reviewed == {"vice_rector@home"}


@pytest.mark.clause("A1-d")
def test_with_the_freeze_that_makes_the_agreement_agreed_the_next_is_asked(road: Road, drafted: Pathway) -> None:
    for actor in (road.ipd, road.coordinator):
        road.yes(drafted.agreement, actor)
    road.reviewed(drafted.agreement)

    road.frozen(drafted)

    assert _agreement_queues() == {"vice_rector@home"}


@pytest.mark.clause("A1-d")
def test_annex_1_waits_for_whoever_moves_it_and_is_said_once(road: Road, drafted: Pathway) -> None:
    road.yes(drafted.agreement, road.ipd)

    nothing = _who_is_asked_about_annex_1()
    version = road.imported(drafted)
    imported = _who_is_asked_about_annex_1()
    propose_annex(version_id=version.pk, actor=road.ipd)
    proposed = _who_is_asked_about_annex_1()

    assert nothing == [("agreements.agreement", "ipd_coordinator")]
    assert imported == [("agreements.annexversion", "ipd_coordinator")]
    assert proposed == [("agreements.annexversion", "partner_coordinator")]


def _who_is_asked_about_annex_1() -> list[tuple[str, str]]:
    items = WorkItem.objects.filter(closed_at=None, clause="A1").order_by("pk")
    return [(item.subject_type, item.queue.partition("@")[0]) for item in items]


def test_a_draft_is_given_up_and_waits_for_nobody(road: Road, drafted: Pathway) -> None:
    propose_annex(version_id=road.imported(drafted).pk, actor=road.ipd)

    move_agreement(agreement_id=drafted.agreement_id, step="abandon", reason="No interest", actor=road.ipd)

    assert WorkItem.objects.filter(closed_at=None).count() == 0


@pytest.mark.clause("4.2-c")
def test_the_lawyer_finds_each_country_in_the_inbox_as_soon_as_the_text_is_offered(
    road: Road, drafted: Pathway
) -> None:
    before = inbox(standing_of(road.lawyer).queues)

    road.yes(drafted.agreement, road.ipd)

    told = {item.text % readable(item.params) for item in inbox(standing_of(road.lawyer).queues)}
    assert before == []
    assert told == {"There is no legal review for DE.", "There is no legal review for KZ."}


@pytest.mark.clause("4.2-b")
def test_a_lapsed_licence_is_asked_for_with_the_pathway_and_the_signatory_is_not(
    road: Road, confirmed: Pathway
) -> None:
    Licence.objects.update(valid_until=today() - timedelta(days=1))
    settle_agreement(confirmed.agreement)

    said = [(item.queue, item.clause) for item in open_items_of(confirmed.agreement)]

    assert said == []
    assert ("ipd_coordinator@home", "4.2") in [(item.queue, item.clause) for item in open_items_of(confirmed)]


def test_a_pathway_in_preparation_waits_for_what_its_agreement_and_annex_1_wait_for(
    road: Road, drafted: Pathway
) -> None:
    road.imported(drafted)

    kinds = {item.subject_type for item in waiting_for(road.fresh(drafted))}

    assert kinds == {"agreements.pathway", "agreements.agreement", "agreements.annexversion"}
