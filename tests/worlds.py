"""Worlds that many tests begin from: built once a process, stage upon stage, and rewound to by savepoints.

A stage stands on the one before it in a transaction that is never committed. A test that asks for a stage runs in a savepoint
above it; one that asks for none finds nothing of it.
"""

import copy
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
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
    """The stages of one road by name, in their order; each step takes the world of the stage before it further.

    A test of `folder` has such a world if it takes the fixture `name`; it begins at the latest stage whose name it takes too.
    """

    def __init__(
        self,
        name: str,
        begin: Callable[[], World],
        steps: Sequence[tuple[str, Callable[[World], object]]],
        folder: Path,
    ) -> None:
        self._name, self._folder = name, folder
        self._begin, self._steps = begin, steps
        self._open: list[_Open[World]] = []
        self._blocker: DjangoDbBlocker | None = None

    # --- for a conftest ------------------------------------------------------------------------------------------

    def hooks(self) -> tuple[Callable[..., None], Callable[..., object], Callable[..., World]]:
        """What the conftest of the folder takes over: two hooks of pytest and the fixture `_world`, where a test begins."""

        def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
            self.sort(items)

        @pytest.hookimpl(wrapper=True)
        def pytest_runtest_teardown(nextitem: pytest.Item | None) -> Iterator[None]:
            try:
                yield
            finally:
                self.make_way(nextitem)

        @pytest.fixture
        def _world(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> World:
            return self.for_test(request.node, django_db_blocker)

        return pytest_collection_modifyitems, pytest_runtest_teardown, _world

    def for_test(self, item: pytest.Item, blocker: DjangoDbBlocker) -> World:
        """A copy of the world where a test begins; the database has it now. To be called before the test's own transaction."""
        stage = self._stage_of(item) or 0
        self._blocker = blocker
        with blocker.unblock():
            self._close(stage + 1)
            while len(self._open) <= stage:
                self._build()
        return copy.deepcopy(self._open[-1].world)

    def sort(self, items: list[pytest.Item]) -> None:
        """Let the tests of one stage follow each other, in the places that the tests of all stages have."""
        stages = [self._stage_of(item) for item in items]
        places = [place for place, stage in enumerate(stages) if stage is not None]
        ordered = [items[place] for place in sorted(places, key=lambda place: stages[place] or 0)]
        for place, item in zip(places, ordered, strict=True):
            items[place] = item

    def make_way(self, nextitem: pytest.Item | None) -> None:
        """Nothing stands any more when the next test has no such world."""
        if self._blocker is not None and (nextitem is None or self._stage_of(nextitem) is None):
            with self._blocker.unblock():
                self._close(0)

    # --- the stack of transactions -------------------------------------------------------------------------------

    def _stage_of(self, item: pytest.Item) -> int | None:
        asked = getattr(item, "fixturenames", ())
        if self._name not in asked or self._folder not in item.path.parents:
            return None
        return max((number for number, (name, _step) in enumerate(self._steps, 1) if name in asked), default=0)

    def _build(self) -> None:
        atomic = transaction.atomic()
        atomic.__enter__()
        try:
            if self._open:
                world = copy.deepcopy(self._open[-1].world)
                self._steps[len(self._open) - 1][1](world)
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
