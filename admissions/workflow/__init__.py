"""Machines register themselves when they are imported (core.machine.MACHINES)."""

from admissions.workflow import outgoing, visa

__all__ = ["outgoing", "visa"]
