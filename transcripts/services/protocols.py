"""Verbs on recognition protocols: make, return, certify, correct (5.11)."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from core.history import record
from core.values import trimmed
from core.workflow import NotAllowedError, WrongStateError, perform, reason_given
from documents.enums import DocumentState
from documents.services import issue
from institutions.enums import Role
from institutions.models import User
from institutions.permissions import standing_of
from transcripts.enums import ProtocolState
from transcripts.models import Difference, RecognitionProtocol
from transcripts.pdf.drafts import protocol_of
from transcripts.pdf.protocols import TITLE
from transcripts.permissions.study import roles_on_protocol
from transcripts.selectors import protocols as selectors
from transcripts.services.derivation import locked_protocol, refresh, settle_protocol
from transcripts.services.transcripts import settle_credits_of
from transcripts.workflow.protocols import PROTOCOL

# The action of the entry that says why a correction was opened.
CORRECTION_OPENED = "protocol.correction_opened"
_NOT_YOURS = gettext_noop("This step is not yours to take.")


@transaction.atomic
def make_protocol(*, protocol_id: int, actor: User) -> RecognitionProtocol:
    """The institute director makes the protocol from the marks as they are posted now (5.11). Raises BlockedError."""
    protocol = locked_protocol(protocol_id, actor)
    content = selectors.content_of(protocol, refresh(protocol)) if protocol.state == ProtocolState.DRAFT else ""
    facts = selectors.protocol_facts(protocol, actor=None)
    roles = roles_on_protocol(protocol, standing_of(actor))
    perform(PROTOCOL, "make", protocol, actor=actor, roles=roles, facts=facts)
    protocol.made_by, protocol.content_hash = actor, content
    protocol.save(update_fields=["made_by", "content_hash"])
    settle_protocol(protocol)
    return protocol


@transaction.atomic
def return_protocol(*, protocol_id: int, reason: str, actor: User) -> RecognitionProtocol:
    """The vice-rector returns the protocol with a reason, or the director takes it back; the director makes it again."""
    protocol = locked_protocol(protocol_id, actor)
    facts = selectors.protocol_facts(protocol, actor=actor)
    roles = roles_on_protocol(protocol, standing_of(actor))
    perform(PROTOCOL, "return", protocol, actor=actor, roles=roles, facts=facts, reason=reason)
    refresh(protocol)
    return protocol


@transaction.atomic
def certify_protocol(*, protocol_id: int, actor: User, seen_hash: str = "") -> RecognitionProtocol:
    """The vice-rector certifies: lines and differences freeze, the paper is numbered and sealed by a worker (5.11).

    Never by who made it; not when marks or the plan have changed since. `seen_hash`: of the content that the actor was
    shown; empty: nothing was. Raises RefusedError.
    """
    protocol = locked_protocol(protocol_id, actor)
    if seen_hash and seen_hash != protocol.content_hash:
        raise WrongStateError(gettext_noop("The protocol was made again after you opened it. Please read it again."))
    facts = selectors.protocol_facts(protocol, actor=actor)
    roles = roles_on_protocol(protocol, standing_of(actor))
    perform(PROTOCOL, "certify", protocol, actor=actor, roles=roles, facts=facts)
    older = protocol.supersedes.document if protocol.supersedes else None
    protocol.certified_by, protocol.certified_at = actor, timezone.now()
    protocol.document = issue(
        kind="recognition_protocol",
        subject=protocol,
        title=TITLE,
        actor=actor,
        **protocol_of(protocol, actor).said,
        holder=protocol.plan.enrolment.person,
        # What was revoked is in force no longer: there is nothing to supersede.
        supersedes=older if older and older.state in DocumentState.standing() else None,
    )
    protocol.save(update_fields=["certified_by", "certified_at", "document"])
    protocol.lines.update(frozen=True)
    protocol.differences.update(frozen=True)
    settle_credits_of(protocol.plan.enrolment)
    return protocol


@transaction.atomic
def correct_protocol(*, protocol_id: int, reason: str, actor: User) -> RecognitionProtocol:
    """Open a correction of a certified protocol: a new draft that supersedes it once certified (R-5.11-d).

    It begins with what was refused and how differences are removed there.
    """
    old = locked_protocol(protocol_id, actor)
    if Role.INSTITUTE_DIRECTOR not in roles_on_protocol(old, standing_of(actor)):
        raise NotAllowedError(_NOT_YOURS)
    if old.state != ProtocolState.CERTIFIED or RecognitionProtocol.objects.filter(supersedes=old).exists():
        raise WrongStateError(gettext_noop("Only a certified protocol is corrected, and once."))
    reason = reason_given(reason)
    made = RecognitionProtocol.objects.create(plan=old.plan, term=old.term, supersedes=old)
    record(
        actor=actor,
        action=CORRECTION_OPENED,
        subject=made,
        text=gettext_noop("opened as a correction"),
        clause="5.11",
        role=Role.INSTITUTE_DIRECTOR,
        reason=trimmed(reason),
    )
    known = list(old.differences.all())
    for row in known:
        row.pk, row.protocol, row.frozen = None, made, False
    Difference.objects.bulk_create(known)
    refresh(made)
    settle_protocol(old)
    return made
