"""Exports as lists of columns."""

from django.utils.translation import gettext_lazy as _

from core.exports import Column
from transcripts.selectors.reports import Told

REPORT_COLUMNS: tuple[Column[Told], ...] = (
    Column(_("student number"), lambda row: row.placement.application.enrolment.student_number),
    Column(_("student"), lambda row: row.placement.application.enrolment.person.passport_name, width=30),
    Column(_("code"), lambda row: row.course.code),
    Column(_("course"), lambda row: row.course.name, width=44),
    Column(_("credits"), lambda row: row.credits, number=True),
    Column(_("hours"), lambda row: row.hours, number=True),
    Column(_("percent"), lambda row: row.conversion.percent if row.conversion else None, number=True),
    Column(_("letter"), lambda row: row.conversion.letter if row.conversion else ""),
    Column(_("points"), lambda row: row.conversion.points if row.conversion else None, number=True),
    Column(_("mark in the partner's scale"), lambda row: row.theirs, number=True),
    Column(_("note"), lambda row: "" if row.result else _("mark missing")),
)
