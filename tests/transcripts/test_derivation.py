"""Recognition is derived: lines and differences from posted marks and rows of Annex 1 (5.7.3)."""

from datetime import timedelta
from decimal import Decimal

import pytest

from core.models import WorkItem
from core.values import today
from core.workflow import BlockedError
from institutions.enums import Role
from tests.factories import agreements, mobility, programmes
from tests.factories import transcripts as factory
from tests.transcripts.road import missing, said
from transcripts.enums import DifferenceCause, RemovalWay
from transcripts.services import differences, protocols

pytestmark = pytest.mark.django_db


@pytest.mark.clause("5.7.3-a")
def test_marks_become_lines_without_anybody_typing_them_again() -> None:
    protocol = factory.draft()

    assert said(protocol) == {
        "CSE2": (Decimal(5), 88, "B+"),
        "CSE3": (Decimal(5), 88, "B+"),
        "CSE4": (Decimal(5), 83, "B"),
    }
    assert missing(protocol) == {}
    assert [mark.mark_text for mark in protocol.lines.all()[0].results.all()] == ["1,7"]


@pytest.mark.clause("5.11-b")
def test_a_failed_mark_is_a_difference() -> None:
    plan = mobility.approved()
    factory.post(
        factory.host_term(plan), [factory.row(plan, "INF2", "5,0"), factory.row(plan, "INF4", "1,0", credits=5)]
    )

    protocol = factory.draft(plan)

    assert said(protocol) == {"CSE4": (Decimal(5), 100, "A")}
    assert missing(protocol) == {"CSE2": DifferenceCause.FAILED, "CSE3": DifferenceCause.FAILED}


@pytest.mark.clause("5.11-b")
def test_a_missing_mark_and_short_credits_are_differences() -> None:
    plan = mobility.approved()
    factory.post(factory.host_term(plan), [factory.row(plan, "INF2", "1,0", credits=8)])

    protocol = factory.draft(plan)

    assert said(protocol) == {"CSE2": (Decimal(4), 100, "A"), "CSE3": (Decimal(4), 100, "A")}
    assert missing(protocol) == {
        "CSE2": DifferenceCause.CREDITS_SHORT,
        "CSE3": DifferenceCause.CREDITS_SHORT,
        "CSE4": DifferenceCause.NOT_TAKEN,
    }


@pytest.mark.clause("5.7.3-a")
def test_a_pass_without_a_number_carries_credits_and_no_points() -> None:
    plan = mobility.approved()
    factory.post(factory.host_term(plan), [factory.row(plan, "INF4", "bestanden", credits=5)])

    line = factory.draft(plan).lines.get(course__code="CSE4")

    assert (line.credits, line.percent, line.points, line.letter) == (Decimal(5), None, None, "P")


def test_the_last_attempt_counts_and_leaves_what_is_set_for_others() -> None:
    plan = mobility.approved()
    term = factory.host_term(plan)
    factory.post(term, [factory.row(plan, "INF4", "5,0", credits=5)])
    protocol, due = factory.draft(plan), today() + timedelta(days=90)
    gap = protocol.differences.get(course__code="CSE2")
    differences.set_removal(
        protocol_id=protocol.pk,
        difference_id=gap.pk,
        way=RemovalWay.ONLINE,
        due=due,
        actor=factory.director(plan),
    )

    factory.post(term, [factory.row(plan, "INF4", "3,0", credits=5, attempt=2)])

    assert protocol.lines.get(course__code="CSE4").percent == 67
    # The row is the same: a form that is open on it still finds it.
    gap.refresh_from_db()
    assert (gap.cause, gap.way, gap.due) == (DifferenceCause.NOT_TAKEN, RemovalWay.ONLINE, due)


@pytest.mark.clause("5.11-b")
def test_a_mark_outside_annex_1_makes_no_protocol_without_differences() -> None:
    plan = mobility.approved()
    pathway = plan.placement.application.intake.pathway
    assert pathway.partner_curriculum is not None
    programmes.course(pathway.partner_curriculum, "INF9")
    factory.post(factory.host_term(plan), [factory.row(plan, "INF9", "1,0", credits=5)])
    protocol = factory.draft(plan)
    assert missing(protocol) == dict.fromkeys(("CSE2", "CSE3", "CSE4"), DifferenceCause.NOT_TAKEN)

    with pytest.raises(BlockedError, match="CSE4"):
        protocols.make_protocol(protocol_id=protocol.pk, actor=factory.director(plan))


@pytest.mark.clause("5.11-b")
def test_a_course_of_the_semester_that_the_partner_does_not_teach_is_a_difference() -> None:
    pathway = agreements.open_pathway()
    assert pathway.home_curriculum is not None
    programmes.course(pathway.home_curriculum, "CSE9", semester=3)
    plan = factory.passed_plan(pathway)

    assert missing(factory.draft(plan)) == {"CSE9": DifferenceCause.NOT_COVERED}


@pytest.mark.clause("6.9-b")
def test_while_the_marks_are_late_the_partner_is_waited_for() -> None:
    plan = mobility.approved()

    protocol = factory.draft(plan)
    waits = WorkItem.objects.filter(
        subject_type="transcripts.recognitionprotocol", subject_id=protocol.pk, closed_at=None
    )

    assert [(item.queue.split("@")[0], item.due) for item in waits] == [
        (Role.PARTNER_COORDINATOR.value, protocol.term.ends_on + timedelta(days=30))
    ]
    factory.post(
        factory.host_term(plan), [factory.row(plan, "INF2", "1,7"), factory.row(plan, "INF4", "2,0", credits=5)]
    )
    assert [item.queue.split("@")[0] for item in waits.all()] == [Role.INSTITUTE_DIRECTOR.value]
