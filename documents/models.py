"""Uploads from outside, and official papers made here: numbered, frozen, sealed, verifiable, delivered."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.fields import choice_field, known_choice, state_field
from core.models import JobItem, Subject, Trilingual
from core.values import numbered
from documents.enums import Channel, DocumentState, ScanState
from documents.kinds import ENDINGS
from institutions.models import Person, User


class Upload(Subject):
    """A file from outside. It belongs to a subject for a purpose; who may see the subject may see it (documents.kinds).

    A personal one is erased when its time is over: the row stays, with the hash and without the file.
    """

    purpose = models.CharField(max_length=60)
    original_name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    file = models.FileField(upload_to="uploads/%Y/%m/")
    scan = choice_field(ScanState, default=ScanState.NOT_SCANNED)
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["subject_type", "subject_id", "purpose"], name="uploads_of_subject")]

    def __str__(self) -> str:
        return self.original_name

    @property
    def safe_name(self) -> str:
        """The name under which it is handed out: as its sender chose it, but ending as its content is.

        A desktop opens a file by the end of its name: a PDF with something behind its end must not come as `letter.hta`.
        """
        allowed = ENDINGS[self.content_type]
        name = self.original_name
        return name if name.lower().endswith(allowed) else f"{name}{allowed[0]}"


class Register(models.Model):
    """A gapless series of numbers: one row for a series and year, locked while a number is given out."""

    series = models.CharField(max_length=20)
    year = models.PositiveSmallIntegerField()
    last_number = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["series", "year"], name="register_once_a_year")]


class OfficialDocument(Subject, Trilingual):
    """A paper made here. But for its state nothing changes after issue; the seal (hash, file) is written once."""

    kind = models.CharField(max_length=40)
    register = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    number_text = models.CharField(max_length=40)
    code = models.CharField(max_length=9, unique=True)
    name_kk = models.CharField(max_length=300)
    name_ru = models.CharField(max_length=300)
    name_en = models.CharField(max_length=300)
    languages = models.CharField(max_length=12)
    context = models.JSONField()
    state = state_field(DocumentState, DocumentState.ISSUED)
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    signatory = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    holder = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    supersedes = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="superseded_by")
    job_item = models.OneToOneField(JobItem, null=True, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64, blank=True)
    file = models.FileField(upload_to="papers/%Y/%m/", blank=True)
    sealed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("paper")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["register", "number"], name="document_number_once"),
            known_choice("state", DocumentState, "document_state_known"),
            models.CheckConstraint(
                condition=Q(sha256="", file="") | (~Q(sha256="") & ~Q(file="")),
                name="document_sealed_whole_or_not_at_all",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["subject_type", "subject_id"], name="documents_of_subject")]

    def __str__(self) -> str:
        return numbered(self.number_text)


class Delivery(models.Model):
    """A paper went to somebody: how, when, and when it was opened."""

    document = models.ForeignKey(OfficialDocument, on_delete=models.PROTECT, related_name="deliveries")
    channel = choice_field(Channel, default=Channel.PORTAL)
    recipient = models.CharField(max_length=300)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    sent_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(default=timezone.now)
    opened_at = models.DateTimeField(null=True)
