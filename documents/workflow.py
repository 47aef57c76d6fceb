"""The life of a paper after issue: signed by its parties, superseded by its correction, revoked. It never changes."""

from dataclasses import dataclass

from django.utils.translation import gettext_noop

from core.machine import Blocker, Machine, Step, guard
from documents.enums import DocumentState as S
from institutions.enums import Role


@dataclass(frozen=True)
class PaperFacts:
    """What a paper's owner tells of it. `unsigned`: how many of its parties have not signed; without a word it stays so."""

    unsigned: int = 1


@guard("6.12", gettext_noop("all parties have signed"), ask=gettext_noop("Collect the signatures"))
def signed_by_all(facts: PaperFacts) -> Blocker | None:
    """A contract binds from the last signature on; the owner's machine says whose signature is missing."""
    if not facts.unsigned:
        return None
    return Blocker("6.12", gettext_noop("Not all parties have signed the paper."), "")


# Who gives or enters the last signature of a contract.
_PARTIES = (Role.SIGNATORY, Role.PARTNER_COORDINATOR, Role.STUDENT, Role.IPD_COORDINATOR)
_STANDING = (S.AWAITS_SIGNATURES, S.ISSUED)
_ISSUERS = (Role.REGISTRAR, Role.IPD_COORDINATOR, Role.SIGNATORY, Role.VICE_RECTOR)
PAPER: Machine[PaperFacts] = Machine(
    name="paper",
    initial=S.ISSUED,
    steps=(
        Step(
            "await_signatures",
            (S.ISSUED,),
            S.AWAITS_SIGNATURES,
            by=(*_ISSUERS, Role.INSTITUTE_DIRECTOR),
            clause="6.12",
            label=gettext_noop("Await the signatures"),
            done=gettext_noop("awaits the signatures of its parties"),
            way_out=True,
        ),
        Step(
            "come_into_force",
            (S.AWAITS_SIGNATURES,),
            S.ISSUED,
            by=_PARTIES,
            clause="6.12",
            label=gettext_noop("Come into force"),
            done=gettext_noop("signed by all parties: in force"),
            needs=(signed_by_all,),
        ),
        Step(
            "supersede",
            _STANDING,
            S.SUPERSEDED,
            by=(*_ISSUERS, Role.INSTITUTE_DIRECTOR),
            clause="5.12",
            label=gettext_noop("Supersede"),
            done=gettext_noop("superseded by a newer paper"),
            way_out=True,
        ),
        Step(
            "revoke",
            _STANDING,
            S.REVOKED,
            by=(*_ISSUERS, Role.METHODICAL_SECTION),
            clause="1.6",
            label=gettext_noop("Revoke"),
            done=gettext_noop("revoked"),
            way_out=True,
            needs_reason=True,
        ),
    ),
    path=(S.ISSUED,),
)
