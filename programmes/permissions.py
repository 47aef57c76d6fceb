"""Who may see programmes and students, and who may import them."""

from django.db.models import Exists, OuterRef, Q

from core.permissions import Predicate, anybody
from institutions.enums import Role
from institutions.models import University
from institutions.permissions import MAY, Standing, sees_everything
from programmes.models import Enrolment, Programme

_UNIT_ROLES = (Role.INSTITUTE_DIRECTOR, Role.INSTITUTE_COORDINATOR, Role.DEPARTMENT_HEAD, Role.ADVISOR)


def _units(standing: Standing) -> frozenset[int]:
    return frozenset[int]().union(*(standing.units.get(role, frozenset()) for role in _UNIT_ROLES))


is_student: Predicate[Standing, Enrolment] = Predicate(
    "is the student",
    lambda standing, enrolment: enrolment.person_id == standing.person_id,
    lambda standing: Q(person=standing.person_id),
)
works_in_its_unit: Predicate[Standing, Enrolment] = Predicate(
    "works in its department or institute",
    lambda standing, enrolment: (
        enrolment.programme is not None and enrolment.programme.department_id in _units(standing)
    ),
    lambda standing: Q(programme__department__in=_units(standing)),
)
is_at_its_university: Predicate[Standing, Enrolment] = Predicate(
    "speaks for the partner where it is enrolled",
    lambda standing, enrolment: enrolment.university_id in standing.partner_ids,
    lambda standing: Q(university__in=standing.partner_ids),
)
sees_enrolment: Predicate[Standing, Enrolment] = is_student | works_in_its_unit | is_at_its_university | sees_everything

# The catalogue of the University is open to all who have a role; a partner's to the University, also to its students, and to
# itself, with its own.
_OUTSIDE = frozenset({Role.PARTNER_COORDINATOR.value, Role.STUDENT.value})
_belongs_to_the_house: Predicate[Standing, Programme] = anybody(
    "belongs to the University", lambda standing: bool(standing.roles - _OUTSIDE)
)


def _own_studies(standing: Standing, **where: object) -> Exists:
    return Exists(Enrolment.objects.filter(person=standing.person_id, **where))


def _open_to_student(standing: Standing) -> Q:
    if not standing.holds(Role.STUDENT):
        return Q(pk__in=())
    is_of_house = _own_studies(standing, university__is_home=True)
    return Q(university__is_home=True) | Q(is_of_house) | Q(_own_studies(standing, university=OuterRef("university")))


_is_open_to_student: Predicate[Standing, Programme] = Predicate(
    "is open to the student: all to one of the University, a guest's own university and ours to a guest",
    lambda standing, programme: Programme.objects.filter(_open_to_student(standing), pk=programme.pk).exists(),
    _open_to_student,
)
_is_ours_or_theirs: Predicate[Standing, Programme] = Predicate(
    "is the University's or the partner's own",
    lambda standing, programme: (
        bool(standing.partner_ids) and (programme.university.is_home or programme.university_id in standing.partner_ids)
    ),
    lambda standing: (
        Q(university__is_home=True) | Q(university__in=standing.partner_ids) if standing.partner_ids else Q(pk__in=())
    ),
)
sees_programme: Predicate[Standing, Programme] = _belongs_to_the_house | _is_ours_or_theirs | _is_open_to_student

MAY_IMPORT_STUDENTS = frozenset({Role.REGISTRAR.value})
_HOME_CURRICULUM = frozenset({Role.IPD_COORDINATOR.value, Role.METHODICAL_SECTION.value, Role.REGISTRAR.value})
_PARTNER_CURRICULUM = frozenset({Role.IPD_COORDINATOR.value})


def may_import_students(standing: Standing) -> bool:
    """The register of students is the Registrar's Office's."""
    return bool(standing.roles & MAY_IMPORT_STUDENTS)


def may_import_curriculum(standing: Standing, programme: Programme) -> bool:
    """A home curriculum comes from its department or the Registrar's Office, a partner's from the partner; the IPD may do both."""
    if programme.university.is_home:
        in_unit = standing.holds_in_unit(Role.DEPARTMENT_HEAD, programme.department_id)
        return in_unit or bool(standing.roles & _HOME_CURRICULUM)
    return programme.university_id in standing.partner_ids or bool(standing.roles & _PARTNER_CURRICULUM)


def may_enter_programme(standing: Standing, university: University) -> bool:
    """A partner's programme is entered by the IPD or the partner, one of the University by the Registrar's Office or the IPD."""
    return university.pk in standing.partner_ids or bool(standing.roles & _HOME_CURRICULUM)


def may_edit_calendar(standing: Standing) -> bool:
    """Terms of every side and the days off of Kazakhstan are entered by the IPD or the administrator."""
    return bool(standing.roles & MAY["calendar.edit"])
