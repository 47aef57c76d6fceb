"""Semester reports to partners: due when the semester ends, made, sealed, sent, supplemented."""

from decimal import Decimal

import pytest
from django.template.loader import render_to_string

from core.workflow import BlockedError
from core.worklist import open_items_of
from documents.services import revoke, seal
from institutions.enums import Role
from institutions.models import User
from tests.conftest import ClientAs
from tests.factories import institutions, programmes
from tests.transcripts.road import guest_mark, reported
from transcripts.models import SemesterReport
from transcripts.pdf.reports import title_of
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
    page = render_to_string("transcripts/_report_student.html", {"student": student})
    assert '<td colspan="2">GPA 3.33</td>' in page
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


def _acknowledged() -> tuple[SemesterReport, User, User]:
    """A report that the partner has acknowledged, the IPD coordinator, the partner's coordinator."""
    plan, report = reported()
    ipd = institutions.user(Role.IPD_COORDINATOR)
    partner = institutions.partner_user(plan.placement.application.intake.pathway.partner_programme.university)
    seal(reports.make_report(report_id=report.pk, actor=ipd).document_id or 0)
    reports.send_report(report_id=report.pk, actor=ipd)
    return reports.acknowledge_report(report_id=report.pk, actor=partner), ipd, partner


def _number(report: SemesterReport) -> str:
    assert report.document is not None
    return report.document.number_text


@pytest.mark.clause("6.9-b")
def test_a_revoked_report_is_due_anew_as_a_whole_with_a_new_number(client_as: ClientAs) -> None:
    old, ipd, partner = _acknowledged()
    revoke(document_id=old.document_id or 0, reason="The names are wrong.", actor=ipd)

    new = SemesterReport.objects.get(number=1)
    assert [row.course.code for row in told_by(new)] == ["CSE2", "CSE3", "CSE4"]
    assert [item.queue for item in open_items_of(new)] == ["ipd_coordinator@home"]
    assert open_items_of(old) == []

    seal(reports.make_report(report_id=new.pk, actor=ipd).document_id or 0)
    made = reports.send_report(report_id=new.pk, actor=ipd)
    assert made.document is not None
    assert _number(made) != _number(old)
    # It is the report itself, not a supplement to what is revoked.
    assert (made.document.name_en, made.document.context["supplement"]) == ("Semester report", 0)
    page = client_as(partner).get(f"/transcripts/reports/{new.pk}/").content.decode()
    assert f"Takes the place of No. {_number(old)}, which was revoked." in page


@pytest.mark.clause("6.9-b")
@pytest.mark.parametrize(
    ("partners", "seen"), [(False, "The report is made anew."), (True, "it comes with a new number")]
)
def test_a_revoked_reports_page_says_who_revoked_it_why_and_whose_move_it_is(
    partners: bool,  # noqa: FBT001 -- a parameter of the test
    seen: str,
    client_as: ClientAs,
) -> None:
    old, ipd, partner = _acknowledged()
    revoke(document_id=old.document_id or 0, reason="The names are wrong.", actor=ipd)
    client = client_as(partner if partners else ipd)

    answer = client.get(f"/transcripts/reports/{old.pk}/")

    page = answer.content.decode()
    assert (answer.context["where"], answer.context["movers"]) == (
        "revoked",
        ["IPD coordinator" if partners else "You: IPD coordinator"],
    )
    assert answer.context["due"] == SemesterReport.objects.get(number=1).due
    assert f"The paper No. {_number(old)} was revoked" in page
    assert "The names are wrong." in page
    assert seen in page
    assert "revoked" in client.get("/transcripts/reports/").content.decode()
    assert [(stage.label, stage.current) for stage in answer.context["stages"]][-1] == ("Revoked", True)
    anew = SemesterReport.objects.latest("pk")
    onto = answer.context["action"]
    assert (onto["url"] if onto else None) == (None if partners else f"/transcripts/reports/{anew.pk}/")


@pytest.mark.clause("6.9-c")
def test_a_report_is_told_anew_by_a_supplement_that_is_due_already() -> None:
    plan, report = reported()
    ipd = institutions.user(Role.IPD_COORDINATOR)
    made = reports.make_report(report_id=report.pk, actor=ipd)
    guest_mark(plan, "CSE4", 95)

    revoke(document_id=made.document_id or 0, reason="The names are wrong.", actor=ipd)

    supplement = SemesterReport.objects.get(number=1)
    assert [row.course.code for row in told_by(supplement)] == ["CSE2", "CSE3", "CSE4"]


@pytest.mark.clause("6.9-c")
def test_late_marks_make_a_numbered_supplement() -> None:
    plan, report = reported()
    ipd = institutions.user(Role.IPD_COORDINATOR)
    reports.make_report(report_id=report.pk, actor=ipd)
    guest_mark(plan, "CSE4", 95)

    supplement = SemesterReport.objects.get(number=1)
    report.refresh_from_db()

    assert title_of(supplement).kk == "Семестр нәтижелері туралы есеп, 1-толықтыру"
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
