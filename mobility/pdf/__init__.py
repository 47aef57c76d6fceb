"""Kinds of papers and purposes of uploads register themselves when they are imported (documents.kinds)."""

from mobility.pdf import stay

__all__ = ["stay"]
