"""Exports and lists as columns."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.exports import Column
from programmes.models import Enrolment
from transcripts.models import RecognitionProtocol, Result, ResultFile, SemesterReport
from transcripts.phrases import undone
from transcripts.selectors.reports import Told, supplement_of

REPORT_COLUMNS: tuple[Column[Told], ...] = (
    Column(_("student number"), lambda row: row.placement.application.enrolment.student_number),
    Column(_("student"), lambda row: row.placement.application.enrolment.person.passport_name, width=30),
    Column(_("code"), lambda row: row.course.code),
    Column(_("course"), lambda row: row.course.name, width=44),
    Column(_("credits"), lambda row: row.credits, number=True),
    Column(_("hours"), lambda row: row.hours, number=True),
    Column(_("percent"), lambda row: row.conversion.percent if row.conversion else None, number=True),
    Column(_("letter"), lambda row: row.conversion.letter if row.conversion else ""),
    Column(_("points"), lambda row: row.conversion.points if row.conversion else None, number=True, exact=True),
    Column(_("mark in the partner's scale"), lambda row: row.theirs, number=True, exact=True),
    Column(_("note"), lambda row: "" if row.result else _("mark missing")),
)


RESULTS: tuple[Column[Result], ...] = (
    Column(
        _("Student"),
        lambda row: str(row.enrolment.person),
        order="enrolment__person__name_cyrillic",
        otherwise="enrolment__person__surname",
        width=36,
        name="student",
    ),
    Column(_("Number"), lambda row: row.enrolment.student_number, under="student"),
    Column(_("Course"), lambda row: str(row.course), order="course__code", width=44, name="course"),
    Column(_("Term"), lambda row: str(row.term), order="term__starts_on", width=24, name="term"),
    Column(_("University"), lambda row: row.university.name, width=30, under="term"),
    Column(_("Credits"), lambda row: row.credits, order="credits", number=True, name="credits"),
    Column(pgettext_lazy("study", "Mark"), lambda row: row.mark_text, order="mark", name="mark"),
    Column(_("Row of the file"), lambda row: row.source, width=40, name="row"),
)
FILES: tuple[Column[ResultFile], ...] = (
    Column(_("File"), lambda row: row.upload.original_name, order="upload__original_name", width=44, name="file"),
    Column(_("University"), lambda row: row.university.name, order="university__name_kk", width=30, name="university"),
    Column(_("Term"), lambda row: str(row.term or ""), order="term__starts_on", width=24, name="term"),
    Column(_("Marks"), lambda row: row.marks, order="marks", number=True, name="marks"),  # type: ignore[attr-defined]  # annotated by the selector
    Column(_("Imported"), lambda row: row.imported_at, order="imported_at", name="imported"),
    Column(_("Imported by"), lambda row: str(row.imported_by), under="imported"),
)


def _standing(row: RecognitionProtocol | SemesterReport) -> str:
    return undone(row.document) or str(row.get_state_display())


def _paper(row: RecognitionProtocol | SemesterReport) -> str:
    return row.document.number_text if row.document else ""


def _counted(name: str) -> Any:
    """A number that the selector has counted with the row."""
    return lambda row: getattr(row, name)


PROTOCOLS: tuple[Column[RecognitionProtocol], ...] = (
    Column(
        _("Student"),
        lambda row: str(row.plan.enrolment.person),
        order="plan__enrolment__person__name_cyrillic",
        otherwise="plan__enrolment__person__surname",
        width=36,
        name="student",
    ),
    Column(_("Student's number"), lambda row: row.plan.enrolment.student_number, under="student"),
    Column(_("Number"), _paper, under="student"),
    Column(
        _("Programme"),
        lambda row: row.plan.enrolment.programme.code if row.plan.enrolment.programme else "",
        order="plan__enrolment__programme__code",
        name="programme",
        optional=True,
    ),
    Column(
        _("Partner"), lambda row: row.term.university.name, order="term__university__name_kk", width=30, name="partner"
    ),
    Column(_("Term"), lambda row: str(row.term), order="term__starts_on", width=24, name="term"),
    Column(_("Recognised"), _counted("recognised"), order="recognised", number=True, name="recognised"),
    Column(_("Differences"), _counted("missing"), order="missing", number=True, name="missing"),
    Column(
        _("Made by"),
        lambda row: str(row.made_by or ""),
        order="made_by__person__name_cyrillic",
        otherwise="made_by__person__surname",
        name="made_by",
        optional=True,
    ),
    Column(_("Certified on"), lambda row: row.certified_at, order="certified_at", name="certified_at", optional=True),
    Column(_("State"), _standing, order="state", width=24, name="state"),
)
TRANSCRIPTS: tuple[Column[Enrolment], ...] = (
    Column(
        _("Student"),
        lambda row: str(row.person),
        order="person__name_cyrillic",
        otherwise="person__surname",
        width=36,
        name="student",
    ),
    Column(_("Number"), lambda row: row.student_number, under="student"),
    Column(
        _("Programme"),
        lambda row: str(row.programme or ""),
        order="programme__code",
        width=44,
        name="programme",
    ),
    Column(
        _("University"),
        lambda row: row.university.name,
        order="university__name_kk",
        width=30,
        name="university",
        optional=True,
    ),
    Column(_("Last transcript"), _counted("last_number"), order="last_number", name="last"),
    Column(_("Issued"), _counted("last_day"), order="last_day", name="last_day", optional=True),
    Column(
        _("Recognised credits on no transcript"),
        lambda row: _("yes") if row.owed else "",  # type: ignore[attr-defined]  # annotated by the selector
        order="owed",
        name="owed",
    ),
)
REPORTS: tuple[Column[SemesterReport], ...] = (
    Column(_("Partner"), lambda row: row.partner.name, order="partner__name_kk", width=36, name="partner"),
    Column(_("Supplement"), lambda row: supplement_of(row) or "", under="partner"),
    Column(_("Number"), _paper, under="partner"),
    Column(_("Programme"), lambda row: str(row.programme), order="programme__code", width=44, name="programme"),
    Column(_("Term"), lambda row: str(row.term), order="term__starts_on", width=24, name="term"),
    Column(_("Due"), lambda row: row.due, order="due", name="due"),
    Column(_("State"), _standing, order="state", width=24, name="state"),
)
