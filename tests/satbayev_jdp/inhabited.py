"""The world that walks over all addresses go through: two institutes with a partner each, somebody of every role."""

from typing import ClassVar
from unittest import mock

from django.conf import settings
from django.test import TestCase, override_settings
from django.utils import translation

from institutions.enums import Role
from institutions.models import User
from tests.admissions.road import PDF
from tests.factories import institutions, regulation
from tests.satbayev_jdp import tenants
from tests.satbayev_jdp.tenants import Tenant
from tests.satbayev_jdp.walk import LETTERS


def cast(tenant: Tenant) -> dict[str, User | None]:
    """Somebody for each letter, the student aside: that one changes with the thing that is asked for."""
    homes = {Role.ADVISOR: tenant.department, Role.DEPARTMENT_HEAD: tenant.department}
    homes |= {Role.INSTITUTE_COORDINATOR: tenant.institute, Role.INSTITUTE_DIRECTOR: tenant.institute}
    found: dict[str, User | None] = {"N": None}
    for letter, role in LETTERS.items():
        if role == Role.PARTNER_COORDINATOR:
            found[letter] = institutions.partner_user(tenant.pathway.partner_programme.university)
        elif role and role != Role.STUDENT:
            found[letter] = institutions.user(role, unit=homes.get(Role(role)))
    return found


# Pages are searched for N+1 where they are tested; here it would take as long as the pages themselves.
_SIGNED_IN = {"django.contrib.auth.middleware.AuthenticationMiddleware": "tests.satbayev_jdp.walk.KnownUser"}
MIDDLEWARE = [_SIGNED_IN.get(name, name) for name in settings.MIDDLEWARE if not name.startswith("zeal.")]


@override_settings(ROOT_URLCONF="tests.satbayev_jdp.plain_urls", MIDDLEWARE=MIDDLEWARE)
class Inhabited(TestCase):
    """One world for all; each request is undone."""

    own: Tenant
    classmate: Tenant
    elsewhere: Tenant
    people: ClassVar[dict[str, User | None]]

    @classmethod
    def setUpTestData(cls) -> None:
        """Two tenants, and a second set of students in the first."""
        # What papers look like is held where they are printed; here each reader would wait for the printer.
        cls.enterClassContext(mock.patch("documents.press.print_pdf", return_value=PDF))
        with translation.override("en"):
            regulation.edition()
            own = tenants.tenant("AI", "SE", "7M06102", "Hochschule Nordtal")
            cls.own, cls.classmate = tenants.furnish(own), tenants.classmates(own)
            cls.elsewhere = tenants.furnish(tenants.tenant("GM", "ME", "7M07203", "Yangtze Institute"))
            cls.people = cast(cls.own)
            registrar, colleague = cls.people["R"], institutions.user(Role.REGISTRAR)
            assert registrar is not None
            for one in (cls.own, cls.elsewhere):
                tenants.offices(one, registrar, colleague)
                tenants.put_account(one, institutions.user(Role.LAWYER))
            tenants.with_files()
