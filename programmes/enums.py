"""Kinds of programmes, courses, terms, funding, study languages."""

from django.db import models
from django.utils.translation import gettext_lazy as _

# Years of entry that there can be: what lies outside is a slip of the hand.
FIRST_YEAR, LAST_YEAR = 1990, 2100


class CourseKind(models.TextChoices):
    """What a line of a curriculum is; practices and the final attestation have their own rules (5.14)."""

    COURSE = "course", _("course")
    PRACTICE = "practice", _("practice")
    RESEARCH = "research", _("research work")
    FINAL_ATTESTATION = "final_attestation", _("final attestation")
    THESIS = "thesis", _("thesis")


class Cycle(models.TextChoices):
    """Cycles of the Kazakh state standard; partners have none."""

    GENERAL = "general", _("general education")
    BASIC = "basic", _("basic courses")
    MAJOR = "major", _("major courses")
    RESEARCH = "research", _("research work")
    FINAL = "final", _("final attestation")


class Component(models.TextChoices):
    """Compulsory by the state, set by the university, or chosen by the student."""

    COMPULSORY = "compulsory", _("compulsory component")
    UNIVERSITY = "university", _("university component")
    ELECTIVE = "elective", _("elective component")


class TermKind(models.TextChoices):
    """Terms of an academic year."""

    AUTUMN = "autumn", _("autumn semester")
    SPRING = "spring", _("spring semester")
    SUMMER = "summer", _("summer semester")


class Funding(models.TextChoices):
    """Who pays for the study at home."""

    GRANT = "grant", _("state grant")
    PAID = "paid", _("paid")


class StudyLanguage(models.TextChoices):
    """The language a student studies in."""

    KAZAKH = "kk", _("Kazakh")
    RUSSIAN = "ru", _("Russian")
    ENGLISH = "en", _("English")
    GERMAN = "de", _("German")
    CHINESE = "zh", _("Chinese")
