"""Clauses as data with editions: a new edition is loaded without losing what was decided under the old (1.5)."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import choice_field, known_choice
from core.models import Subject
from core.values import Localized
from regulation.enums import AmendmentKind


class Edition(models.Model):
    """An edition of the regulation, in force from a day on."""

    number = models.CharField(_("edition"), max_length=12, unique=True)
    code = models.CharField(_("code"), max_length=40)
    decision = models.CharField(_("decision"), max_length=60)
    approved_on = models.DateField(_("approved on"))
    title_kk = models.CharField(max_length=300)
    title_ru = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300)
    source_kk = models.TextField(blank=True)
    source_ru = models.TextField(blank=True)
    source_en = models.TextField(blank=True)
    note_kk = models.TextField(blank=True)
    note_ru = models.TextField(blank=True)
    note_en = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.code

    @property
    def title(self) -> Localized:
        """The regulation's title."""
        return Localized(kk=self.title_kk, ru=self.title_ru, en=self.title_en)

    @property
    def source(self) -> Localized:
        """Where the Kazakh text was taken from."""
        return Localized(kk=self.source_kk, ru=self.source_ru, en=self.source_en)

    @property
    def note(self) -> Localized:
        """What the translations are: unofficial."""
        return Localized(kk=self.note_kk, ru=self.note_ru, en=self.note_en)


class Printed(models.Model):
    """Something whose number is printed, in two cases as a word that has translations."""

    printed = models.CharField(max_length=40)
    printed_ru = models.CharField(max_length=40, blank=True)
    printed_en = models.CharField(max_length=40, blank=True)

    class Meta:
        abstract = True

    @property
    def shown(self) -> Localized:
        """The number as it is printed."""
        return Localized(kk=self.printed, ru=self.printed_ru, en=self.printed_en)


class Section(Printed):
    """A section of an edition."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="sections")
    key = models.CharField(max_length=12)
    position = models.PositiveSmallIntegerField()
    title_kk = models.CharField(max_length=300)
    title_ru = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300)

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["edition", "key"], name="section_once")]

    @property
    def title(self) -> Localized:
        """The section's title."""
        return Localized(kk=self.title_kk, ru=self.title_ru, en=self.title_en)


class Clause(Printed):
    """A clause: the Kazakh text is the law of the house, Russian and English are unofficial translations."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="clauses")
    section = models.ForeignKey(Section, on_delete=models.PROTECT, related_name="clauses")
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="parts")
    key = models.CharField(max_length=12)
    position = models.PositiveSmallIntegerField()
    text_only = models.BooleanField(default=False)
    text_kk = models.TextField()
    text_ru = models.TextField()
    text_en = models.TextField()
    search_text = models.TextField(editable=False)

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["edition", "key"], name="clause_once_in_an_edition")]

    def __str__(self) -> str:
        return self.key

    @property
    def text(self) -> Localized:
        """The clause's text."""
        return Localized(kk=self.text_kk, ru=self.text_ru, en=self.text_en)


class Amendment(Subject):
    """A line of the change-registration sheet (CR): of the regulation, or of an agreement."""

    number = models.PositiveSmallIntegerField(_("number of the change"))
    clause = models.CharField(_("section, clause"), max_length=60)
    kind = choice_field(AmendmentKind, _("kind of change"))
    notice = models.CharField(_("number and date of the notice"), max_length=120)
    entered_on = models.DateField(_("entered on"))
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    position = models.CharField(_("position"), max_length=200)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subject_type", "subject_id", "number"], name="amendment_number_once"),
            known_choice("kind", AmendmentKind, "amendment_kind_known"),
        ]
