"""Who may see agreements, pathways and Annex 1, and which of a person's roles count for one of them."""

from django.db.models import Exists, OuterRef, Q

from agreements.enums import AnnexState, PathwayState, Side
from agreements.models import Agreement, AgreementParty, AnnexVersion, Pathway
from institutions.enums import Role
from institutions.permissions import Standing, queue_for
from programmes.models import Enrolment

# Those whose work is whole agreements: they see every one, beside those who see everything (1.4).
_OFFICES = (Role.FINANCE_OFFICER,)
# What history tells of money (services/evidence.py): for whoever reads all terms.
MONEY_FIXED, MONEY_TAKEN_AWAY = "pathway.money_fixed", "pathway.money_taken_away"
TELLS_MONEY = frozenset({MONEY_FIXED, MONEY_TAKEN_AWAY})
# Who may fix the terms of money of a pathway (6.5).
MONEY_ROLES = (Role.IPD_COORDINATOR, Role.FINANCE_OFFICER)
_UNIT_ROLES = (Role.INSTITUTE_DIRECTOR, Role.INSTITUTE_COORDINATOR, Role.DEPARTMENT_HEAD, Role.ADVISOR)
_SHOWN_TO_STUDENTS = (PathwayState.OPEN, PathwayState.CLOSED)


def sees_all_agreements(standing: Standing) -> bool:
    """True for offices of the University that work with every agreement."""
    return standing.sees_everything or standing.holds(*_OFFICES)


def units_of(standing: Standing) -> frozenset[int]:
    """Institutes and departments that the person works in, those below them included."""
    return frozenset[int]().union(*(standing.units.get(role, frozenset()) for role in _UNIT_ROLES))


def pathway_q(standing: Standing) -> Q:
    """The pathways that a person may see: their partner's, their units', their own programme's once it has opened."""
    if sees_all_agreements(standing):
        return Q()
    found = Q(home_programme__department__in=units_of(standing))
    if standing.partner_ids:
        found |= Q(partner_programme__university__in=standing.partner_ids)
    enrolled = Enrolment.objects.filter(person=standing.person_id)
    studies = Exists(enrolled.filter(programme=OuterRef("home_programme"))) | Exists(
        enrolled.filter(programme=OuterRef("partner_programme"))
    )
    return found | (Q(state__in=_SHOWN_TO_STUDENTS) & Q(studies))


def agreement_q(standing: Standing) -> Q:
    """The agreements that a person may see: those of a partner's own, and of pathways of one's units."""
    if sees_all_agreements(standing):
        return Q()
    parties = AgreementParty.objects.filter(agreement=OuterRef("pk"), university__in=standing.partner_ids)
    pathways = Pathway.objects.filter(agreement=OuterRef("pk"), home_programme__department__in=units_of(standing))
    return Q(Exists(parties)) | Q(Exists(pathways))


def opens_agreements(standing: Standing) -> bool:
    """Whether the pathways that a person may see lead on to their agreements: to students they do not."""
    return sees_all_agreements(standing) or bool(standing.partner_ids or units_of(standing))


def annex_q(standing: Standing) -> Q:
    """Versions of Annex 1 that a person may see, within visible pathways: a side's draft is its own until it is proposed."""
    if standing.partner_ids:
        return ~Q(state=AnnexState.DRAFT) | Q(proposed_by=Side.PARTNER)
    if sees_all_agreements(standing) or units_of(standing):
        return ~Q(state=AnnexState.DRAFT) | Q(proposed_by=Side.HOME)
    return Q(state=AnnexState.FROZEN)


def side_of(standing: Standing, pathway: Pathway) -> Side | None:
    """For which side of a pathway a person speaks: the IPD coordinator for the University, the coordinator for the partner."""
    if pathway.partner_programme.university_id in standing.partner_ids:
        return Side.PARTNER
    return Side.HOME if standing.holds(Role.IPD_COORDINATOR) else None


def recorder_of(standing: Standing, university_id: int) -> Role | None:
    """In which role a person writes down what belongs to a party (5.4, 5.7.4): a partner's coordinator for the partner.

    The IPD for every party: the University's own, a partner's from paper. None: for this party the person does not speak.
    """
    if standing.holds(Role.IPD_COORDINATOR):
        return Role.IPD_COORDINATOR
    return Role.PARTNER_COORDINATOR if university_id in standing.partner_ids else None


def roles_on_agreement(agreement: Agreement, standing: Standing) -> frozenset[str]:
    """The roles that count for an agreement. Needs its parties (prefetched: no query)."""
    found = {str(role) for role in standing.roles if role in Role.whole_university()}
    if {party.university_id for party in agreement.parties.all()} & standing.partner_ids:
        found.add(Role.PARTNER_COORDINATOR.value)
    return frozenset(found)


def roles_on_pathway(pathway: Pathway, standing: Standing) -> frozenset[str]:
    """The roles that count for a pathway."""
    found = {str(role) for role in standing.roles if role in Role.whole_university()}
    if pathway.partner_programme.university_id in standing.partner_ids:
        found.add(Role.PARTNER_COORDINATOR.value)
    return frozenset(found)


def roles_on_annex(version: AnnexVersion, standing: Standing) -> frozenset[str]:
    """The roles that count for a version of Annex 1: a draft belongs to the side that made it (6.8, A1)."""
    found = roles_on_pathway(version.pathway, standing)
    if version.state != AnnexState.DRAFT:
        return found
    other = Role.PARTNER_COORDINATOR if version.proposed_by == Side.HOME else Role.IPD_COORDINATOR
    return found - {other.value}


def queue_of(role: str, partner_id: int | None = None) -> str | None:
    """Where a role is waited for: an office, or the coordinator of a partner."""
    if role == Role.PARTNER_COORDINATOR:
        return queue_for(role, university_id=partner_id) if partner_id is not None else None
    return queue_for(role) if role in Role.whole_university() else None
