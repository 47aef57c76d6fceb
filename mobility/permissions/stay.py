"""Who may see a stay and which roles count for it: those of its application; the advisor only if it is the student's own."""

from django.db.models import Q

from admissions.models import Application
from admissions.permissions import applications as application_permissions
from core.permissions import Predicate
from institutions.enums import Role
from institutions.permissions import Standing, queue_for
from mobility.models import Placement

# Whom a student asks in confidence: the advisor, with the IPD that sees to it, and whoever audits (9.4).
_READ_MESSAGES = frozenset({Role.STUDENT, Role.ADVISOR, Role.IPD_COORDINATOR, Role.AUDITOR})


def may_read_messages(roles: frozenset[str]) -> bool:
    """Whether what student and advisor wrote to each other is shown, by the roles held on the stay (`roles_on`)."""
    return bool(roles & _READ_MESSAGES)


def roles_on(placement: Placement, standing: Standing) -> frozenset[str]:
    """Which of a person's roles count for this stay."""
    found = set(application_permissions.roles_on(placement.application, standing)) - {Role.ADVISOR.value}
    if placement.advisor_id in standing.advises_as:
        found.add(Role.ADVISOR.value)
    return frozenset(found)


def queue_of(placement: Placement, role: str) -> str | None:
    """In which queue a role of this stay is waited for; a named advisor's is his or her own."""
    if role == Role.ADVISOR:
        return queue_for(role, user_id=placement.advisor_id) if placement.advisor_id else None
    return application_permissions.queue_of(placement.application, role) if role else None


def _sees(standing: Standing, placement: Placement) -> bool:
    return placement.advisor_id in standing.advises_as or application_permissions.sees_application.test(
        standing, placement.application
    )


def _sees_q(standing: Standing) -> Q:
    visible = Application.objects.filter(application_permissions.sees_application.q(standing))
    return Q(application__in=visible) | Q(advisor__in=standing.advises_as)


sees_stay: Predicate[Standing, Placement] = Predicate("sees its application, or is the advisor", _sees, _sees_q)
