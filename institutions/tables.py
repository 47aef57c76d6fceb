"""What lists of universities and of people show and export."""

from django.utils.translation import gettext_lazy as _

from core.exports import Column
from institutions.models import University, User
from institutions.selectors import roles_today

UNIVERSITIES: tuple[Column[University], ...] = (
    Column(_("University"), lambda row: row.name, order="name_kk", width=50, name="university"),
    Column(_("Name in its own language"), lambda row: row.name_original, under="university", width=40),
    Column(_("Country"), lambda row: row.country_name, order="country", name="country"),
    Column(_("City"), lambda row: str(row.city), order="city_kk", name="city"),
    Column(_("Valid licences"), lambda row: row.valid_licences, order="valid_licences", name="licences"),  # type: ignore[attr-defined]  # annotated by the selector
)
PEOPLE: tuple[Column[User], ...] = (
    Column(
        _("Name"),
        lambda user: str(user.person),
        order="person__name_cyrillic",
        otherwise="person__surname",
        width=40,
        name="name",
    ),
    Column(_("Name as in the passport"), lambda user: user.person.passport_name, under="name", width=40),
    Column(_("E-mail"), lambda user: user.email, order="email", width=40, name="email"),
    Column(_("Roles today"), roles_today, width=50, name="roles"),
    Column(_("Account"), lambda user: _("open") if user.is_active else _("closed"), order="is_active", name="account"),
)
