"""Roles that nobody holds: the administrator is asked for them, and who waits for such a role is told."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from core.models import WorkItem
from core.values import today
from institutions.enums import Role
from institutions.models import Membership, User
from institutions.permissions import NOBODY, queue_for, standing_of
from satbayev_jdp.desk.vacancies import Vacancy, vacancies
from tests.factories import institutions, programmes
from tests.satbayev_jdp.test_desk import waits
from tests.satbayev_jdp.test_inbox import case_of
from tests.satbayev_jdp.test_inbox import waits as waits_with

pytestmark = pytest.mark.django_db
ClientAs = Callable[[User], Client]


def shown() -> dict[str, Vacancy]:
    return {one.whose: one for one in vacancies(standing_of(institutions.user(Role.ADMINISTRATOR)))}


def test_a_new_university_lacks_every_office_without_which_no_paper_is_made() -> None:
    institutions.user(Role.REGISTRAR)

    found = shown()

    assert {"IPD coordinator", "lawyer", "Chair of the Board – Rector"} <= found.keys()
    assert not {"Registrar's Office", "auditor", "administrator"} & found.keys()
    assert all((one.open, one.late) == (0, 0) for one in found.values())


def test_a_role_in_a_unit_or_at_a_partner_is_lacking_where_something_waits_for_it() -> None:
    department, partner = institutions.department(), institutions.partner()
    waits(queue_for(Role.DEPARTMENT_HEAD, unit_id=department.pk), today() - timedelta(days=1))
    waits(queue_for(Role.PARTNER_COORDINATOR, university_id=partner.pk), today(), number=2)
    waits(queue_for(Role.STUDENT, person_id=institutions.person().pk), today(), number=3)

    found = shown()

    head = found[f"head of department: {department.name_en}"]
    assert (head.open, head.late) == (1, 1)
    assert f"role=department_head&university={institutions.home().pk}&unit={department.pk}" in head.url
    assert f"role=partner_coordinator&university={partner.pk}" in found[f"partner coordinator: {partner.name_en}"].url
    assert not [whose for whose in found if whose.startswith("student")]


def test_units_that_teach_a_programme_are_staffed_before_a_case_comes_to_them() -> None:
    institute = institutions.institute()
    department = institutions.department(parent=institute)
    institutions.user(Role.INSTITUTE_DIRECTOR, unit=institute)
    assert not [whose for whose in shown() if ": " in whose]

    programmes.programme(department=department)

    found = {whose: one for whose, one in shown().items() if ": " in whose}
    head, coordinator = f"head of department: {department.name_en}", f"institute coordinator: {institute.name_en}"
    assert found.keys() == {head, coordinator}
    assert (
        f"role=institute_coordinator&university={institutions.home().pk}&unit={institute.pk}" in found[coordinator].url
    )


def test_a_closed_account_holds_nothing_and_an_acting_one_does() -> None:
    lawyer = institutions.user(Role.LAWYER)
    assert "lawyer" not in shown()

    User.objects.filter(pk=lawyer.pk).update(is_active=False)
    assert "lawyer" in shown()

    deputy = institutions.user(Role.REGISTRAR)
    Membership.objects.create(
        user=deputy, role=Role.LAWYER, university=institutions.home(), starts_on=today(), acting_for=lawyer
    )
    assert "lawyer" not in shown()


@pytest.mark.parametrize("role", [Role.IPD_COORDINATOR, Role.AUDITOR])
def test_it_is_told_to_those_who_give_roles(role: Role) -> None:
    assert vacancies(standing_of(institutions.user(role))) == vacancies(NOBODY) == []


def test_from_the_first_page_an_account_is_made_with_the_role_filled_in(client_as: ClientAs) -> None:
    client = client_as(institutions.user(Role.ADMINISTRATOR))
    [asked] = [one for one in client.get(reverse("inbox")).context["vacancies"] if one.whose == "lawyer"]

    made = client.post(asked.url, {"surname": "ABENOV", "email": "abenov@example.org", "language": "kk"})
    given = client.get(made["Location"])

    form = given.context["form"]
    assert (form["role"].value(), form["university"].value()) == ("lawyer", str(institutions.home().pk))


def test_who_waits_for_a_role_that_nobody_holds_is_told(client_as: ClientAs) -> None:
    student = institutions.user(Role.STUDENT)
    waits_with(case_of(student), queue_for(Role.LAWYER))
    client = client_as(student)
    assert "nobody holds this role" in client.get(reverse("inbox")).content.decode()

    institutions.user(Role.LAWYER)
    assert "nobody holds this role" not in client.get(reverse("inbox")).content.decode()


def test_whose_move_tells_it_too(client_as: ClientAs) -> None:
    waits(queue_for(Role.LAWYER), today())
    client = client_as(institutions.user(Role.IPD_COORDINATOR))

    assert "nobody holds this role" in client.get(reverse("moves")).content.decode()

    WorkItem.objects.update(queue=queue_for(Role.IPD_COORDINATOR))
    assert "nobody holds this role" not in client.get(reverse("moves")).content.decode()
