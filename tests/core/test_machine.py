"""Steps, guards and blockers: pure, without a database."""

from collections.abc import Iterator

import pytest

from core import checks
from core.machine import MACHINES, Blocker, Machine, Step, citations_of
from tests.core.things import AGREED, DRAFT, ENDED, SIGNED, STEPS, Facts, documents_are_there, machine, text_is_whole


@pytest.fixture(autouse=True)
def things() -> Iterator[Machine[Facts]]:
    with machine() as made:
        yield made


def test_a_guard_says_nothing_one_thing_or_several() -> None:
    assert text_is_whole(Facts()) == ()
    assert [blocker.text for blocker in text_is_whole(Facts(text_is_whole=False))] == ["The text is not whole."]
    missing = documents_are_there(Facts(missing=("passport", "transcript")))
    assert [blocker.params["name"] for blocker in missing] == ["passport", "transcript"]


def test_a_guard_keeps_the_name_of_its_check() -> None:
    assert text_is_whole.name == "text_is_whole"


def test_a_step_tells_everything_that_blocks_it_in_the_order_of_its_guards() -> None:
    blockers = STEPS[0].blockers(Facts(text_is_whole=False, missing=("passport",)))

    assert [blocker.clause for blocker in blockers] == ["6.12", "7.1"]


def test_blockers_can_be_told_apart_and_put_into_sets() -> None:
    one = Blocker("7.1", "x", "partner", {"name": "passport"})

    assert len({one, Blocker("7.1", "x", "partner", {"name": "passport"}), Blocker("7.1", "x", "partner")}) == 2


def test_a_machine_knows_its_states_steps_and_clauses(things: Machine[Facts]) -> None:
    assert things.states() == {DRAFT, AGREED, SIGNED, ENDED}
    assert [step.name for step in things.steps_from(DRAFT)] == ["agree", "give_up"]
    assert things.steps_from(SIGNED) == ()
    assert things.clauses() == {"5.3", "6.12", "7.1", "1.6"}
    assert things.states_asking(text_is_whole) == {DRAFT}
    assert things.step("sign").to == SIGNED
    with pytest.raises(KeyError, match="has no step fly"):
        things.step("fly")


def test_a_machine_knows_whose_move_leads_to_a_state_and_that_none_leads_back(things: Machine[Facts]) -> None:
    assert things.movers_towards(DRAFT, {SIGNED}) == STEPS[0].by
    assert things.movers_towards(SIGNED, {DRAFT}) == ()
    assert things.movers_towards(DRAFT, {ENDED}) == ()  # a way out leads nowhere


def test_no_two_steps_bear_one_name() -> None:
    with pytest.raises(ValueError, match="used twice"):
        Machine(name="test-twice", initial=DRAFT, steps=(STEPS[0], STEPS[0]))
    assert "test-twice" not in MACHINES


def test_a_clause_finds_the_gates_that_cite_it() -> None:
    found = [citation for citation in citations_of("6.12") if citation.machine == "test-thing"]

    assert [(one.step, one.label, one.demand) for one in found] == [("agree", "Agree", "the text is whole")]
    assert [one.step for one in citations_of("5.3") if one.machine == "test-thing"] == ["agree", "sign"]
    assert citations_of("99") == ()


def test_a_path_through_a_state_that_is_never_reached_is_told_at_start() -> None:
    step: Step[Facts] = Step("go", ("a",), "b", ("x",), "1.6", "Go", "gone")
    Machine(name="test-lost", initial="a", steps=(step,), path=("a", "c"))

    errors = [error.msg for error in checks.machines_are_whole()]
    del MACHINES["test-lost"]

    assert "machine test-lost: state c of its path is never reached" in errors
