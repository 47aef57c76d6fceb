"""With whom and on what terms: agreements, legal reviews, Councils, pathways, grade scales and Annex 1."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from agreements.convert import names_in_annex
from agreements.enums import (
    AgreementKind,
    AgreementState,
    AnnexState,
    AwardKind,
    ConversionRule,
    CouncilResult,
    Direction,
    Party,
    PathwayKind,
    PathwayState,
    Relation,
    Side,
    TeacherPart,
    TermGroup,
)
from core.fields import choice_field, known_choice, name_field, state_field
from core.models import Trilingual
from core.templatetags.written import money
from core.values import LANGUAGES, Language, Localized, joined, numbered_in_each
from institutions.models import University, User
from institutions.phrases import country_name
from programmes.models import Course, Curriculum, Programme, credits_field
from regulation.selectors import worded


class Agreement(Trilingual):
    """A memorandum, or the agreement that governs a joint or double-degree programme (4.2)."""

    kind = choice_field(AgreementKind, _("kind"), default=AgreementKind.AGREEMENT)
    number = models.CharField(_("number"), max_length=40, blank=True)
    name_kk = name_field(_("title in Kazakh"))
    name_ru = name_field(_("title in Russian"))
    name_en = name_field(_("title in English"))
    award = choice_field(AwardKind, _("award"), blank=True)
    aims = models.JSONField(_("aims that it serves"), default=list, blank=True)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    # The internal approval that holds (5.3): none before it, and none after a return to the draft.
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)
    renews = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="renewals")
    state = state_field(AgreementState, AgreementState.DRAFT)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("agreement")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="agreement_number_once"),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_from=None) | Q(valid_until__gt=F("valid_from")),
                name="agreement_ends_after_it_starts",
            ),
            known_choice("state", AgreementState, "agreement_state_known"),
            models.CheckConstraint(
                condition=~Q(state="signed") | (Q(signed_on__isnull=False) & ~Q(number="")),
                name="signed_has_number_and_date",
            ),
        ]

    def __str__(self) -> str:
        return str(self.title)

    @property
    def title(self) -> Localized:
        """The number with the sign of each language, its name until it has one: what is kept of it."""
        return numbered_in_each(self.number) if self.number else self.names

    @property
    def is_memorandum(self) -> bool:
        """A memorandum alone opens nothing (3-d)."""
        return self.kind == AgreementKind.MEMORANDUM


class AgreementParty(models.Model):
    """A university that takes part (at least two: 4.2)."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="parties")
    university = models.ForeignKey(University, on_delete=models.PROTECT, related_name="agreement_parties")
    signer = models.CharField(_("signed by"), max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["agreement", "university"], name="party_once")]


class AgreementTerm(models.Model):
    """One of the seven groups of contents (6.12). An empty one blocks signature (4.2)."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="terms")
    group = choice_field(TermGroup, _("group"))
    text_kk = models.TextField(_("text in Kazakh"), blank=True)
    text_ru = models.TextField(_("text in Russian"), blank=True)
    text_en = models.TextField(_("text in English"), blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agreement", "group"], name="term_group_once"),
            known_choice("group", TermGroup, "term_group_known"),
        ]

    @property
    def text(self) -> Localized:
        """The group's text in three languages."""
        return Localized(kk=self.text_kk, ru=self.text_ru, en=self.text_en)

    @property
    def whole_text(self) -> str:
        """The text in all three languages, one under the other."""
        return "\n".join((self.text_kk, self.text_ru, self.text_en))


class LegalReview(models.Model):
    """That the text with this hash does not contradict the law of one country of a party (4.2)."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="reviews")
    country = models.CharField(_("country"), max_length=2)
    law = models.CharField(_("law examined"), max_length=300)
    is_positive = models.BooleanField(_("does not contradict"))
    note = models.TextField(_("note"), blank=True)
    text_hash = models.CharField(max_length=64, blank=True)
    reviewed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reviewed_on = models.DateField(_("reviewed on"))

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["agreement", "country"], name="one_review_a_country")]

    @property
    def country_name(self) -> str:
        """The country in the reader's language."""
        return country_name(self.country)


class GradeScale(Trilingual):
    """A scale of marks as data: best, lowest pass, step, words that mean a pass without a number."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    name_kk = name_field(_("name in Kazakh"))
    name_ru = name_field(_("name in Russian"))
    name_en = name_field(_("name in English"))
    best = models.DecimalField(_("best mark"), max_digits=6, decimal_places=2)
    passing = models.DecimalField(_("lowest pass"), max_digits=6, decimal_places=2)
    worst = models.DecimalField(_("worst mark"), max_digits=6, decimal_places=2)
    pass_words = models.JSONField(_("words for a pass"), default=list, blank=True)
    fail_words = models.JSONField(_("words for a fail"), default=list, blank=True)

    class Meta:
        verbose_name = _("grade scale")
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(best=F("passing")), name="scale_best_is_not_its_pass")
        ]

    def __str__(self) -> str:
        return self.name


class Pathway(models.Model):
    """One home programme tied to one partner's programme under one agreement: the trajectory students take."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="pathways")
    home_programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    partner_programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    home_curriculum = models.ForeignKey(Curriculum, null=True, on_delete=models.PROTECT, related_name="+")
    partner_curriculum = models.ForeignKey(Curriculum, null=True, on_delete=models.PROTECT, related_name="+")
    kind = choice_field(PathwayKind, _("kind"), default=PathwayKind.DOUBLE)
    home_semesters = models.PositiveSmallIntegerField(_("semesters at the University"))
    partner_semesters = models.PositiveSmallIntegerField(_("semesters at the partner"))
    quota_out = models.PositiveSmallIntegerField(_("places for outgoing students"), default=0)
    quota_in = models.PositiveSmallIntegerField(_("places for incoming students"), default=0)
    scale = models.ForeignKey(GradeScale, null=True, on_delete=models.PROTECT, related_name="+")
    rule = choice_field(ConversionRule, _("conversion"), blank=True)
    rule_table = models.JSONField(_("conversion table"), default=list, blank=True)
    min_gpa = models.DecimalField(_("lowest GPA"), max_digits=3, decimal_places=2, null=True, blank=True)
    required_documents = models.JSONField(_("documents asked for"), default=dict, blank=True)
    epvo_number = models.CharField(_("EPVO number"), max_length=40, blank=True)
    epvo_date = models.DateField(_("EPVO date"), null=True, blank=True)
    state = state_field(PathwayState, PathwayState.PREPARED)

    class Meta:
        verbose_name = _("pathway")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agreement", "home_programme", "partner_programme"], name="pathway_once"),
            known_choice("state", PathwayState, "pathway_state_known"),
            models.CheckConstraint(
                condition=Q(epvo_number="", epvo_date=None) | (~Q(epvo_number="") & Q(epvo_date__isnull=False)),
                name="epvo_number_with_its_date",
            ),
        ]

    def __str__(self) -> str:
        return str(self.title)

    @property
    def title(self) -> Localized:
        """The two programmes, and the agreement's number once there is one: a renewal ties the same two."""
        programmes = f"{self.home_programme.code} ↔ {self.partner_programme.code}"
        return joined(programmes, self.agreement.title if self.agreement.number else "")

    def host_programme(self, direction: str) -> Programme:
        """The programme that students of a direction go to: the partner's for ours, the University's for the partner's."""
        return self.home_programme if direction == Direction.INCOMING else self.partner_programme

    def quota(self, direction: str) -> int:
        """How many students of a direction a year has places for."""
        return self.quota_out if direction == Direction.OUTGOING else self.quota_in


class CouncilDecision(models.Model):
    """A party's Academic Council on the programme as this pathway has it (5.4)."""

    pathway = models.ForeignKey(Pathway, on_delete=models.PROTECT, related_name="council_decisions")
    university = models.ForeignKey(University, on_delete=models.PROTECT, related_name="+")
    council = models.CharField(_("council"), max_length=200)
    protocol_number = models.CharField(_("protocol number"), max_length=40)
    decided_on = models.DateField(_("date"))
    result = choice_field(CouncilResult, _("result"))
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["pathway", "university"], name="one_council_decision_a_party")
        ]

    @property
    def council_name(self) -> Localized | str:
        """The council in the reader's words: whoever wrote it down wrote in one language."""
        return worded(self.council)


class PathwayTeacher(models.Model):
    """A teacher of one side with his or her part in the programme (5.7.4)."""

    pathway = models.ForeignKey(Pathway, on_delete=models.PROTECT, related_name="teachers")
    university = models.ForeignKey(University, on_delete=models.PROTECT, related_name="+")
    full_name = name_field(_("name"), max_length=200)
    part = choice_field(TeacherPart, _("part"))
    note = models.CharField(_("course or commission"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("teacher")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["pathway", "university", "full_name", "part"], name="teacher_has_a_part_once"
            ),
            known_choice("part", TeacherPart, "teacher_part_known"),
        ]

    def __str__(self) -> str:
        return self.full_name


class MoneyTerm(models.Model):
    """Who pays whom on a pathway: for what, how much, when; or that it is waived (6.5)."""

    pathway = models.ForeignKey(Pathway, on_delete=models.PROTECT, related_name="money_terms")
    payer = choice_field(Party, _("who pays"))
    payee = choice_field(Party, _("to whom"))
    purpose_kk = models.CharField(_("for what, in Kazakh"), max_length=200)
    purpose_ru = models.CharField(_("for what, in Russian"), max_length=200, blank=True)
    purpose_en = models.CharField(_("for what, in English"), max_length=200, blank=True)
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3)
    due_kk = models.CharField(_("when, in Kazakh"), max_length=200, blank=True)
    due_ru = models.CharField(_("when, in Russian"), max_length=200, blank=True)
    due_en = models.CharField(_("when, in English"), max_length=200, blank=True)
    is_waived = models.BooleanField(_("waived"), default=False)

    class Meta:
        verbose_name = _("term of money")
        constraints: ClassVar = [
            known_choice("payer", Party, "payer_known"),
            known_choice("payee", Party, "payee_known"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="money_is_not_negative"),
            models.CheckConstraint(condition=~Q(payer=F("payee")), name="nobody_pays_himself"),
            models.CheckConstraint(condition=Q(is_waived=True) | ~Q(due_kk=""), name="what_is_paid_has_its_time"),
        ]

    @property
    def purpose(self) -> Localized:
        """For what is paid, in three languages."""
        return Localized(kk=self.purpose_kk, ru=self.purpose_ru, en=self.purpose_en)

    @property
    def due(self) -> Localized:
        """When it is paid, in three languages; empty where it is waived."""
        return Localized(kk=self.due_kk, ru=self.due_ru, en=self.due_en)

    @property
    def told(self) -> Localized:
        """How much is paid, or that it is waived, in three languages."""
        return Localized(**{language: self._told_in(language) for language in LANGUAGES})

    def _told_in(self, language: Language) -> str:
        with override(language):
            amount = f"{money(self.amount)}\N{NO-BREAK SPACE}{self.currency}" if self.amount else ""
            if self.is_waived:
                return f"{gettext('waived')} ({amount})" if amount else gettext("waived")
            return amount


class AnnexVersion(models.Model):
    """A version of Annex 1. Frozen when both sides agreed to the same hash; students keep theirs (A1)."""

    pathway = models.ForeignKey(Pathway, on_delete=models.PROTECT, related_name="annex_versions")
    number = models.PositiveSmallIntegerField(_("version"))
    proposed_by = choice_field(Side, _("proposed by"), default=Side.HOME)
    content_hash = models.CharField(max_length=64)
    state = state_field(AnnexState, AnnexState.DRAFT)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("Annex 1")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["pathway", "number"], name="annex_version_number_once_per_pathway"),
            known_choice("state", AnnexState, "annex_state_known"),
        ]

    def __str__(self) -> str:
        return f"{self.pathway}, {self.number}"


class AnnexRow(models.Model):
    """A row of Annex 1: courses of one side that stand for courses of the other, or of one side alone."""

    version = models.ForeignKey(AnnexVersion, on_delete=models.PROTECT, related_name="rows")
    position = models.PositiveSmallIntegerField()
    semester = models.PositiveSmallIntegerField(_("semester"))
    is_summer = models.BooleanField(_("summer semester"), default=False)
    relation = choice_field(Relation, _("relation"))
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "position"], name="annex_row_position_once"),
            known_choice("relation", Relation, "annex_relation_known"),
            models.CheckConstraint(
                condition=~Q(relation__in=["additional", "difference"]) | ~Q(reason=""), name="one_sided_row_says_why"
            ),
        ]


class AnnexCourse(models.Model):
    """A course on one side of a row, with the number, credits and hours that the printed table shows."""

    row = models.ForeignKey(AnnexRow, on_delete=models.PROTECT, related_name="courses")
    side = choice_field(Side, _("side"))
    position = models.PositiveSmallIntegerField()
    printed_number = models.CharField(max_length=10, blank=True)
    printed_name = models.CharField(_("course"), max_length=300)
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="+")
    credits = credits_field()
    hours = models.PositiveIntegerField(_("hours"))

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["row", "course"], name="course_once_in_a_row"),
            known_choice("side", Side, "annex_side_known"),
            models.CheckConstraint(condition=Q(credits__gt=0), name="annex_course_has_credits"),
        ]

    @property
    def name(self) -> str:
        """As pages name it in the reader's language."""
        return str(names_in_annex(self.side, self.printed_name, self.course.names))
