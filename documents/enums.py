"""States and kinds of papers and uploads."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class DocumentState(models.TextChoices):
    """A paper is made by being issued; a preview has no row (docs/decisions).

    A paper that its parties sign after it was issued (a contract) awaits their signatures first: it is not in force yet.
    """

    AWAITS_SIGNATURES = "awaits_signatures", pgettext_lazy("paper", "awaits signatures")
    ISSUED = "issued", _("issued")
    SUPERSEDED = "superseded", _("superseded")
    REVOKED = "revoked", _("revoked")

    @classmethod
    def standing(cls) -> "frozenset[DocumentState]":
        """States of a paper that nothing has taken the place of."""
        return frozenset({cls.AWAITS_SIGNATURES, cls.ISSUED})


class ScanState(models.TextChoices):
    """What a virus scanner said of an upload."""

    NOT_SCANNED = "not_scanned", _("not scanned")
    CLEAN = "clean", _("clean")
    INFECTED = "infected", _("infected")


class Channel(models.TextChoices):
    """How a paper reached somebody."""

    PORTAL = "portal", _("portal")
    EMAIL = "email", _("e-mail")
    POST = "post", _("post")
    HAND = "hand", _("by hand")
