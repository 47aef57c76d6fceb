"""Roles, kinds of units and universities."""

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Role(models.TextChoices):
    """Who somebody is within a scope (a university, an institute, a department)."""

    STUDENT = "student", pgettext_lazy("role", "student")
    ADVISOR = "advisor", pgettext_lazy("role", "advisor")
    DEPARTMENT_HEAD = "department_head", pgettext_lazy("role", "head of department")
    INSTITUTE_COORDINATOR = "institute_coordinator", pgettext_lazy("role", "institute coordinator")
    INSTITUTE_DIRECTOR = "institute_director", pgettext_lazy("role", "institute director")
    IPD_COORDINATOR = "ipd_coordinator", pgettext_lazy("role", "IPD coordinator")
    REGISTRAR = "registrar", pgettext_lazy("role", "Registrar's Office")
    METHODICAL_SECTION = "methodical_section", pgettext_lazy("role", "methodical section of the Registrar's Office")
    LAWYER = "lawyer", pgettext_lazy("role", "lawyer")
    FINANCE_OFFICER = "finance_officer", pgettext_lazy("role", "finance officer")
    VICE_RECTOR = "vice_rector", pgettext_lazy("role", "Vice-Rector for Academic Affairs")
    SIGNATORY = "signatory", pgettext_lazy("role", "Chair of the Board – Rector")
    PARTNER_COORDINATOR = "partner_coordinator", pgettext_lazy("role", "partner coordinator")
    AUDITOR = "auditor", pgettext_lazy("role", "auditor")
    ADMINISTRATOR = "administrator", pgettext_lazy("role", "administrator")

    @property
    def acting_title(self) -> "str | Promise":
        """The office as papers name it for who acts in it without a title of his or her own; nobody acts for a student."""
        return _ACTING[self]

    @classmethod
    def whole_university(cls) -> "frozenset[Role]":
        """Roles whose scope is the whole University, never a unit."""
        return frozenset(
            {
                cls.IPD_COORDINATOR,
                cls.REGISTRAR,
                cls.METHODICAL_SECTION,
                cls.LAWYER,
                cls.FINANCE_OFFICER,
                cls.VICE_RECTOR,
                cls.SIGNATORY,
                cls.AUDITOR,
                cls.ADMINISTRATOR,
            }
        )

    @classmethod
    def sign(cls) -> "frozenset[Role]":
        """Offices whose holder signs for the University."""
        return frozenset({cls.VICE_RECTOR, cls.SIGNATORY})

    @classmethod
    def of_one(cls) -> "frozenset[Role]":
        """Offices that one person holds at a time in his or her own right: at the University, or in each unit."""
        return cls.sign() | {cls.DEPARTMENT_HEAD, cls.INSTITUTE_DIRECTOR}

    @classmethod
    def kinds_of_unit(cls) -> "dict[Role, frozenset[UnitKind]]":
        """In what kinds of unit a role is held that is never held at the whole University. An advisor's may be either."""
        institutes = frozenset({UnitKind.INSTITUTE, UnitKind.SCHOOL})
        return {
            cls.DEPARTMENT_HEAD: frozenset({UnitKind.DEPARTMENT}),
            cls.INSTITUTE_DIRECTOR: institutes,
            cls.INSTITUTE_COORDINATOR: institutes,
            cls.ADVISOR: institutes | {UnitKind.DEPARTMENT},
        }

    @classmethod
    def unit_roles(cls) -> "frozenset[Role]":
        """Roles that are held in an institute or a department, never at the whole University."""
        return frozenset(cls.kinds_of_unit())

    @classmethod
    def see_everything(cls) -> "frozenset[Role]":
        """Roles that see every case of every unit (1.4): they watch, the steps decide who may act."""
        return frozenset(
            {
                cls.IPD_COORDINATOR,
                cls.REGISTRAR,
                cls.METHODICAL_SECTION,
                cls.LAWYER,
                cls.VICE_RECTOR,
                cls.SIGNATORY,
                cls.AUDITOR,
            }
        )


# Whole titles: in Kazakh and Russian the name of the office is inflected, which no pattern around it can do.
_ACTING: dict[str, str | Promise] = {
    Role.ADVISOR: _("Acting advisor"),
    Role.DEPARTMENT_HEAD: _("Acting head of department"),
    Role.INSTITUTE_COORDINATOR: _("Acting institute coordinator"),
    Role.INSTITUTE_DIRECTOR: _("Acting institute director"),
    Role.IPD_COORDINATOR: _("Acting IPD coordinator"),
    Role.REGISTRAR: _("Acting Head of the Registrar's Office"),
    Role.METHODICAL_SECTION: _("Acting specialist of the methodical section of the Registrar's Office"),
    Role.LAWYER: _("Acting lawyer"),
    Role.FINANCE_OFFICER: _("Acting finance officer"),
    Role.VICE_RECTOR: _("Acting Vice-Rector for Academic Affairs"),
    Role.SIGNATORY: _("Acting Chair of the Board – Rector"),
    Role.PARTNER_COORDINATOR: _("Acting partner coordinator"),
    Role.AUDITOR: _("Acting auditor"),
    Role.ADMINISTRATOR: _("Acting administrator"),
}


class UnitKind(models.TextChoices):
    """Units of a university. A school stands where an institute stands."""

    INSTITUTE = "institute", _("institute")
    SCHOOL = "school", _("school")
    DEPARTMENT = "department", _("department")
    OFFICE = "office", _("office")


class LicenceKind(models.TextChoices):
    """What gives the right to train (4.2)."""

    LICENCE = "licence", _("licence")
    ACT = "act", _("act that gives the right in its country")
    # Asked to be renewed like a licence; it gives no right to train, so that no pathway opens by it.
    ACCREDITATION = "accreditation", _("accreditation")


class Level(models.TextChoices):
    """Levels of higher and postgraduate education."""

    BACHELOR = "bachelor", _("bachelor")
    MASTER = "master", _("master")
    DOCTORATE = "doctorate", _("doctorate")


class Sex(models.TextChoices):
    """As the passport has it."""

    FEMALE = "F", _("female")
    MALE = "M", _("male")
