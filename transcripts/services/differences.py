"""Verbs on what a protocol does not recognise: set removals, refuse, recognise again, note what is removed (5.7.3, 5.11)."""

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_noop

from core.faults import past_faults
from core.history import record
from core.values import today, trimmed
from core.workflow import (
    NotAllowedError,
    RefusedError,
    WrongStateError,
    reason_given,
    refuse_faults,
    refuse_unseen_change,
)
from documents.enums import DocumentState
from institutions.enums import Role
from institutions.models import User
from institutions.permissions import standing_of
from programmes.models import Course
from transcripts.enums import DifferenceCause, ProtocolState, RemovalWay
from transcripts.models import Difference, RecognitionProtocol
from transcripts.permissions.study import roles_on_protocol
from transcripts.selectors import protocols as selectors
from transcripts.selectors.removals import removal_days
from transcripts.services.derivation import locked_protocol, refresh, settle_protocol
from transcripts.workflow.days import RemovalDays, removal_faults

_NOT_YOURS = gettext_noop("This step is not yours to take.")


def directors_draft(protocol_id: int, actor: User) -> RecognitionProtocol:
    """A draft, locked for its institute director. Raises NotAllowedError, WrongStateError."""
    protocol = locked_protocol(protocol_id, actor)
    if Role.INSTITUTE_DIRECTOR not in roles_on_protocol(protocol, standing_of(actor)):
        raise NotAllowedError(_NOT_YOURS)
    if protocol.state != ProtocolState.DRAFT:
        raise WrongStateError(gettext_noop("Only a draft protocol can be changed."))
    return protocol


def removal_words(difference: Difference) -> str:
    """How and until when a difference is removed, in the reader's words; empty while that is not set."""
    return f"{RemovalWay(difference.way).label}, {difference.due:%d.%m.%Y}" if difference.way else ""


@transaction.atomic
def set_removal(
    *, protocol_id: int, difference_id: int, way: str, due: date, actor: User, seen: str = ""
) -> Difference:
    """Set how and until when a difference is removed (5.11): ahead, and while the student still studies.

    `seen`: `text_hash` of the `removal_words` that the actor was shown. Raises RefusedError, ChangedMeanwhileError.
    """
    protocol = directors_draft(protocol_id, actor)
    difference = protocol.differences.select_related("course").get(pk=difference_id)
    if way not in RemovalWay.values:
        raise RefusedError(gettext_noop("Choose a way of removal."))
    write_removal(difference, way=way, due=due, days=removal_days(protocol), actor=actor, seen=seen)
    settle_protocol(protocol)
    return difference


def write_removal(
    difference: Difference, *, way: str, due: date, days: RemovalDays, actor: User, seen: str = ""
) -> None:
    """As `set_removal`, for a verb that has locked the protocol and settles it. `days`: between which it can be removed."""
    refuse_faults(removal_faults(due, way=way, days=days, today=today()))
    saved = removal_words(difference)
    difference.way, difference.due = way, due
    refuse_unseen_change(seen, saved=saved, written=removal_words(difference))
    difference.save(update_fields=["way", "due"])
    record(
        actor=actor,
        action="protocol.removal_set",
        subject=difference.protocol,
        text=gettext_noop("difference in %(course)s: %(way)s, by %(remove_by)s"),
        params={"course": difference.course.code, "way": way, "remove_by": due},
        clause="5.11",
        role=Role.INSTITUTE_DIRECTOR,
    )


@transaction.atomic
def refuse_line(*, protocol_id: int, line_id: int, reason: str, actor: User) -> RecognitionProtocol:
    """Refuse to recognise a line: the exception of 5.7.3, with a reason; it becomes a difference."""
    protocol = directors_draft(protocol_id, actor)
    line = protocol.lines.select_related("course").get(pk=line_id)
    reason = reason_given(reason)
    write_refusal(protocol, line.course, line.credits, reason=reason, actor=actor)
    refresh(protocol)
    return protocol


def write_refusal(protocol: RecognitionProtocol, course: Course, credits: Decimal, *, reason: str, actor: User) -> None:
    """As `refuse_line`, for a verb that derives the protocol again when all is written."""
    # A difference of short credits gives way: the whole course is refused now.
    protocol.differences.filter(course=course).delete()
    Difference.objects.create(
        protocol=protocol,
        position=1 + protocol.differences.count(),
        course=course,
        cause=DifferenceCause.REFUSED,
        credits=credits,
        reason=trimmed(reason)[:300],
    )
    _note(
        protocol, actor, "protocol.line_refused", gettext_noop("refused to recognise %(course)s"), course.code, reason
    )


@transaction.atomic
def recognise_again(*, protocol_id: int, difference_id: int, actor: User) -> RecognitionProtocol:
    """Take a refusal back: the line is derived again."""
    protocol = directors_draft(protocol_id, actor)
    difference = protocol.differences.select_related("course").get(pk=difference_id, cause=DifferenceCause.REFUSED)
    take_back(protocol, difference, actor=actor)
    refresh(protocol)
    return protocol


def take_back(protocol: RecognitionProtocol, difference: Difference, *, actor: User) -> None:
    """As `recognise_again`, for a verb that derives the protocol again when all is written."""
    code = difference.course.code
    difference.delete()
    _note(protocol, actor, "protocol.refusal_undone", gettext_noop("took back the refusal of %(course)s"), code)


def _note(protocol: RecognitionProtocol, actor: User, action: str, text: str, course: str, reason: str = "") -> None:
    record(
        actor=actor,
        action=action,
        subject=protocol,
        text=text,
        params={"course": course},
        clause="5.7.3",
        role=Role.INSTITUTE_DIRECTOR,
        reason=trimmed(reason),
    )


@transaction.atomic
def difference_removed(*, difference_id: int, removed_on: date, actor: User) -> Difference:
    """The Registrar's Office writes down that a difference is removed, of a certified protocol in force (R-5.11-c)."""
    visible = selectors.protocols_visible_to(standing_of(actor))
    difference = (
        Difference.objects.select_related("course", "protocol")
        .select_for_update(of=("self",))
        .get(pk=difference_id, protocol__in=visible.filter(document__state=DocumentState.ISSUED).values("pk"))
    )
    if not standing_of(actor).holds(Role.REGISTRAR):
        raise NotAllowedError(_NOT_YOURS)
    if difference.removed_on:
        raise WrongStateError(gettext_noop("Somebody was first: this difference is removed already."))
    refuse_faults(past_faults("removed_on", removed_on, today=today()))
    difference.removed_on = removed_on
    difference.save(update_fields=["removed_on"])
    # A correction that is being made already begins with what stood here.
    Difference.objects.filter(protocol__supersedes=difference.protocol, course=difference.course, frozen=False).update(
        removed_on=removed_on
    )
    record(
        actor=actor,
        action="protocol.difference_removed",
        subject=difference.protocol,
        text=gettext_noop("difference in %(course)s removed"),
        params={"course": difference.course.code},
        clause="5.11",
        role=Role.REGISTRAR,
    )
    settle_protocol(selectors.protocol_with_case(difference.protocol_id))
    return difference
