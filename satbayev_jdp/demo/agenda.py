"""What happens on which day. Scenarios write it in person by person; it is lived day by day, as registers and history ask."""

from collections import defaultdict
from collections.abc import Callable
from contextlib import nullcontext
from datetime import date
from functools import partial
from typing import Any

from satbayev_jdp.demo.world import World

BETWEEN = 9  # minutes from one act to the next


def _no_time_passes(_minutes: int) -> None:
    """Today the clock is the real one."""


class Agenda:
    """Acts by day. What lies ahead of the day the demo is made is done on that day, last of all."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._acts: dict[date, list[Callable[[], object]]] = defaultdict(list)

    def add(self, day: date, act: Callable[..., object], *args: Any) -> None:
        """Let `act(*args)` be done on a day, after what is written in for that day already."""
        self._acts[min(day, self._world.today)].append(partial(act, *args))

    def live(self, tell: Callable[[float], object]) -> None:
        """Do everything in the order of the days. What an act writes in for its own day or a later one is done too.

        `tell` is told day by day which share of it is done, from 0 to 1.
        """
        done = 0
        while self._acts:
            tell(done / (done + sum(len(acts) for acts in self._acts.values())))
            day = min(self._acts)
            with self._world.on(day) if day < self._world.today else nullcontext(_no_time_passes) as pass_time:
                for act in self._acts[day]:  # grows while it is walked
                    act()
                    pass_time(BETWEEN)
            done += len(self._acts.pop(day))
