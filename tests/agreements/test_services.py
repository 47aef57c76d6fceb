"""The Agreement road through its verbs: each step by its own role, in its order, refused to the others."""

import io
from collections.abc import Callable
from datetime import date, timedelta

import openpyxl
import pytest
from django.db import IntegrityError, transaction

from agreements.enums import AgreementState, AnnexState, CouncilResult, PathwayKind, PathwayState, Relation, Side
from agreements.exports import annex_workbook
from agreements.models import Agreement, AnnexCourse, AnnexRow, AnnexVersion, Pathway
from agreements.selectors import (
    admits_on,
    agreement_in_force,
    annexes_visible_to,
    entries_of,
    facts_of_annex,
    frozen_annex_of,
    pathway_opening_blockers,
    rows_of,
    rows_of_semester,
)
from agreements.services.agreements import decide_text, draft_agreement, move_agreement, review_law, write_term
from agreements.services.annex import (
    agree_annex,
    import_annex,
    issue_annex,
    keep_annex_file,
    propose_annex,
    state_relation,
    try_annex,
    withdraw_annex,
)
from agreements.services.evidence import enter_epvo
from agreements.services.pathways import move_pathway
from agreements.services.renewal import renew_agreement
from core.models import Verdict, WorkItem
from core.values import Localized, today
from core.workflow import BlockedError, NotAllowedError, ReasonMissingError, RefusedError, WrongStateError
from institutions.models import User
from institutions.permissions import standing_of
from regulation.models import Amendment
from regulation.selectors import changes_of
from tests.agreements.road import ANNEX, Road
from tests.factories import institutions
from tests.programmes.files import sent, workbook

pytestmark = pytest.mark.django_db


@pytest.fixture
def road() -> Road:
    return Road()


def _state(pathway: Pathway) -> str:
    return Agreement.objects.get(pathways=pathway).state


def _queues() -> set[str]:
    return {item.queue.split("@")[0] for item in WorkItem.objects.filter(closed_at=None)}


# --- order ---------------------------------------------------------------------------------------------------------------


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


@pytest.mark.clause("5.3-a")
def test_text_agrees_itself_with_the_last_yes_and_not_before_annex_1(road: Road) -> None:
    pathway = road.drafted()
    for actor in (road.ipd, road.coordinator):
        decide_text(agreement_id=pathway.agreement_id, verdict=Verdict.AGREED, actor=actor)

    before = _state(pathway)
    road.frozen(pathway)

    assert (before, _state(pathway)) == (AgreementState.DRAFT, AgreementState.AGREED)


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

    assert _state(pathway) == AgreementState.DRAFT


@pytest.mark.clause("4.2-d")
def test_the_university_cannot_offer_an_empty_group(road: Road) -> None:
    pathway = road.drafted()
    write_term(agreement_id=pathway.agreement_id, group="finance", text=Localized(" "), actor=road.ipd)

    with pytest.raises(BlockedError, match="financial relations"):
        decide_text(agreement_id=pathway.agreement_id, verdict=Verdict.AGREED, actor=road.ipd)


@pytest.mark.clause("5.3-a")
@pytest.mark.clause("5.4-a")
def test_a_council_decides_neither_before_the_approval_nor_after_the_signature(road: Road) -> None:
    pathway = road.agreed()
    with pytest.raises(WrongStateError):
        road.council(pathway, road.home, road.ipd)

    signed = road
    move_agreement(agreement_id=pathway.agreement_id, step="approve", actor=road.vice_rector)
    signed.council(pathway, road.home, road.ipd)
    signed.council(pathway, road.partner, road.ipd)  # from paper

    assert _state(pathway) == AgreementState.CONFIRMED
    with pytest.raises(WrongStateError):
        road.council(pathway, road.home, road.ipd)


@pytest.mark.clause("5.4-a")
def test_a_negative_council_confirms_nothing_until_it_decides_anew(road: Road) -> None:
    pathway = road.approved()
    road.council(pathway, road.home, road.ipd)
    road.council(pathway, road.partner, road.coordinator, result=CouncilResult.REJECTED)
    negative = _state(pathway)

    road.council(pathway, road.partner, road.coordinator)

    assert (negative, _state(pathway)) == (AgreementState.APPROVED, AgreementState.CONFIRMED)


@pytest.mark.clause("4.2-c")
def test_a_negative_legal_review_blocks_the_signature(road: Road) -> None:
    pathway = road.confirmed()
    road.reviewed(pathway.agreement, positive=False)

    with pytest.raises(BlockedError) as refused:
        road.sign(pathway)

    assert [blocker.clause for blocker in refused.value.blockers] == ["4.2", "4.2"]
    assert Agreement.objects.get().number == ""


def test_a_number_is_borne_by_one_agreement(road: Road) -> None:
    road.signed()
    second = Road(
        partner=institutions.partner("Other", "DE"),
        coordinator=institutions.partner_user(institutions.partner("Other", "DE")),
    )
    pathway = second.confirmed()
    second.reviewed(pathway.agreement)

    with pytest.raises(RefusedError, match="Another agreement bears the number"):
        second.sign(pathway)


@pytest.mark.clause("5.3-b")
def test_epvo_follows_the_signature(road: Road) -> None:
    pathway = road.confirmed()
    with pytest.raises(WrongStateError):
        enter_epvo(pathway_id=pathway.pk, number="EP", day=today(), actor=road.ipd)

    road.reviewed(pathway.agreement)
    road.sign(pathway)
    with pytest.raises(RefusedError, match="between the signature and today"):
        enter_epvo(pathway_id=pathway.pk, number="EP", day=today() - timedelta(days=6), actor=road.ipd)


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


# --- who ----------------------------------------------------------------------------------------------------------------------

STEPS: dict[str, Callable[[Road], Callable[[User], object]]] = {
    "approve": lambda road: (
        lambda who: move_agreement(agreement_id=road.agreed().agreement_id, step="approve", actor=who)
    ),
    "review": lambda road: (
        lambda who: review_law(
            agreement_id=road.agreed().agreement_id,
            country="DE",
            law="L",
            is_positive=True,
            reviewed_on=today(),
            actor=who,
        )
    ),
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


def test_who_is_waited_for_follows_the_road(road: Road) -> None:
    pathway = road.drafted()
    draft = _queues()
    road.frozen(pathway)
    decide_text(agreement_id=pathway.agreement_id, verdict=Verdict.AGREED, actor=road.ipd)
    offered = {
        (i.queue, i.subject_type) for i in WorkItem.objects.filter(closed_at=None, subject_type="agreements.agreement")
    }
    decide_text(agreement_id=pathway.agreement_id, verdict=Verdict.AGREED, actor=road.coordinator)
    agreed = {i.queue for i in WorkItem.objects.filter(closed_at=None, subject_type="agreements.agreement")}

    assert draft == {"ipd_coordinator", "partner_coordinator"}
    assert offered == {(f"partner_coordinator@university:{road.partner.pk}", "agreements.agreement")}
    assert agreed == {"vice_rector@home", "lawyer@home"}


# --- Annex 1 ----------------------------------------------------------------------------------------------------------------------


@pytest.mark.clause("A1-e")
def test_a_dry_run_writes_nothing_and_tells_what_stands_in_no_row(road: Road) -> None:
    pathway = road.drafted()
    kept = keep_annex_file(pathway_id=pathway.pk, file=sent(ANNEX), name=ANNEX, actor=road.ipd)

    report = try_annex(upload_id=kept.pk, actor=road.ipd)

    left = {line.subject.split()[0] for line in report.lines if line.outcome.value == "held"}
    assert (report.ok, AnnexVersion.objects.count()) == (True, 0)
    assert left == {"INF-M-130", "INF-M-131", "INF-M-205"}


def test_the_same_file_twice_is_one_version(road: Road) -> None:
    pathway = road.drafted()

    first, second = road.imported(pathway), road.imported(pathway)

    assert first == second
    assert AnnexVersion.objects.count() == 1


def test_a_file_with_a_problem_writes_nothing(road: Road) -> None:
    pathway = road.drafted()
    head = ("№", "Пәннің атауы", "Кредиттер саны", "Сағаттар", "Пәннің атауы", "Кредиттер саны", "Сағаттар")
    file = workbook([head, ("1-семестр",), (1, "Терең оқыту", -5, 150), (2, "Компьютерлік көру", 5, 150)])
    kept = keep_annex_file(pathway_id=pathway.pk, file=file, name="a.xlsx", actor=road.ipd)

    report, version = import_annex(upload_id=kept.pk, actor=road.ipd)

    assert (version, len(report.problems), AnnexRow.objects.count()) == (None, 1, 0)


@pytest.mark.clause("A1-d")
def test_one_side_proposes_and_only_the_other_can_agree(road: Road) -> None:
    version = road.imported(road.drafted())
    propose_annex(version_id=version.pk, actor=road.ipd)

    with pytest.raises(BlockedError, match="The partner has not agreed"):
        agree_annex(version_id=version.pk, actor=road.ipd)
    agree_annex(version_id=version.pk, actor=road.coordinator)

    version.refresh_from_db()
    assert version.state == AnnexState.FROZEN
    assert frozen_annex_of(version.pathway) == version


@pytest.mark.clause("A1-d")
def test_the_partner_proposes_too_and_its_draft_is_its_own(road: Road) -> None:
    version = road.imported(road.drafted(), by=road.coordinator)

    hidden = not annexes_visible_to(standing_of(road.ipd)).exists()
    propose_annex(version_id=version.pk, actor=road.coordinator)
    agree_annex(version_id=version.pk, actor=road.ipd)

    version.refresh_from_db()
    assert (hidden, version.proposed_by, version.state) == (True, Side.PARTNER, AnnexState.FROZEN)


def test_a_returned_version_needs_a_reason_and_is_withdrawn(road: Road) -> None:
    version = road.imported(road.drafted())
    propose_annex(version_id=version.pk, actor=road.ipd)

    with pytest.raises(ReasonMissingError):
        withdraw_annex(version_id=version.pk, reason=" ", actor=road.coordinator)
    withdraw_annex(version_id=version.pk, reason="Credits", actor=road.coordinator)

    version.refresh_from_db()
    assert version.state == AnnexState.WITHDRAWN


@pytest.mark.clause("A1-b")
def test_a_row_stated_a_difference_stands_in_a_new_version(road: Road) -> None:
    version = road.imported(road.drafted())

    with pytest.raises(ReasonMissingError):
        state_relation(version_id=version.pk, position=1, relation=Relation.DIFFERENCE, reason="", actor=road.ipd)
    with pytest.raises(RefusedError, match="one side"):
        state_relation(version_id=version.pk, position=2, relation=Relation.DIFFERENCE, reason="x", actor=road.ipd)
    made = state_relation(
        version_id=version.pk, position=1, relation=Relation.DIFFERENCE, reason="in summer", actor=road.ipd
    )

    version.refresh_from_db()
    row = rows_of(made)[0]
    assert (made.number, row.relation, row.reason) == (2, Relation.DIFFERENCE, "in summer")
    assert (version.state, rows_of(version)[0].relation) == (AnnexState.WITHDRAWN, Relation.TAKEN_THERE)


@pytest.mark.clause("A1-d")
@pytest.mark.clause("CR-a")
def test_a_version_frozen_after_signature_is_an_amendment(road: Road) -> None:
    pathway = road.signed()
    old = frozen_annex_of(pathway)
    assert old is not None
    draft = state_relation_of_first(road, pathway)

    propose_annex(version_id=draft.pk, actor=road.ipd)
    agree_annex(version_id=draft.pk, actor=road.coordinator)

    amendment = Amendment.objects.get()
    assert (amendment.number, amendment.clause, amendment.entered_by_id) == (1, "A1", road.coordinator.pk)
    assert [change.notice for change in changes_of(pathway.agreement)] == [f"{pathway}, 2 · {today():%d.%m.%Y}"]
    old.refresh_from_db()
    assert (old.state, frozen_annex_of(pathway)) == (AnnexState.FROZEN, draft)


def state_relation_of_first(road: Road, pathway: Pathway) -> AnnexVersion:
    """The partner's workbook once more with a row of it stated: the next version, a draft of the University."""
    current = AnnexVersion.objects.get(pathway=pathway, state=AnnexState.FROZEN)
    content = annex_workbook(current, rows_of(current), "kk")
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    sheet["H6"] = "қосымша: серіктес талабы"
    stream = io.BytesIO()
    book.save(stream)
    stream.seek(0)
    return road.imported(road.fresh(pathway), file=stream)


@pytest.mark.clause("A1-e")
@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_what_goes_out_as_a_workbook_comes_in_as_the_same_version(language: str, road: Road) -> None:
    version = road.imported(road.drafted())
    content = annex_workbook(version, rows_of(version), language)

    again = road.imported(version.pathway, file=io.BytesIO(content))

    assert again == version


@pytest.mark.clause("A1-d")
def test_the_database_itself_refuses_a_changed_version(road: Road) -> None:
    version = road.frozen(road.drafted())
    changes = (
        lambda: AnnexRow.objects.filter(version=version).update(semester=9),
        lambda: AnnexCourse.objects.filter(row__version=version).update(credits=1),
        lambda: AnnexCourse.objects.filter(row__version=version).delete(),
        lambda: AnnexVersion.objects.filter(pk=version.pk).update(content_hash="0" * 64),
        lambda: AnnexVersion.objects.filter(pk=version.pk).delete(),
    )
    for change in changes:
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_a_row_smuggled_in_is_found_by_the_hash(road: Road) -> None:
    version = road.imported(road.drafted())
    propose_annex(version_id=version.pk, actor=road.ipd)
    AnnexRow.objects.create(version=version, position=99, semester=1, relation=Relation.TAKEN_THERE)

    with pytest.raises(BlockedError, match="not those that were proposed"):
        agree_annex(version_id=version.pk, actor=road.coordinator)
    assert not facts_of_annex(version).hash_holds


def test_between_yes_and_signature_annex_1_stands_still(road: Road) -> None:
    pathway = road.agreed()

    with pytest.raises(WrongStateError, match="return the agreement to the draft"):
        keep_annex_file(pathway_id=pathway.pk, file=sent(ANNEX), name=ANNEX, actor=road.ipd)


def test_rows_of_a_semester_come_with_their_courses(
    road: Road, django_assert_num_queries: Callable[[int], object]
) -> None:
    version = road.imported(road.drafted())

    with django_assert_num_queries(2):  # type: ignore[attr-defined]  # a context manager of pytest-django
        entries = entries_of(rows_of_semester(version, 3))

    assert [len(entry.lines) for entry in entries] == [3, 2, 2, 2]


@pytest.mark.clause("A1-e")
def test_a_frozen_version_becomes_a_paper_and_a_draft_does_not(road: Road) -> None:
    pathway = road.drafted()
    draft = road.imported(pathway)
    with pytest.raises(WrongStateError):
        issue_annex(version_id=draft.pk, languages=("kk",), actor=road.ipd)

    paper = issue_annex(version_id=road.frozen(pathway).pk, languages=("kk", "ru", "en"), actor=road.ipd)

    assert paper.number_text == "1-1Қ"
    assert [len(block["rows"]) for block in paper.context["semesters"]] == [6, 6, 5, 2]


# --- memorandum, renewal ---------------------------------------------------------------------------------------------------------


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
    review_law(
        agreement_id=pathway.agreement_id,
        country="KZ",
        law="L",
        is_positive=True,
        reviewed_on=today(),
        actor=other.lawyer,
    )

    assert other.sign(pathway).state == AgreementState.SIGNED


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


def test_a_draft_is_given_up_and_waits_for_nobody(road: Road) -> None:
    pathway = road.drafted()

    move_agreement(agreement_id=pathway.agreement_id, step="abandon", reason="No interest", actor=road.ipd)

    assert WorkItem.objects.filter(closed_at=None).count() == 0


def test_the_day_of_signature_may_lie_in_the_past(road: Road) -> None:
    pathway = road.confirmed()
    road.reviewed(pathway.agreement)

    signed = road.sign(pathway, signed_on=today() - timedelta(days=9))

    assert signed.signed_on == today() - timedelta(days=9)
    assert isinstance(signed.valid_from, date)
