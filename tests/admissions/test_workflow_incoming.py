"""The incoming road's table and guards, over facts alone."""

import pytest

from admissions.enums import ApplicationState as S
from admissions.workflow.incoming import INCOMING, IncomingFacts
from admissions.workflow.shared import CaseFacts
from institutions.enums import Role

MATRIX = {
    "nominate": Role.PARTNER_COORDINATOR,
    "send_to_review": Role.IPD_COORDINATOR,
    "agree": Role.DEPARTMENT_HEAD,
    "propose": Role.INSTITUTE_DIRECTOR,
    "complete_documents": Role.IPD_COORDINATOR,
    "draft_order": Role.IPD_COORDINATOR,
    "admit": Role.SIGNATORY,
    "invite": Role.IPD_COORDINATOR,
    "refuse": Role.DEPARTMENT_HEAD,
    "refuse_institute": Role.INSTITUTE_DIRECTOR,
    "return_to_partner": Role.IPD_COORDINATOR,
    "reopen_documents": Role.IPD_COORDINATOR,
    "leave_order": Role.IPD_COORDINATOR,
    "cancel": Role.IPD_COORDINATOR,
}


@pytest.mark.parametrize(("step", "role"), MATRIX.items())
def test_each_step_has_its_one_role(step: str, role: str) -> None:
    assert INCOMING.step(step).by == (role,)


def test_the_straight_road_leads_from_draft_to_arrival() -> None:
    forward = [step for step in INCOMING.steps if not step.way_out]
    assert [(step.sources[-1], step.to) for step in forward] == list(
        zip(INCOMING.path, INCOMING.path[1:], strict=False)
    )


@pytest.mark.clause("7.3-b")
def test_ways_out_give_a_reason() -> None:
    assert all(step.needs_reason for step in INCOMING.steps if step.way_out)


@pytest.mark.clause("7.1-b")
def test_nomination_needs_agreement_annex_open_pathway_and_days() -> None:
    found = {(one.clause, one.text) for one in INCOMING.step("nominate").blockers(IncomingFacts())}
    assert {
        ("7.1", "Nominations to this intake are not taken today."),
        ("7.1", "The pathway is not open to new admissions."),
        ("5.8", "The agreement with the partner is not in force."),
        ("7.1", "The joint working plan (Annex 1) is not agreed by both sides."),
    } <= found


@pytest.mark.clause("7.3-a")
def test_the_institute_waits_for_the_department() -> None:
    propose = INCOMING.step("propose")
    waiting = propose.blockers(IncomingFacts(state=S.IN_REVIEW))
    assert [(one.clause, one.whose_move) for one in waiting] == [("7.3", Role.DEPARTMENT_HEAD)]
    assert propose.blockers(IncomingFacts(state=S.DEPARTMENT_AGREED)) == ()


@pytest.mark.clause("7.4-a")
@pytest.mark.parametrize(("order", "mover"), [("draft", Role.IPD_COORDINATOR), ("for_signature", Role.SIGNATORY)])
def test_whoever_has_the_order_is_waited_for_and_gives_it_back(order: str, mover: str) -> None:
    facts = IncomingFacts(state=S.ORDER_DRAFTED, case=CaseFacts(order=order))
    (not_signed,) = (one for one in INCOMING.step("admit").blockers(facts) if one.clause == "7.4")
    (on_order,) = INCOMING.step("leave_order").blockers(facts)
    assert (not_signed.whose_move, on_order.whose_move) == (mover, mover)


@pytest.mark.clause("7.3-d")
@pytest.mark.parametrize(("chosen", "outside", "blocked"), [(0, 0, 1), (3, 0, 0), (3, 1, 1)])
def test_the_department_agrees_with_courses_of_that_term(chosen: int, outside: int, blocked: int) -> None:
    facts = IncomingFacts(courses_chosen=chosen, courses_outside_term=outside)
    assert len(INCOMING.step("agree").blockers(facts)) == blocked
