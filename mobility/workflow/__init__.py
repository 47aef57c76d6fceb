"""Machines register themselves when they are imported (core.machine.MACHINES)."""

from mobility.workflow import stay

__all__ = ["stay"]
