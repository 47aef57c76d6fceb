"""The columns of lists of stays and of study plans, on the page and in files."""

from django.utils.translation import gettext_lazy as _

from core.exports import Column
from mobility.models import Placement, StudyPlan


def partner(placement: Placement) -> str:
    """The partner university in the reader's language."""
    return placement.application.intake.pathway.partner_programme.university.name


_NAME, _SURNAME = "application__enrolment__person__name_cyrillic", "application__enrolment__person__surname"
_PARTNER = "application__intake__pathway__partner_programme__university__name_kk"

STAYS: tuple[Column[Placement], ...] = (
    Column(
        _("student"),
        lambda p: str(p.application.enrolment.person),
        order=_NAME,
        otherwise=_SURNAME,
        width=30,
        name="student",
    ),
    Column(_("number here"), lambda p: p.host_student_number, under="student"),
    Column(_("direction"), lambda p: str(p.get_direction_display()), under="student"),
    Column(
        _("passport name"),
        lambda p: p.application.enrolment.person.passport_name,
        order="application__enrolment__person__surname",
        width=30,
        name="passport_name",
        optional=True,
    ),
    Column(
        _("citizenship"),
        lambda p: p.application.enrolment.person.citizenship,
        order="application__enrolment__person__citizenship",
        name="citizenship",
        optional=True,
    ),
    Column(_("partner"), partner, order=_PARTNER, width=28, name="partner"),
    Column(_("programme"), lambda p: p.application.intake.pathway.home_programme.code, under="partner"),
    Column(_("from"), lambda p: p.starts_on, order="starts_on", name="from"),
    Column(_("until"), lambda p: p.ends_on, order="ends_on", name="until"),
    Column(
        _("advisor"),
        lambda p: str(p.advisor) if p.advisor else "",
        order="advisor__person__name_cyrillic",
        otherwise="advisor__person__surname",
        name="advisor",
    ),
    Column(_("arrived"), lambda p: p.crossed_border_on, order="crossed_border_on", name="arrived", optional=True),
    Column(_("registration due"), lambda p: p.registration_due, order="registration_due", name="registration"),
    Column(_("registered on"), lambda p: p.registered_on, under="registration"),
    Column(_("registration number"), lambda p: p.registration_number, under="registration"),
    Column(_("registered until"), lambda p: p.registered_until, under="registration"),
    Column(_("state"), lambda p: p.where, order="state", name="state"),
)


def _stay(plan: StudyPlan) -> Placement:
    return plan.placement


PLANS: tuple[Column[StudyPlan], ...] = (
    Column(
        _("student"),
        lambda p: str(p.enrolment.person),
        order="enrolment__person__name_cyrillic",
        otherwise="enrolment__person__surname",
        width=30,
        name="student",
    ),
    Column(_("number"), lambda p: p.enrolment.student_number, under="student"),
    Column(
        _("programme"),
        lambda p: str(_stay(p).application.intake.pathway.home_programme),
        order="placement__application__intake__pathway__home_programme__code",
        width=44,
        name="programme",
    ),
    Column(_("host"), lambda p: _stay(p).host.name, order="placement__host__name_kk", width=28, name="host"),
    Column(_("from"), lambda p: _stay(p).starts_on, order="placement__starts_on", name="from", optional=True),
    Column(_("until"), lambda p: _stay(p).ends_on, order="placement__ends_on", name="until", optional=True),
    Column(_("version"), lambda p: p.number, order="number", number=True, name="version"),
    Column(_("state"), lambda p: str(p.get_state_display()), order="state", name="state"),
)
