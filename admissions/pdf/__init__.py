"""Kinds of papers and purposes of uploads register themselves when they are imported (documents.kinds)."""

from admissions.pdf import package

__all__ = ["package"]
