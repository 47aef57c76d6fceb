"""What transcript, protocol and semester report say: for whoever issues them now, and for whoever looks before."""

from collections.abc import Sequence
from dataclasses import asdict

from documents.kinds import PaperDraft, drafts
from institutions.enums import Role
from institutions.models import User
from institutions.permissions import standing_of
from institutions.selectors import holders_of
from programmes.models import Enrolment
from programmes.selectors import enrolments_visible_to
from transcripts.models import RecognitionProtocol, SemesterReport
from transcripts.pdf.protocols import RECOGNITION_PROTOCOL, protocol_context
from transcripts.pdf.reports import SEMESTER_REPORT, languages_for, report_context
from transcripts.pdf.sheets import TRANSCRIPT, transcript_context
from transcripts.permissions.study import issues_transcripts, roles_on_protocol, roles_on_report
from transcripts.selectors.protocols import protocols_visible_to
from transcripts.selectors.reports import Told, by_student, reports_visible_to, told_by
from transcripts.selectors.transcripts import Contents, contents_of


def transcript_of(enrolment: Enrolment, contents: Contents, actor: User) -> PaperDraft:
    """A transcript as marks and recognitions stand (6.11)."""
    context = asdict(transcript_context(enrolment, contents, actor))
    return PaperDraft(context, ("kk",), actor, Role.REGISTRAR)


def protocol_of(protocol: RecognitionProtocol, certifier: User | None) -> PaperDraft:
    """A protocol as its lines and differences stand (5.11)."""
    return PaperDraft(asdict(protocol_context(protocol)), ("kk", "ru", "en"), certifier, Role.VICE_RECTOR)


def report_of(report: SemesterReport, rows: Sequence[Told], actor: User) -> PaperDraft:
    """A report of what is posted now, with gaps where marks are missing (6.9)."""
    context = asdict(report_context(report, by_student(rows)))
    return PaperDraft(context, languages_for(report.partner), actor, Role.IPD_COORDINATOR)


@drafts(TRANSCRIPT)
def _transcript(actor: User, pk: int) -> PaperDraft:
    """For the Registrar's Office, which issues it."""
    standing = standing_of(actor)
    enrolment = enrolments_visible_to(standing).get(pk=pk)
    if not issues_transcripts(standing):
        raise Enrolment.DoesNotExist
    return transcript_of(enrolment, contents_of(enrolment), actor)


@drafts(RECOGNITION_PROTOCOL)
def _protocol(actor: User, pk: int) -> PaperDraft:
    """For the director who makes it and the vice-rector who certifies it."""
    standing = standing_of(actor)
    protocol = protocols_visible_to(standing).get(pk=pk)
    if not roles_on_protocol(protocol, standing) & {Role.INSTITUTE_DIRECTOR, Role.VICE_RECTOR}:
        raise RecognitionProtocol.DoesNotExist
    holder = holders_of(Role.VICE_RECTOR).first()
    certifies = actor if standing.holds(Role.VICE_RECTOR) else holder.user if holder else None
    return protocol_of(protocol, certifies)


@drafts(SEMESTER_REPORT)
def _report(actor: User, pk: int) -> PaperDraft:
    """For the IPD, which makes it."""
    standing = standing_of(actor)
    report = reports_visible_to(standing).get(pk=pk)
    if Role.IPD_COORDINATOR not in roles_on_report(report, standing):
        raise SemesterReport.DoesNotExist
    return report_of(report, told_by(report), actor)
