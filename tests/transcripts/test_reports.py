"""Semester reports to partners: due when the semester ends, made, sealed, sent, supplemented."""

from decimal import Decimal

import pytest

from core.workflow import BlockedError
from documents.services import seal
from institutions.enums import Role
from tests.factories import institutions
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
