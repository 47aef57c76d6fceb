"""Guards of the Agreement road, without a database."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from agreements.enums import AgreementState, PathwayKind
from agreements.workflow.agreement import (
    AGREEMENT,
    AgreementFacts,
    AnnexPart,
    CouncilFacts,
    LicenceFacts,
    PartyFacts,
    asked_meanwhile,
    before_signature,
    council_counts,
    review_counts,
)
from agreements.workflow.annex import AnnexStand
from agreements.workflow.pathway import PATHWAY, PathwayFacts
from core.machine import Blocker, Machine
from core.values import Localized
from institutions.enums import Role

DAY = date(2026, 11, 24)
HOME = PartyFacts(1, Localized("Satbayev University"), "KZ", is_home=True, agreed=True)
PARTNER = PartyFacts(2, Localized("Hochschule Nordtal"), "DE", is_home=False, agreed=True)
COUNCILS = (
    CouncilFacts(
        Localized("P"),
        1,
        Localized("Satbayev University"),
        is_home=True,
        decided_on=DAY - timedelta(days=30),
        approved=True,
    ),
    CouncilFacts(
        Localized("P"),
        2,
        Localized("Hochschule Nordtal"),
        is_home=False,
        decided_on=DAY - timedelta(days=20),
        approved=True,
    ),
)
LICENCE = LicenceFacts(Localized("Hochschule Nordtal"), "7M061", holds=True, ends=DAY + timedelta(days=900))
WHOLE = AgreementFacts(
    kind="agreement",
    parties=(HOME, PARTNER),
    award="two_diplomas",
    empty_terms=(),
    reviews=(("DE", True), ("KZ", True)),
    annexes=(AnnexPart(Localized("P"), AnnexStand(frozen=True)),),
    councils=COUNCILS,
    on=DAY,
    licences=(LICENCE,),
    number="5-К",
    signed_on=DAY - timedelta(days=5),
    valid_from=DAY,
    valid_until=DAY + timedelta(days=900),
)
READY = PathwayFacts(
    on=DAY,
    kind=PathwayKind.DOUBLE,
    agreement_kind="agreement",
    agreement_state=AgreementState.SIGNED,
    valid_from=DAY - timedelta(days=5),
    valid_until=DAY + timedelta(days=900),
    signed_on=DAY - timedelta(days=5),
    award="two_diplomas",
    licensed=True,
    direction="7M061",
    partner=Localized("Hochschule Nordtal"),
    annex=AnnexStand(frozen=True),
    councils=COUNCILS,
    epvo_number="EP-7",
    epvo_date=DAY,
    conversion_agreed=True,
    home_semesters=2,
    partner_semesters=2,
    home_teachers=1,
    partner_teachers=1,
    degrees_named=True,
    curricula_linked=True,
    money_fixed=True,
)


def _told(machine: Machine[Any], step: str, facts: object) -> list[tuple[str, str, str]]:
    return [_words(blocker) for blocker in machine.step(step).blockers(facts)]


def _words(blocker: Blocker) -> tuple[str, str, str]:
    return blocker.clause, blocker.text % blocker.params, blocker.whose_move


@pytest.mark.parametrize("step", ["agree", "approve", "confirm", "sign"])
@pytest.mark.clause("5.3-a")
def test_nothing_stands_in_the_way_of_a_whole_agreement(step: str) -> None:
    assert _told(AGREEMENT, step, WHOLE) == []


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        pytest.param(
            {"parties": (HOME,), "reviews": (("KZ", True),)},
            ("4.2", "The agreement has fewer than two parties.", Role.IPD_COORDINATOR),
            marks=pytest.mark.clause("4.2-a"),
        ),
        pytest.param(
            {"empty_terms": ("finance",)},
            ("6.12", "The agreement does not say the financial relations.", Role.IPD_COORDINATOR),
            marks=[pytest.mark.clause("6.12-c"), pytest.mark.clause("4.2-d")],
        ),
        pytest.param(
            {"reviews": (("KZ", True),)},
            ("4.2", "There is no legal review for DE.", Role.LAWYER),
            marks=pytest.mark.clause("4.2-c"),
        ),
        pytest.param(
            {"reviews": (("DE", False), ("KZ", True))},
            ("4.2", "By the legal review the agreement contradicts the law of DE.", Role.IPD_COORDINATOR),
            marks=pytest.mark.clause("4.2-c"),
        ),
        pytest.param(
            {"licences": (replace(LICENCE, holds=False, ends=DAY - timedelta(days=1)),)},
            ("4.2", "The licence of Hochschule Nordtal for 7M061 ended on 23.11.2026.", Role.IPD_COORDINATOR),
            marks=pytest.mark.clause("4.2-b"),
        ),
        pytest.param(
            {"licences": (replace(LICENCE, holds=False, ends=None),)},
            ("4.2", "No licence of Hochschule Nordtal covers 7M061.", Role.IPD_COORDINATOR),
            marks=pytest.mark.clause("4.2-b"),
        ),
        pytest.param(
            {"annexes": (AnnexPart(Localized("P"), AnnexStand()),)},
            ("A1", "Annex 1 of P is not agreed and frozen.", Role.IPD_COORDINATOR),
            marks=pytest.mark.clause("A1-a"),
        ),
        pytest.param(
            {"annexes": (AnnexPart(Localized("P"), AnnexStand(version=7, mover=Role.PARTNER_COORDINATOR)),)},
            ("A1", "Annex 1 of P is not agreed and frozen.", Role.PARTNER_COORDINATOR),
            marks=pytest.mark.clause("A1-d"),
        ),
        pytest.param(
            {"reviews": (("KZ", True),), "outdated": ("DE",)},
            ("4.2", "The text has changed since the legal review for DE.", Role.LAWYER),
            marks=pytest.mark.clause("4.2-c"),
        ),
        pytest.param(
            {"annexes": ()},
            ("A1", "The agreement has no pathway yet, and so no Annex 1.", Role.IPD_COORDINATOR),
            marks=pytest.mark.clause("A1-a"),
        ),
        pytest.param(
            {"award": ""},
            ("5.7", "The kind of award is not named.", Role.IPD_COORDINATOR),
            marks=[pytest.mark.clause("3-b"), pytest.mark.clause("5.7.5-a")],
        ),
        pytest.param(
            {"councils": (COUNCILS[0], replace(COUNCILS[1], approved=False))},
            ("5.4", "The Academic Council of Hochschule Nordtal did not approve P.", Role.PARTNER_COORDINATOR),
            marks=pytest.mark.clause("5.4-a"),
        ),
        pytest.param(
            {"councils": (replace(COUNCILS[0], decided_on=None, approved=False), COUNCILS[1])},
            ("5.4", "The Academic Council of Satbayev University has not decided on P.", Role.IPD_COORDINATOR),
            marks=pytest.mark.clause("5.4-a"),
        ),
        pytest.param(
            {"signed_on": DAY - timedelta(days=25)},
            (
                "5.3",
                "It cannot be signed before the Academic Council of Hochschule Nordtal decided (04.11.2026).",
                Role.SIGNATORY,
            ),
            marks=pytest.mark.clause("5.3-a"),
        ),
        pytest.param(
            {"signed_on": DAY + timedelta(days=1)},
            ("5.3", "The date of signature lies in the future.", Role.SIGNATORY),
            marks=pytest.mark.clause("5.3-a"),
        ),
        pytest.param(
            {"number": ""},
            ("6.12", "The number, the date of signature or the term of validity is missing.", Role.SIGNATORY),
            marks=pytest.mark.clause("6.12-c"),
        ),
        pytest.param(
            {"valid_until": DAY},
            ("6.12", "The term of validity ends before it begins.", Role.SIGNATORY),
            marks=pytest.mark.clause("6.12-c"),
        ),
    ],
)
def test_what_blocks_the_signature(changes: dict[str, Any], told: tuple[str, str, str]) -> None:
    assert _told(AGREEMENT, "sign", replace(WHOLE, **changes)) == [told]


@pytest.mark.clause("5.3-a")
def test_the_university_offers_first_and_then_the_partner_is_asked() -> None:
    silent = replace(WHOLE, parties=(replace(HOME, agreed=False), replace(PARTNER, agreed=False)))
    offered = replace(WHOLE, parties=(HOME, replace(PARTNER, agreed=False)))

    assert [whose for _c, _t, whose in _told(AGREEMENT, "agree", silent)] == [Role.IPD_COORDINATOR]
    assert [whose for _c, _t, whose in _told(AGREEMENT, "agree", offered)] == [Role.PARTNER_COORDINATOR]


@pytest.mark.clause("3-d")
def test_a_memorandum_needs_parties_and_a_term_only() -> None:
    memorandum = replace(
        WHOLE, kind="memorandum", award="", empty_terms=("finance",), reviews=(), annexes=(), councils=(), licences=()
    )

    assert _told(AGREEMENT, "sign", memorandum) == []
    assert len(_told(AGREEMENT, "sign", replace(memorandum, valid_until=None))) == 1


@pytest.mark.clause("4.2-c")
@pytest.mark.parametrize(
    ("state", "offered", "asked"),
    [
        (AgreementState.DRAFT, False, []),
        (AgreementState.DRAFT, True, ["DE"]),
        (AgreementState.APPROVED, True, ["DE"]),
        (AgreementState.SIGNED, True, []),
    ],
)
def test_the_lawyer_is_asked_from_the_offer_on(state: str, *, offered: bool, asked: list[str]) -> None:
    facts = replace(WHOLE, reviews=(("KZ", True),), parties=(replace(HOME, agreed=offered), PARTNER))

    assert [blocker.params["country"] for blocker in asked_meanwhile(state, facts)] == asked


@pytest.mark.clause("4.2-c")
def test_the_university_approves_only_what_the_lawyer_has_examined() -> None:
    told = _told(AGREEMENT, "approve", replace(WHOLE, reviews=(("KZ", True),)))

    assert told == [("4.2", "There is no legal review for DE.", Role.LAWYER)]


def test_the_signatory_is_not_waited_for_by_what_the_own_form_gives() -> None:
    assert before_signature(replace(WHOLE, number="", signed_on=None)) == ()


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        pytest.param(
            {"licensed": False},
            ("4.2", "No licence of Hochschule Nordtal covers 7M061.", Role.IPD_COORDINATOR),
            marks=pytest.mark.clause("4.2-b"),
        ),
        pytest.param(
            {"licensed": False, "licence_ends": DAY - timedelta(days=1)},
            ("4.2", "The licence of Hochschule Nordtal for 7M061 ended on 23.11.2026.", Role.IPD_COORDINATOR),
            marks=pytest.mark.clause("4.2-b"),
        ),
        pytest.param(
            {"agreement_kind": "memorandum"},
            ("3", "A memorandum alone opens nothing: an agreement is needed.", Role.IPD_COORDINATOR),
            marks=pytest.mark.clause("3-d"),
        ),
        pytest.param(
            {"valid_until": DAY - timedelta(days=1)},
            ("6.12", "The agreement is not in force on 24.11.2026.", Role.IPD_COORDINATOR),
            marks=pytest.mark.clause("6.12-e"),
        ),
        pytest.param(
            {"agreement_state": AgreementState.CONFIRMED},
            ("6.12", "The agreement is not signed yet.", Role.SIGNATORY),
            marks=pytest.mark.clause("6.12-e"),
        ),
        pytest.param(
            {"epvo_number": ""},
            ("5.3", "The EPVO number and date are missing.", Role.IPD_COORDINATOR),
            marks=pytest.mark.clause("5.3-b"),
        ),
        pytest.param(
            {"epvo_date": DAY - timedelta(days=6)},
            ("5.3", "The entry into EPVO lies before the signature of the agreement.", Role.IPD_COORDINATOR),
            marks=pytest.mark.clause("5.3-a"),
        ),
        pytest.param(
            {"conversion_agreed": False},
            ("5.7.3", "The conversion of the partner's marks is not agreed.", Role.IPD_COORDINATOR),
            marks=[pytest.mark.clause("5.7.3-a"), pytest.mark.clause("5.7-a")],
        ),
        pytest.param(
            {"partner_semesters": 0},
            ("5.7", "No semester at the partner is planned.", Role.IPD_COORDINATOR),
            marks=pytest.mark.clause("5.7-a"),
        ),
        pytest.param(
            {"partner_teachers": 0},
            (
                "5.7.4",
                "No teacher of the partner is named with a part in the programme.",
                Role.PARTNER_COORDINATOR,
            ),
            marks=[pytest.mark.clause("5.7.4-a"), pytest.mark.clause("5.7-a")],
        ),
        pytest.param(
            {"degrees_named": False},
            ("5.7.5", "The award or a degree of one of the sides is not named.", Role.IPD_COORDINATOR),
            marks=[pytest.mark.clause("5.7.5-a"), pytest.mark.clause("5.7-a")],
        ),
        pytest.param(
            {"money_fixed": False},
            ("6.5", "Who pays whom, and what, is not fixed.", Role.FINANCE_OFFICER),
            marks=pytest.mark.clause("6.5-a"),
        ),
        pytest.param(
            {"standard_gaps": ("The University's curriculum has no practice.",)},
            ("5.2", "The University's curriculum has no practice.", Role.METHODICAL_SECTION),
            marks=[pytest.mark.clause("5.2-a"), pytest.mark.clause("5.6-a")],
        ),
        pytest.param(
            {"kind": PathwayKind.JOINT, "home_semesters": 3, "partner_semesters": 1},
            (
                "5.5",
                "It may not be called joint: 3 semesters at the University, 1 at the partner.",
                Role.IPD_COORDINATOR,
            ),
            marks=pytest.mark.clause("5.5-a"),
        ),
    ],
)
def test_what_keeps_a_pathway_from_opening(changes: dict[str, Any], told: tuple[str, str, str]) -> None:
    assert _told(PATHWAY, "open", replace(READY, **changes)) == [told]


@pytest.mark.clause("5.7-a")
def test_without_a_council_or_annex_the_first_condition_fails_too() -> None:
    told = _told(PATHWAY, "open", replace(READY, annex=AnnexStand()))

    assert [(clause, text) for clause, text, _whose in told] == [
        ("5.7", "Both partners have not yet developed and approved agreed programmes."),
        ("A1", "Annex 1 is not agreed by both sides."),
    ]


@pytest.mark.clause("A1-d")
def test_an_annex_on_its_way_is_the_move_of_whoever_moves_it() -> None:
    told = _told(PATHWAY, "open", replace(READY, annex=AnnexStand(version=7, mover=Role.PARTNER_COORDINATOR)))

    assert [(clause, whose) for clause, _text, whose in told] == [
        ("5.7", Role.PARTNER_COORDINATOR),
        ("A1", Role.PARTNER_COORDINATOR),
    ]


@pytest.mark.clause("5.3-a")
@pytest.mark.parametrize(
    ("state", "approved", "counts"),
    [
        (AgreementState.DRAFT, None, False),
        (AgreementState.APPROVED, -1, True),
        (AgreementState.CONFIRMED, 0, True),
        (AgreementState.APPROVED, 1, False),
        (AgreementState.SIGNED, None, True),
        (AgreementState.ENDED, 1, True),
    ],
)
def test_a_councils_decision_belongs_to_the_approval_before_it(
    state: str, approved: int | None, *, counts: bool
) -> None:
    recorded = datetime(2026, 11, 24, 10, tzinfo=UTC)
    approved_at = None if approved is None else recorded + timedelta(hours=approved)

    assert council_counts(state, approved_at, recorded) is counts


@pytest.mark.clause("4.2-c")
@pytest.mark.parametrize(
    ("state", "of_text", "counts"),
    [(AgreementState.AGREED, "new", True), (AgreementState.AGREED, "old", False), (AgreementState.SIGNED, "old", True)],
)
def test_a_review_is_of_the_text_that_is_signed(state: str, of_text: str, *, counts: bool) -> None:
    assert review_counts(state, of_text, "new") is counts


@pytest.mark.clause("5.5-a")
def test_a_joint_programme_of_equal_lengths_passes_and_a_double_degree_is_not_asked() -> None:
    assert _told(PATHWAY, "open", replace(READY, kind=PathwayKind.JOINT)) == []
    assert _told(PATHWAY, "open", replace(READY, home_semesters=3, partner_semesters=1)) == []
