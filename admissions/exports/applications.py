"""The columns of lists of applications, on the page and in files."""

from django.utils.translation import gettext_lazy as _

from admissions.models import Application
from core.exports import Column


def partner(application: Application) -> str:
    """The partner of an application by its short name."""
    return application.intake.pathway.partner_programme.university.name


_PARTNER_NAME = "intake__pathway__partner_programme__university__name_kk"
_PROGRAMME_CODE = "intake__pathway__home_programme__code"
_NAME, _SURNAME = "enrolment__person__name_cyrillic", "enrolment__person__surname"

APPLICATIONS: tuple[Column[Application], ...] = (
    Column(_("student"), lambda a: str(a.enrolment.person), order=_NAME, otherwise=_SURNAME, width=30, name="student"),
    Column(_("number"), lambda a: a.enrolment.student_number, under="student"),
    Column(_("direction"), lambda a: str(a.get_direction_display()), under="student"),
    Column(
        _("name as in the passport"),
        lambda a: a.enrolment.person.passport_name,
        order="enrolment__person__surname",
        width=30,
        name="passport_name",
        optional=True,
    ),
    Column(_("partner"), partner, order=_PARTNER_NAME, width=28, name="partner"),
    Column(_("programme"), lambda a: a.intake.pathway.home_programme.code, order=_PROGRAMME_CODE, name="programme"),
    Column(_("from"), lambda a: a.intake.term.starts_on, order="intake__term__starts_on", name="from"),
    Column(
        _("institute"),
        lambda a: a.institute.name,
        order="institute__name_kk",
        width=30,
        name="institute",
        optional=True,
    ),
    Column(
        _("department"),
        lambda a: a.department.name,
        order="department__name_kk",
        width=30,
        name="department",
        optional=True,
    ),
    Column(_("GPA"), lambda a: a.enrolment.gpa, order="enrolment__gpa", number=True, name="gpa", exact=True),
    Column(_("average mark"), lambda a: a.average_told, width=30, name="average_mark", optional=True),
    Column(_("package until"), lambda a: a.package_due, order="package_due", name="package_due", optional=True),
    Column(_("state"), lambda a: str(a.get_state_display()), order="state", width=26, name="state"),
)


# Incoming candidates who wait for a decision (7.2, 7.3).
AWAITING: tuple[Column[Application], ...] = (
    Column(
        _("candidate"), lambda a: str(a.enrolment.person), order=_NAME, otherwise=_SURNAME, width=30, name="student"
    ),
    Column(_("number"), lambda a: a.enrolment.student_number, under="student"),
    Column(_("citizenship"), lambda a: a.enrolment.person.citizenship, under="student"),
    Column(_("partner"), partner, order=_PARTNER_NAME, width=28, name="partner"),
    Column(_("programme"), lambda a: a.intake.pathway.home_programme.code, order=_PROGRAMME_CODE, name="programme"),
    Column(_("from"), lambda a: a.intake.term.starts_on, order="intake__term__starts_on", under="programme"),
    Column(_("average mark"), lambda a: a.average_told, width=30, name="average_mark"),
    Column(_("state"), lambda a: str(a.get_state_display()), order="state", width=26, name="state"),
)
