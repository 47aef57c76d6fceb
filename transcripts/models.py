"""What was earned: marks as they came, recognitions, differences, transcripts and reports. Posted marks never change."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agreements.models import AnnexRow, GradeScale
from core.fields import choice_field, known_choice, state_field
from core.templatetags.written import quoted
from documents.models import OfficialDocument, Upload
from institutions.models import University, User
from mobility.models import Placement, PlanItem, StudyPlan
from programmes.models import AcademicTerm, Course, Enrolment, Programme, credits_field
from transcripts.enums import DifferenceCause, MarkKind, ProtocolState, RemovalWay, ReportState


class ResultFile(models.Model):
    """A file of marks that was imported. The same file is imported once."""

    university = models.ForeignKey(University, on_delete=models.PROTECT, related_name="+")
    term = models.ForeignKey(AcademicTerm, on_delete=models.PROTECT, related_name="+", null=True)
    upload = models.OneToOneField(Upload, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    imported_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    imported_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["university", "sha256"], name="result_file_once")]

    def __str__(self) -> str:
        return self.upload.original_name


class Result(models.Model):
    """A mark as the teaching university gave it, with the row of the file it came from. Append-only."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="results")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="+")
    university = models.ForeignKey(University, on_delete=models.PROTECT, related_name="+")
    term = models.ForeignKey(AcademicTerm, on_delete=models.PROTECT, related_name="+")
    file = models.ForeignKey(ResultFile, on_delete=models.PROTECT, related_name="results")
    file_row = models.CharField(max_length=80)
    attempt = models.PositiveSmallIntegerField(_("attempt"), default=1)
    scale = models.ForeignKey(GradeScale, on_delete=models.PROTECT, related_name="+")
    kind = choice_field(MarkKind, _("kind"), default=MarkKind.NUMBER)
    mark_text = models.CharField(_("mark as written"), max_length=30)
    mark = models.DecimalField(_("mark"), max_digits=6, decimal_places=2, null=True)
    is_pass = models.BooleanField(_("passed"))
    credits = credits_field()
    examined_on = models.DateField(_("date of examination"))
    posted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("mark")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["enrolment", "course", "term", "attempt"], name="one_mark_an_attempt"),
            known_choice("kind", MarkKind, "mark_kind_known"),
            models.CheckConstraint(
                condition=~Q(kind="number") | Q(mark__isnull=False), name="number_mark_has_a_number"
            ),
            models.CheckConstraint(condition=Q(credits__gt=0), name="result_has_credits"),
        ]

    @property
    def row_in_file(self) -> str:
        """Sheet and row, without the file's name, which stands for the sheet where a file has none."""
        sheet, _between, row = self.file_row.removeprefix(f"{self.file.upload.original_name}, ").rpartition(", ")
        return f"{quoted(sheet)}, {row}" if sheet else row

    @property
    def source(self) -> str:
        """The file and the row that the mark came from."""
        return f"{self.file.upload.original_name}, {self.row_in_file}"


class RecognitionProtocol(models.Model):
    """The recalculation of what was earned at the partner (5.11). Certified it never changes; a correction supersedes."""

    plan = models.ForeignKey(StudyPlan, on_delete=models.PROTECT, related_name="protocols")
    term = models.ForeignKey(AcademicTerm, on_delete=models.PROTECT, related_name="+")
    content_hash = models.CharField(max_length=64, blank=True)
    made_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    certified_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    certified_at = models.DateTimeField(null=True)
    document = models.OneToOneField(OfficialDocument, null=True, on_delete=models.PROTECT, related_name="+")
    supersedes = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="superseded_by")
    state = state_field(ProtocolState, ProtocolState.DRAFT)

    class Meta:
        verbose_name = _("recognition protocol")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "term"], condition=Q(supersedes=None), name="one_protocol_a_term"),
            known_choice("state", ProtocolState, "protocol_state_known"),
            models.CheckConstraint(
                condition=Q(certified_by=None) | ~Q(certified_by=models.F("made_by")), name="certified_by_somebody_else"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan.enrolment}, {self.term}"


class RecognitionLine(models.Model):
    """A home course recognised from marks of one Annex row; percent, letter and points as converted, with the rule in words."""

    protocol = models.ForeignKey(RecognitionProtocol, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="+")
    annex_row = models.ForeignKey(AnnexRow, null=True, on_delete=models.PROTECT, related_name="+")
    plan_item = models.ForeignKey(PlanItem, null=True, on_delete=models.PROTECT, related_name="+")
    results = models.ManyToManyField(Result, related_name="+")
    credits = credits_field()
    percent = models.PositiveSmallIntegerField(_("percent"), null=True)
    letter = models.CharField(_("letter"), max_length=4, blank=True)
    points = models.DecimalField(_("points"), max_digits=3, decimal_places=2, null=True)
    explanation = models.JSONField(default=dict)
    frozen = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["protocol", "course"], name="course_once_in_a_protocol"),
            models.CheckConstraint(
                condition=Q(percent=None) | Q(percent__gte=50, percent__lte=100), name="recognised_is_a_pass"
            ),
        ]


class Difference(models.Model):
    """A home course that is not covered, with the way and the date of its removal (5.11)."""

    protocol = models.ForeignKey(RecognitionProtocol, on_delete=models.PROTECT, related_name="differences")
    position = models.PositiveSmallIntegerField()
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="+")
    cause = choice_field(DifferenceCause, _("cause"))
    credits = credits_field()
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    way = choice_field(RemovalWay, _("way of removal"), blank=True)
    due = models.DateField(_("until"), null=True, blank=True)
    removed_on = models.DateField(_("removed on"), null=True, blank=True)
    frozen = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["protocol", "course"], name="difference_once_in_a_protocol"),
            models.CheckConstraint(
                condition=Q(frozen=False) | (~Q(way="") & Q(due__isnull=False)), name="certified_difference_has_its_end"
            ),
            models.CheckConstraint(condition=~Q(cause="refused") | ~Q(reason=""), name="refused_line_says_why"),
        ]


class Transcript(models.Model):
    """A transcript asked for by the Registrar's Office (6.11): its lines stand frozen in the paper's context.

    Of a student one is in force: the next one supersedes it, and the same content (its hash) is not issued again.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="transcripts")
    document = models.OneToOneField(OfficialDocument, on_delete=models.PROTECT, related_name="+")
    content_hash = models.CharField(max_length=64)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)


class TranscriptLine(models.Model):
    """A line as printed, pointing to what it came from: a mark of the University, or a certified recognition."""

    transcript = models.ForeignKey(Transcript, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="+")
    result = models.ForeignKey(Result, null=True, on_delete=models.PROTECT, related_name="+")
    recognition = models.ForeignKey(RecognitionLine, null=True, on_delete=models.PROTECT, related_name="+")
    credits = credits_field()
    percent = models.PositiveSmallIntegerField(null=True)
    letter = models.CharField(max_length=4, blank=True)
    points = models.DecimalField(max_digits=3, decimal_places=2, null=True)

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["transcript", "position"], name="transcript_line_position_once"),
            models.CheckConstraint(
                condition=Q(result__isnull=False, recognition=None) | Q(result=None, recognition__isnull=False),
                name="transcript_line_has_one_source",
            ),
        ]


class SemesterReport(models.Model):
    """Results of one semester at the University for one partner and programme (6.9). Late marks make a supplement."""

    partner = models.ForeignKey(University, on_delete=models.PROTECT, related_name="+")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    term = models.ForeignKey(AcademicTerm, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField(_("supplement"), default=0)
    due = models.DateField(_("until"))
    document = models.OneToOneField(OfficialDocument, null=True, on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    acknowledged_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    acknowledged_at = models.DateTimeField(null=True)
    state = state_field(ReportState, ReportState.DUE)

    class Meta:
        verbose_name = _("semester report")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["partner", "programme", "term", "number"], name="report_once"),
            known_choice("state", ReportState, "report_state_known"),
        ]

    def __str__(self) -> str:
        return f"{self.partner.name}, {self.programme.code}, {self.term}"


class ReportLine(models.Model):
    """A student's course in a report: which posted mark it told, or that the mark is missing."""

    report = models.ForeignKey(SemesterReport, on_delete=models.PROTECT, related_name="lines")
    placement = models.ForeignKey(Placement, on_delete=models.PROTECT, related_name="+")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="+")
    result = models.ForeignKey(Result, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["report", "placement", "course"], name="report_line_once"),
        ]
