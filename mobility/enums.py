"""States of stays and study plans."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class PlacementState(models.TextChoices):
    """A stay at the host university."""

    PLANNED = "planned", pgettext_lazy("stay", "planned")
    PRESENT = "present", pgettext_lazy("stay", "present")
    ENDED = "ended", pgettext_lazy("stay", "ended")
    CANCELLED = "cancelled", pgettext_lazy("stay", "cancelled")

    @classmethod
    def lasting(cls) -> "frozenset[PlacementState]":
        """States of a stay that lies ahead or goes on."""
        return frozenset({cls.PLANNED, cls.PRESENT})


class PlanState(models.TextChoices):
    """An individual study plan; who has agreed stands in decisions, not in states."""

    DRAFT = "draft", pgettext_lazy("plan", "being made")
    PROPOSED = "proposed", pgettext_lazy("plan", "awaits approvals")
    APPROVED = "approved", pgettext_lazy("plan", "approved")
    REPLACED = "replaced", pgettext_lazy("plan", "replaced")
    DROPPED = "dropped", pgettext_lazy("plan", "cancelled")


class TakenAt(models.TextChoices):
    """Where a line of the plan is mastered (5.10)."""

    HOME = "home", _("home university")
    HOST = "host", _("host university")


class LineKind(models.TextChoices):
    """Why a line stands in the plan."""

    PLANNED = "planned", _("by the plan")
    ADDITIONAL = "additional", _("additional module")
    DIFFERENCE = "difference", _("difference")
    WAIVED = "waived", _("not asked for")


class StudyMode(models.TextChoices):
    """How a course is taught (5.15)."""

    ON_SITE = "on_site", _("on site")
    ONLINE = "online", _("online")
    MIXED = "mixed", _("mixed")
