"""What a new installation has to know before the first student applies, in the order in which it is entered."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from admissions.models import Intake
from agreements.enums import PathwayState
from agreements.models import Agreement, AnnexVersion, GradeScale, Pathway
from core.permissions import role_label
from institutions.enums import Role
from institutions.models import Holiday, Licence, Unit, University
from institutions.permissions import Standing
from institutions.selectors import home_university
from programmes.models import AcademicTerm, Curriculum, Enrolment


@dataclass(frozen=True, slots=True)
class _Need:
    label: "str | Promise"
    clause: str
    page: Callable[[], str]
    enter: tuple[str, ...]
    is_there: Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Begun:
    """Something to be entered: what, whether it is there, on which clause; where (empty: the reader does not enter it), and who
    does.
    """

    label: str
    done: bool
    clause: str
    url: str
    whose: str


def _home_calendar() -> str:
    return reverse("programmes:calendar", args=[home_university().pk])


_NEEDS: Final = (
    _Need(
        _("Institutes and departments of the University"),
        "",
        partial(reverse, "institutions:home"),
        (Role.ADMINISTRATOR,),
        Unit.objects.filter(university__is_home=True).exists,
    ),
    _Need(
        _("Academic calendar of the University and the days off"),
        "3",
        _home_calendar,
        (Role.ADMINISTRATOR, Role.IPD_COORDINATOR),
        lambda: AcademicTerm.objects.filter(university__is_home=True).exists() and Holiday.objects.exists(),
    ),
    _Need(
        _("A partner university"),
        "4.2",
        partial(reverse, "institutions:add-university"),
        (Role.IPD_COORDINATOR,),
        University.objects.filter(is_home=False).exists,
    ),
    _Need(
        _("Licences of both universities"),
        "4.2",
        partial(reverse, "institutions:universities"),
        (Role.IPD_COORDINATOR,),
        lambda: len(set(Licence.objects.values_list("university__is_home", flat=True))) == len((True, False)),
    ),
    _Need(
        _("The partner's academic calendar"),
        "3",
        partial(reverse, "institutions:universities"),
        (Role.IPD_COORDINATOR,),
        AcademicTerm.objects.filter(university__is_home=False).exists,
    ),
    _Need(
        _("Programmes of both universities with their curricula"),
        "5.2",
        partial(reverse, "programmes:programmes"),
        (Role.IPD_COORDINATOR, Role.METHODICAL_SECTION),
        lambda: (
            len(set(Curriculum.objects.values_list("programme__university__is_home", flat=True))) == len((True, False))
        ),
    ),
    _Need(
        _("The partner's scale of marks"),
        "",
        partial(reverse, "agreements:scales"),
        (Role.IPD_COORDINATOR,),
        GradeScale.objects.exists,
    ),
    _Need(
        _("An agreement with the partner"),
        "4.2",
        partial(reverse, "agreements:agreements"),
        (Role.IPD_COORDINATOR,),
        Agreement.objects.exists,
    ),
    _Need(
        _("A pathway between the two programmes, with Annex 1"),
        "5.7",
        partial(reverse, "agreements:agreements"),
        (Role.IPD_COORDINATOR,),
        AnnexVersion.objects.exists,
    ),
    _Need(
        _("The signature of the agreement, and the pathway open"),
        "6.12",
        partial(reverse, "agreements:pathways"),
        (Role.IPD_COORDINATOR,),
        Pathway.objects.exclude(state=PathwayState.PREPARED).exists,
    ),
    _Need(
        _("The University's students, from the register"),
        "",
        partial(reverse, "programmes:students"),
        (Role.REGISTRAR,),
        Enrolment.objects.exists,
    ),
    _Need(
        _("The first intake of students"),
        "8.1",
        partial(reverse, "admissions:intakes"),
        (Role.IPD_COORDINATOR,),
        Intake.objects.exists,
    ),
)
_READERS = frozenset(role for need in _NEEDS for role in need.enter)


def beginning(standing: Standing) -> list[Begun]:
    """What is there already and what is not, for those who enter it; nothing once students were called to apply.

    One query after that; none for others.
    """
    if not standing.roles & _READERS or Intake.objects.exists():
        return []
    return [_begun(need, standing) for need in _NEEDS]


def _begun(need: _Need, standing: Standing) -> Begun:
    own = bool(standing.roles & frozenset(need.enter))
    whose = ", ".join(role_label(role) for role in need.enter)
    return Begun(str(need.label), need.is_there(), need.clause, need.page() if own else "", whose)
