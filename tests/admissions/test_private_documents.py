"""Passports and health documents: who opens them, what is written down of it, who reads that; passport numbers on pages."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
import time_machine
from django.core.files.storage import FileSystemStorage
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from admissions.enums import ApplicationState, DocumentKind
from admissions.models import Application, PackageItem
from core import jobs
from core.models import HistoryEntry
from core.story import story_of
from core.workflow import RefusedError
from documents.erasure import erase_due
from documents.models import OfficialDocument, Upload
from documents.services import seal, start_download
from documents.tables import DEEDS as PAPERS_DEEDS
from institutions.enums import Role
from institutions.models import Person, User
from institutions.permissions import standing_of
from tests.admissions.road import PDF, Case, Cast
from tests.factories import institutions

ClientAs = Callable[[User], Client]


def upload_of(application: Application, kind: str) -> Upload:
    item = PackageItem.objects.get(application=application, kind=kind)
    assert item.upload
    return item.upload


def sealed_contract(application: Application) -> OfficialDocument:
    contract = OfficialDocument.objects.get(kind="three_party_contract", subject_id=application.pk)
    with mock.patch("documents.press.print_pdf", return_value=PDF):
        seal(contract.pk)
    contract.refresh_from_db()
    return contract


def everybody(cast: Cast, student: User) -> dict[str, User]:
    """One of each role, at the case's own department, institute and partner."""
    department = cast.pathway.home_programme.department
    assert department
    people = {
        Role.DEPARTMENT_HEAD: institutions.user(Role.DEPARTMENT_HEAD, unit=department),
        Role.ADVISOR: institutions.user(Role.ADVISOR, unit=department),
        Role.INSTITUTE_DIRECTOR: institutions.user(Role.INSTITUTE_DIRECTOR, unit=department.parent),
        Role.INSTITUTE_COORDINATOR: institutions.user(Role.INSTITUTE_COORDINATOR, unit=department.parent),
        Role.PARTNER_COORDINATOR: institutions.partner_user(cast.pathway.partner_programme.university),
        Role.STUDENT: student,
    }
    return {str(role): people.get(role) or institutions.user(role) for role in Role}


NEED = {Role.STUDENT, Role.IPD_COORDINATOR, Role.INSTITUTE_COORDINATOR, Role.PARTNER_COORDINATOR}


def test_passports_are_opened_by_those_who_need_them(client_as: ClientAs, cast: Cast, complete: Case) -> None:
    application, student = complete
    private = reverse("documents:upload", args=[upload_of(application, DocumentKind.PASSPORT).pk])
    people = everybody(cast, student)

    opened = {role for role, user in people.items() if client_as(user).get(private).status_code == 200}

    assert opened == {str(role) for role in NEED}


@pytest.mark.parametrize("kind", [DocumentKind.PASSPORT, DocumentKind.TRANSCRIPT])
def test_a_page_leads_only_to_files_that_its_reader_may_open(
    client_as: ClientAs, cast: Cast, complete: Case, kind: str
) -> None:
    application, student = complete
    item = PackageItem.objects.filter(application=application, kind=kind).first()
    if item is None or item.upload is None:
        pytest.skip("this pathway asks for none")
    file = reverse("documents:upload", args=[item.upload.pk])
    page = reverse("admissions:application", args=[application.pk])

    for user in everybody(cast, student).values():
        client = client_as(user)
        answer = client.get(page)
        if answer.status_code == 200:
            assert (file in answer.content.decode()) is (client.get(file).status_code == 200), user


def test_each_opening_is_written_down_and_read_by_the_student_and_the_auditor(
    client_as: ClientAs, cast: Cast, complete: Case
) -> None:
    application, student = complete
    upload = upload_of(application, DocumentKind.PASSPORT)
    for user in (cast.ipd, institutions.user(Role.LAWYER)):
        client_as(user).get(reverse("documents:upload", args=[upload.pk]))

    entry = HistoryEntry.objects.get(action="documents.opened")
    assert (entry.actor_id, entry.subject_id, entry.after) == (cast.ipd.pk, upload.pk, {"roles": ["ipd_coordinator"]})
    own = client_as(student).get(reverse("held")).content.decode()
    assert str(cast.ipd) in own
    assert "IPD coordinator" in own
    auditor = client_as(institutions.user(Role.AUDITOR))
    assert str(cast.ipd) in auditor.get(reverse("openings")).content.decode()
    assert client_as(cast.ipd).get(reverse("openings")).status_code == 404
    another = client_as(institutions.user(Role.STUDENT)).get(reverse("held")).content.decode()
    assert str(cast.ipd) not in another


@pytest.mark.parametrize(
    ("language", "passport", "contract"),
    [("kk", "Төлқұжат", "Үшжақты шарт"), ("ru", "Паспорт", "Трёхсторонний договор")],
)
def test_the_auditor_reads_whose_document_was_opened_and_which_it_is(
    client_as: ClientAs, cast: Cast, complete: Case, language: str, passport: str, contract: str
) -> None:
    application, student = complete
    paper = sealed_contract(application)
    ipd = client_as(cast.ipd)
    ipd.get(reverse("documents:upload", args=[upload_of(application, DocumentKind.PASSPORT).pk]))
    ipd.get(reverse("documents:download", args=[paper.pk]))
    auditor = client_as(institutions.user(Role.AUDITOR))
    auditor.cookies["django_language"] = language

    answer = auditor.get(reverse("openings"))

    page, case = answer.content.decode(), reverse("admissions:application", args=[application.pk])
    with override(language):
        whose = str(student.person)
    assert page.count(f'<a href="{case}">{whose}</a>') == 2
    assert [one.document.capitalize() for one in answer.context["openings"]] == [contract, passport]
    assert auditor.get(case).status_code == 200


def test_papers_with_the_number_of_a_passport_are_opened_by_need_and_each_opening_is_written_down(
    client_as: ClientAs, cast: Cast, complete: Case
) -> None:
    application, student = complete
    contract = sealed_contract(application)
    file, page = (reverse(f"documents:{name}", args=[contract.pk]) for name in ("download", "officialdocument"))
    opened, seen = set(), set()
    for role, user in everybody(cast, student).items():
        client = client_as(user)
        answer = client.get(page)
        opens = client.get(file).status_code == 200
        opened |= {role} if opens else set()
        seen |= {role} if answer.status_code == 200 else set()
        assert (file in answer.content.decode()) is opens, role
        assert (file in client.get(reverse("documents:papers")).content.decode()) is opens, role

    in_units = {Role.ADVISOR, Role.DEPARTMENT_HEAD, Role.INSTITUTE_DIRECTOR}
    assert seen - opened == in_units | {Role.LAWYER, Role.METHODICAL_SECTION}
    assert {Role.STUDENT, Role.PARTNER_COORDINATOR, Role.SIGNATORY, Role.AUDITOR} <= opened
    entries = HistoryEntry.objects.filter(action="documents.opened", subject_type="documents.officialdocument")
    assert {role for entry in entries for role in entry.after["roles"]} == opened - {Role.STUDENT}
    assert not [told for told in story_of(contract) if told.action == "documents.opened"]
    assert client_as(student).get(reverse("held")).content.decode().count(contract.number_text) == len(opened) - 1


def test_a_zip_holds_papers_with_such_numbers_for_those_alone_who_open_them(
    client_as: ClientAs, cast: Cast, complete: Case
) -> None:
    application, _student = complete
    contract = sealed_contract(application)
    department = cast.pathway.home_programme.department
    head, signatory = institutions.user(Role.DEPARTMENT_HEAD, unit=department), institutions.user(Role.SIGNATORY)

    with pytest.raises(RefusedError):
        start_download([contract.pk], head)
    jobs.run(start_download([contract.pk], signatory).pk)

    assert HistoryEntry.objects.get(action="documents.opened").actor == signatory
    rows = PAPERS_DEEDS[0].foresee(standing_of(head), [contract])
    assert [blocker.text for blocker in rows[0].blockers] == [
        "It bears the number of a passport: those alone open it whose work needs it."
    ]


def test_other_files_are_opened_unwritten(client_as: ClientAs, cast: Cast, complete: Case) -> None:
    application, _student = complete
    ordinary = Upload.objects.filter(subject_id=application.pk, purpose="package_document").first()
    assert ordinary

    client_as(cast.ipd).get(reverse("documents:upload", args=[ordinary.pk]))

    assert not HistoryEntry.objects.filter(action="documents.opened").exists()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_openings_costs_the_same_for_any_length(
    client_as: ClientAs,
    cast: Cast,
    complete: Case,
    count: int,
    django_assert_num_queries: Callable[[int], object],
) -> None:
    upload = upload_of(complete[0], DocumentKind.PASSPORT)
    for _ in range(count):
        client_as(institutions.partner_user(cast.pathway.partner_programme.university)).get(
            reverse("documents:upload", args=[upload.pk])
        )
    client = client_as(institutions.user(Role.AUDITOR))

    # session, user, standing, count, page, files, cases, kinds of documents, reader, waits
    with django_assert_num_queries(10):  # type: ignore[attr-defined]  # a context manager of pytest-django
        answer = client.get(reverse("openings"))

    assert len(answer.context["openings"]) == count


def test_numbers_of_passports_stand_on_pages_of_those_whose_work_needs_them(
    client_as: ClientAs, cast: Cast, complete: Case
) -> None:
    application, student = complete
    number, people = student.person.passport_number, everybody(cast, student)
    page = reverse("programmes:enrolment", args=[application.enrolment_id])
    numbers = reverse("numbers", args=[student.person_id])

    led: set[str] = set()
    for role, user in people.items():
        answer = client_as(user).get(page)
        told = answer.content.decode() if answer.status_code == 200 else ""
        assert (number in told) == (role == Role.STUDENT)
        if f'href="{numbers}"' in told:
            led.add(role)
    read = {role for role, user in people.items() if client_as(user).get(numbers).status_code == 200}

    assert led == {Role.IPD_COORDINATOR, Role.REGISTRAR, Role.INSTITUTE_COORDINATOR}
    # The partner is led there from the case, where it has one with a passport that it was not sent itself.
    assert read == led | {Role.STUDENT, Role.PARTNER_COORDINATOR}
    told_to_student = client_as(student).get(reverse("held")).context["openings"]
    assert [(one.who, one.document) for one in told_to_student if not one.file] == [
        (str(people[role]), "numbers of passport and IIN") for role in reversed(people) if role in read - {Role.STUDENT}
    ]
    assert client_as(people[Role.IPD_COORDINATOR]).get(numbers).content.decode().count(number) == 1


def test_a_partner_reads_a_passport_until_the_case_is_closed_and_never_an_iin(
    client_as: ClientAs, cast: Cast, complete: Case
) -> None:
    application, student = complete
    partner = client_as(institutions.partner_user(cast.pathway.partner_programme.university))
    Person.objects.filter(pk=student.person_id).update(iin="020903503011")
    numbers = reverse("numbers", args=[student.person_id])
    file = reverse("documents:upload", args=[upload_of(application, DocumentKind.PASSPORT).pk])

    shown = partner.get(numbers).content.decode()
    opened = partner.get(file).status_code
    Application.objects.filter(pk=application.pk).update(state=ApplicationState.PARTNER_REFUSED)

    assert student.person.passport_number in shown
    assert "020903503011" not in shown
    assert opened == 200
    assert [partner.get(address).status_code for address in (numbers, file)] == [404, 404]


def test_passports_are_erased_when_their_time_is_over_and_other_files_stay(
    client_as: ClientAs, cast: Cast, complete: Case, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object) -> None:
        raise OSError("the disk is away")

    application, student = complete
    passport = upload_of(application, DocumentKind.PASSPORT)
    storage, name = passport.file.storage, str(passport.file.name)
    others = Upload.objects.exclude(purpose="private_document").exclude(file="").count()
    erase_due()
    assert storage.exists(name)
    settings.PERSONAL_FILES_KEPT_DAYS = 365
    erase_due()
    assert storage.exists(name)

    with time_machine.travel(timezone.now() + timedelta(days=366), tick=False):
        with monkeypatch.context() as away:
            away.setattr(FileSystemStorage, "delete", fail)
            with pytest.raises(OSError, match="away"):
                erase_due()
        assert not HistoryEntry.objects.filter(action="documents.erased").exists()
        erase_due()
        erase_due()

    assert not storage.exists(name)
    assert Upload.objects.exclude(purpose="private_document").exclude(file="").count() == others
    assert HistoryEntry.objects.filter(action="documents.erased", subject_id=passport.pk).count() == 1
    client = client_as(cast.ipd)
    file = reverse("documents:upload", args=[passport.pk])
    assert client.get(file).status_code == 404
    assert file not in client.get(reverse("admissions:application", args=[application.pk])).content.decode()
    assert client_as(student).get(reverse("held")).status_code == 200
