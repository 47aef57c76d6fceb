"""Kinds of papers and purposes of uploads register themselves when they are imported (documents.kinds)."""

from admissions.pdf import applications, contract, drafts, invitations, letters, nominations, orders, package

__all__ = ["applications", "contract", "drafts", "invitations", "letters", "nominations", "orders", "package"]
