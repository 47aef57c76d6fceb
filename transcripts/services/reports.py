"""Verbs on semester reports: due when the term ends, made by the IPD, sent, acknowledged; late marks as a supplement (6.9)."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from core.history import record, subject_type
from core.values import joined, today
from core.workflow import perform
from core.worklist import reconcile
from documents.events import PaperRevoked
from documents.services import deliver, issue
from institutions.models import User
from institutions.permissions import standing_of
from mobility.models import Placement
from programmes.models import AcademicTerm
from transcripts.enums import ReportState
from transcripts.models import ReportLine, SemesterReport
from transcripts.pdf.drafts import report_of
from transcripts.pdf.reports import title_of
from transcripts.permissions.study import queue_of_report, roles_on_report
from transcripts.selectors import reports as selectors
from transcripts.services.revoked import note_revoked
from transcripts.workflow.reports import REPORT


def open_due_reports(on: date | None = None) -> int:
    """The sweep: a report for each partner, programme and semester that has ended and has none. Returns how many opened."""
    opened = 0
    for partner, programme, term_id in selectors.due_keys(on or today()):
        with transaction.atomic():
            term = AcademicTerm.objects.get(pk=term_id)
            report, made = SemesterReport.objects.get_or_create(
                partner_id=partner,
                programme_id=programme,
                term=term,
                number=0,
                defaults={"due": selectors.due_date(term)},
            )
            if made:
                _note_opened(report, gettext_noop("due: the semester has ended"))
                opened += 1
    return opened


def on_paper_revoked(event: PaperRevoked) -> None:
    """A report's paper was revoked: the next number becomes due and tells everything anew, in the caller's transaction."""
    if event.subject_type != subject_type(SemesterReport):
        return
    revoked = selectors.reports_with_names().get(pk=event.subject_id)
    note_revoked(revoked, event.document_id)
    numbers = list(selectors.numbers_of(revoked).select_for_update(of=("self",)))
    _open_after(numbers[-1], gettext_noop("due: the paper of the number before was revoked"))
    for one in numbers:
        settle_report(one)


def _open_after(last: SemesterReport, text: str) -> None:
    """Open the number after `last`, unless it would tell the partner nothing, or `last` is due itself and will tell it."""
    report = SemesterReport(
        partner=last.partner, programme=last.programme, term=last.term, number=last.number + 1, due=today()
    )
    if last.state != ReportState.DUE and selectors.told_by(report):
        report.save()
        _note_opened(report, text)


def _note_opened(report: SemesterReport, text: str) -> None:
    record(actor=None, action="report.opened", subject=report, text=text, clause="6.9")
    settle_report(report)


def open_supplements(enrolment_ids: Iterable[int], term_ids: Iterable[int]) -> None:
    """Marks came after a report was made: the next supplement becomes due, once, in the caller's transaction (R-6.9-c)."""
    stays = Placement.objects.filter(application__enrolment__in=set(enrolment_ids), host__is_home=True)
    way = "application__intake__pathway"
    keys = set(stays.values_list(f"{way}__partner_programme__university", f"{way}__home_programme"))
    for partner, programme in sorted(keys):
        for term_id in sorted(set(term_ids)):
            same = selectors.reports_with_names().filter(partner=partner, programme=programme, term=term_id)
            if last := same.order_by("number").last():
                _open_after(last, gettext_noop("due: marks came after the report was made"))


def settle_report(report: SemesterReport) -> None:
    """Bring the worklist in line with the report as it stands."""
    reconcile(
        report,
        selectors.report_waits(report),
        queue_of=lambda role: queue_of_report(report, role),
        due=selectors.due_of_report(report),
        title=joined(report.partner.names, report.programme.code, report.term.academic_year),
    )


def _locked(report_id: int, actor: User) -> SemesterReport:
    return selectors.reports_visible_to(standing_of(actor)).select_for_update(of=("self",)).get(pk=report_id)


def _step(report: SemesterReport, name: str, actor: User) -> None:
    roles = roles_on_report(report, standing_of(actor))
    perform(REPORT, name, report, actor=actor, roles=roles, facts=selectors.report_facts(report))


@transaction.atomic
def make_report(*, report_id: int, actor: User) -> SemesterReport:
    """Make the report from the marks that are posted now; missing ones are listed. Numbered; a worker seals it (R-6.9-b)."""
    report = _locked(report_id, actor)
    rows = selectors.told_by(report)
    _step(report, "make", actor)
    ReportLine.objects.bulk_create(
        ReportLine(report=report, placement=row.placement, course=row.course, result=row.result) for row in rows
    )
    report.document = issue(
        kind="semester_report",
        subject=report,
        title=title_of(report),
        actor=actor,
        **report_of(report, rows, actor).said,
    )
    report.made_by = actor
    report.save(update_fields=["document", "made_by"])
    settle_report(report)
    return report


@transaction.atomic
def send_report(*, report_id: int, actor: User) -> SemesterReport:
    """Send the sealed report to the partner in the portal. Raises BlockedError while it is not sealed."""
    report = _locked(report_id, actor)
    _step(report, "send", actor)
    if report.document:
        deliver(document=report.document, recipient=report.partner.name, actor=actor)
    settle_report(report)
    for supplement in selectors.numbers_after(report):
        settle_report(supplement)
    return report


@transaction.atomic
def acknowledge_report(*, report_id: int, actor: User) -> SemesterReport:
    """The partner's coordinator acknowledges receipt."""
    report = _locked(report_id, actor)
    _step(report, "acknowledge", actor)
    report.acknowledged_by, report.acknowledged_at = actor, timezone.now()
    report.save(update_fields=["acknowledged_by", "acknowledged_at"])
    settle_report(report)
    return report
