"""Being there: the stay, its arrival steps, and the individual study plan."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from admissions.models import Application, OrderLine
from agreements.enums import Direction
from agreements.models import AnnexRow, AnnexVersion
from core.fields import choice_field, known_choice, state_field
from core.values import today
from institutions.models import University, User
from mobility.enums import LineKind, PlacementState, PlanState, StudyMode, TakenAt
from programmes.models import AcademicTerm, Course, Enrolment, credits_field


class Placement(models.Model):
    """A student's stay at the host: opened by the signed order, ended by return or completion."""

    order_line = models.OneToOneField(OrderLine, on_delete=models.PROTECT, related_name="placement")
    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="placement")
    direction = choice_field(Direction, _("direction"))
    host = models.ForeignKey(University, on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    host_student_number = models.CharField(_("student number at the host"), max_length=30, blank=True)
    epvo_id = models.CharField(_("EPVO id"), max_length=30, blank=True)
    advisor = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    departed_on = models.DateField(_("departed on"), null=True, blank=True)
    crossed_border_on = models.DateField(_("entered the country on"), null=True, blank=True)
    met_by = models.CharField(_("met by"), max_length=200, blank=True)
    came_to_ipd_on = models.DateField(_("came to the IPD on"), null=True, blank=True)
    registration_due = models.DateField(_("migration registration due"), null=True, blank=True)
    registered_on = models.DateField(_("registered on"), null=True, blank=True)
    registration_number = models.CharField(_("registration number"), max_length=60, blank=True)
    registered_until = models.DateField(_("registered until"), null=True, blank=True)
    checklist_acknowledged_at = models.DateTimeField(null=True)
    # By academic year: the roles that have the original or a copy of its transcript (7.5). History knows who wrote it, and when.
    transcripts_received = models.JSONField(default=dict)
    state = state_field(PlacementState, PlacementState.PLANNED)

    class Meta:
        verbose_name = _("stay")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="stay_ends_after_it_starts"),
            known_choice("state", PlacementState, "placement_state_known"),
            models.UniqueConstraint(
                fields=["host", "host_student_number"],
                condition=~Q(host_student_number=""),
                name="host_student_number_once",
            ),
        ]

    def __str__(self) -> str:
        return str(self.application)

    @property
    def partner(self) -> University:
        """The partner whose student comes, or to whom a student goes; read with the case (`with_case`)."""
        partner: University = self.application.intake.pathway.partner_programme.university
        return partner

    @property
    def where(self) -> str:
        """Where it stands, in the reader's words: who has departed is not at the partner before study begins there."""
        away = self.direction == Direction.OUTGOING and self.state == PlacementState.PRESENT
        if away and today() < self.starts_on:
            return pgettext("stay", "departed")
        return str(PlacementState(self.state).label)


class AdvisorMessage(models.Model):
    """A question of a student to the advisor, or the answer (9.4). Kept with the stay, whoever the advisor is later."""

    placement = models.ForeignKey(Placement, on_delete=models.PROTECT, related_name="messages")
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    from_student = models.BooleanField()
    text = models.TextField(_("message"))
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(text=""), name="advisor_message_says_something")]


class StudyPlan(models.Model):
    """An individual study plan (5.10): lines from Annex 1, approved by student, advisor, department and partner."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="study_plans")
    placement = models.ForeignKey(Placement, on_delete=models.PROTECT, related_name="study_plans")
    annex_version = models.ForeignKey(AnnexVersion, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField(_("version"), default=1)
    content_hash = models.CharField(max_length=64, blank=True)
    state = state_field(PlanState, PlanState.DRAFT)

    class Meta:
        verbose_name = _("individual study plan")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["placement", "number"], name="plan_version_once"),
            known_choice("state", PlanState, "plan_state_known"),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment}, {self.number}"


class PlanItem(models.Model):
    """A course of the plan: workload, semester, where it is mastered, its Annex 1 row or why it has none (5.10)."""

    plan = models.ForeignKey(StudyPlan, on_delete=models.PROTECT, related_name="items")
    position = models.PositiveSmallIntegerField()
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="+")
    annex_row = models.ForeignKey(AnnexRow, null=True, on_delete=models.PROTECT, related_name="+")
    semester = models.PositiveSmallIntegerField(_("semester"))
    is_summer = models.BooleanField(_("summer semester"), default=False)
    term = models.ForeignKey(AcademicTerm, null=True, on_delete=models.PROTECT, related_name="+")
    taken_at = choice_field(TakenAt, _("where"))
    kind = choice_field(LineKind, _("kind"), default=LineKind.PLANNED)
    mode = choice_field(StudyMode, _("mode"), default=StudyMode.ON_SITE)
    credits = credits_field()
    hours = models.PositiveIntegerField(_("hours"))
    reason = models.CharField(_("why without a row of Annex 1"), max_length=300, blank=True)
    joint_commission = models.BooleanField(_("before a joint commission"), default=False)

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "course"], name="course_once_in_a_plan"),
            models.CheckConstraint(
                condition=Q(annex_row__isnull=False) | ~Q(reason=""), name="plan_line_has_row_or_reason"
            ),
            models.CheckConstraint(condition=Q(credits__gt=0), name="plan_line_has_credits"),
        ]
