"""What blocks an order, rule by rule, over facts alone; who may take which step."""

import pytest

from admissions.enums import ApplicationState, ContractParty, ItemState, OrderKind, OrderState
from admissions.workflow.orders import ORDER, LineFacts, OrderFacts
from admissions.workflow.shared import CaseFacts, DocumentFact
from core.values import Localized
from institutions.enums import Role

WHOLE = {
    "documents": (DocumentFact("passport", "partner", ItemState.ACCEPTED),),
    "chair_application_signed": True,
    "contract_made": True,
    "signed_parties": frozenset(ContractParty.values),
    "agreement_in_force": True,
    "visa": "submitted",
}


def facts(kind: str = OrderKind.ADMISSION_IN, *, seats: int = 1, held: int = 0, **changed: object) -> OrderFacts:
    case = {**WHOLE, **{key: value for key, value in changed.items() if key in CaseFacts.__dataclass_fields__}}
    line = LineFacts(
        student=Localized("Øvergård"),
        case=CaseFacts(**case),  # type: ignore[arg-type]  # a test's shorthand
        state=str(changed.get("state", ApplicationState.DOCUMENTS_COMPLETE)),
        courses=int(str(changed.get("courses", 6))),
    )
    return OrderFacts(kind=kind, lines=(line,), seats=seats, held_by_others=held)


def blockers(of: OrderFacts) -> list[tuple[str, str]]:
    return [(blocker.clause, blocker.text % blocker.params) for blocker in ORDER.step("sign").blockers(of)]


@pytest.mark.clause("7.4-a")
def test_nothing_blocks_a_whole_order() -> None:
    assert blockers(facts()) == []
    assert blockers(facts(OrderKind.DEPARTURE_OUT, courses=0)) == []


@pytest.mark.clause("7.4-a")
@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (
            {"documents": (DocumentFact("passport", "partner", ItemState.SUBMITTED),)},
            ("7.4", "The document package is not full: Øvergård."),
        ),
        ({"state": ApplicationState.IN_REVIEW}, ("7.3", "The institute has not proposed: Øvergård.")),
        (
            {"agreement_in_force": False},
            ("5.8", "The agreement is not in force on the day of the order: Øvergård."),
        ),
        (
            {"chair_application_signed": False},
            ("5.8", "The application to the Chair of the Board – Rector is not signed: Øvergård."),
        ),
        (
            {"signed_parties": frozenset({ContractParty.STUDENT})},
            ("6.12", "The three-party contract is not signed by all three parties: Øvergård."),
        ),
        ({"courses": 0}, ("5.9", "The department has chosen no courses for: Øvergård.")),
    ],
)
def test_each_thing_that_is_missing_blocks_with_its_clause(
    changed: dict[str, object], expected: tuple[str, str]
) -> None:
    assert blockers(facts(**changed)) == [expected]  # type: ignore[arg-type]  # changed facts only


@pytest.mark.clause("7.4-a")
def test_the_quota_counts_those_of_other_orders() -> None:
    assert blockers(facts(seats=2, held=2)) == [("7.4", "The quota is exceeded: 3 students for 2 places.")]
    assert blockers(facts(seats=3, held=2)) == []


@pytest.mark.clause("8.6-a")
def test_outgoing_asks_for_the_visa_file_and_incoming_does_not() -> None:
    assert blockers(facts(OrderKind.DEPARTURE_OUT, visa="")) == [
        ("8.6", "The visa file has not been submitted: Øvergård.")
    ]
    assert blockers(facts(visa="")) == []


def test_an_order_without_students_moves_nobody() -> None:
    assert blockers(OrderFacts(kind=OrderKind.ADMISSION_IN, seats=3)) == [("6.3", "The order names no student.")]


@pytest.mark.clause("6.3-b")
def test_who_takes_which_step() -> None:
    table = {step.name: (step.sources, step.to, frozenset(step.by), step.needs_reason) for step in ORDER.steps}
    drafters = frozenset({Role.IPD_COORDINATOR, Role.REGISTRAR})
    assert table == {
        "send_for_signature": ((OrderState.DRAFT,), OrderState.FOR_SIGNATURE, drafters, False),
        "sign": ((OrderState.FOR_SIGNATURE,), OrderState.SIGNED, frozenset({Role.SIGNATORY}), False),
        "return": ((OrderState.FOR_SIGNATURE,), OrderState.DRAFT, frozenset({Role.SIGNATORY}), True),
        "cancel": ((OrderState.DRAFT,), OrderState.CANCELLED, drafters, True),
    }
