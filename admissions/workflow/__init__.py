"""Machines register themselves when they are imported (core.machine.MACHINES)."""

from admissions.workflow import incoming, lists, nominations, orders, outgoing, visa

__all__ = ["incoming", "lists", "nominations", "orders", "outgoing", "visa"]
