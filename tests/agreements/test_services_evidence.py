"""What a pathway's opening rests on: Councils and EPVO, each after what comes before it."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import translation

from agreements.enums import AgreementState, CouncilResult
from agreements.models import Pathway
from agreements.selectors.councils import councils_of
from agreements.services.agreements import move_agreement, write_term
from agreements.services.evidence import enter_epvo, name_teacher, take_away_money_term, take_away_teacher
from agreements.services.pathways import move_pathway
from core.models import HistoryEntry
from core.story import story_of
from core.values import Localized, today
from core.workflow import BlockedError, FaultyError, NotAllowedError, RefusedError, WrongStateError
from documents.models import Upload
from tests.agreements.road import Road, state_of, whole


@pytest.mark.clause("5.3-a")
@pytest.mark.clause("5.4-a")
def test_a_council_decides_neither_before_the_approval_nor_after_the_signature(road: Road, agreed: Pathway) -> None:
    with pytest.raises(WrongStateError):
        road.council(agreed, road.home, road.ipd)

    road.reviewed(agreed.agreement)
    road.moved(agreed.agreement, "approve", road.vice_rector)
    road.council(agreed, road.home, road.ipd, days_ago=0)
    road.council(agreed, road.partner, road.ipd, days_ago=0)  # from paper

    assert state_of(agreed) == AgreementState.CONFIRMED
    road.sign(agreed, signed_on=today())
    with pytest.raises(WrongStateError, match="before the signature"):
        road.council(agreed, road.home, road.ipd, days_ago=0, protocol="5")


@pytest.mark.clause("5.4-a")
def test_a_negative_council_confirms_nothing_until_it_decides_anew(road: Road, approved: Pathway) -> None:
    road.council(approved, road.home, road.ipd)
    road.council(approved, road.partner, road.coordinator, result=CouncilResult.REJECTED)
    negative = state_of(approved)

    road.council(approved, road.partner, road.coordinator)

    assert (negative, state_of(approved)) == (AgreementState.APPROVED, AgreementState.CONFIRMED)


@pytest.mark.clause("5.3-b")
def test_epvo_follows_the_signature(road: Road, confirmed: Pathway) -> None:
    with pytest.raises(WrongStateError):
        enter_epvo(pathway_id=confirmed.pk, number="061-0417", day=today(), actor=road.ipd)

    road.sign(confirmed)
    with pytest.raises(FaultyError, match="the entry into EPVO follows it"):
        enter_epvo(pathway_id=confirmed.pk, number="061-0417", day=today() - timedelta(days=6), actor=road.ipd)


@pytest.mark.clause("5.4-a")
def test_a_partner_writes_down_its_own_council_alone(road: Road, approved: Pathway) -> None:

    with pytest.raises(NotAllowedError):
        road.council(approved, road.home, road.coordinator)
    road.council(approved, road.partner, road.coordinator)

    assert [row.university_id for row in councils_of([approved])] == [road.partner.pk]


@pytest.mark.clause("5.3-a")
def test_a_council_decides_neither_before_the_internal_approval_nor_tomorrow(
    road: Road, approved: Pathway, subtests: pytest.Subtests
) -> None:
    early = f"The University approved the agreement on {today() - timedelta(days=12):%d.%m.%Y}: a Council decides after"

    for days_ago in ((today() - date(1, 1, 1)).days, (today() - date(2001, 1, 1)).days, 13, -1):
        with subtests.test(days_ago=days_ago):
            with pytest.raises(FaultyError, match=f"{early}|This day lies ahead") as refused:
                road.council(approved, road.partner, road.coordinator, days_ago=days_ago)
            assert [fault.field for fault in refused.value.faults] == ["decided_on"]

    with pytest.raises(FaultyError, match="A code begins with") as odd:
        road.council(approved, road.partner, road.coordinator, protocol="=1+1")
    assert [fault.field for fault in odd.value.faults] == ["protocol_number"]
    assert councils_of([approved]) == []


@pytest.mark.clause("5.4-a")
def test_the_same_decision_again_changes_nothing_even_after_it_confirmed_the_agreement(
    road: Road, approved: Pathway
) -> None:
    road.council(approved, road.home, road.ipd)
    road.council(approved, road.partner, road.coordinator)
    told, kept = HistoryEntry.objects.count(), Upload.objects.count()

    anew = [road.council(approved, road.partner, road.coordinator) for _ in range(2)]
    without_scan = road.council(approved, road.partner, road.coordinator, scanned=False)

    assert [*anew, without_scan] == [False] * 3
    assert (HistoryEntry.objects.count(), Upload.objects.count()) == (told, kept)


@pytest.mark.clause("5.4-a")
def test_a_corrected_decision_says_what_stood_there_before(road: Road, approved: Pathway) -> None:
    road.council(approved, road.home, road.ipd)

    corrected = road.council(approved, road.home, road.ipd, days_ago=9, protocol="4а", scanned=False)

    before, now = (
        f"Academic Council, No. {number}, {today() - timedelta(days=ago):%d.%m.%Y}"
        for number, ago in (("4", 10), ("4а", 9))
    )
    said = f"corrected: Academic Council of Satbayev University approved: {now}; before: {before}"
    assert corrected
    assert story_of(approved)[0].text == said
    assert [(row.protocol_number, row.decided_on) for row in councils_of([approved])] == [
        ("4а", today() - timedelta(days=9))
    ]


@pytest.mark.clause("5.4-a")
def test_a_decision_is_written_down_with_its_protocol(road: Road, approved: Pathway) -> None:

    with pytest.raises(FaultyError, match="Attach the protocol") as refused:
        road.council(approved, road.home, road.ipd, scanned=False)

    assert [fault.field for fault in refused.value.faults] == ["file"]
    assert councils_of([approved]) == []


@pytest.mark.parametrize(("language", "council"), [("ru", "Учёный совет"), ("en", "Academic Council")])
def test_a_council_is_named_in_the_readers_words_whoever_wrote_it_down(
    road: Road, approved: Pathway, language: str, council: str
) -> None:
    road.council(approved, road.home, road.ipd)
    (decision,) = councils_of([approved])

    with translation.override(language):
        shown = str(decision.council_name)
        decision.council = "Senat"

        assert (shown, decision.council_name) == (council, "Senat")


@pytest.mark.clause("5.3-a")
def test_a_council_decides_on_what_was_shown(road: Road, approved: Pathway) -> None:
    shown = whole(approved.agreement)
    _rewritten(road, approved)
    road.reviewed(approved.agreement)
    road.moved(approved.agreement, "approve", road.vice_rector)

    with pytest.raises(RefusedError, match="The text was changed after you opened it"):
        road.council(approved, road.home, road.ipd, days_ago=0, seen=shown)

    assert councils_of([approved]) == []


def _rewritten(road: Road, pathway: Pathway) -> None:
    """Returned to the draft, changed, and agreed to again by both sides."""
    move_agreement(agreement_id=pathway.agreement_id, step="return", reason="Fees", actor=road.ipd)
    road.yes(pathway.agreement, road.coordinator)  # the partner's yes does not bring the same text on
    assert state_of(pathway) == AgreementState.DRAFT
    write_term(agreement_id=pathway.agreement_id, group="finance", text=Localized("басқа мәтін"), actor=road.ipd)
    for actor in (road.ipd, road.coordinator):
        road.yes(pathway.agreement, actor)


@pytest.mark.clause("5.3-a")
@pytest.mark.clause("5.4-a")
def test_a_return_to_the_draft_asks_every_council_anew(road: Road, confirmed: Pathway) -> None:
    _rewritten(road, confirmed)
    road.reviewed(confirmed.agreement)
    road.moved(confirmed.agreement, "approve", road.vice_rector)

    undone = councils_of([confirmed])
    with pytest.raises(BlockedError, match="has not decided on") as refused:
        road.moved(confirmed.agreement, "confirm", road.ipd)
    for university, actor in ((road.home, road.ipd), (road.partner, road.coordinator)):
        road.council(confirmed, university, actor, days_ago=0)

    assert undone == []
    assert [one.clause for one in refused.value.blockers] == ["5.4", "5.4"]
    assert state_of(confirmed) == AgreementState.CONFIRMED


@pytest.mark.clause("5.3-b")
def test_an_epvo_number_looks_like_one(road: Road, signed: Pathway, subtests: pytest.Subtests) -> None:

    for number in ("-9", "9", "ЕПВО", "EP-7", "061--0417", "061-0417-", "061;0417", "1" * 21, " "):
        with subtests.test(number=number):
            with pytest.raises(FaultyError, match="An EPVO number has at least 3 digits and at most 20 sig") as refused:
                enter_epvo(pathway_id=signed.pk, number=number, day=today(), actor=road.ipd)
            assert [fault.field for fault in refused.value.faults] == ["number"]

    assert road.fresh(signed).epvo_number == ""


@pytest.mark.clause("5.3-b")
def test_an_epvo_number_is_written_once(road: Road, signed: Pathway, subtests: pytest.Subtests) -> None:

    for number in ("ЕПВО-061-0417", "061 0417", "12345", "7M06102/2024.1"):
        with subtests.test(number=number), transaction.atomic():
            for _ in range(2):
                enter_epvo(pathway_id=signed.pk, number=f" № {number} ", day=today(), actor=road.ipd)
            assert road.fresh(signed).epvo_number == number
            assert [told.action for told in story_of(signed)].count("pathway.entered_into_epvo") == 1
            transaction.set_rollback(True)


@pytest.mark.clause("5.7.4-a")
def test_a_teacher_has_a_name(road: Road, signed: Pathway, subtests: pytest.Subtests) -> None:
    entry: dict[str, Any] = {
        "pathway_id": signed.pk,
        "university_id": road.home.pk,
        "actor": road.ipd,
        "part": "teaching",
    }
    named = signed.teachers.count()

    for name in ("-1", "31.02.2026", "Ә", "Ә.", "=Ә1", " "):
        with subtests.test(name=name):
            with pytest.raises(FaultyError) as refused:
                name_teacher(**entry, full_name=name)
            assert [fault.field for fault in refused.value.faults] == ["full_name"]

    assert signed.teachers.count() == named
    assert name_teacher(**entry, full_name="Dr.-Ing. Ғ. О’Нил (PhD), 王军").pk


@pytest.mark.clause("5.7.4-a")
def test_a_teacher_named_by_mistake_is_taken_away_by_whoever_names_that_side(road: Road, ready: Pathway) -> None:
    wrong = name_teacher(
        pathway_id=ready.pk, university_id=road.home.pk, full_name="Prof. Y", part="teaching", actor=road.ipd
    )
    away = {"pathway_id": ready.pk, "teacher_id": wrong.pk}

    with pytest.raises(NotAllowedError):
        take_away_teacher(**away, actor=road.coordinator)
    for _ in range(2):  # sent twice
        take_away_teacher(**away, actor=road.ipd)

    assert sorted(ready.teachers.values_list("full_name", flat=True)) == ["Prof. X", "Prof. X"]
    assert [told.text for told in story_of(ready)].count("teacher taken away: Prof. Y") == 1


@pytest.mark.clause("5.7.4-a")
@pytest.mark.clause("6.5-a")
def test_an_open_pathway_keeps_what_it_was_opened_on(road: Road, ready: Pathway) -> None:
    partners = ready.teachers.get(university=road.partner)
    term = ready.money_terms.get()
    move_pathway(pathway_id=ready.pk, step="open", actor=road.ipd)
    told = HistoryEntry.objects.count()

    with pytest.raises(BlockedError, match="No teacher of the partner"):
        take_away_teacher(pathway_id=ready.pk, teacher_id=partners.pk, actor=road.coordinator)
    with pytest.raises(BlockedError, match="Who pays whom"):
        take_away_money_term(pathway_id=ready.pk, term_id=term.pk, actor=road.ipd)

    assert (ready.teachers.count(), ready.money_terms.count()) == (2, 1)
    assert HistoryEntry.objects.count() == told


@pytest.mark.clause("6.5-a")
def test_a_pathway_without_its_only_term_of_money_asks_for_one_again(road: Road, ready: Pathway) -> None:
    term = ready.money_terms.get()

    with pytest.raises(NotAllowedError):
        take_away_money_term(pathway_id=ready.pk, term_id=term.pk, actor=road.coordinator)
    take_away_money_term(pathway_id=ready.pk, term_id=term.pk, actor=road.ipd)

    assert story_of(ready)[0].text == "term of money taken away: Оқу ақысы, waived"
    with pytest.raises(BlockedError, match="Who pays whom"):
        move_pathway(pathway_id=ready.pk, step="open", actor=road.ipd)
