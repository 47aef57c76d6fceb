"""Verbs on recognition protocols: open, derive again, set removals, refuse, make, certify, return, correct (5.11)."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from agreements.enums import Direction
from core.faults import past_faults
from core.history import record
from core.values import joined, plain, today
from core.workflow import NotAllowedError, ReasonMissingError, RefusedError, WrongStateError, perform, refuse_faults
from core.worklist import reconcile
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
from transcripts.workflow.days import removal_faults
from transcripts.workflow.protocols import PROTOCOL

_NOT_YOURS = gettext_noop("This step is not yours to take.")


# --- opening: by an approved plan, by posted marks, by a term that ended ------------------------------------------------


def on_plan_approved(event: PlanApproved) -> None:
    """A plan was approved: drafts of its older version move to it, and terms that are over get their draft."""
    plan = selectors.plans_of([event.plan_id]).get()
    drafts = RecognitionProtocol.objects.filter(
        plan__placement=plan.placement_id, state=ProtocolState.DRAFT, supersedes=None
    ).exclude(plan=plan)
    for draft in drafts.order_by("pk"):
        draft.plan = plan
        draft.save(update_fields=["plan"])
    open_for_plans([plan])


def open_for_plans(plans: Sequence[StudyPlan], on: date | None = None) -> int:
    """Open a draft for each term at the partner whose marks have come or that is over, and bring open drafts up to date.

    Returns how many drafts were opened. In the caller's transaction.
    """
    day, opened = on or today(), 0
    for plan in plans:
        for term in terms_of(plan):
            same = RecognitionProtocol.objects.filter(plan__placement=plan.placement_id, term=term)
            if same.exists():
                for draft in same.filter(plan=plan, state=ProtocolState.DRAFT).order_by("pk"):
                    refresh(draft)
            elif term.ends_on < day or derive(plan, term).results_posted:
                _open(plan, term)
                opened += 1
    return opened


def _open(plan: StudyPlan, term: AcademicTerm) -> RecognitionProtocol:
    protocol = RecognitionProtocol.objects.create(plan=plan, term=term)
    record(
        actor=None,
        action="protocol.opened",
        subject=protocol,
        text=gettext_noop("opened for the term"),
        clause="5.7.3",
    )
    refresh(protocol)
    return protocol


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
    """Derive a draft's lines and differences again; what the director has set for a difference is kept. Settles."""
    if protocol.state != ProtocolState.DRAFT:
        raise WrongStateError(gettext_noop("Only a draft protocol is derived again."))
    plan = selectors.plans_of([protocol.plan_id]).get()
    old = {row.course_id: row for row in protocol.differences.all()}
    refused = {pk: row.reason for pk, row in old.items() if row.cause == DifferenceCause.REFUSED}
    derived = derive(plan, protocol.term, refused)
    protocol.lines.all().delete()
    protocol.differences.all().delete()
    _write_lines(protocol, derived)
    Difference.objects.bulk_create(
        Difference(
            protocol=protocol,
            position=position,
            course=gap.course,
            cause=gap.cause,
            credits=gap.credits,
            reason=gap.reason[:300],
            way=old[gap.course.pk].way if gap.course.pk in old else "",
            due=old[gap.course.pk].due if gap.course.pk in old else None,
        )
        for position, gap in enumerate(derived.differences, start=1)
    )
    settle_protocol(protocol)
    return derived


def _write_lines(protocol: RecognitionProtocol, derived: Derivation) -> None:
    lines = RecognitionLine.objects.bulk_create(
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
    )
    through = RecognitionLine.results.through
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


@transaction.atomic
def set_removal(*, protocol_id: int, difference_id: int, way: str, due: date, actor: User) -> Difference:
    """Set how and until when a difference is removed (5.11): ahead, and while the student still studies.

    Raises RefusedError.
    """
    protocol = _directors_draft(protocol_id, actor)
    difference = protocol.differences.select_related("course").get(pk=difference_id)
    if way not in RemovalWay.values:
        raise RefusedError(gettext_noop("Choose a way of removal."))
    refuse_faults(removal_faults(due, last=selectors.last_day_of_removal(protocol), today=today()))
    difference.way, difference.due = way, due
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
    if protocol.state == ProtocolState.DRAFT:
        derived = refresh(protocol)
        content = derived.hash()
    else:
        content = protocol.content_hash
    facts = selectors.protocol_facts(protocol, actor=None)
    roles = roles_on_protocol(protocol, standing_of(actor))
    perform(PROTOCOL, "make", protocol, actor=actor, roles=roles, facts=facts)
    protocol.made_by, protocol.content_hash = actor, content
    protocol.save(update_fields=["made_by", "content_hash"])
    settle_protocol(protocol)
    return protocol


@transaction.atomic
def return_protocol(*, protocol_id: int, reason: str, actor: User) -> RecognitionProtocol:
    """The vice-rector returns the protocol with a reason; the director makes it again."""
    protocol = _locked(protocol_id, actor)
    facts = selectors.protocol_facts(protocol, actor=actor)
    roles = roles_on_protocol(protocol, standing_of(actor))
    perform(PROTOCOL, "return", protocol, actor=actor, roles=roles, facts=facts, reason=reason)
    refresh(protocol)
    return protocol


@transaction.atomic
def certify_protocol(*, protocol_id: int, actor: User) -> RecognitionProtocol:
    """The vice-rector certifies: lines and differences freeze, the paper is numbered and sealed by a worker (5.11).

    Never by who made it; not when marks have come since. Raises RefusedError.
    """
    protocol = _locked(protocol_id, actor)
    plan = selectors.plans_of([protocol.plan_id]).get()
    old = {row.course_id: row.reason for row in protocol.differences.filter(cause=DifferenceCause.REFUSED)}
    unchanged = derive(plan, protocol.term, old).hash() == protocol.content_hash
    facts = selectors.protocol_facts(protocol, actor=actor, content_unchanged=unchanged)
    roles = roles_on_protocol(protocol, standing_of(actor))
    perform(PROTOCOL, "certify", protocol, actor=actor, roles=roles, facts=facts)
    older = protocol.supersedes
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
        holder=plan.enrolment.person,
        supersedes=older.document if older else None,
    )
    protocol.save(update_fields=["certified_by", "certified_at", "document"])
    protocol.lines.update(frozen=True)
    protocol.differences.update(frozen=True)
    settle_protocol(protocol)
    return protocol


def certify_many(
    *, protocol_ids: Sequence[int], actor: User
) -> tuple[list[RecognitionProtocol], list[tuple[int, str]]]:
    """Certify each protocol in a transaction of its own; gives the certified ones and, by key, why others were not."""
    done: list[RecognitionProtocol] = []
    refused: list[tuple[int, str]] = []
    for pk in protocol_ids:
        try:
            done.append(certify_protocol(protocol_id=pk, actor=actor))
        except RefusedError as error:
            refused.append((pk, str(error)))
        except RecognitionProtocol.DoesNotExist:
            continue
    return done, refused


@transaction.atomic
def correct_protocol(*, protocol_id: int, reason: str, actor: User) -> RecognitionProtocol:
    """Open a correction of a certified protocol: a new draft that supersedes it once certified (R-5.11-d)."""
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
    refresh(made)
    return made


@transaction.atomic
def difference_removed(*, difference_id: int, removed_on: date, actor: User) -> Difference:
    """The Registrar's Office writes down that a certified difference is removed (R-5.11-c)."""
    visible = selectors.protocols_visible_to(standing_of(actor))
    difference = Difference.objects.select_related("course", "protocol").get(
        pk=difference_id, protocol__in=visible.filter(state=ProtocolState.CERTIFIED).values("pk")
    )
    if not standing_of(actor).holds(Role.REGISTRAR):
        raise NotAllowedError(_NOT_YOURS)
    refuse_faults(past_faults("removed_on", removed_on, today=today()))
    difference.removed_on = removed_on
    difference.save(update_fields=["removed_on"])
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
