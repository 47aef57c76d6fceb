"""What a transcript rests on, by facts alone."""

import pytest

from institutions.enums import Role
from transcripts.workflow.transcripts import (
    IssuedFacts,
    PrintableFacts,
    recognition_is_certified,
    stands_on_protocols_in_force,
)


@pytest.mark.clause("5.12-a")
@pytest.mark.parametrize(
    ("facts", "movers"),
    [
        (PrintableFacts(), []),
        (PrintableFacts(1, frozenset({"made"})), []),
        (PrintableFacts(0, frozenset({"draft"})), [Role.INSTITUTE_DIRECTOR]),
        (PrintableFacts(0, frozenset({"draft", "made"})), [Role.VICE_RECTOR]),
    ],
)
def test_with_nothing_to_print_the_protocols_next_mover_is_named(facts: PrintableFacts, movers: list[str]) -> None:
    assert [(found.clause, found.whose_move) for found in recognition_is_certified(facts)] == [
        ("5.12", mover) for mover in movers
    ]


@pytest.mark.clause("5.11-d")
@pytest.mark.parametrize(
    ("facts", "asked"),
    [
        (IssuedFacts(), False),
        (IssuedFacts(protocols_in_force=False), True),
        (IssuedFacts(in_force=False, protocols_in_force=False), False),
    ],
)
def test_a_transcript_in_force_stands_on_protocols_in_force(facts: IssuedFacts, *, asked: bool) -> None:
    found = stands_on_protocols_in_force(facts)

    assert [(one.clause, one.whose_move) for one in found] == ([("5.11", Role.REGISTRAR)] if asked else [])
