"""Kinds of papers and purposes of uploads register themselves when they are imported (documents.kinds)."""

from transcripts.pdf import drafts, protocols, reports, sheets, uploads

__all__ = ["drafts", "protocols", "reports", "sheets", "uploads"]
