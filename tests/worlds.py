"""Worlds that many tests begin from: built once a process, stage upon stage, and rewound to by savepoints.

A stage stands on the one before it in a transaction that is never committed. A test that asks for a stage runs in a savepoint
above it; one that asks for none finds nothing of it (`leave`).
"""

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

World = TypeVar("World")


@dataclass
class _Open(Generic[World]):
    atomic: transaction.Atomic
    world: World


class Worlds(Generic[World]):
    """The stages of one road by name, in their order; each makes its world from that of the stage before it."""

    def __init__(self, begin: Callable[[], World], stages: Sequence[tuple[str, Callable[[World], object]]]) -> None:
        self._begin = begin
        self._stages = stages
        self._open: list[_Open[World]] = []
        self._blocker: DjangoDbBlocker | None = None

    def stage_of(self, item: pytest.Item, of: str) -> int | None:
        """Where a test begins: at the latest stage that it names as a fixture; None if it has not the fixture `of` at all."""
        asked = getattr(item, "fixturenames", ())
        if of not in asked:
            return None
        return max((number for number, (name, _make) in enumerate(self._stages, 1) if name in asked), default=0)

    def at(self, stage: int, blocker: DjangoDbBlocker) -> World:
        """A copy of the world of a stage, which now stands in the database. To be called before a test's own transaction."""
        self._blocker = blocker
        with blocker.unblock():
            self._close(stage + 1)
            while len(self._open) <= stage:
                self._build()
        return copy.deepcopy(self._open[-1].world)

    def leave(self) -> None:
        """Nothing stands any more."""
        if self._blocker is not None:
            with self._blocker.unblock():
                self._close(0)

    def _build(self) -> None:
        atomic = transaction.atomic()
        atomic.__enter__()
        try:
            if self._open:
                world = copy.deepcopy(self._open[-1].world)
                self._stages[len(self._open) - 1][1](world)
            else:
                world = self._begin()
        except BaseException:
            _roll_back(atomic)
            raise
        self._open.append(_Open(atomic, world))

    def _close(self, left: int) -> None:
        while len(self._open) > left:
            _roll_back(self._open.pop().atomic)


def _roll_back(atomic: transaction.Atomic) -> None:
    transaction.set_rollback(True)
    atomic.__exit__(None, None, None)
