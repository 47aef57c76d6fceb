"""Who may do what here: everybody signed in reads; the methodical section (1.4) and administrators enter changes.

Roles are spelled, not imported: the app that owns them lies above this one.
"""

from core.permissions import roles_of

MAY_AMEND = frozenset({"methodical_section", "administrator"})


def may_amend(user: object) -> bool:
    """True for those who keep the regulation's change-registration sheet."""
    return bool(roles_of(user) & MAY_AMEND)
