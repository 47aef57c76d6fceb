"""Reads of semester reports: which are due, who may see them, what they tell (6.9)."""

import dataclasses
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, OuterRef, Q, QuerySet

from agreements.enums import Direction
from core.tables import how_many
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
from transcripts.selectors.marks import conversion_of, scale_of
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


def reports_listed(standing: Standing) -> "QuerySet[SemesterReport]":
    """The same with `stood_before`: how many numbers stand before each, so that a list need not ask for each row."""
    same = SemesterReport.objects.filter(
        partner=OuterRef("partner"),
        programme=OuterRef("programme"),
        term=OuterRef("term"),
        number__lt=OuterRef("number"),
    ).exclude(document__state=DocumentState.REVOKED)
    return reports_visible_to(standing).annotate(stood_before=how_many(same))


def _taken_here() -> "QuerySet[PlanItem]":
    """The courses that incoming students have at the University by their approved plans."""
    return PlanItem.objects.filter(
        plan__state=PlanState.APPROVED, plan__placement__direction=Direction.INCOMING, taken_at=TakenAt.HOST
    )


def _key(report: SemesterReport) -> tuple[int, int, int]:
    """Partner, programme and term: what a report shares with its supplements."""
    return report.partner_id, report.programme_id, report.term_id


def _same(reports: Iterable[SemesterReport], partner: str, programme: str, term: str) -> Q:
    """What belongs to the partner, programme and term of one of these reports, by the paths that lead there."""
    found = Q(pk__in=())
    for key in {_key(one) for one in reports}:
        found |= Q(**dict(zip((partner, programme, term), key, strict=True)))
    return found


_WAY = "plan__placement__application__intake__pathway"


def _items_of(reports: Sequence[SemesterReport]) -> "QuerySet[PlanItem]":
    """The courses that the partners' students have at the University in the reports' terms."""
    same = _same(reports, f"{_WAY}__partner_programme__university", f"{_WAY}__home_programme", "term")
    return (
        _taken_here()
        .filter(same)
        .select_related(
            "course",
            "plan__placement__application__enrolment__person",
            "plan__placement__application__intake__pathway__scale",
            "plan__placement__application__intake__pathway__partner_programme",
        )
        .order_by("plan__placement__application__enrolment__person__surname", "plan", "position")
    )


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
    if not report.number:
        return 0
    known: int | None = getattr(report, "stood_before", None)
    return numbers_before(report).exclude(document__state=DocumentState.REVOKED).count() if known is None else known


def due_date(term: AcademicTerm) -> date:
    """Ten working days after the semester's end."""
    return working_days_after(term.ends_on, REPORT_WITHIN_DAYS, holidays_of())


def told_by(report: SemesterReport) -> list[Told]:
    """What a report tells: of a made one its frozen lines, of a due one what stands in plans and marks now."""
    if report.state != ReportState.DUE:
        return [_told_line(line) for line in lines_of(report)]
    return _told_of_due([report])[report.pk]


def _told_of_due(reports: Sequence[SemesterReport]) -> dict[int, list[Told]]:
    """What due reports tell today, by key, in three queries: a supplement what has come or changed since."""
    items: dict[tuple[int, int, int | None], list[PlanItem]] = defaultdict(list)
    for item in _items_of(reports) if reports else ():
        pathway = item.plan.placement.application.intake.pathway
        items[pathway.partner_programme.university_id, pathway.home_programme_id, item.term_id].append(item)
    marks = _marks([item for found in items.values() for item in found])
    earlier = _told_before(reports)
    told: dict[int, list[Told]] = {}
    for report in reports:
        told[report.pk] = []
        for item in items[_key(report)]:
            placement = item.plan.placement
            result = marks.get((report.term_id, placement.application.enrolment_id, item.course_id))
            if earlier[report.pk].get((placement.pk, item.course_id), _NEVER) != (result.pk if result else None):
                told[report.pk].append(_told(placement, item.course, item.credits, item.hours, result))
    return told


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


def _marks(items: Sequence[PlanItem]) -> dict[tuple[int, int, int], Result]:
    """The last mark of each of these students, by term, student and course."""
    students = {item.plan.placement.application.enrolment_id for item in items}
    terms = {item.term_id for item in items}
    results = Result.objects.filter(enrolment__in=students, university__is_home=True, term__in=terms)
    found = results.select_related("term", "scale", "course").order_by("attempt", "pk") if items else ()
    return {(result.term_id, result.enrolment_id, result.course_id): result for result in found}


def _told_before(reports: Sequence[SemesterReport]) -> dict[int, dict[tuple[int, int], int | None]]:
    """For each report, by stay and course, the mark, or None for a gap, that its earlier numbers told last; revoked ones told
    nothing.
    """
    told: dict[int, dict[tuple[int, int], int | None]] = {report.pk: {} for report in reports}
    later = [report for report in reports if report.number]
    lines = ReportLine.objects.filter(_same(later, "report__partner", "report__programme", "report__term"))
    rows = lines.exclude(report__document__state=DocumentState.REVOKED).order_by("report__number")
    for line in rows.select_related("report") if later else ():
        for report in later:
            if _key(line.report) == _key(report) and line.report.number < report.number:
                told[report.pk][line.placement_id, line.course_id] = line.result_id
    return told


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
    return report_facts_of([report])[report.pk]


def report_facts_of(reports: Sequence[SemesterReport]) -> dict[int, ReportFacts]:
    """The facts of loaded reports, by key, in a fixed number of queries."""
    told = _told_of_due([one for one in reports if one.state == ReportState.DUE])
    made = ReportLine.objects.filter(report__in=[one.pk for one in reports if one.state != ReportState.DUE])
    lines = dict(made.order_by().values_list("report").annotate(Count("pk")))
    # Numbers that the partner has not got yet and will get: a revoked one goes to nobody.
    unsent = SemesterReport.objects.filter(
        _same(reports, "partner", "programme", "term"), state__in=[ReportState.DUE, ReportState.MADE]
    ).exclude(document__state=DocumentState.REVOKED)
    owed = [(_key(one), one.number) for one in unsent]
    return {
        one.pk: ReportFacts(
            term_ended=one.term.ends_on < today(),
            lines=len(told[one.pk]) if one.pk in told else lines.get(one.pk, 0),
            sealed=bool(one.document and one.document.sha256),
            revoked=bool(one.document and one.document.state == DocumentState.REVOKED),
            earlier_sent=not any(key == _key(one) and number < one.number for key, number in owed),
        )
        for one in reports
    }


def report_waits(report: SemesterReport) -> tuple[Wait, ...]:
    """Who is waited for; while the paper is being sealed it is the IPD's move already."""
    facts = dataclasses.replace(report_facts(report), sealed=True)
    return waits_of(REPORT, report.state, facts)


def due_of_report(report: SemesterReport) -> Callable[[Wait], date]:
    """The report's own day, and five working days for the partner's answer."""
    answer = working_days_after(today(), 5, holidays_of())
    return lambda wait: answer if wait.cause == "acknowledge" else report.due


def names_of(pks: Sequence[int]) -> dict[int, str]:
    """How these reports are called, by key."""
    return {row.pk: str(row) for row in reports_with_names().filter(pk__in=pks)}
