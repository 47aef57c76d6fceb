"""Who may see marks, protocols, transcripts and reports, and which of a person's roles count for each."""

from django.db.models import Q, QuerySet

from core.permissions import Predicate
from institutions.enums import Role
from institutions.permissions import Standing, queue_for, sees_everything
from mobility.models import StudyPlan
from mobility.permissions.plans import queue_of_plan, roles_on_plan, sees_plan
from programmes.models import Enrolment
from programmes.permissions import sees_enrolment
from transcripts.models import RecognitionProtocol, Result, SemesterReport, Transcript

# The office that enters what: partner's marks by the partner or for it, home marks by the Registrar's Office alone.
HOME_MARKS = frozenset({Role.REGISTRAR})


def may_import_for(standing: Standing, university_id: int, *, is_home: bool) -> bool:
    """True when this person brings the marks of a university."""
    if is_home:
        return standing.holds(*HOME_MARKS)
    return standing.holds(Role.IPD_COORDINATOR, Role.REGISTRAR) or university_id in standing.partner_ids


def _students(standing: Standing) -> QuerySet[Enrolment]:
    return Enrolment.objects.filter(sees_enrolment.q(standing))


def _plans(standing: Standing) -> QuerySet[StudyPlan]:
    return StudyPlan.objects.filter(sees_plan.q(standing))


# A mark is seen with its student; a partner sees its own marks and those of its own students at the University.
sees_result: Predicate[Standing, Result] = Predicate(
    "sees the student, or is the partner that gave the mark",
    lambda standing, result: (
        result.university_id in standing.partner_ids or sees_enrolment.test(standing, result.enrolment)
    ),
    lambda standing: Q(university__in=standing.partner_ids) | Q(enrolment__in=_students(standing)),
)
sees_protocol: Predicate[Standing, RecognitionProtocol] = Predicate(
    "sees the study plan",
    lambda standing, protocol: sees_plan.test(standing, protocol.plan),
    lambda standing: Q(plan__in=_plans(standing)),
)
sees_transcript: Predicate[Standing, Transcript] = Predicate(
    "sees the student",
    lambda standing, transcript: sees_enrolment.test(standing, transcript.enrolment),
    lambda standing: Q(enrolment__in=_students(standing)),
)


def _told(report: SemesterReport) -> bool:
    return report.state in {"sent", "acknowledged"}


_is_reports_partner: Predicate[Standing, SemesterReport] = Predicate(
    "speaks for the partner that it was sent to",
    lambda standing, report: _told(report) and report.partner_id in standing.partner_ids,
    lambda standing: Q(partner__in=standing.partner_ids, state__in=["sent", "acknowledged"]),
)
_UNIT_ROLES = (Role.INSTITUTE_DIRECTOR, Role.INSTITUTE_COORDINATOR, Role.DEPARTMENT_HEAD)


def _units(standing: Standing) -> frozenset[int]:
    return frozenset[int]().union(*(standing.units.get(role, frozenset()) for role in _UNIT_ROLES))


_teaches_it: Predicate[Standing, SemesterReport] = Predicate(
    "works in the unit that teaches the programme",
    lambda standing, report: report.programme.department_id in _units(standing),
    lambda standing: Q(programme__department__in=_units(standing)),
)
sees_report: Predicate[Standing, SemesterReport] = _is_reports_partner | _teaches_it | sees_everything


def roles_on_protocol(protocol: RecognitionProtocol, standing: Standing) -> frozenset[str]:
    """Which of a person's roles count for this protocol."""
    return roles_on_plan(protocol.plan, standing)


def queue_of_protocol(protocol: RecognitionProtocol, role: str) -> str | None:
    """Where a role of this protocol is waited for."""
    return queue_of_plan(protocol.plan, role)


def roles_on_report(report: SemesterReport, standing: Standing) -> frozenset[str]:
    """Which of a person's roles count for this report."""
    found = {role for role in standing.roles if role in Role.whole_university()}
    if report.partner_id in standing.partner_ids:
        found.add(Role.PARTNER_COORDINATOR)
    return frozenset(str(role) for role in found)


def queue_of_report(report: SemesterReport, role: str) -> str | None:
    """Where a role of this report is waited for."""
    if role == Role.PARTNER_COORDINATOR:
        return queue_for(role, university_id=report.partner_id)
    if role == Role.ADVISOR:
        return queue_for(role, unit_id=report.programme.department_id) if report.programme.department_id else None
    return queue_for(role) if role in Role.whole_university() else None


def issues_transcripts(standing: Standing) -> bool:
    """R-6.11-b: only the Registrar's Office issues transcripts."""
    return standing.holds(Role.REGISTRAR)
