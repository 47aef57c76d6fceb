"""The director's decisions on a whole draft in one save (5.7.3, 5.11): what is refused and why, how differences are removed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext, gettext_noop

from core.faults import Fault
from core.values import text_hash, trimmed
from core.workflow import FaultyError, ManyRefusedError, RefusedError, refuse_unseen_change
from institutions.models import User
from transcripts.enums import DifferenceCause, RemovalWay
from transcripts.models import Difference, RecognitionLine, RecognitionProtocol
from transcripts.selectors.removals import removal_days
from transcripts.services.derivation import refresh, settle_protocol
from transcripts.services.differences import directors_draft, take_back, write_refusal, write_removal
from transcripts.workflow.days import RemovalDays


@dataclass(frozen=True, slots=True)
class Decision:
    """What is decided about a course of the University. `recognised` says nothing of one that no mark can be recognised for.

    `seen`: `text_hash` of the decision in words, as its writer was shown it.
    """

    course_id: int
    recognised: bool = True
    reason: str = ""
    way: str = ""
    due: date | None = None
    seen: str = ""

    @property
    def words(self) -> str:
        """The decision in the reader's language, for whoever would overwrite it unseen."""
        verdict = gettext("recognised") if self.recognised else f"{gettext('refused')}: {self.reason}"
        removal = f"{RemovalWay(self.way).label}, {self.due:%d.%m.%Y}" if self.way and self.due else ""
        return ", ".join(str(part) for part in (verdict, removal) if part)


def stands_so(course_id: int, difference: Difference | None) -> Decision:
    """What is decided about a course now."""
    if difference is None:
        return Decision(course_id)
    refused = difference.cause == DifferenceCause.REFUSED
    return Decision(course_id, not refused, difference.reason if refused else "", difference.way, difference.due)


@transaction.atomic
def decide_protocol(*, protocol_id: int, decisions: Sequence[Decision], actor: User) -> RecognitionProtocol:
    """Write the decisions on a draft, all or none; what was left as it was shown stays untouched.

    Raises ManyRefusedError by course, NotAllowedError, WrongStateError, RecognitionLine.DoesNotExist for a course that the
    protocol does not hold.
    """
    protocol = directors_draft(protocol_id, actor)
    lines = {line.course_id: line for line in protocol.lines.select_related("course")}
    gaps = {gap.course_id: gap for gap in protocol.differences.select_related("course")}
    refused: dict[int, RefusedError] = {}
    written = []
    for decision in decisions:
        line, gap = lines.get(decision.course_id), gaps.get(decision.course_id)
        if line is None and gap is None:
            raise RecognitionLine.DoesNotExist
        try:
            if _recognise(protocol, decision, line, gap, actor):
                written.append(decision)
        except RefusedError as refusal:
            refused[decision.course_id] = refusal
    if refused:
        raise ManyRefusedError(refused)
    if not written:
        return protocol
    refresh(protocol)
    _remove(protocol, written, frozenset(gaps), actor, refused)
    if refused:
        raise ManyRefusedError(refused)
    settle_protocol(protocol)
    return protocol


def _recognise(
    protocol: RecognitionProtocol,
    decision: Decision,
    line: RecognitionLine | None,
    gap: Difference | None,
    actor: User,
) -> bool:
    """Refuse, or take a refusal back. False where nothing was decided anew."""
    now = stands_so(decision.course_id, gap)
    if decision.words == now.words or decision.seen == text_hash(decision.words):
        return _is_half_set(decision)
    refuse_unseen_change(decision.seen, saved=now.words, written=decision.words)
    if not decision.recognised and not trimmed(decision.reason):
        raise FaultyError(Fault("reason", gettext_noop("Please give a reason.")))
    if (decision.recognised, decision.reason) != (now.recognised, now.reason):
        _turn(protocol, decision, line, gap, actor)
    return True


def _is_half_set(decision: Decision) -> bool:
    """A way without its day, or a day without its way, says nothing in words, and is to be told."""
    return bool(decision.way) != bool(decision.due)


def _turn(
    protocol: RecognitionProtocol,
    decision: Decision,
    line: RecognitionLine | None,
    gap: Difference | None,
    actor: User,
) -> None:
    """A refusal is taken back, written, or written with another reason."""
    if gap is not None and gap.cause == DifferenceCause.REFUSED:
        course, credits = gap.course, gap.credits
        take_back(protocol, gap, actor=actor)
        if not decision.recognised:
            write_refusal(protocol, course, credits, reason=decision.reason, actor=actor)
    elif line is not None and not decision.recognised:
        write_refusal(protocol, line.course, line.credits, reason=decision.reason, actor=actor)


def _remove(
    protocol: RecognitionProtocol,
    decisions: Sequence[Decision],
    had: frozenset[int],
    actor: User,
    refused: dict[int, RefusedError],
) -> None:
    """How and until when each difference is removed that is there now. `had`: the courses with one before."""
    days = removal_days(protocol)
    gaps = {gap.course_id: gap for gap in protocol.differences.select_related("course", "protocol")}
    for decision in decisions:
        gap = gaps.get(decision.course_id)
        if gap is None and decision.course_id in had:
            continue  # recognised after all: what was set for its removal goes with it
        try:
            _set_removal(gap, decision, days, actor)
        except FaultyError as refusal:
            refused[decision.course_id] = refusal


def _set_removal(gap: Difference | None, decision: Decision, days: RemovalDays, actor: User) -> None:
    if gap is None:
        if decision.way or decision.due:
            raise FaultyError(Fault("way", gettext_noop("There is nothing to remove: the course is recognised.")))
        return
    if (decision.way, decision.due) == (gap.way, gap.due):
        return
    if decision.way not in RemovalWay.values:
        raise FaultyError(Fault("way", gettext_noop("Choose a way of removal.")))
    if decision.due is None:
        raise FaultyError(Fault("due", gettext_noop("Say until when it is removed.")))
    write_removal(gap, way=decision.way, due=decision.due, days=days, actor=actor)
