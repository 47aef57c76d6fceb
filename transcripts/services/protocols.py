"""Verbs on recognition protocols: open, derive again, set removals, refuse, make, certify, return, correct (5.11)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from agreements.enums import Direction
from core.faults import past_faults
from core.history import record
from core.values import joined, plain, today
from core.workflow import (
    NotAllowedError,
    ReasonMissingError,
    RefusedError,
    WrongStateError,
    perform,
    refuse_faults,
    refuse_unseen_change,
)
from core.worklist import reconcile
from documents.enums import DocumentState
from documents.services import issue
from institutions.enums import Role
from institutions.models import User
from institutions.permissions import standing_of
from mobility.enums import PlanState
from mobility.events import PlanApproved
from mobility.models import StudyPlan
from programmes.models import AcademicTerm
from transcripts.enums import DifferenceCause, ProtocolState, RemovalWay
from transcripts.models import Difference, RecognitionLine, RecognitionProtocol
from transcripts.pdf.protocols import TITLE, protocol_context
from transcripts.permissions.study import queue_of_protocol, roles_on_protocol
from transcripts.selectors import protocols as selectors
from transcripts.selectors.recognition import Derivation, derive, terms_of
from transcripts.services.transcripts import settle_transcripts_of
from transcripts.workflow.days import removal_faults
from transcripts.workflow.protocols import PROTOCOL

_NOT_YOURS = gettext_noop("This step is not yours to take.")
# What a protocol's worklist names: the student and the partner.
_OF_WORKLIST = ("plan__enrolment__person", "term__university")


# --- opening: by an approved plan, by posted marks, by a term that ended ------------------------------------------------


def on_plan_approved(event: PlanApproved) -> None:
    """A plan was approved: drafts of its older version move to it, and terms that are over get their draft."""
    open_for_plans(list(selectors.plans_of([event.plan_id])))


def open_for_plans(plans: Sequence[StudyPlan], on: date | None = None) -> int:
    """Bring the open protocols of these plans' stays up to date, then open one for each term whose marks have come or that is over.

    Returns how many drafts were opened. In the caller's transaction.
    """
    day, opened = on or today(), 0
    for plan in plans:
        of_stay = RecognitionProtocol.objects.filter(plan__placement=plan.placement_id)
        open_ = of_stay.exclude(state=ProtocolState.CERTIFIED).select_related(*_OF_WORKLIST).order_by("pk")
        for protocol in open_:
            if protocol.state == ProtocolState.DRAFT:
                refresh(protocol)
            else:
                settle_protocol(protocol)  # what has come must not be certified unseen
        known = set(of_stay.values_list("term", flat=True))
        for term in terms_of(plan):
            if term.pk not in known and (term.ends_on < day or selectors.marks_posted(plan, term.pk)):
                opened += _open(plan, term)
    return opened


def _open(plan: StudyPlan, term: AcademicTerm) -> bool:
    """Open a draft; False where somebody else, the sweep or an import, has done so at this moment."""
    protocol, made = RecognitionProtocol.objects.get_or_create(plan=plan, term=term, supersedes=None)
    if not made:
        return False
    record(
        actor=None,
        action="protocol.opened",
        subject=protocol,
        text=gettext_noop("opened for the term"),
        clause="5.7.3",
    )
    refresh(protocol)
    return True


def open_due(on: date | None = None) -> int:
    """The sweep: approved plans of outgoing students with a term at the partner that is over and has no protocol yet."""
    with transaction.atomic():
        return open_for_plans(list(selectors.plans_of(selectors.plans_without_protocol(on or today()))), on)


def plans_to_refresh(enrolment_ids: Iterable[int]) -> list[StudyPlan]:
    """The approved outgoing plans of these students."""
    pks = StudyPlan.objects.filter(
        enrolment__in=sorted(set(enrolment_ids)),
        state=PlanState.APPROVED,
        placement__direction=Direction.OUTGOING,
    ).values_list("pk", flat=True)
    return list(selectors.plans_of(list(pks)).order_by("pk"))


# --- derived content ------------------------------------------------------------------------------------------------------


def refresh(protocol: RecognitionProtocol) -> Derivation:
    """Derive a draft's lines and differences again from the plan that holds now. Settles.

    A course keeps its row, and with it what the director has set for a difference: an open form still finds it.
    """
    if protocol.state != ProtocolState.DRAFT:
        raise WrongStateError(gettext_noop("Only a draft protocol is derived again."))
    plan = selectors.plan_in_force(protocol)
    if plan.pk != protocol.plan_id:
        protocol.plan = plan
        protocol.save(update_fields=["plan"])
    derived = derive(plan, protocol.term, selectors.refused_in(protocol))
    _write_lines(protocol, derived)
    _write_differences(protocol, derived)
    settle_protocol(protocol)
    return derived


def _write_differences(protocol: RecognitionProtocol, derived: Derivation) -> None:
    protocol.differences.exclude(course__in=[gap.course.pk for gap in derived.differences]).delete()
    Difference.objects.bulk_create(
        (
            Difference(
                protocol=protocol,
                position=position,
                course=gap.course,
                cause=gap.cause,
                credits=gap.credits,
                reason=gap.reason[:300],
            )
            for position, gap in enumerate(derived.differences, start=1)
        ),
        update_conflicts=True,
        unique_fields=["protocol", "course"],
        update_fields=["position", "cause", "credits", "reason"],
    )


def _write_lines(protocol: RecognitionProtocol, derived: Derivation) -> None:
    protocol.lines.exclude(course__in=[line.item.course_id for line in derived.lines]).delete()
    lines = RecognitionLine.objects.bulk_create(
        (
            RecognitionLine(
                protocol=protocol,
                position=position,
                course=line.item.course,
                annex_row=line.item.annex_row,
                plan_item=line.item,
                credits=line.credits,
                percent=line.conversion.percent,
                letter=line.conversion.letter,
                points=line.conversion.points,
                explanation=plain(line.conversion.explanation),
            )
            for position, line in enumerate(derived.lines, start=1)
        ),
        update_conflicts=True,
        unique_fields=["protocol", "course"],
        update_fields=["position", "annex_row", "plan_item", "credits", "percent", "letter", "points", "explanation"],
    )
    through = RecognitionLine.results.through
    through.objects.filter(recognitionline__protocol=protocol).delete()
    through.objects.bulk_create(
        through(recognitionline_id=made.pk, result_id=result.pk)
        for made, line in zip(lines, derived.lines, strict=True)
        for result in line.results
    )


def settle_protocol(protocol: RecognitionProtocol) -> None:
    """Bring the worklist in line with the protocol as it stands, in the caller's transaction."""
    reconcile(
        protocol,
        selectors.protocol_waits(protocol),
        queue_of=lambda role: queue_of_protocol(protocol, role),
        due=selectors.due_of_protocol(protocol),
        title=joined(protocol.plan.enrolment.person.names, protocol.term.university.names),
    )


# --- what people do ----------------------------------------------------------------------------------------------------------


def _locked(protocol_id: int, actor: User) -> RecognitionProtocol:
    visible = selectors.protocols_visible_to(standing_of(actor))
    return visible.select_for_update(of=("self",)).get(pk=protocol_id)


def _directors_draft(protocol_id: int, actor: User) -> RecognitionProtocol:
    protocol = _locked(protocol_id, actor)
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
    protocol = _directors_draft(protocol_id, actor)
    difference = protocol.differences.select_related("course").get(pk=difference_id)
    if way not in RemovalWay.values:
        raise RefusedError(gettext_noop("Choose a way of removal."))
    refuse_faults(removal_faults(due, last=selectors.last_day_of_removal(protocol), today=today()))
    saved = removal_words(difference)
    difference.way, difference.due = way, due
    refuse_unseen_change(seen, saved=saved, written=removal_words(difference))
    difference.save(update_fields=["way", "due"])
    record(
        actor=actor,
        action="protocol.removal_set",
        subject=protocol,
        text=gettext_noop("difference in %(course)s: %(way)s, by %(remove_by)s"),
        params={"course": difference.course.code, "way": way, "remove_by": due},
        clause="5.11",
        role=Role.INSTITUTE_DIRECTOR,
    )
    settle_protocol(protocol)
    return difference


@transaction.atomic
def refuse_line(*, protocol_id: int, line_id: int, reason: str, actor: User) -> RecognitionProtocol:
    """Refuse to recognise a line: the exception of 5.7.3, with a reason; it becomes a difference."""
    protocol = _directors_draft(protocol_id, actor)
    line = protocol.lines.select_related("course").get(pk=line_id)
    if not reason.strip():
        raise ReasonMissingError(gettext_noop("Please give a reason."))
    # A difference of short credits gives way: the whole course is refused now.
    protocol.differences.filter(course=line.course).delete()
    Difference.objects.create(
        protocol=protocol,
        position=1 + protocol.differences.count(),
        course=line.course,
        cause=DifferenceCause.REFUSED,
        credits=line.credits,
        reason=reason.strip()[:300],
    )
    _note(
        protocol,
        actor,
        "protocol.line_refused",
        gettext_noop("refused to recognise %(course)s"),
        line.course.code,
        reason,
    )
    refresh(protocol)
    return protocol


@transaction.atomic
def recognise_again(*, protocol_id: int, difference_id: int, actor: User) -> RecognitionProtocol:
    """Take a refusal back: the line is derived again."""
    protocol = _directors_draft(protocol_id, actor)
    difference = protocol.differences.select_related("course").get(pk=difference_id, cause=DifferenceCause.REFUSED)
    code = difference.course.code
    difference.delete()
    _note(protocol, actor, "protocol.refusal_undone", gettext_noop("took back the refusal of %(course)s"), code)
    refresh(protocol)
    return protocol


def _note(protocol: RecognitionProtocol, actor: User, action: str, text: str, course: str, reason: str = "") -> None:
    record(
        actor=actor,
        action=action,
        subject=protocol,
        text=text,
        params={"course": course},
        clause="5.7.3",
        role=Role.INSTITUTE_DIRECTOR,
        reason=reason.strip(),
    )


@transaction.atomic
def make_protocol(*, protocol_id: int, actor: User) -> RecognitionProtocol:
    """The institute director makes the protocol from the marks as they are posted now (5.11). Raises BlockedError."""
    protocol = _locked(protocol_id, actor)
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
    protocol = _locked(protocol_id, actor)
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
    protocol = _locked(protocol_id, actor)
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
        context=asdict(protocol_context(protocol)),
        languages=("kk", "ru", "en"),
        actor=actor,
        signatory=actor,
        signatory_role=Role.VICE_RECTOR,
        holder=protocol.plan.enrolment.person,
        # What was revoked is in force no longer: there is nothing to supersede.
        supersedes=older if older and older.state in DocumentState.standing() else None,
    )
    protocol.save(update_fields=["certified_by", "certified_at", "document"])
    protocol.lines.update(frozen=True)
    protocol.differences.update(frozen=True)
    settle_protocol(protocol)
    settle_transcripts_of(protocol.plan.enrolment)
    return protocol


def certify_many(*, chosen: Mapping[int, str], actor: User) -> tuple[list[RecognitionProtocol], list[tuple[int, str]]]:
    """Certify each protocol, by key with the hash that was seen, in a transaction of its own.

    Gives the certified ones and, by key, why others were not.
    """
    done: list[RecognitionProtocol] = []
    refused: list[tuple[int, str]] = []
    for pk, seen_hash in chosen.items():
        try:
            done.append(certify_protocol(protocol_id=pk, actor=actor, seen_hash=seen_hash))
        except RefusedError as error:
            refused.append((pk, str(error)))
        except RecognitionProtocol.DoesNotExist:
            continue
    return done, refused


@transaction.atomic
def correct_protocol(*, protocol_id: int, reason: str, actor: User) -> RecognitionProtocol:
    """Open a correction of a certified protocol: a new draft that supersedes it once certified (R-5.11-d).

    It begins with what was refused and how differences are removed there.
    """
    old = _locked(protocol_id, actor)
    if Role.INSTITUTE_DIRECTOR not in roles_on_protocol(old, standing_of(actor)):
        raise NotAllowedError(_NOT_YOURS)
    if old.state != ProtocolState.CERTIFIED or RecognitionProtocol.objects.filter(supersedes=old).exists():
        raise WrongStateError(gettext_noop("Only a certified protocol is corrected, and once."))
    if not reason.strip():
        raise ReasonMissingError(gettext_noop("Please give a reason."))
    made = RecognitionProtocol.objects.create(plan=old.plan, term=old.term, supersedes=old)
    record(
        actor=actor,
        action="protocol.correction_opened",
        subject=made,
        text=gettext_noop("opened as a correction"),
        clause="5.11",
        role=Role.INSTITUTE_DIRECTOR,
        reason=reason.strip(),
    )
    known = list(old.differences.all())
    for row in known:
        row.pk, row.protocol, row.frozen = None, made, False
    Difference.objects.bulk_create(known)
    refresh(made)
    return made


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
    return difference
