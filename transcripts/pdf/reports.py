"""The semester report to a partner (6.9): students, courses, credits, hours, marks in both scales, GPA, presence, gaps."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.values import Localized
from documents.kinds import PaperKind, register_paper
from institutions.enums import Role
from institutions.models import University
from institutions.permissions import Standing
from transcripts.models import SemesterReport
from transcripts.pdf.words import course_names, gpa_text, points_text, term_names
from transcripts.selectors.reports import StudentPart, Told, reports_visible_to, supplement_of


@dataclass(frozen=True)
class RowOnPaper:
    """A course with its mark in both scales, or the gap."""

    code: str
    course: Localized
    credits: Decimal
    hours: int
    percent: int | None
    letter: str
    points: str | None
    theirs: Decimal | None
    missing: bool


@dataclass(frozen=True)
class StudentOnReport:
    """One student's part."""

    names: Localized
    passport_name: str
    number: str
    number_here: str
    present_from: date | None
    present_until: date
    rows: tuple[RowOnPaper, ...]
    credits: Decimal
    gpa: str
    missing: int


@dataclass(frozen=True)
class ReportContext:
    """What the report says. `supplement`: 0, or the number of the supplement."""

    partner: Localized
    programme: Localized
    programme_code: str
    term: Localized
    starts_on: date
    ends_on: date
    supplement: int
    students: tuple[StudentOnReport, ...]


def _visible(standing: Standing) -> Q:
    keys = reports_visible_to(standing).select_related(None).values("pk")
    return Q(subject_type="transcripts.semesterreport", subject_id__in=keys)


SEMESTER_REPORT = register_paper(
    PaperKind(
        "semester_report",
        "REPORT",
        "СЕ",
        "transcripts/pdf/report",
        visible=_visible,
        revoked_by=frozenset({Role.IPD_COORDINATOR}),
        label=_("semester report"),
    )
)


def languages_for(partner: University) -> tuple[str, ...]:
    """English and Kazakh abroad, Kazakh and Russian at home."""
    return ("en", "kk") if partner.is_foreign else ("kk", "ru")


def title_of(report: SemesterReport) -> Localized:
    """The paper's name; a supplement bears its number."""
    number = supplement_of(report)
    add = f" {number}" if number else ""
    return Localized(
        f"Семестр нәтижелері туралы есеп{f', {number}-толықтыру' if number else ''}",
        f"Отчёт о результатах семестра{', дополнение' + add if add else ''}",
        f"Semester report{', supplement' + add if add else ''}",
    )


def report_context(report: SemesterReport, students: Sequence[StudentPart]) -> ReportContext:
    """Copy a loaded report and its parts."""
    return ReportContext(
        partner=report.partner.names,
        programme=report.programme.names,
        programme_code=report.programme.code,
        term=term_names(report.term),
        starts_on=report.term.starts_on,
        ends_on=report.term.ends_on,
        supplement=supplement_of(report),
        students=tuple(_student(part) for part in students),
    )


def _student(part: StudentPart) -> StudentOnReport:
    enrolment = part.placement.application.enrolment
    came = part.placement.crossed_border_on or part.placement.came_to_ipd_on
    return StudentOnReport(
        names=enrolment.person.names,
        passport_name=enrolment.person.passport_name,
        number=enrolment.student_number,
        number_here=part.placement.host_student_number,
        present_from=came,
        present_until=part.placement.ends_on,
        rows=tuple(_row(row) for row in part.rows),
        credits=part.credits,
        gpa=gpa_text(part.gpa),
        missing=part.missing,
    )


def _row(row: Told) -> RowOnPaper:
    found = row.conversion
    return RowOnPaper(
        code=row.course.code,
        course=course_names(row.course),
        credits=row.credits,
        hours=row.hours,
        percent=found.percent if found else None,
        letter=found.letter if found else "",
        points=points_text(found.points) if found else None,
        theirs=row.theirs,
        missing=row.result is None,
    )
