"""Reads of semester reports: which are due, who may see them, what they tell (6.9)."""

import dataclasses
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from agreements.enums import Direction
from core.values import today
from core.worklist import Wait, waits_of, working_days_after
from documents.enums import DocumentState
from institutions.permissions import Standing
from institutions.selectors import holidays_of
from mobility.enums import PlanState, TakenAt
from mobility.models import Placement, PlanItem
from programmes.models import AcademicTerm, Course
from transcripts.convert import Conversion, gpa, theirs
from transcripts.enums import ReportState
from transcripts.models import ReportLine, Result, SemesterReport
from transcripts.permissions.study import sees_report
from transcripts.selectors.marks import conversion_of, last_attempts, scale_of
from transcripts.workflow.reports import REPORT, ReportFacts

# How long after the term's end a report is due: the exams are in, the marks are posted.
REPORT_WITHIN_DAYS = 10
# No mark and no gap: a course that has not been told of.
_NEVER = -1


@dataclass(frozen=True)
class Told:
    """What a report tells of one course: the mark that counts, or nothing; and what it is in both scales."""

    placement: Placement
    course: Course
    credits: Decimal
    hours: int
    result: Result | None
    conversion: Conversion | None
    theirs: Decimal | None


@dataclass(frozen=True)
class StudentPart:
    """One student's part of a report."""

    placement: Placement
    rows: tuple[Told, ...]
    credits: Decimal
    gpa: Decimal | None
    missing: int


def reports_visible_to(standing: Standing) -> "QuerySet[SemesterReport]":
    """The reports that this person may see; a partner sees those that were sent to it. Unordered."""
    return SemesterReport.objects.filter(sees_report.q(standing)).select_related(
        "partner", "programme", "term__university", "document", "made_by__person", "acknowledged_by__person"
    )


def _taken_here() -> "QuerySet[PlanItem]":
    """The courses that incoming students have at the University by their approved plans."""
    return PlanItem.objects.filter(
        plan__state=PlanState.APPROVED, plan__placement__direction=Direction.INCOMING, taken_at=TakenAt.HOST
    )


def items_of_report(partner_id: int, programme_id: int, term_id: int) -> "QuerySet[PlanItem]":
    """The courses that the partner's students have at the University in a term."""
    items = _taken_here().filter(
        plan__placement__application__intake__pathway__partner_programme__university=partner_id,
        plan__placement__application__intake__pathway__home_programme=programme_id,
        term=term_id,
    )
    return items.select_related(
        "course",
        "plan__placement__application__enrolment__person",
        "plan__placement__application__intake__pathway__scale",
    ).order_by("plan__placement__application__enrolment__person__surname", "plan", "position")


def due_keys(day: date) -> list[tuple[int, int, int]]:
    """Partner, programme and term of every ended term with incoming students and without a report yet (R-6.9-a)."""
    items = _taken_here().filter(term__ends_on__lt=day)
    way = "plan__placement__application__intake__pathway"
    keys = items.values_list(f"{way}__partner_programme__university", f"{way}__home_programme", "term").distinct()
    known = set(SemesterReport.objects.values_list("partner", "programme", "term"))
    return sorted(set(keys) - known)


def reports_with_names() -> "QuerySet[SemesterReport]":
    """Reports with what the worklist needs."""
    return SemesterReport.objects.select_related("partner", "programme", "term", "document")


def numbers_of(report: SemesterReport) -> "QuerySet[SemesterReport]":
    """The report of this partner, programme and semester with its supplements, and what was made anew."""
    same = reports_with_names().filter(partner=report.partner_id, programme=report.programme_id, term=report.term_id)
    return same.order_by("number")


def numbers_before(report: SemesterReport) -> "QuerySet[SemesterReport]":
    """The report that this one supplements, and the supplements before it."""
    return numbers_of(report).filter(number__lt=report.number)


def numbers_after(report: SemesterReport) -> "QuerySet[SemesterReport]":
    """The numbers that came after this report."""
    return numbers_of(report).filter(number__gt=report.number)


def revoked_before(report: SemesterReport, standing: Standing) -> "QuerySet[SemesterReport]":
    """The numbers before this one whose papers were revoked, those that this person may see: it takes their place."""
    earlier = reports_visible_to(standing).filter(pk__in=numbers_before(report).values("pk"))
    return earlier.filter(document__state=DocumentState.REVOKED).order_by("number")


def supplement_of(report: SemesterReport) -> int:
    """Which supplement it is: as its paper says; of a due one after how many numbers that stand. 0: it is the report itself."""
    if report.document:
        return int(report.document.context["supplement"])
    return numbers_before(report).exclude(document__state=DocumentState.REVOKED).count() if report.number else 0


def due_date(term: AcademicTerm) -> date:
    """Ten working days after the semester's end."""
    return working_days_after(term.ends_on, REPORT_WITHIN_DAYS, holidays_of())


def told_by(report: SemesterReport) -> list[Told]:
    """What a report tells: of a made one its frozen lines, of a due one what stands in plans and marks now."""
    if report.state != ReportState.DUE:
        return [_told_line(line) for line in lines_of(report)]
    items = list(items_of_report(report.partner_id, report.programme_id, report.term_id))
    marks = _marks(items, report.term_id)
    earlier = _told_before(report)
    found = []
    for item in items:
        placement = item.plan.placement
        result = marks.get((placement.application.enrolment_id, item.course_id))
        if earlier.get((placement.pk, item.course_id), _NEVER) == (result.pk if result else None):
            continue  # a supplement tells what has come or changed since
        found.append(_told(placement, item.course, item.credits, item.hours, result))
    return found


def lines_of(report: SemesterReport) -> "QuerySet[ReportLine]":
    """The frozen lines of a made report."""
    return report.lines.select_related(
        "course",
        "result__scale",
        "result__term",
        "placement__application__enrolment__person",
        "placement__application__intake__pathway__scale",
    ).order_by("placement__application__enrolment__person__surname", "placement", "pk")


def _told_line(line: ReportLine) -> Told:
    return _told(line.placement, line.course, line.course.credits, line.course.hours, line.result)


def _marks(items: Iterable[PlanItem], term_id: int) -> dict[tuple[int, int], Result]:
    students = {item.plan.placement.application.enrolment_id for item in items}
    results = Result.objects.filter(enrolment__in=students, university__is_home=True, term=term_id)
    return {
        (result.enrolment_id, result.course_id): result
        for result in last_attempts(results.select_related("term", "scale", "course"))
    }


def _told_before(report: SemesterReport) -> dict[tuple[int, int], int | None]:
    """By stay and course the mark, or None for a gap, that earlier numbers of this report told last; revoked ones told nothing."""
    earlier = numbers_before(report).exclude(document__state=DocumentState.REVOKED)
    lines = ReportLine.objects.filter(report__in=earlier)
    rows = lines.order_by("report__number").values_list("placement_id", "course_id", "result_id")
    return {(placement, course): result for placement, course, result in rows}


def _told(placement: Placement, course: Course, credits: Decimal, hours: int, result: Result | None) -> Told:
    scale = placement.application.intake.pathway.scale
    conversion = conversion_of(result, None) if result else None
    percent = conversion.percent if conversion else None
    return Told(
        placement=placement,
        course=course,
        credits=result.credits if result else credits,
        hours=hours,
        result=result,
        conversion=conversion,
        theirs=theirs(percent, scale_of(scale)) if scale and percent is not None else None,
    )


def by_student(rows: Iterable[Told]) -> list[StudentPart]:
    """The rows of a report gathered by student, with credits earned, GPA of the semester and missing marks."""
    groups: dict[int, list[Told]] = {}
    for row in rows:
        groups.setdefault(row.placement.pk, []).append(row)
    return [
        StudentPart(
            placement=found[0].placement,
            rows=tuple(found),
            credits=sum((row.credits for row in found if row.result and row.result.is_pass), Decimal(0)),
            gpa=gpa((row.conversion.points, row.credits) for row in found if row.conversion),
            missing=sum(row.result is None for row in found),
        )
        for found in groups.values()
    ]


def report_facts(report: SemesterReport) -> ReportFacts:
    """The facts of one loaded report."""
    return ReportFacts(
        term_ended=report.term.ends_on < today(),
        lines=len(told_by(report)),
        sealed=bool(report.document and report.document.sha256),
        revoked=bool(report.document and report.document.state == DocumentState.REVOKED),
        earlier_sent=not _owed_before(report).exists(),
    )


def _owed_before(report: SemesterReport) -> "QuerySet[SemesterReport]":
    """Numbers before this one that the partner has not got yet and will get: a revoked one goes to nobody."""
    unsent = numbers_before(report).filter(state__in=[ReportState.DUE, ReportState.MADE])
    return unsent.exclude(document__state=DocumentState.REVOKED)


def report_waits(report: SemesterReport) -> tuple[Wait, ...]:
    """Who is waited for; while the paper is being sealed it is the IPD's move already."""
    facts = dataclasses.replace(report_facts(report), sealed=True)
    return waits_of(REPORT, report.state, facts)


def due_of_report(report: SemesterReport) -> Callable[[Wait], date]:
    """The report's own day, and five working days for the partner's answer."""
    answer = working_days_after(today(), 5, holidays_of())
    return lambda wait: answer if wait.cause == "acknowledge" else report.due
