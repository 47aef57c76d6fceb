"""Who may see an outgoing list of candidates and an intake."""

from django.db.models import Exists, OuterRef, Q

from admissions.models import Application, CandidateList, Intake
from admissions.permissions.applications import DEPARTMENT_ROLES, INSTITUTE_ROLES
from agreements.enums import Direction
from core.permissions import Predicate
from institutions.enums import Role
from institutions.permissions import Standing, queue_for, sees_everything


def _of_unit(standing: Standing, candidates: CandidateList) -> bool:
    return any(standing.holds_in_unit(role, candidates.unit_id) for role in INSTITUTE_ROLES)


def _of_unit_q(standing: Standing) -> Q:
    return Q(unit__in=frozenset().union(*(standing.units.get(role, frozenset()) for role in INSTITUTE_ROLES)))


def _partner_q(standing: Standing) -> Q:
    # A partner reads a list from the day on which a letter names one of its candidates.
    named = Application.objects.filter(candidate_list=OuterRef("pk"), letter__isnull=False)
    return Q(intake__pathway__partner_programme__university__in=standing.partner_ids) & Q(Exists(named))


def _partner(standing: Standing, candidates: CandidateList) -> bool:
    partner = candidates.intake.pathway.partner_programme.university_id
    return partner in standing.partner_ids and candidates.candidates.filter(letter__isnull=False).exists()


sees_outgoing_list: Predicate[Standing, CandidateList] = (
    Predicate("gathers it", _of_unit, _of_unit_q)
    | Predicate("its letter went to them", _partner, _partner_q)
    | sees_everything
)


def roles_on_list(candidates: CandidateList, standing: Standing) -> frozenset[str]:
    """Which of a person's roles count for this list."""
    found = {role for role in standing.roles if role in Role.whole_university()}
    found |= {role for role in INSTITUTE_ROLES if standing.holds_in_unit(role, candidates.unit_id)}
    if candidates.intake.pathway.partner_programme.university_id in standing.partner_ids:
        found.add(Role.PARTNER_COORDINATOR)
    return frozenset(str(role) for role in found)


def queue_of_list(candidates: CandidateList, role: str) -> str | None:
    """In which queue a role of this list is waited for."""
    if role in INSTITUTE_ROLES:
        return queue_for(role, unit_id=candidates.unit_id)
    if role == Role.PARTNER_COORDINATOR:
        return queue_for(role, university_id=candidates.intake.pathway.partner_programme.university_id)
    return queue_for(role) if role in Role.whole_university() else None


def queue_of_intake(intake: Intake, role: str) -> str | None:
    """In which queue a role of an intake is waited for: of the institute that sends, or of the partner."""
    way = intake.pathway
    if role in INSTITUTE_ROLES:
        department = way.home_programme.department
        return queue_for(role, unit_id=department.parent_id) if department and department.parent_id else None
    return queue_for(role, university_id=way.partner_programme.university_id)


def _intake_of_units_q(standing: Standing) -> Q:
    departments = frozenset().union(*(standing.units.get(role, frozenset()) for role in DEPARTMENT_ROLES))
    institutes = frozenset().union(*(standing.units.get(role, frozenset()) for role in INSTITUTE_ROLES))
    return Q(pathway__home_programme__department__in=departments | institutes)


def _intake_of_units(standing: Standing, intake: Intake) -> bool:
    department = intake.pathway.home_programme.department_id
    return any(standing.holds_in_unit(role, department) for role in (*DEPARTMENT_ROLES, *INSTITUTE_ROLES))


def _intake_of_partner(standing: Standing, intake: Intake) -> bool:
    return intake.pathway.partner_programme.university_id in standing.partner_ids


def _intake_of_student_q(standing: Standing) -> Q:
    return Q(direction=Direction.OUTGOING, pathway__home_programme__enrolments__person=standing.person_id)


def _intake_of_student(standing: Standing, intake: Intake) -> bool:
    own = intake.pathway.home_programme.enrolments.filter(person=standing.person_id)
    return intake.direction == Direction.OUTGOING and own.exists()


sees_intake: Predicate[Standing, Intake] = (
    Predicate("studies its programme", _intake_of_student, _intake_of_student_q)
    | Predicate("works in its department or institute", _intake_of_units, _intake_of_units_q)
    | Predicate(
        "speaks for its partner",
        _intake_of_partner,
        lambda standing: Q(pathway__partner_programme__university__in=standing.partner_ids),
    )
    | sees_everything
)
