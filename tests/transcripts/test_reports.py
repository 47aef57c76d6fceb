"""Semester reports to partners: due when the semester ends, made, sealed, sent, supplemented."""

from decimal import Decimal

import pytest

from core.workflow import BlockedError
from core.worklist import open_items_of
from documents.services import revoke, seal
from institutions.enums import Role
from tests.factories import institutions, programmes
from tests.transcripts.road import guest_mark, reported
from transcripts.models import SemesterReport
from transcripts.selectors.reports import by_student, told_by
from transcripts.services import reports

pytestmark = pytest.mark.django_db


@pytest.mark.clause("6.9-a")
@pytest.mark.clause("6.9-b")
def test_a_report_is_due_when_the_semester_ends_and_lists_missing_marks() -> None:
    _plan, report = reported()

    (student,) = by_student(told_by(report))

    assert [(row.course.code, row.result is not None) for row in student.rows] == [
        ("CSE2", True),
        ("CSE3", False),
        ("CSE4", False),
    ]
    assert (student.credits, student.gpa, student.missing) == (Decimal(5), Decimal("3.33"), 2)
    # 88 % on the German scale: 1 + 3·(100 − 88)/50 = 1.72 → 1.7
    assert student.rows[0].theirs == Decimal("1.7")


@pytest.mark.clause("6.9-b")
def test_a_report_is_made_sealed_sent_and_acknowledged() -> None:
    plan, report = reported()
    ipd = institutions.user(Role.IPD_COORDINATOR)
    partner = institutions.partner_user(plan.placement.application.intake.pathway.partner_programme.university)
    with pytest.raises(SemesterReport.DoesNotExist):
        reports.acknowledge_report(report_id=report.pk, actor=partner)

    made = reports.make_report(report_id=report.pk, actor=ipd)
    with pytest.raises(BlockedError):
        reports.send_report(report_id=report.pk, actor=ipd)
    seal(made.document_id or 0)
    reports.send_report(report_id=report.pk, actor=ipd)
    done = reports.acknowledge_report(report_id=report.pk, actor=partner)

    assert (done.state, done.acknowledged_by) == ("acknowledged", partner)

    # A mark in a course that no plan names is nothing to tell: no supplement that nobody could make.
    assert plan.placement.application.intake.pathway.home_curriculum is not None
    programmes.course(plan.placement.application.intake.pathway.home_curriculum, "CSE8", semester=3)
    guest_mark(plan, "CSE8", 70)
    assert SemesterReport.objects.count() == 1

    # A mistake is found after all: the revoked paper is told anew, whole, by the next number.
    revoke(document_id=done.document_id or 0, reason="The names are wrong.", actor=ipd)
    for _ in range(2):
        reports.open_after_revoked()
    new = SemesterReport.objects.get(number=1)
    assert [(row.course.code, row.result is not None) for row in told_by(new)] == [
        ("CSE2", True),
        ("CSE3", False),
        ("CSE4", False),
    ]
    seal(reports.make_report(report_id=new.pk, actor=ipd).document_id or 0)
    assert reports.send_report(report_id=new.pk, actor=ipd).state == "sent"


@pytest.mark.clause("6.9-c")
def test_late_marks_make_a_numbered_supplement() -> None:
    plan, report = reported()
    ipd = institutions.user(Role.IPD_COORDINATOR)
    reports.make_report(report_id=report.pk, actor=ipd)
    guest_mark(plan, "CSE4", 95)

    supplement = SemesterReport.objects.get(number=1)
    report.refresh_from_db()

    assert [row.course.code for row in told_by(supplement)] == ["CSE4"]
    assert [row.result is None for row in told_by(report)] == [False, True, True]

    # It goes to the partner after the report itself.
    for one in (supplement, report):
        one.refresh_from_db()
        made = reports.make_report(report_id=one.pk, actor=ipd) if one.state == "due" else one
        seal(made.document_id or 0)
    with pytest.raises(BlockedError, match="has not been sent yet"):
        reports.send_report(report_id=supplement.pk, actor=ipd)
    reports.send_report(report_id=report.pk, actor=ipd)
    assert [item.cause for item in open_items_of(supplement)] == ["send"]
    assert reports.send_report(report_id=supplement.pk, actor=ipd).state == "sent"
