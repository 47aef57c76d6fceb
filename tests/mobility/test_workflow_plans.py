"""The lists that a study plan must meet, by facts alone."""

from decimal import Decimal
from typing import Any

import pytest

from mobility.workflow.plans import PLAN, Agreed, CourseFact, LineFact, PlanFacts

FIVE = Decimal(5)


def line(*, at_university: bool = False, covered: bool = True, kind: str = "planned", **more: Any) -> LineFact:
    return LineFact(at_university=at_university, covered=covered, kind=kind, credits=FIVE, **more)


def blockers(kind: str, of: LineFact | None) -> list[str]:
    facts = PlanFacts(courses=(CourseFact("X", kind, FIVE, of),))
    return [blocker.clause for blocker in PLAN.step("propose").blockers(facts)]


@pytest.mark.clause("5.14-a")
@pytest.mark.clause("6.6-a")
@pytest.mark.parametrize(
    ("of", "free"),
    [
        (line(at_university=True, covered=False), True),
        (line(covered=True), True),
        (line(covered=False, kind="difference"), True),
        (line(covered=False), False),
        (None, False),
    ],
)
def test_each_home_course_is_taken_at_home_covered_or_a_stated_difference(of: LineFact | None, *, free: bool) -> None:
    assert (blockers("course", of) == []) is free


@pytest.mark.clause("5.14-b")
@pytest.mark.clause("6.7-a")
def test_a_practice_is_done_in_full_at_either_side() -> None:
    assert blockers("practice", line()) == []
    assert blockers("practice", line(kind="difference")) == ["5.14"]
    short = LineFact(at_university=False, covered=True, kind="planned", credits=Decimal(4))
    assert blockers("practice", short) == ["5.14"]


@pytest.mark.clause("5.14-b")
def test_a_row_of_annex_1_alone_does_not_replace_the_final_attestation() -> None:
    assert blockers("final_attestation", line(covered=True)) == ["5.14"]
    assert blockers("final_attestation", line(covered=True, joint_commission=True)) == []
    assert blockers("final_attestation", line(at_university=True)) == []


@pytest.mark.clause("7.3-d")
@pytest.mark.parametrize(
    ("kind", "of", "free"),
    [
        ("course", line(at_university=True, agreed=False), False),
        ("course", line(at_university=True, agreed=False, kind="difference"), True),
        ("course", line(at_university=False, agreed=False), True),
        ("practice", line(at_university=True, agreed=False), True),
    ],
)
def test_a_course_here_is_agreed_to_by_the_department(kind: str, of: LineFact, *, free: bool) -> None:
    assert blockers(kind, of) == ([] if free else ["7.3"])


@pytest.mark.clause("7.3-d")
def test_the_departments_choice_binds_its_rows_in_the_semesters_of_the_stay_alone() -> None:
    agreed = Agreed(rows=frozenset({1}), semesters=frozenset({3}))

    assert [agreed.holds(3, 1), agreed.holds(4, 2), agreed.holds(3, None), agreed.holds(3, 2)] == [True] * 3 + [False]
    assert Agreed(semesters=frozenset({3})).holds(3, 2)
