"""Machines register themselves when they are imported (core.machine.MACHINES)."""

from transcripts.workflow import protocols, reports

__all__ = ["protocols", "reports"]
