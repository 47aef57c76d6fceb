"""Who may see a partner's list of incoming candidates, which roles count for it, and where they are waited for."""

from django.db.models import Q

from admissions.models import CandidateList, Intake
from core.permissions import Predicate
from institutions.enums import Role
from institutions.permissions import Standing, queue_for, sees_everything


def _at_partner(standing: Standing, candidates: CandidateList) -> bool:
    return candidates.intake.pathway.partner_programme.university_id in standing.partner_ids


def _at_partner_q(standing: Standing) -> Q:
    return Q(intake__pathway__partner_programme__university__in=standing.partner_ids)


is_of_partner: Predicate[Standing, CandidateList] = Predicate("speaks for its partner", _at_partner, _at_partner_q)
sees_nominations: Predicate[Standing, CandidateList] = is_of_partner | sees_everything


def roles_on_nominations(intake: Intake, standing: Standing) -> frozenset[str]:
    """Which of a person's roles count for the nominations to an intake."""
    found = {role for role in standing.roles if role in Role.whole_university()}
    if intake.pathway.partner_programme.university_id in standing.partner_ids:
        found.add(Role.PARTNER_COORDINATOR)
    return frozenset(str(role) for role in found)


def queue_of_nominations(candidates: CandidateList, role: str) -> str | None:
    """In which queue a role of this list is waited for."""
    if role == Role.PARTNER_COORDINATOR:
        return queue_for(role, university_id=candidates.intake.pathway.partner_programme.university_id)
    return queue_for(role) if role in Role.whole_university() else None
