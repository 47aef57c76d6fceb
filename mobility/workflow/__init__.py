"""Machines register themselves when they are imported (core.machine.MACHINES)."""

from mobility.workflow import plans, stay

__all__ = ["plans", "stay"]
