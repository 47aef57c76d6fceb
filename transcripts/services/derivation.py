"""A protocol's derived content: its lines and differences written anew while it is a draft (5.7.3), its worklist settled."""

from django.utils.translation import gettext_noop

from core.reminders import late_waits
from core.values import joined, plain
from core.workflow import WrongStateError
from core.worklist import reconcile
from institutions.enums import Role
from institutions.models import User
from institutions.permissions import standing_of
from transcripts.enums import ProtocolState
from transcripts.models import Difference, RecognitionLine, RecognitionProtocol
from transcripts.permissions.study import queue_of_protocol
from transcripts.selectors import protocols as selectors
from transcripts.selectors.recognition import Derivation, derive

# What the IPD reminds of once it is late: the partner's marks (6.9), the protocol and its certification (5.11).
LATE = {
    Role.PARTNER_COORDINATOR: gettext_noop("The partner's marks have not come: they were due on %(day)s."),
    Role.INSTITUTE_DIRECTOR: gettext_noop("The recognition protocol is not made: it was due on %(day)s."),
    Role.VICE_RECTOR: gettext_noop("The recognition protocol is not certified: it was due on %(day)s."),
}


def locked_protocol(protocol_id: int, actor: User) -> RecognitionProtocol:
    """A protocol that this person may see, locked for a verb. RecognitionProtocol.DoesNotExist."""
    visible = selectors.protocols_visible_to(standing_of(actor))
    return visible.select_for_update(of=("self",)).get(pk=protocol_id)


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
    waits = selectors.protocol_waits(protocol)
    reconcile(
        protocol,
        [*waits, *late_waits(protocol, waits, texts=LATE, watcher=Role.IPD_COORDINATOR)],
        queue_of=lambda role: queue_of_protocol(protocol, role),
        due=selectors.due_of_protocol(protocol),
        title=joined(protocol.plan.enrolment.person.names, protocol.term.university.names),
    )
