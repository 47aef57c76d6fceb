"""The life of a paper after issue: it may be superseded by its correction, or revoked. It never changes."""

from dataclasses import dataclass

from django.utils.translation import gettext_noop

from core.machine import Machine, Step
from documents.enums import DocumentState as S
from institutions.enums import Role


@dataclass(frozen=True)
class PaperFacts:
    """Nothing is asked of a paper itself; its owner's machine decides whether a correction is due."""


_ISSUERS = (Role.REGISTRAR, Role.IPD_COORDINATOR, Role.SIGNATORY, Role.VICE_RECTOR)
PAPER: Machine[PaperFacts] = Machine(
    name="paper",
    initial=S.ISSUED,
    steps=(
        Step(
            "supersede",
            (S.ISSUED,),
            S.SUPERSEDED,
            by=(*_ISSUERS, Role.INSTITUTE_DIRECTOR),
            clause="5.12",
            label=gettext_noop("Supersede"),
            done=gettext_noop("superseded by a newer paper"),
            way_out=True,
        ),
        Step(
            "revoke",
            (S.ISSUED,),
            S.REVOKED,
            by=_ISSUERS,
            clause="1.6",
            label=gettext_noop("Revoke"),
            done=gettext_noop("revoked"),
            way_out=True,
            needs_reason=True,
        ),
    ),
    path=(S.ISSUED,),
)
