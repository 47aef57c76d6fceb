"""What is taught on both sides, when, and who is enrolled in it."""

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.fields import choice_field, known_choice, name_field
from core.models import Trilingual
from core.values import Localized, joined
from institutions.enums import Level
from institutions.models import Person, Unit, University
from programmes.enums import Component, CourseKind, Cycle, Funding, StudyLanguage, TermKind


def credits_field() -> "models.DecimalField[Decimal, Decimal]":
    """Academic credits (1 credit = 30 academic hours = 1 ECTS): a decimal, two places."""
    return models.DecimalField(_("credits"), max_digits=6, decimal_places=2)


class AcademicTerm(models.Model):
    """A term in the calendar of one university: its dates drive deadlines, reports and stays (3)."""

    university = models.ForeignKey(University, on_delete=models.PROTECT, related_name="terms")
    year = models.PositiveSmallIntegerField(_("academic year begins in"))
    kind = choice_field(TermKind, _("term"))
    name_original = models.CharField(_("name"), max_length=60, blank=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))

    class Meta:
        verbose_name = _("term")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["university", "year", "kind"], name="term_once"),
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="term_ends_after_it_starts"),
            known_choice("kind", TermKind, "term_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.academic_year}, {self.get_kind_display()}"

    @property
    def academic_year(self) -> str:
        """As it is written: 2025/26."""
        return f"{self.year}/{(self.year + 1) % 100:02d}"


class Programme(Trilingual):
    """A programme of a university, ours or a partner's."""

    university = models.ForeignKey(University, on_delete=models.PROTECT, related_name="programmes")
    department = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(_("code"), max_length=30)
    name_kk = name_field(_("name in Kazakh"))
    name_ru = name_field(_("name in Russian"))
    name_en = name_field(_("name in English"))
    name_original = name_field(_("name in its own language"), blank=True)
    level = choice_field(Level, _("level"))
    direction = models.CharField(_("training direction"), max_length=20)
    semesters = models.PositiveSmallIntegerField(_("semesters"))
    credits = credits_field()
    degree_kk = models.CharField(_("degree in Kazakh"), max_length=200, blank=True)
    degree_ru = models.CharField(_("degree in Russian"), max_length=200, blank=True)
    degree_en = models.CharField(_("degree in English"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("programme")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["university", "code"], name="programme_code_once_in_a_university"),
            known_choice("level", Level, "programme_level_known"),
            models.CheckConstraint(condition=Q(credits__gt=0), name="programme_has_credits"),
        ]

    def __str__(self) -> str:
        # A partner may call its programme by words instead of a code (M.Sc. Informatik): they must not run into the name.
        return f"{self.code}{' · ' if ' ' in self.code else ' '}{self.name}"

    @property
    def titles(self) -> Localized:
        """The programme as a sentence names it: code and name, or the degree alone where the code repeats the name in words."""
        degree, _blank, words = self.code.partition(" ")
        return joined(degree if words and degree.endswith(".") else self.code, self.names, by=" ")

    @property
    def degree(self) -> Localized:
        """The degree that its graduates get, in three languages."""
        return Localized(kk=self.degree_kk, ru=self.degree_ru, en=self.degree_en)


class Curriculum(models.Model):
    """One version of a programme's working curriculum. Imported whole; a change is a new version."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="curricula")
    number = models.PositiveSmallIntegerField(_("version"))
    title = models.CharField(_("title"), max_length=300)
    content_hash = models.CharField(max_length=64)
    imported_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("curriculum")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "number"], name="curriculum_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.programme.code}, {self.number}"


class Course(Trilingual):
    """A line of a curriculum. Credits are decimals, hours whole academic hours."""

    curriculum = models.ForeignKey(Curriculum, on_delete=models.PROTECT, related_name="courses")
    code = models.CharField(_("code"), max_length=30)
    name_kk = name_field(_("name in Kazakh"), blank=True)
    name_ru = name_field(_("name in Russian"), blank=True)
    name_en = name_field(_("name in English"), blank=True)
    name_original = name_field(_("name in its own language"), blank=True)
    kind = choice_field(CourseKind, _("kind"), default=CourseKind.COURSE)
    cycle = choice_field(Cycle, _("cycle"), blank=True)
    component = choice_field(Component, _("component"), blank=True)
    credits = credits_field()
    hours = models.PositiveIntegerField(_("hours"))
    semester = models.PositiveSmallIntegerField(_("semester"))
    prerequisites = models.ManyToManyField("self", symmetrical=False, related_name="+", blank=True)

    class Meta:
        verbose_name = _("course")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["curriculum", "code"], name="course_code_once_in_a_curriculum"),
            known_choice("kind", CourseKind, "course_kind_known"),
            models.CheckConstraint(condition=Q(credits__gt=0), name="course_has_credits"),
            models.CheckConstraint(condition=Q(semester__gt=0), name="course_has_a_semester"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def name(self) -> str:
        """The name in the reader's language; a partner's course without it keeps its own."""
        return str(self.names) or self.name_original or self.name_en


class Enrolment(models.Model):
    """A person studies a programme at his or her home university: outgoing and incoming students alike."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="enrolments")
    university = models.ForeignKey(University, on_delete=models.PROTECT, related_name="+")
    student_number = models.CharField(_("student number"), max_length=30)
    programme = models.ForeignKey(Programme, null=True, on_delete=models.PROTECT, related_name="enrolments")
    curriculum = models.ForeignKey(Curriculum, null=True, on_delete=models.PROTECT, related_name="+")
    entry_year = models.PositiveSmallIntegerField(_("year of entry"), null=True)
    funding = choice_field(Funding, _("funding"), blank=True)
    study_language = choice_field(StudyLanguage, _("language of study"), blank=True)
    gpa = models.DecimalField(_("GPA"), max_digits=3, decimal_places=2, null=True)
    debts = models.PositiveSmallIntegerField(_("debts (courses)"), default=0)

    class Meta:
        verbose_name = _("student")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["university", "student_number"], name="student_number_once_in_a_university"
            ),
            models.CheckConstraint(condition=Q(gpa=None) | Q(gpa__gte=0, gpa__lte=4), name="gpa_between_0_and_4"),
        ]

    def __str__(self) -> str:
        return f"{self.student_number} {self.person}"
