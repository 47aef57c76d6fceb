"""What is held about somebody: all of it, nothing of anybody else, as a page and as a file."""

import io
import json
import zipfile
from collections.abc import Callable
from unittest import mock

import pytest
from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from core import jobs
from core.models import Job
from documents.models import Delivery, OfficialDocument, Upload
from documents.selectors import papers_visible_to
from documents.services import deliver, seal
from institutions.enums import Role
from institutions.models import Person, User
from institutions.permissions import standing_of
from satbayev_jdp.door import held, held_words
from satbayev_jdp.door.held_file import fields_of, page_about
from satbayev_jdp.door.openings import openings_of
from tests.admissions.road import PDF, Cast
from tests.factories import institutions, regulation

pytestmark = pytest.mark.django_db
ClientAs = Callable[[User], Client]


@pytest.fixture
def cast() -> Cast:
    """The people of a pathway."""
    regulation.edition()
    return Cast()


def archive_of(user: User) -> zipfile.ZipFile:
    """The ZIP as its job makes it."""
    job = held.start(user)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert not jobs.told_of(job)
    with job.result_file.open("rb") as opened:
        return zipfile.ZipFile(io.BytesIO(opened.read()))


def test_a_student_takes_everything_home(cast: Cast) -> None:
    _application, student = cast.complete()
    _other, classmate = cast.complete()
    with mock.patch("documents.press.print_pdf", return_value=PDF):
        for pk in OfficialDocument.objects.values_list("pk", flat=True):
            seal(pk)
    archive = archive_of(student)
    data = json.loads(archive.read("data.json"))
    names = archive.namelist()
    text = archive.read("data.json").decode()

    assert set(data["rows"]) == {
        "institutions.Person",
        "institutions.User",
        "programmes.Enrolment",
        "admissions.Application",
        "admissions.PackageItem",
        "admissions.ChairApplication",
        "admissions.Contract",
        "admissions.ContractSignature",
        "admissions.PartnerReply",
        "admissions.VisaCase",
        "documents.OfficialDocument",
    }
    assert len(data["rows"]["admissions.Application"]) == 1
    assert data["rows"]["institutions.Person"][0]["passport_number"] == student.person.passport_number
    assert data["history"]
    assert [name for name in names if name.startswith("files/")]
    assert [name for name in names if name.startswith("papers/")]
    for stranger in (classmate.person.passport_number, classmate.email):
        assert stranger not in text
    mine = {str(pk) for pk in held.uploads_about(standing_of(student)).values_list("pk", flat=True)}
    assert {name.split("/")[1].split("-")[0] for name in names if name.startswith("files/")} == mine


def test_nothing_that_keeps_the_door_goes_out(client: Client) -> None:
    user = institutions.user(Role.STUDENT)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    text = archive_of(user).read("data.json").decode()

    assert user.password not in text
    assert str(client.session.session_key) not in text
    assert '"browser"' in text


def test_staff_find_their_own_account_and_no_students(cast: Cast) -> None:
    _application, student = cast.complete()
    data = json.loads(archive_of(cast.ipd).read("data.json"))

    assert set(data["rows"]) == {"institutions.Person", "institutions.User", "institutions.Membership"}
    assert student.person.surname not in json.dumps(data, ensure_ascii=False)


def test_who_asks_twice_is_led_to_the_work_that_runs(client_as: ClientAs) -> None:
    client = client_as(institutions.user(Role.STUDENT))

    first, second = (client.post(reverse("held_download"))["Location"] for _ in range(2))

    assert first == second
    assert Job.objects.count() == 1


def test_another_person_does_not_get_the_file(client_as: ClientAs) -> None:
    user = institutions.user(Role.STUDENT)
    archive_of(user)
    url = reverse("core:job-result", args=[Job.objects.get().pk])

    assert client_as(institutions.user(Role.ADMINISTRATOR)).get(url).status_code == 404
    assert client_as(user).get(url).status_code == 200


def test_a_file_that_was_changed_is_told_of(cast: Cast) -> None:
    _application, student = cast.complete()
    upload = held.uploads_about(standing_of(student))[0]
    with upload.file.storage.open(upload.file.name, "wb") as file:  # type: ignore[arg-type]  # it has one
        file.write(b"something else")
    job = held.start(student)
    jobs.run(job.pk)

    assert [row.text for row in jobs.told_of(job)] == [
        "The file is not the one that was kept; the administrator must look."
    ]


def test_taking_passports_home_is_written_down_once(cast: Cast) -> None:
    _application, student = cast.complete()
    archive_of(student)
    personal = Upload.objects.filter(pk__in=held.uploads_about(standing_of(student)), purpose="private_document")

    openings = openings_of(personal, OfficialDocument.objects.none(), None)
    assert openings.count() == personal.count() > 0
    assert held.openings_about(standing_of(student)).count() == personal.count()


def test_a_delivered_paper_that_is_taken_home_is_opened(cast: Cast) -> None:
    _application, student = cast.complete()
    paper = papers_visible_to(standing_of(student)).earliest("pk")
    with mock.patch("documents.press.print_pdf", return_value=PDF):
        seal(paper.pk)
    deliver(document=paper, recipient=str(student), person=student.person, actor=student)

    archive_of(student)

    assert Delivery.objects.get(document=paper).opened_at


# --- the page to read -------------------------------------------------------------------------------------------------


def reached() -> set[type[models.Model]]:
    """Every table that may hold something about a person."""
    found: set[type[models.Model]] = {Person}
    fresh = set(found)
    while fresh:
        fresh = {child for model in fresh for child, _field in held._children_of(model)} - found
        found |= fresh
    return found


def test_all_that_is_reached_is_called_by_a_word_in_each_language() -> None:
    assert {model._meta.label for model in reached()} == set(held_words.TABLES)
    for model in reached():
        with translation.override("en"):
            english = [word for _name, word in fields_of(model)]
        for language in ("kk", "ru"):
            with translation.override(language):
                words = [word for _name, word in fields_of(model)]
                assert not str(held_words.TABLES[model._meta.label]).isascii()
            same = {word for word, told in zip(words, english, strict=True) if word == told}
            assert same <= {"GPA"}, (model, language)


def test_the_page_tells_in_words_what_the_rows_hold(cast: Cast) -> None:
    application, student = cast.complete()
    _other, classmate = cast.complete()
    Person.objects.filter(pk=student.person_id).update(surname="<b>SEITKALI</b>")
    User.objects.filter(pk=student.pk).update(language="ru")
    with translation.override("ru"):
        archive = archive_of(User.objects.get(pk=student.pk))
    page = archive.read("data.html").decode()

    assert '<html lang="ru">' in page
    assert "&lt;b&gt;SEITKALI&lt;/b&gt;" in page
    assert "<b>" not in page
    with translation.override("ru"):
        told = [str(application.intake), student.person.citizenship_name, str(application.enrolment.programme)]
        application.refresh_from_db()
        told += [application.get_state_display(), str(application.institute)]
    for words in told:
        assert words in page
    assert f'<a href="#admissions.Application-{application.pk}">№ 1</a>' in page
    for name in archive.namelist():
        assert name.startswith("data.") or f'href="{name}"' in page
    for secret in (classmate.person.passport_number, classmate.email, student.password):
        assert secret not in page


def test_what_is_taken_home_speaks_the_language_of_the_page_on_which_it_was_asked_for(
    cast: Cast, client_as: ClientAs
) -> None:
    _application, student = cast.complete()
    client = client_as(student)
    client.cookies["django_language"] = "kk" if student.language != "kk" else "ru"

    client.post(reverse("held_download"))

    job = Job.objects.get(kind=held.WORK)
    jobs.run(job.pk)
    job.refresh_from_db()
    with job.result_file.open("rb") as opened:
        page = zipfile.ZipFile(io.BytesIO(opened.read())).read("data.html").decode()
    assert f'<html lang="{client.cookies["django_language"].value}">' in page


def test_the_page_asks_as_often_for_many_rows_as_for_a_few(cast: Cast) -> None:
    _application, student = cast.complete()
    paper = papers_visible_to(standing_of(student)).earliest("pk")

    def asked_with(more: int) -> int:
        for _ in range(more):
            sender = institutions.user(Role.IPD_COORDINATOR)
            Delivery.objects.create(document=paper, recipient="x", person=student.person, sent_by=sender)
        rows = held.rows_about(student.person_id)
        data = held.data_about(student, rows)
        with translation.override("en"):
            with CaptureQueriesContext(connection) as asked:
                page = page_about(student, rows, data, [])
            assert str(sender) in page
        return len(asked)

    assert asked_with(1) == asked_with(20)
