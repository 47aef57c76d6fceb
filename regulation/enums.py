"""Kinds of changes."""

from django.db import models
from django.utils.translation import pgettext_lazy


class AmendmentKind(models.TextChoices):
    """What a change does to a clause."""

    REPLACE = "replace", pgettext_lazy("kind of change", "replaced")
    CANCEL = "cancel", pgettext_lazy("kind of change", "cancelled")
    ADD = "add", pgettext_lazy("kind of change", "added")
