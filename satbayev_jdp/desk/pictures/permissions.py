"""Who has pictures to look at."""

from institutions.enums import Role
from institutions.permissions import Standing


def may_look(standing: Standing) -> bool:
    """Whoever watches over all, works in a unit, or speaks for a partner: each sees the students that he or she may see."""
    return standing.sees_everything or standing.holds(*Role.unit_roles(), Role.PARTNER_COORDINATOR)
