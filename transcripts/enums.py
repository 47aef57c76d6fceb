"""States of recognition, transcripts and reports."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class MarkKind(models.TextChoices):
    """What a mark says."""

    NUMBER = "number", _("a mark")
    PASSED = "passed", _("passed, without a number")
    FAILED = "failed", _("failed, without a number")


class ProtocolState(models.TextChoices):
    """A recognition protocol: made by the institute director, certified by the vice-rector (5.11)."""

    DRAFT = "draft", pgettext_lazy("protocol", "draft")
    MADE = "made", pgettext_lazy("protocol", "awaits certification")
    CERTIFIED = "certified", pgettext_lazy("protocol", "certified")


class DifferenceCause(models.TextChoices):
    """Why something is missing on the home side."""

    FAILED = "failed", _("failed at the partner")
    NOT_TAKEN = "not_taken", _("no mark from the partner")
    NOT_COVERED = "not_covered", _("not covered by Annex 1")
    CREDITS_SHORT = "credits_short", _("credits short")
    REFUSED = "refused", _("recognition refused")


class RemovalWay(models.TextChoices):
    """How a difference is removed (5.11)."""

    RETAKE_AT_PARTNER = "retake_at_partner", _("retake at the partner")
    BESIDE_STUDY = "beside_study", _("beside current study at the University")
    SUMMER = "summer", _("in the summer semester")
    ONLINE = "online", _("online")


class ReportState(models.TextChoices):
    """A semester report to a partner (6.9)."""

    DUE = "due", pgettext_lazy("report", "due")
    MADE = "made", pgettext_lazy("report", "made")
    SENT = "sent", pgettext_lazy("report", "sent")
    ACKNOWLEDGED = "acknowledged", pgettext_lazy("report", "acknowledged")
