"""System checks of the kernel: what would fail late fails at start."""

from typing import Any

from django.core.checks import CheckMessage, Error, register

from core.machine import MACHINES


@register()
def machines_are_whole(**_kwargs: Any) -> list[CheckMessage]:
    """Every state of a machine's straight road is one that the machine reaches."""
    return [
        Error(f"machine {name}: state {state} of its path is never reached", id="core.E001")
        for name, machine in MACHINES.items()
        for state in machine.path
        if state not in machine.states()
    ]
