"""Who may do what here: everybody signed in reads the clauses; the methodical section (1.4) and administrators enter changes.

Roles are spelled, not imported: the app that owns them lies above this one.
"""

from core.permissions import roles_of

MAY_AMEND = frozenset({"methodical_section", "administrator"})


# Who watches over every case (1.4), and who administers the program: the others read a clause, not how the program holds it.
SEES_HOW_IT_IS_HELD = frozenset(
    {
        "ipd_coordinator",
        "registrar",
        "methodical_section",
        "lawyer",
        "vice_rector",
        "signatory",
        "auditor",
        "administrator",
    }
)


def sees_how_it_is_held(user: object) -> bool:
    """True for those who are shown which gates decide by a clause, by what, and what the program must do."""
    return bool(roles_of(user) & SEES_HOW_IT_IS_HELD)


def may_amend(user: object) -> bool:
    """True for those who keep the regulation's change-registration sheet."""
    return bool(roles_of(user) & MAY_AMEND)
