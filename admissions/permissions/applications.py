"""Who may see an application, and which of a person's roles count for it."""

from django.db.models import Q

from admissions.enums import ApplicationState
from admissions.models import Application
from agreements.enums import Direction
from core.permissions import EVERYTHING, Predicate
from institutions.enums import Role
from institutions.permissions import Standing, queue_for, sees_everything

DEPARTMENT_ROLES = (Role.DEPARTMENT_HEAD, Role.ADVISOR)
INSTITUTE_ROLES = (Role.INSTITUTE_DIRECTOR, Role.INSTITUTE_COORDINATOR)


def partner_of(application: Application) -> int:
    """The partner university of an application's pathway (its key)."""
    return application.intake.pathway.partner_programme.university_id


def _own(standing: Standing, application: Application) -> bool:
    return application.enrolment.person_id == standing.person_id


# Not yet theirs: the student's own draft, and an incoming list that the partner has not sent (7.2).
_BEFORE_UNITS = Q(state=ApplicationState.DRAFT) | Q(direction=Direction.INCOMING, state=ApplicationState.NOMINATED)


def _reached_units(application: Application) -> bool:
    unsent = application.direction == Direction.INCOMING and application.state == ApplicationState.NOMINATED
    return application.state != ApplicationState.DRAFT and not unsent


def _in_unit(standing: Standing, application: Application) -> bool:
    return _reached_units(application) and (
        any(standing.holds_in_unit(role, application.department_id) for role in DEPARTMENT_ROLES)
        or any(standing.holds_in_unit(role, application.institute_id) for role in INSTITUTE_ROLES)
    )


def _in_unit_q(standing: Standing) -> Q:
    departments = frozenset().union(*(standing.units.get(role, frozenset()) for role in DEPARTMENT_ROLES))
    institutes = frozenset().union(*(standing.units.get(role, frozenset()) for role in INSTITUTE_ROLES))
    return ~_BEFORE_UNITS & (Q(department__in=departments) | Q(institute__in=institutes))


def partner_knows(application: Application) -> bool:
    """True from the partner's own nomination on, or from the letter that names the candidate (7.1, 8.2)."""
    return application.direction == Direction.INCOMING or application.letter_id is not None


def _at_partner(standing: Standing, application: Application) -> bool:
    return partner_knows(application) and partner_of(application) in standing.partner_ids


def _at_partner_q(standing: Standing) -> Q:
    told = Q(direction=Direction.INCOMING) | Q(letter__isnull=False)
    return told & Q(intake__pathway__partner_programme__university__in=standing.partner_ids)


is_own: Predicate[Standing, Application] = Predicate(
    "is the student", _own, lambda standing: Q(enrolment__person=standing.person_id)
)
is_in_unit: Predicate[Standing, Application] = Predicate("works in its department or institute", _in_unit, _in_unit_q)
is_at_partner: Predicate[Standing, Application] = Predicate("speaks for its partner", _at_partner, _at_partner_q)
sees_application: Predicate[Standing, Application] = is_own | is_in_unit | is_at_partner | sees_everything

# Passports and health: whoever checks them, gathers them, or asked for them and grants a place or a visa by them (decision 17).
OPEN_PRIVATE = frozenset({Role.STUDENT, Role.IPD_COORDINATOR, Role.INSTITUTE_COORDINATOR, Role.PARTNER_COORDINATOR})


def _gathers_q(standing: Standing) -> Q:
    return ~_BEFORE_UNITS & Q(institute__in=standing.units.get(Role.INSTITUTE_COORDINATOR, frozenset()))


def opens_private_q(standing: Standing) -> Q:
    """The applications whose passport and health documents this person may open: a partner's coordinator until they are closed."""
    if standing.holds(Role.IPD_COORDINATOR):
        return EVERYTHING
    with_partner = is_at_partner.q(standing) & ~Q(state__in=ApplicationState.closed())
    return is_own.q(standing) | with_partner | _gathers_q(standing)


# Who makes such papers, signs them, rests an order on them, or audits them.
_OPEN_ALL_NUMBERED = frozenset({Role.IPD_COORDINATOR, Role.REGISTRAR, Role.VICE_RECTOR, Role.SIGNATORY, Role.AUDITOR})


def opens_numbered_q(standing: Standing) -> Q:
    """The applications whose papers with the number of a passport this person may open: the parties, and who signs or watches.

    Department and director decide by the case, the lawyer by agreements: that there is a contract they see, the number in it
    they need not.
    """
    parties = is_own.q(standing) | is_at_partner.q(standing) | _gathers_q(standing)
    return EVERYTHING if standing.holds(*_OPEN_ALL_NUMBERED) else parties


def may_open_numbered(roles: frozenset[str]) -> bool:
    """The same by the roles that somebody holds on an application that he or she sees (`roles_on`)."""
    return bool(roles & (OPEN_PRIVATE | _OPEN_ALL_NUMBERED))


def roles_on(application: Application, standing: Standing) -> frozenset[str]:
    """Which of a person's roles count for this application. Needs no query when intake and enrolment are loaded."""
    found = {role for role in standing.roles if role in Role.whole_university()}
    if _own(standing, application):
        found.add(Role.STUDENT)
    found |= {role for role in DEPARTMENT_ROLES if standing.holds_in_unit(role, application.department_id)}
    found |= {role for role in INSTITUTE_ROLES if standing.holds_in_unit(role, application.institute_id)}
    if partner_of(application) in standing.partner_ids:
        found.add(Role.PARTNER_COORDINATOR)
    return frozenset(str(role) for role in found)


def queue_of(application: Application, role: str) -> str | None:
    """In which queue a role of this application is waited for; None where nobody is."""
    if role == Role.STUDENT:
        return queue_for(role, person_id=application.enrolment.person_id)
    if role in INSTITUTE_ROLES:
        return queue_for(role, unit_id=application.institute_id)
    if role == Role.DEPARTMENT_HEAD:
        return queue_for(role, unit_id=application.department_id)
    if role == Role.PARTNER_COORDINATOR:
        return queue_for(role, university_id=partner_of(application))
    return queue_for(role) if role in Role.whole_university() else None
