"""The way of a thing: what was passed, what is now, what is to come, and where it ended."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from django.db import models

from core.machine import MACHINES, Machine, Step
from core.story import NamedPaper, Told
from core.way import Stage, ended, sent_back, way_of


class Place(models.TextChoices):
    """Where a thing of the tests stands."""

    DRAFT = "draft"
    SENT = "sent"
    SEALED = "sealed"
    LOST = "lost"


def _step(name: str, source: str, to: str, *, way_out: bool = False) -> Step[None]:
    return Step(name, (source,), to, by=("clerk",), clause="1.1", label=name, done=name, way_out=way_out)


MACHINE: Machine[None] = Machine(
    name="test_way",
    initial=Place.DRAFT,
    steps=(
        _step("send", Place.DRAFT, Place.SENT),
        _step("seal", Place.SENT, Place.SEALED),
        _step("return", Place.SENT, Place.DRAFT, way_out=True),
        _step("lose", Place.SENT, Place.LOST, way_out=True),
    ),
    path=(Place.DRAFT, Place.SENT, Place.SEALED),
)
# The regulation's pages list every machine; this one is no gate.
del MACHINES[MACHINE.name]


def _story(*actions: str) -> list[Told]:
    """What happened, the oldest first, as pages have it: the newest first; each by a person of its own."""
    at = datetime(2026, 11, 24, tzinfo=UTC)
    told = [Told(action, f"who {action}", "", at, "2.2", f"why {action}", f"test_way.{action}") for action in actions]
    return told[::-1]


def _drawn(stages: Sequence[Stage]) -> list[tuple[str, str, str]]:
    return [(one.label, "done" if one.done else "now" if one.current else "to come", one.who) for one in stages]


@pytest.mark.parametrize(
    ("state", "actions", "drawn"),
    [
        (
            Place.DRAFT,
            ["made"],
            [("Draft", "now", "who made"), ("Sent", "to come", ""), ("Sealed", "to come", "")],
        ),
        (
            Place.SENT,
            ["made", "send"],
            [("Draft", "done", "who made"), ("Sent", "now", "who send"), ("Sealed", "to come", "")],
        ),
        (
            Place.SEALED,
            ["made", "send", "seal"],
            [("Draft", "done", "who made"), ("Sent", "done", "who send"), ("Sealed", "done", "who seal")],
        ),
        (
            Place.DRAFT,
            ["made", "send", "return"],
            [("Draft", "now", "who made"), ("Sent", "to come", ""), ("Sealed", "to come", "")],
        ),
        (
            Place.LOST,
            ["made", "send", "lose"],
            [("Draft", "done", "who made"), ("Sent", "done", "who send"), ("Lost", "now", "who lose")],
        ),
    ],
)
def test_the_way_as_it_is_drawn(state: str, actions: list[str], drawn: list[tuple[str, str, str]]) -> None:
    assert _drawn(way_of(MACHINE, state, Place, _story(*actions))) == drawn


def test_where_it_ended_says_why() -> None:
    end = way_of(MACHINE, Place.LOST, Place, _story("made", "send", "lose"))[-1]

    assert (end.clause, end.note) == ("2.2", "why lose")


@pytest.mark.parametrize(
    ("state", "actions", "by"),
    [
        (Place.DRAFT, ["made", "send", "return"], "who return"),
        (Place.DRAFT, ["made", "send", "return", "changed"], "who return"),
        (Place.SENT, ["made", "send", "return", "send"], None),
        (Place.LOST, ["made", "send", "lose"], None),
        (Place.DRAFT, ["made"], None),
    ],
)
def test_who_sent_a_thing_back_is_said_until_it_is_taken_on(state: str, actions: list[str], by: str | None) -> None:
    entry = sent_back(MACHINE, state, _story(*actions))

    assert (entry.who if entry else None) == by


def test_who_ended_a_thing_beside_its_way_is_said() -> None:
    entry = ended(MACHINE, Place.LOST, _story("made", "send", "lose"))

    assert entry
    assert (entry.who, entry.reason) == ("who lose", "why lose")
    assert ended(MACHINE, Place.DRAFT, _story("made", "send", "return")) is None


def test_a_paper_stands_where_it_was_issued() -> None:
    """A paper about the thing stands at the state it was issued in; one of another thing at the state it brought it to."""
    at = datetime(2026, 11, 24, tzinfo=UTC)
    contract, letter = NamedPaper(1, "6-ҮШ", "contract"), NamedPaper(2, "2-Х", "letter")
    issued = Told("issued a paper", "who", "", at, "", "", "documents.issued.contract", contract)
    story = [*_story("seal"), issued, *_story("made", "send")]

    stages = way_of(MACHINE, Place.SEALED, Place, story, {Place.SEALED: letter})

    assert [stage.papers for stage in stages] == [(), (contract,), (letter,)]


def test_a_paper_issued_for_a_step_stands_where_the_step_led() -> None:
    """An order takes its number before it is signed: the step rests on that number."""
    at = datetime(2026, 11, 24, tzinfo=UTC)
    order = NamedPaper(1, "1-ҚД", "order")
    issued = Told("issued a paper", "who", "", at, "", "", "documents.issued.order", order)
    sealed = Told("sealed", "who", "", at, "", "", "test_way.seal", number="1-ҚД")

    stages = way_of(MACHINE, Place.SEALED, Place, [sealed, issued, *_story("made", "send")])

    assert [stage.papers for stage in stages] == [(), (), (order,)]


def test_a_thing_without_history_has_its_way_too() -> None:
    assert _drawn(way_of(MACHINE, Place.SENT, Place, ())) == [
        ("Draft", "done", ""),
        ("Sent", "now", ""),
        ("Sealed", "to come", ""),
    ]
