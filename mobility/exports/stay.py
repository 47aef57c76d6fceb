"""The columns of the list of stays, on the page and in files."""

from django.utils.translation import gettext_lazy as _

from core.exports import Column
from mobility.models import Placement


def partner(placement: Placement) -> str:
    """The partner university in the reader's language."""
    return placement.application.intake.pathway.partner_programme.university.name


STAYS: tuple[Column[Placement], ...] = (
    Column(
        _("student"),
        lambda p: str(p.application.enrolment.person),
        order="application__enrolment__person__surname",
        width=30,
    ),
    Column(_("passport name"), lambda p: p.application.enrolment.person.passport_name, width=30),
    Column(_("citizenship"), lambda p: p.application.enrolment.person.citizenship),
    Column(_("number here"), lambda p: p.host_student_number, order="host_student_number"),
    Column(_("direction"), lambda p: str(p.get_direction_display()), order="direction"),
    Column(
        _("partner"), partner, order="application__intake__pathway__partner_programme__university__name_kk", width=28
    ),
    Column(_("programme"), lambda p: p.application.intake.pathway.home_programme.code),
    Column(_("from"), lambda p: p.starts_on, order="starts_on"),
    Column(_("until"), lambda p: p.ends_on, order="ends_on"),
    Column(_("advisor"), lambda p: str(p.advisor) if p.advisor else ""),
    Column(_("arrived"), lambda p: p.crossed_border_on, order="crossed_border_on"),
    Column(_("registration due"), lambda p: p.registration_due, order="registration_due"),
    Column(_("registered on"), lambda p: p.registered_on, order="registered_on"),
    Column(_("registration number"), lambda p: p.registration_number),
    Column(_("registered until"), lambda p: p.registered_until, order="registered_until"),
    Column(_("state"), lambda p: p.where, order="state"),
)
