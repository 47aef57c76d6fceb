"""Kinds of changes."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AmendmentKind(models.TextChoices):
    """What a change does to a clause."""

    REPLACE = "replace", _("replaced")
    CANCEL = "cancel", _("cancelled")
    ADD = "add", _("added")
