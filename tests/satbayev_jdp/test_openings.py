"""Files of imports that tell passports: who opens them, what is written down of it, and that they are erased in time."""

import io
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from admissions.services import nominations
from core.models import HistoryEntry
from documents.erasure import erase_due
from documents.models import Upload
from institutions.enums import Role
from institutions.models import User
from programmes.services.students import keep_students_file
from tests.admissions.coming import Guests
from tests.conftest import ClientAs
from tests.factories import institutions, regulation

pytestmark = pytest.mark.django_db
TABLE = b"number;passport\n1;N1234567\n"


@pytest.fixture
def guests() -> Guests:
    """The people of an incoming intake."""
    regulation.edition()
    return Guests()


def register() -> Upload:
    """The register of students as a colleague has brought it."""
    institutions.home()
    colleague = institutions.user(Role.REGISTRAR)
    return keep_students_file(file=io.BytesIO(TABLE), name="students.csv", actor=colleague)


def nominated(guests: Guests) -> Upload:
    return nominations.keep_file(
        intake_id=guests.intake.pk, content=TABLE, filename="nominations.csv", actor=guests.partner
    )


def opened_by(client_as: ClientAs, upload: Upload, people: dict[str, User]) -> set[str]:
    url = reverse("documents:upload", args=[upload.pk])
    return {role for role, user in people.items() if client_as(user).get(url).status_code == 200}


def everybody(guests: Guests) -> dict[str, User]:
    """One of each role, at the intake's own department, institute and partner; none has brought a file."""
    department = guests.pathway.home_programme.department
    assert department
    people = {
        Role.DEPARTMENT_HEAD: guests.head,
        Role.ADVISOR: institutions.user(Role.ADVISOR, unit=department),
        Role.INSTITUTE_DIRECTOR: guests.director,
        Role.INSTITUTE_COORDINATOR: guests.coordinator,
        Role.PARTNER_COORDINATOR: institutions.partner_user(guests.pathway.partner_programme.university),
    }
    return {str(role): people.get(role) or institutions.user(role) for role in Role}


def test_the_register_of_students_is_opened_by_the_registrars_office_alone(client_as: ClientAs, guests: Guests) -> None:
    upload, people = register(), everybody(guests)

    assert opened_by(client_as, upload, people) == {Role.REGISTRAR}

    entry = HistoryEntry.objects.get(action="documents.opened")
    assert (entry.actor, entry.subject_id) == (people[Role.REGISTRAR], upload.pk)
    (told,) = client_as(people[Role.AUDITOR]).get(reverse("openings")).context["openings"]
    assert (told.who, told.document, told.whose) == (
        str(people[Role.REGISTRAR]),
        "file of the register of students",
        "",
    )


def test_a_file_of_candidates_is_opened_by_its_partner_and_the_ipd_alone(client_as: ClientAs, guests: Guests) -> None:
    upload, people = nominated(guests), everybody(guests)
    stranger = institutions.partner_user(institutions.partner("Yangtze", "CN"))

    assert opened_by(client_as, upload, people) == {Role.PARTNER_COORDINATOR, Role.IPD_COORDINATOR}
    assert opened_by(client_as, upload, {"stranger": stranger}) == set()
    openings = client_as(people[Role.AUDITOR]).get(reverse("openings")).context["openings"]
    assert {(one.document, one.whose, one.url) for one in openings} == {
        (
            "file of candidates",
            str(guests.pathway.partner_programme.university),
            reverse("admissions:intake", args=[guests.intake.pk]),
        )
    }
    assert len(openings) == 2


def test_files_of_imports_are_erased_in_time_and_the_page_of_their_check_asks_for_them_again(
    client_as: ClientAs, guests: Guests, settings: Any
) -> None:
    students, candidates = register(), nominated(guests)
    settings.PERSONAL_FILES_KEPT_DAYS = 365

    with time_machine.travel(timezone.now() + timedelta(days=366), tick=False):
        erase_due()

    assert set(Upload.objects.filter(file="")) == {students, candidates}
    pages = (
        (students.uploaded_by, reverse("programmes:students-check", args=[students.pk])),
        (guests.partner, reverse("admissions:nomination-check", args=[guests.intake.pk, candidates.pk])),
    )
    for who, url in pages:
        for verb in ("get", "post"):
            answer = getattr(client_as(who), verb)(url, follow=True)
            assert answer.status_code == 200
            assert "was erased: its time was over. Hand it in again." in answer.content.decode()
