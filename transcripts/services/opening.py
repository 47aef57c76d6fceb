"""Opening of recognition protocols: by an approved plan, by posted marks, by a term that ended (5.7.3, 6.9)."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_noop

from agreements.enums import Direction
from core.history import record
from core.values import today
from mobility.enums import PlanState
from mobility.events import PlanApproved
from mobility.models import StudyPlan
from programmes.models import AcademicTerm
from transcripts.enums import ProtocolState
from transcripts.models import RecognitionProtocol
from transcripts.selectors import protocols as selectors
from transcripts.selectors.recognition import terms_of
from transcripts.services.derivation import refresh, settle_protocol

# What a protocol's worklist names: the student and the partner.
_OF_WORKLIST = ("plan__enrolment__person", "term__university")


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
