"""The columns of a list of applications, on the page and in files."""

from django.utils.translation import gettext_lazy as _

from admissions.models import Application
from core.exports import Column


def partner(application: Application) -> str:
    """The partner of an application by its short name."""
    return application.intake.pathway.partner_programme.university.name


APPLICATIONS: tuple[Column[Application], ...] = (
    Column(_("student"), lambda a: str(a.enrolment.person), order="enrolment__person__name_cyrillic", width=30),
    Column(_("number"), lambda a: a.enrolment.student_number, order="enrolment__student_number"),
    Column(_("direction"), lambda a: str(a.get_direction_display()), order="direction"),
    Column(_("partner"), partner, order="intake__pathway__partner_programme__university__name_kk", width=28),
    Column(
        _("programme"), lambda a: a.intake.pathway.home_programme.code, order="intake__pathway__home_programme__code"
    ),
    Column(_("from"), lambda a: a.intake.term.starts_on, order="intake__term__starts_on"),
    Column(_("institute"), lambda a: a.institute.name, width=30),
    Column(_("GPA"), lambda a: a.enrolment.gpa, order="enrolment__gpa", number=True),
    Column(_("state"), lambda a: str(a.get_state_display()), order="state", width=26),
)
