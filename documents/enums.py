"""States and kinds of papers and uploads."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DocumentState(models.TextChoices):
    """A paper is made by being issued; a preview has no row (docs/decisions)."""

    ISSUED = "issued", _("issued")
    SUPERSEDED = "superseded", _("superseded")
    REVOKED = "revoked", _("revoked")


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
