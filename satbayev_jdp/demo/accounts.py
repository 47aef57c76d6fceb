"""The accounts of the demo, read from the database: for the page that lists them and for the terminal."""

from collections.abc import Iterable
from dataclasses import dataclass

from core.permissions import role_label
from institutions.enums import Role
from institutions.models import Membership
from institutions.permissions import in_force
from satbayev_jdp.demo.world import DOMAIN

_ORDER = {role.value: position for position, role in enumerate(Role)}


@dataclass(frozen=True, slots=True)
class Account:
    """One line of the table."""

    email: str
    name: str
    roles: str
    place: str
    role: str


def accounts() -> list[Account]:
    """Everybody who can sign in with the demo's password: offices first, then partners, then students."""
    rows = Membership.objects.filter(in_force(), user__email__endswith=f"@{DOMAIN}", user__is_active=True)
    rows = rows.select_related("user__person", "university", "unit")
    by_email: dict[str, list[Membership]] = {}
    for membership in rows.order_by("user__email", "pk"):
        by_email.setdefault(membership.user.email, []).append(membership)
    return sorted((_account(email, held) for email, held in by_email.items()), key=_place_in_list)


def _account(email: str, held: Iterable[Membership]) -> Account:
    first, *others = held
    return Account(
        email=email,
        name=str(first.user.person),
        roles=", ".join(role_label(one.role, acting=bool(one.acting_for_id)) for one in (first, *others)),
        place=first.unit.name if first.unit else ("" if first.university.is_home else first.university.name),
        role=first.role,
    )


def _place_in_list(row: Account) -> tuple[int, int, str]:
    group = 2 if row.role == Role.STUDENT else 1 if row.role == Role.PARTNER_COORDINATOR else 0
    return group, _ORDER[row.role], row.email
