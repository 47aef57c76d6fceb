"""What lists of programmes and of students show and export."""

from django.utils.translation import gettext_lazy as _

from core.exports import Column
from programmes.models import Enrolment, Programme

PROGRAMMES: tuple[Column[Programme], ...] = (
    Column(_("Code"), lambda row: row.code, order="code", name="code"),
    Column(_("Programme"), lambda row: row.name, order="name_kk", width=44, name="programme"),
    Column(_("University"), lambda row: row.university.name, order="university__name_kk", width=44, name="university"),
    Column(_("Department"), lambda row: row.department.name if row.department else "", under="university", width=36),
    Column(_("Level"), lambda row: row.get_level_display(), order="level", name="level"),
    Column(_("Semesters"), lambda row: row.semesters, order="semesters", number=True, name="semesters"),
    Column(_("Credits"), lambda row: row.credits, order="credits", number=True, name="credits"),
)
STUDENTS: tuple[Column[Enrolment], ...] = (
    Column(
        _("Student"),
        lambda row: str(row.person),
        order="person__name_cyrillic",
        otherwise="person__surname",
        width=36,
        name="student",
    ),
    Column(_("Name as in the passport"), lambda row: row.person.passport_name, under="student", width=36),
    Column(_("Number"), lambda row: row.student_number, order="student_number", name="number"),
    Column(
        _("Programme"),
        lambda row: row.programme.code if row.programme else "",
        order="programme__code",
        name="programme",
    ),
    Column(
        _("University"),
        lambda row: row.university.name,
        order="university__name_kk",
        width=36,
        name="university",
        optional=True,
    ),
    Column(_("Year of entry"), lambda row: row.entry_year, order="entry_year", number=True, name="entry_year"),
    Column(_("Funding"), lambda row: row.get_funding_display(), order="funding", name="funding"),
    Column(
        _("Language of study"),
        lambda row: row.get_study_language_display(),
        order="study_language",
        name="study_language",
        optional=True,
    ),
    Column(_("GPA"), lambda row: row.gpa, order="gpa", number=True, name="gpa", exact=True),
    Column(_("Debts (courses)"), lambda row: row.debts, order="debts", number=True, name="debts"),
)
