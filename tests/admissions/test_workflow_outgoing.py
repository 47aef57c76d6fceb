"""Guards of the outgoing road over facts, without a database."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from admissions.enums import ApplicationState as S
from admissions.enums import ContractParty, DocumentGiver, ItemState
from admissions.workflow.lists import CANDIDATE_LIST, ListFacts
from admissions.workflow.outgoing import BEFORE_ORDER, OUTGOING, OutgoingFacts
from admissions.workflow.ranking import Candidate, suggested_order
from admissions.workflow.shared import CaseFacts, DocumentFact
from admissions.workflow.visa import VISA
from core.machine import Blocker, Step
from core.values import Localized
from institutions.enums import Role

DAY = date(2026, 11, 24)
WHOLE = CaseFacts(
    documents=(DocumentFact("passport", DocumentGiver.STUDENT, ItemState.ACCEPTED),),
    chair_application_signed=True,
    contract_made=True,
    signed_parties=frozenset(ContractParty.values),
    pathway_open=True,
    agreement_in_force=True,
    annex_agreed=True,
    passport_valid_until=DAY + timedelta(days=900),
    stay_ends_on=DAY + timedelta(days=200),
    visa="granted",
    order="for_signature",
)
READY = OutgoingFacts(
    case=WHOLE,
    on=DAY,
    opens_on=DAY,
    closes_on=DAY,
    own_programme=True,
    gpa=Decimal("3.20"),
    min_gpa=Decimal("2.50"),
    has_motivation=True,
    ranked=True,
    list_sent=True,
    place_free=True,
    package_requested=True,
)


def without(**changes: Any) -> OutgoingFacts:
    """Ready facts with something of the case taken away."""
    return replace(READY, case=replace(WHOLE, **changes))


def blockers(step: str, facts: OutgoingFacts) -> list[tuple[str, str]]:
    """Clause and mover of everything that blocks."""
    return [(b.clause, b.whose_move) for b in OUTGOING.step(step).blockers(facts)]


@pytest.mark.parametrize("step", [step for step in OUTGOING.steps if not step.way_out], ids=lambda s: s.name)
def test_nothing_blocks_when_everything_is_there(step: Step[OutgoingFacts]) -> None:
    assert step.blockers(READY) == ()


def test_the_road_runs_straight() -> None:
    forward = {(source, step.to) for step in OUTGOING.steps if not step.way_out for source in step.sources}

    assert forward == set(zip(OUTGOING.path, OUTGOING.path[1:], strict=False))
    assert set(BEFORE_ORDER) == set(OUTGOING.path) - {S.ADMITTED, S.DEPARTED}


@pytest.mark.clause("8.1-a")
@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (replace(READY, opens_on=DAY + timedelta(days=1)), [("8.1", "")]),
        (replace(READY, closes_on=DAY - timedelta(days=1)), [("8.1", "")]),
        (replace(READY, own_programme=False), [("8.1", "")]),
        (replace(READY, gpa=Decimal("2.49")), [("8.1", Role.STUDENT)]),
        (replace(READY, gpa=Decimal("2.50")), []),
        (replace(READY, gpa=None), []),
        (replace(READY, has_motivation=False), [("8.1", Role.STUDENT)]),
        (without(pathway_open=False), [("8.1", Role.IPD_COORDINATOR)]),
    ],
)
def test_what_blocks_an_application(facts: OutgoingFacts, expected: list[tuple[str, str]]) -> None:
    assert blockers("submit", facts) == expected


@pytest.mark.clause("8.1-b")
def test_no_list_without_agreement_and_annex() -> None:
    assert blockers("nominate", without(agreement_in_force=False)) == [("5.8", Role.IPD_COORDINATOR)]
    assert blockers("nominate", without(annex_agreed=False)) == [("8.1", Role.IPD_COORDINATOR)]
    empty = ListFacts(candidates=1, has_request=True, places=1, proposed=1)
    assert [b.clause for b in CANDIDATE_LIST.step("send").blockers(empty)] == ["5.8", "8.1"]


@pytest.mark.clause("8.2-b")
def test_no_letter_before_the_institutes_list() -> None:
    assert blockers("propose", replace(READY, list_sent=False)) == [("8.2", Role.INSTITUTE_COORDINATOR)]


@pytest.mark.clause("8.1-c")
def test_the_reserve_waits_for_a_place_and_nobody_is_asked_for_it() -> None:
    assert blockers("propose", replace(READY, is_reserve=True, place_free=False)) == [("8.1", "")]
    assert blockers("propose", replace(READY, is_reserve=True, place_free=True)) == []


@pytest.mark.clause("6.12-a")
@pytest.mark.parametrize(
    ("giver", "status", "mover"),
    [
        (DocumentGiver.STUDENT, ItemState.MISSING, Role.STUDENT),
        (DocumentGiver.INSTITUTE, ItemState.MISSING, Role.INSTITUTE_COORDINATOR),
        (DocumentGiver.REGISTRAR, ItemState.MISSING, Role.REGISTRAR),
        (DocumentGiver.PARTNER, ItemState.RETURNED, Role.PARTNER_COORDINATOR),
        (DocumentGiver.STUDENT, ItemState.SUBMITTED, Role.IPD_COORDINATOR),
    ],
)
def test_each_document_that_is_not_accepted_names_whose_move_it_is(giver: str, status: str, mover: str) -> None:
    facts = without(documents=(DocumentFact("passport", giver, status, "blurred"),))
    # The department was asked with the institute: it is waited for while something of theirs is to come (8.4).
    department = [("8.4", Role.DEPARTMENT_HEAD)] if giver == DocumentGiver.INSTITUTE else []

    assert blockers("complete_documents", facts) == [("6.12", mover), *department]
    nobody_asked = replace(facts, package_requested=False)
    assert blockers("complete_documents", nobody_asked) == [("8.4", Role.IPD_COORDINATOR), ("6.12", mover)]


@pytest.mark.clause("6.12-b")
def test_the_contract_needs_three_signatures() -> None:
    assert blockers("complete_documents", without(contract_made=False)) == [("6.12", Role.IPD_COORDINATOR)]
    unsigned = without(signed_parties=frozenset())
    movers = [Role.STUDENT, Role.SIGNATORY, Role.PARTNER_COORDINATOR]
    assert blockers("complete_documents", unsigned) == [("6.12", mover) for mover in movers]
    assert blockers("admit", unsigned) == [("6.12", mover) for mover in movers]


@pytest.mark.clause("5.8-a")
@pytest.mark.clause("7.5a-a")
def test_no_admission_without_the_signed_application_nor_agreement() -> None:
    assert blockers("complete_documents", without(chair_application_signed=False)) == [("7.5a", Role.STUDENT)]
    assert blockers("admit", without(chair_application_signed=False)) == [("7.5a", Role.STUDENT)]
    assert blockers("admit", without(agreement_in_force=False)) == [("5.8", Role.IPD_COORDINATOR)]


@pytest.mark.clause("8.6-a")
def test_only_a_full_package_with_its_visa_file_goes_to_the_registrar() -> None:
    missing = DocumentFact("medical", DocumentGiver.STUDENT, ItemState.MISSING)
    assert blockers("request_order", without(documents=(missing,))) == [("6.12", Role.STUDENT)]
    both = [("8.5", Role.STUDENT), ("8.5", Role.IPD_COORDINATOR)]
    waits = {"": both, "collecting": both, "refused": both[1:], "submitted": [], "not_needed": []}
    for visa, expected in waits.items():
        assert blockers("request_order", without(visa=visa)) == expected, visa


@pytest.mark.clause("8.5-a")
def test_a_passport_that_ends_before_the_stay_blocks_and_names_both_days() -> None:
    facts = without(passport_valid_until=DAY)

    (found,) = OUTGOING.step("request_order").blockers(facts)

    assert found == Blocker(
        "8.5",
        "The passport ends on %(passport)s, before the stay does (%(stay)s).",
        Role.STUDENT,
        {"passport": "24.11.2026", "stay": "12.06.2027"},
        "Enter the data of a valid passport",
    )
    assert blockers("request_order", without(passport_valid_until=None)) == [("8.5", Role.STUDENT)]


@pytest.mark.clause("8.6-b")
def test_admission_waits_for_the_registrars_draft_and_a_return_for_no_order() -> None:
    assert blockers("admit", without(order="")) == [("8.6", Role.REGISTRAR)]
    assert blockers("admit", without(order="draft")) == [("8.6", Role.REGISTRAR)]
    for way_out in ("return_package", "cancel", "withdraw"):
        assert blockers(way_out, without(order="draft")) == [("8.6", Role.REGISTRAR)]
        assert blockers(way_out, READY) == [("8.6", Role.SIGNATORY)]  # it lies before the signatory
        assert blockers(way_out, without(order="")) == []


@pytest.mark.clause("6.3")
def test_nobody_departs_without_a_visa_or_a_word_that_none_is_needed() -> None:
    both = [("8.5", Role.STUDENT), ("8.5", Role.IPD_COORDINATOR)]
    assert blockers("depart", without(visa="submitted")) == both
    assert blockers("depart", without(visa="not_needed")) == []


@pytest.mark.clause("8.1-c")
def test_the_criteria_put_debts_last_then_gpa_certificate_and_year() -> None:
    candidates = [
        Candidate(1, Decimal("3.90"), has_certificate=True, debts=1, year=3),
        Candidate(2, Decimal("3.10"), has_certificate=False, debts=0, year=2),
        Candidate(3, Decimal("3.10"), has_certificate=True, debts=0, year=2),
        Candidate(4, None, has_certificate=True, debts=0, year=1),
        Candidate(5, Decimal("3.10"), has_certificate=True, debts=0, year=3),
    ]

    assert suggested_order(candidates) == (5, 3, 2, 4, 1)


@pytest.mark.clause("8.1-c")
def test_a_list_asks_for_reasons_and_keeps_to_its_places() -> None:
    ready = ListFacts(candidates=2, has_request=True, places=1, proposed=1, agreement_in_force=True, annex_agreed=True)
    send = CANDIDATE_LIST.step("send")

    assert send.blockers(ready) == ()
    assert [b.text for b in send.blockers(replace(ready, unexplained=(Localized("A"),)))] == [
        "%(name)s: the rank departs from the criteria without a reason."
    ]
    assert [b.params for b in send.blockers(replace(ready, proposed=2))] == [{"proposed": 2, "places": 1}]
    assert len(send.blockers(replace(ready, candidates=0))) == 1
    assert len(send.blockers(replace(ready, has_request=False))) == 1


def test_both_visa_machines_differ_by_their_clause_only() -> None:
    out, into = VISA["outgoing"], VISA["incoming"]

    assert out.clauses() == {"8.5"}
    assert into.clauses() == {"7.6"}
    assert [s.name for s in out.steps] == [s.name for s in into.steps]
