"""States, kinds and terms of agreements, pathways and Annex 1."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class AgreementKind(models.TextChoices):
    """A memorandum has a term and alone opens nothing (3)."""

    MEMORANDUM = "memorandum", _("memorandum of cooperation")
    AGREEMENT = "agreement", _("agreement")


class AgreementState(models.TextChoices):
    """The order of 5.3: agreed with the partner → internal approval → Councils → signed."""

    DRAFT = "draft", pgettext_lazy("agreement", "draft")
    AGREED = "agreed", pgettext_lazy("agreement", "agreed with the partner")
    APPROVED = "approved", pgettext_lazy("agreement", "approved at the University")
    CONFIRMED = "confirmed", pgettext_lazy("agreement", "confirmed by both Councils")
    SIGNED = "signed", pgettext_lazy("agreement", "signed")
    ENDED = "ended", pgettext_lazy("agreement", "ended")


class PathwayState(models.TextChoices):
    """A pathway takes students only while it is open."""

    PREPARED = "prepared", pgettext_lazy("pathway", "in preparation")
    OPEN = "open", pgettext_lazy("pathway", "open")
    CLOSED = "closed", pgettext_lazy("pathway", "closed to new admissions")


class PathwayKind(models.TextChoices):
    """Joint only when 5.5 holds; double degree otherwise."""

    JOINT = "joint", _("joint programme")
    DOUBLE = "double", _("double degree")


class AwardKind(models.TextChoices):
    """What graduates get (3, 5.7.5)."""

    JOINT_DEGREE = "joint_degree", _("one joint degree")
    TWO_DIPLOMAS = "two_diplomas", _("two equal diplomas")
    MAIN_AND_ADDITIONAL = "main_and_additional", _("a main and an additional diploma")


class TermGroup(models.TextChoices):
    """The seven groups of contents of an agreement (6.12)."""

    LEVEL = "level", _("level of the programmes")
    LEGAL = "legal", _("legal regulation")
    ADMISSION = "admission", _("conditions of admission")
    STUDY = "study", _("mechanism of study and recognition")
    FINANCE = "finance", _("financial relations")
    VALIDITY = "validity", _("term of validity")
    OTHER = "other", _("other conditions")


class AnnexState(models.TextChoices):
    """A version freezes when both sides agree to the same hash (A1)."""

    DRAFT = "draft", pgettext_lazy("annex", "draft")
    PROPOSED = "proposed", pgettext_lazy("annex", "proposed")
    FROZEN = "frozen", pgettext_lazy("annex", "agreed and frozen")
    WITHDRAWN = "withdrawn", pgettext_lazy("annex", "withdrawn")


class Side(models.TextChoices):
    """Which side of a two-sided thing."""

    HOME = "home", _("the University")
    PARTNER = "partner", _("the partner")


class Relation(models.TextChoices):
    """How a row's two sides relate; an empty side is taken where the course is unless a reason says otherwise (A1)."""

    ONE_TO_ONE = "one_to_one", _("one to one")
    ONE_TO_MANY = "one_to_many", _("one to many")
    MANY_TO_ONE = "many_to_one", _("many to one")
    MANY_TO_MANY = "many_to_many", _("many to many")
    TAKEN_THERE = "taken_there", _("taken where the course is")
    ADDITIONAL = "additional", _("additional")
    DIFFERENCE = "difference", _("difference")


class ConversionRule(models.TextChoices):
    """How a partner's mark becomes a percent (domain.md 3)."""

    TABLE = "table", _("table agreed with the partner")
    LINEAR = "linear", _("linear between pass and best")
    PERCENT = "percent", _("percent as it is")


class CouncilResult(models.TextChoices):
    """What a Council decided (5.4)."""

    APPROVED = "approved", _("approved")
    REJECTED = "rejected", _("not approved")


class Direction(models.TextChoices):
    """Which way students go."""

    OUTGOING = "outgoing", _("outgoing")
    INCOMING = "incoming", _("incoming")


class Aim(models.TextChoices):
    """The aims of joint and double-degree programmes (4.3)."""

    RECOGNITION = "recognition", _("training of specialists with mutual recognition of degrees")
    ATTRACTIVENESS = "attractiveness", _("attractiveness of Kazakhstan's education")
    MODERNISATION = "modernisation", _("modernising programmes by the principles of the Bologna process")
    RESOURCES = "resources", _("joining the resources of the partners")


class TeacherPart(models.TextChoices):
    """How teachers of both sides take part (5.7.4)."""

    DEVELOPMENT = "development", _("joint development")
    TEACHING = "teaching", _("teaching")
    ADMISSION = "admission", _("joint admission commission")
    ATTESTATION = "attestation", _("joint attestation commission")


class Party(models.TextChoices):
    """Who pays or is paid (6.5)."""

    STUDENT = "student", _("the student")
    HOME = "home", _("the University")
    PARTNER = "partner", _("the partner")
    FUND = "fund", _("a fund or sponsor")


class AskedDocument(models.TextChoices):
    """Documents that a pathway may ask for (6.12). Admissions give each its life under the same values; a test compares."""

    PASSPORT = "passport", _("passport")
    TRANSCRIPT = "transcript", _("transcript")
    MOTIVATION = "motivation", _("motivation letter")
    LANGUAGE = "language", _("language certificate")
    MEDICAL = "medical", _("medical certificate")
    EDUCATION = "education", _("previous education document")
    PHOTO = "photo", _("photograph")
    INSURANCE = "insurance", _("health insurance")
