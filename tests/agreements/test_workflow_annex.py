"""Guards of Annex 1, without a database: when a version freezes, and whose move it is until then."""

from dataclasses import replace
from typing import Any

import pytest

from agreements.enums import AnnexState, Side
from agreements.workflow.annex import ANNEX, AnnexFacts, is_on_its_way, mover_of
from institutions.enums import Role

PROPOSED = AnnexFacts(
    rows=3,
    proposed_by=Side.HOME,
    agreed=frozenset({"home", "partner"}),
    hash_holds=True,
    is_latest=True,
    courses_tied=True,
)


@pytest.mark.parametrize(
    ("changes", "text", "whose"),
    [
        ({"rows": 0}, "Annex 1 has no rows.", Role.IPD_COORDINATOR),
        ({"agreed": frozenset({"home"})}, "The partner has not agreed to this version.", Role.PARTNER_COORDINATOR),
        ({"agreed": frozenset({"partner"})}, "The University has not agreed to this version.", Role.IPD_COORDINATOR),
        ({"hash_holds": False}, "The rows are not those that were proposed.", Role.IPD_COORDINATOR),
        ({"is_latest": False}, "There is a newer version.", Role.IPD_COORDINATOR),
        (
            {"courses_tied": False},
            "Other curricula were tied after this version was written: import it anew.",
            Role.IPD_COORDINATOR,
        ),
    ],
)
@pytest.mark.clause("A1-d")
def test_a_version_freezes_only_when_both_agreed_to_what_it_holds(
    changes: dict[str, Any], text: str, whose: str
) -> None:
    assert _told(PROPOSED) == []
    assert _told(replace(PROPOSED, **changes)) == [("A1", text, whose)]


def _told(facts: AnnexFacts) -> list[tuple[str, str, str]]:
    return [(one.clause, one.text % one.params, one.whose_move) for one in ANNEX.step("freeze").blockers(facts)]


@pytest.mark.clause("A1-d")
@pytest.mark.parametrize(
    ("state", "side", "on_its_way", "whose"),
    [
        (AnnexState.DRAFT, Side.HOME, True, Role.IPD_COORDINATOR),
        (AnnexState.DRAFT, Side.PARTNER, False, Role.PARTNER_COORDINATOR),
        (AnnexState.PROPOSED, Side.HOME, True, Role.PARTNER_COORDINATOR),
        (AnnexState.PROPOSED, Side.PARTNER, True, Role.IPD_COORDINATOR),
        (AnnexState.FROZEN, Side.HOME, False, Role.IPD_COORDINATOR),
    ],
)
def test_a_version_on_its_way_waits_for_one_side(state: str, side: str, *, on_its_way: bool, whose: str) -> None:
    assert (is_on_its_way(state, side), mover_of(state, side)) == (on_its_way, whose)
