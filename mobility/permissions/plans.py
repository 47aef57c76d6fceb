"""Who may see a study plan, which of a person's roles count for it, and whose side a line is (6.8)."""

from django.db.models import Q

from admissions.models import Application
from admissions.permissions.applications import queue_of, roles_on, sees_application
from agreements.enums import Direction
from core.permissions import Predicate
from institutions.enums import Role
from institutions.permissions import Standing, queue_for
from mobility.enums import TakenAt
from mobility.models import Placement, PlanItem, StudyPlan
from mobility.workflow.plans import UNIVERSITY_EDITORS


def _sees(standing: Standing, plan: StudyPlan) -> bool:
    placement = plan.placement
    return placement.advisor_id in standing.advises_as or sees_application.test(standing, placement.application)


def _sees_q(standing: Standing) -> Q:
    applications = Application.objects.filter(sees_application.q(standing)).values("pk")
    return Q(placement__advisor__in=standing.advises_as) | Q(placement__application__in=applications)


sees_plan: Predicate[Standing, StudyPlan] = Predicate("may see the student's application", _sees, _sees_q)


def lacks_advisor(placement: Placement) -> bool:
    """True of a guest for whom the head of department has not named an advisor yet: until then nobody is one (9.4).

    One of our own has all advisors of the department until one is named.
    """
    return placement.direction == Direction.INCOMING and placement.advisor_id is None


def roles_on_plan(plan: StudyPlan, standing: Standing) -> frozenset[str]:
    """Which of a person's roles count for this plan. A named advisor, or who acts for this one, is the only one (9.4)."""
    roles = roles_on(plan.placement.application, standing)
    advisor = plan.placement.advisor_id
    if advisor is None:
        return roles - {Role.ADVISOR.value} if lacks_advisor(plan.placement) else roles
    return roles | {Role.ADVISOR.value} if advisor in standing.advises_as else roles - {Role.ADVISOR.value}


def queue_of_plan(plan: StudyPlan, role: str) -> str | None:
    """Where a role of this plan is waited for; None: nobody has it, and the head of department is asked with the stay."""
    application = plan.placement.application
    if role == Role.ADVISOR and lacks_advisor(plan.placement):
        return None
    if role == Role.ADVISOR:
        advisor = plan.placement.advisor_id
        return queue_for(role, user_id=advisor) if advisor else queue_for(role, unit_id=application.department_id)
    return queue_of(application, role)


def at_university(item: PlanItem, direction: str) -> bool:
    """True when a line is mastered at the University: at home for outgoing students, at the host for incoming ones."""
    return item.taken_at == (TakenAt.HOME if direction == Direction.OUTGOING else TakenAt.HOST)


def edits_university_side(roles: frozenset[str]) -> bool:
    """True when these roles make the University's side of a plan (6.8)."""
    return bool(roles & {role.value for role in UNIVERSITY_EDITORS})


def edits_partner_side(roles: frozenset[str]) -> bool:
    """True when these roles make the partner's side of a plan (6.8)."""
    return Role.PARTNER_COORDINATOR in roles
