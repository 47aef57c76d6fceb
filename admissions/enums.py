"""States and kinds of the two roads in and out."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ApplicationState(models.TextChoices):
    """Where an application stands. The two machines of `workflow` say which road uses which."""

    DRAFT = "draft", pgettext_lazy("application", "draft")
    SUBMITTED = "submitted", pgettext_lazy("application", "submitted to the institute")
    NOMINATED = "nominated", pgettext_lazy("application", "on the candidate list")
    IN_REVIEW = "in_review", pgettext_lazy("application", "with the department")
    DEPARTMENT_AGREED = "department_agreed", pgettext_lazy("application", "department agreed")
    RECOMMENDED = "recommended", pgettext_lazy("application", "institute proposed")
    PROPOSED = "proposed", pgettext_lazy("application", "proposed to the partner")
    INVITED = "invited", pgettext_lazy("application", "invited")
    DOCUMENTS_COMPLETE = "documents_complete", pgettext_lazy("application", "documents complete")
    ORDER_REQUESTED = "order_requested", pgettext_lazy("application", "order requested")
    ORDER_DRAFTED = "order_drafted", pgettext_lazy("application", "order drafted")
    ADMITTED = "admitted", pgettext_lazy("application", "admitted")
    DEPARTED = "departed", pgettext_lazy("application", "departed")
    ARRIVED = "arrived", pgettext_lazy("application", "arrived")
    REFUSED = "refused", pgettext_lazy("application", "refused")
    PARTNER_REFUSED = "partner_refused", pgettext_lazy("application", "refused by the partner")
    WITHDRAWN = "withdrawn", pgettext_lazy("application", "withdrawn")
    CANCELLED = "cancelled", pgettext_lazy("application", "cancelled")

    @classmethod
    def closed(cls) -> "frozenset[ApplicationState]":
        """States nobody leaves and that use up no place."""
        return frozenset({cls.REFUSED, cls.PARTNER_REFUSED, cls.WITHDRAWN, cls.CANCELLED})


class ListState(models.TextChoices):
    """A candidate list is gathered, then sent whole (7.1, 8.1)."""

    DRAFT = "draft", pgettext_lazy("list", "being gathered")
    SENT = "sent", pgettext_lazy("list", "sent")


class DocumentGiver(models.TextChoices):
    """Who brings a document of the package."""

    STUDENT = "student", _("student")
    INSTITUTE = "institute", _("institute")
    REGISTRAR = "registrar", _("Registrar's Office")
    PARTNER = "partner", _("partner")


class ItemState(models.TextChoices):
    """A document of the package."""

    MISSING = "missing", pgettext_lazy("document", "missing")
    SUBMITTED = "submitted", pgettext_lazy("document", "submitted")
    ACCEPTED = "accepted", pgettext_lazy("document", "accepted")
    RETURNED = "returned", pgettext_lazy("document", "returned")


class DocumentKind(models.TextChoices):
    """Documents that packages ask for; a pathway chooses among them (6.12)."""

    PASSPORT = "passport", _("passport")
    TRANSCRIPT = "transcript", _("transcript")
    MOTIVATION = "motivation", _("motivation letter")
    LANGUAGE = "language", _("language certificate")
    MEDICAL = "medical", _("medical certificate")
    EDUCATION = "education", _("previous education document")
    INVITATION = "invitation", _("invitation of the partner")
    PHOTO = "photo", _("photograph")
    INSURANCE = "insurance", _("health insurance")

    @classmethod
    def private(cls) -> "frozenset[DocumentKind]":
        """Passports and health: not for everybody who may see the case."""
        return frozenset({cls.PASSPORT, cls.MEDICAL, cls.INSURANCE})


class ContractParty(models.TextChoices):
    """The three parties of the contract (6.12)."""

    STUDENT = "student", _("student")
    UNIVERSITY = "university", _("the University")
    PARTNER = "partner", _("partner")


class VisaState(models.TextChoices):
    """A visa case (7.6, 8.5)."""

    COLLECTING = "collecting", pgettext_lazy("visa", "documents being collected")
    SUBMITTED = "submitted", pgettext_lazy("visa", "submitted")
    GRANTED = "granted", pgettext_lazy("visa", "granted")
    REFUSED = "refused", pgettext_lazy("visa", "refused")
    NOT_NEEDED = "not_needed", pgettext_lazy("visa", "not needed")


class OrderKind(models.TextChoices):
    """Orders on movement (6.3)."""

    ADMISSION_IN = "admission_in", _("admission of incoming students")
    DEPARTURE_OUT = "departure_out", _("departure to the partner")
    EXTENSION = "extension", _("extension")
    RETURN = "return", _("return")
    TO_ORDINARY = "to_ordinary", _("return to the ordinary programme")
    COMPLETION = "completion", _("completion")
    TRANSFER = "transfer", _("transfer of year")
    EXPULSION = "expulsion", _("expulsion")


class OrderState(models.TextChoices):
    """Drafted, perhaps returned, signed: the number is given at signature."""

    DRAFT = "draft", pgettext_lazy("order", "draft")
    FOR_SIGNATURE = "for_signature", pgettext_lazy("order", "awaits signature")
    SIGNED = "signed", pgettext_lazy("order", "signed")
    CANCELLED = "cancelled", pgettext_lazy("order", "cancelled")

    @classmethod
    def under_way(cls) -> frozenset[str]:
        """Neither signed nor given up: it has no number, and its paper is a draft."""
        return frozenset({cls.DRAFT.value, cls.FOR_SIGNATURE.value})


class MobilityFormat(models.TextChoices):
    """How the study is done (EPVO)."""

    ONLINE = "online", _("online")
    ON_SITE = "on_site", _("on site")


class PartnerAnswer(models.TextChoices):
    """What the partner says of a candidate (8.3)."""

    INVITED = "invited", _("invited")
    WAITING = "waiting", _("waiting list")
    REFUSED = "refused", _("refused")
