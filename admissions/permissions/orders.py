"""Who may see an order, which of a person's roles count for it, and where each role is waited for."""

from django.db.models import Exists, OuterRef, Q

from admissions.enums import OrderState
from admissions.models import Order, OrderLine
from admissions.permissions.applications import DEPARTMENT_ROLES, INSTITUTE_ROLES
from admissions.workflow.orders import DRAFTER_OF_KIND, DRAFTERS
from core.permissions import Predicate
from institutions.enums import Role
from institutions.permissions import Standing, queue_for, sees_everything


def _units(standing: Standing, roles: tuple[Role, ...]) -> frozenset[int]:
    return frozenset().union(*(standing.units.get(role, frozenset()) for role in roles))


def _lines_in_units(standing: Standing) -> Q:
    return Q(application__department__in=_units(standing, DEPARTMENT_ROLES)) | Q(
        application__institute__in=_units(standing, INSTITUTE_ROLES)
    )


def _in_unit_q(standing: Standing) -> Q:
    return Q(Exists(OrderLine.objects.filter(_lines_in_units(standing), order=OuterRef("pk"))))


def _in_unit(standing: Standing, order: Order) -> bool:
    return OrderLine.objects.filter(_lines_in_units(standing), order=order).exists()


def _at_partner(standing: Standing, order: Order) -> bool:
    return (
        order.state == OrderState.SIGNED
        and order.intake is not None
        and order.intake.pathway.partner_programme.university_id in standing.partner_ids
    )


def _at_partner_q(standing: Standing) -> Q:
    return Q(state=OrderState.SIGNED, intake__pathway__partner_programme__university__in=standing.partner_ids)


is_for_unit: Predicate[Standing, Order] = Predicate("moves students of a unit of theirs", _in_unit, _in_unit_q)
is_for_partner: Predicate[Standing, Order] = Predicate("signed, of their partner's pathway", _at_partner, _at_partner_q)
sees_order: Predicate[Standing, Order] = is_for_unit | is_for_partner | sees_everything


def roles_on(order: Order, standing: Standing) -> frozenset[str]:
    """Which of a person's roles count for this order: of the two drafting offices only the one whose kind it is (6.3)."""
    offices = {role for role in standing.roles if role in Role.whole_university()}
    foreign = {role.value for role in DRAFTERS} - {DRAFTER_OF_KIND[order.kind]}
    return frozenset(offices - foreign)


def drafts(kind: str, standing: Standing) -> bool:
    """True for those who draft orders of this kind."""
    return standing.holds(DRAFTER_OF_KIND[kind])


def mover_of(order: Order, role: str) -> str:
    """The role that is meant when the machine names a drafter: the office that drafts this kind."""
    return DRAFTER_OF_KIND[order.kind] if role in DRAFTERS else role


def queue_of(order: Order, role: str) -> str | None:
    """In which queue a role of this order is waited for: offices only, others have their own case to move."""
    mover = mover_of(order, role)
    return queue_for(mover) if mover in Role.whole_university() else None
