"""Pages of programmes and students."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from core.http import Onward
from documents.models import Upload
from institutions.enums import Role
from institutions.models import User
from programmes.models import Curriculum, Enrolment, Programme
from tests.factories import institutions, programmes
from tests.programmes.files import sent

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
COURSES = (("CSE1", 5, 1), ("CSE2", 5, 2))


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_programmes_costs_the_same_for_any_length(
    count: int, client_as: SignIn, django_assert_num_queries: Callable[[int], object]
) -> None:
    for number in range(count):
        programmes.programme(code=f"7M0610{number}")
    client = client_as(institutions.user(Role.IPD_COORDINATOR))

    with django_assert_num_queries(8):  # type: ignore[attr-defined]  # a context manager of pytest-django
        response = client.get(reverse("programmes:programmes"))

    codes = {row.code for row in response.context["page"]}
    assert codes == {f"7M0610{number}" for number in range(count)}
    assert all(code in response.content.decode() for code in codes)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_students_costs_the_same_for_any_length(
    count: int, client_as: SignIn, django_assert_num_queries: Callable[[int], object]
) -> None:
    numbers = {programmes.enrolment().student_number for _ in range(count)}
    client = client_as(institutions.user(Role.REGISTRAR))

    with django_assert_num_queries(7):  # type: ignore[attr-defined]  # a context manager of pytest-django
        response = client.get(reverse("programmes:students"))

    assert {row.student_number for row in response.context["page"]} == numbers
    assert all(number in response.content.decode() for number in numbers)


def test_a_programme_shows_its_curriculum_with_totals(client_as: SignIn) -> None:
    programme = programmes.programme()
    curriculum = programmes.curriculum(programme, COURSES)

    page = client_as(institutions.user(Role.AUDITOR)).get(reverse("programmes:programme", args=[programme.pk]))

    text = page.content.decode()
    assert "Semester 1" in text
    assert "Course CSE2" in text
    assert "<h2>Curriculum, version 1</h2>" in text  # the file's title stands in the file's language
    assert f"Title in its file: “{curriculum.title}”" in text
    assert [(block.semester, block.credits) for block in page.context["blocks"]] == [(1, 5), (2, 5)]


@pytest.mark.clause("5.2")
def test_a_programme_says_where_it_stands_and_what_it_lacks(client_as: SignIn) -> None:
    """Without a curriculum it waits for one; the auditor sees the same, without the button."""
    programme = programmes.programme()
    page, bring = (reverse(f"programmes:{name}", args=[programme.pk]) for name in ("programme", "curriculum-import"))

    ipd, auditor = (client_as(institutions.user(role)).get(page) for role in (Role.IPD_COORDINATOR, Role.AUDITOR))

    assert [(one.context["where"], one.context["movers"]) for one in (ipd, auditor)] == [
        ("entered, without a curriculum", ["methodical section of the Registrar's Office"])
    ] * 2
    assert [stage.label for stage in ipd.context["stages"] if stage.current] == ["Curriculum imported"]
    assert "No curriculum has been imported" in auditor.content.decode()
    assert (bring in ipd.content.decode(), bring in auditor.content.decode()) == (True, False)

    programmes.curriculum(programme, COURSES)
    later = client_as(institutions.user(Role.AUDITOR)).get(page).context
    assert (later["where"], later["movers"]) == ("has a curriculum, no pathway to a partner", [])


def test_a_programme_names_each_that_its_pathways_wait_for_once_with_all_that_is_theirs(
    client_as: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    curriculum = programmes.curriculum(programmes.programme())
    ways = [
        Onward(
            "first", "/1/", movers=("lawyer", "lawyer", Role.IPD_COORDINATOR), mine=frozenset({Role.IPD_COORDINATOR})
        ),
        Onward("second", "/2/", movers=("lawyer",)),
    ]
    monkeypatch.setattr("programmes.views.programmes.onward_from", lambda *_asked: ways)
    page = reverse("programmes:programme", args=[curriculum.programme_id])

    shown = client_as(institutions.user(Role.IPD_COORDINATOR)).get(page).context

    assert shown["movers"] == ["You: IPD coordinator", "lawyer · 3 things"]


def test_a_student_sees_the_own_page_and_no_other(client_as: SignIn) -> None:
    student = institutions.user(Role.STUDENT)
    own, other = programmes.enrolment(who=student.person), programmes.enrolment()
    client = client_as(student)

    pages = [client.get(reverse("programmes:enrolment", args=[one.pk])).status_code for one in (own, other)]

    assert pages == [200, 404]


def test_a_curriculum_is_uploaded_tried_and_written(client_as: SignIn) -> None:
    programme = programmes.programme()
    client = client_as(institutions.user(Role.DEPARTMENT_HEAD, unit=institutions.department()))
    file = SimpleUploadedFile("curriculum.xlsx", sent("curriculum_7M06102.xlsx").read())

    tried = client.post(reverse("programmes:curriculum-import", args=[programme.pk]), {"file": file}, follow=True)
    before = Curriculum.objects.count()
    written = client.post(tried.redirect_chain[-1][0], follow=True)

    assert tried.context["report"].ok
    assert before == 0
    assert "The curriculum is written as a new version." in written.content.decode()
    assert Curriculum.objects.get().courses.count() == 19


def test_a_file_that_is_no_table_is_refused_on_its_page(client_as: SignIn) -> None:
    programme = programmes.programme()
    client = client_as(institutions.user(Role.IPD_COORDINATOR))
    file = SimpleUploadedFile("curriculum.xlsx", b"%PDF-1.4 not a table")

    page = client.post(reverse("programmes:curriculum-import", args=[programme.pk]), {"file": file})

    assert page.status_code == 422
    assert "is not a kind of file that is asked for here" in page.content.decode()


def test_a_broken_workbook_is_told_and_nothing_is_written(client_as: SignIn) -> None:
    programme = programmes.programme()
    client = client_as(institutions.user(Role.IPD_COORDINATOR))
    broken = sent("curriculum_7M06102.xlsx").read()[:3000] + b"xl/workbook.xml"
    file = SimpleUploadedFile("curriculum.xlsx", broken)

    page = client.post(reverse("programmes:curriculum-import", args=[programme.pk]), {"file": file}, follow=True)

    assert page.status_code == 200
    assert "The workbook is broken and cannot be opened." in page.content.decode()


def test_the_register_is_uploaded_tried_and_written(client_as: SignIn) -> None:
    programmes.programme()
    programmes.programme(code="6B07203")
    client = client_as(institutions.user(Role.REGISTRAR))
    file = SimpleUploadedFile("students.csv", sent("students_registrar.csv").read())

    tried = client.post(reverse("programmes:students-import"), {"file": file}, follow=True)
    Upload.objects.update(sha256="0" * 64)
    spoilt = client.post(tried.redirect_chain[-1][0], follow=True)
    Upload.objects.update(sha256=tried.context["report"].digest)
    written = client.post(tried.redirect_chain[-1][0], follow=True)

    assert "is no longer the file that was uploaded" in spoilt.content.decode()
    assert "Students: 23 new, 0 changed, 0 as before." in written.content.decode()
    assert Enrolment.objects.count() == 23


def test_the_list_of_students_is_searched_in_both_spellings(client_as: SignIn) -> None:
    found = programmes.enrolment()
    programmes.enrolment(who=institutions.person(surname="OTHER", name_cyrillic="Басқа"))
    client = client_as(institutions.user(Role.REGISTRAR))

    for words in ("ӘБДІҒАЛИЕВ", "abdigaliev", found.student_number):
        page = client.get(reverse("programmes:students"), {"q": words})
        assert [one.pk for one in page.context["page"]] == [found.pk]
    # A number whose digits would take minutes to write out is a slip like another.
    odd = client.get(reverse("programmes:students"), {"entry_year": "-1e99999999"}).context["listing"]
    assert "entry_year" in odd.filters.form.errors


def test_what_is_shown_is_exported(client_as: SignIn) -> None:
    found = programmes.enrolment()

    csv = client_as(institutions.user(Role.REGISTRAR)).get(reverse("programmes:students"), {"export": "csv"})

    assert f"{found.person};{found.person.passport_name};{found.student_number};" in csv.content.decode("utf-8-sig")


def test_every_form_opens_for_its_people(client_as: SignIn) -> None:
    programme = programmes.programme()
    client = client_as(institutions.user(Role.REGISTRAR))
    names = (("programme-new",), ("students-import",), ("curriculum-import", programme.pk))

    answers = [client.get(reverse(f"programmes:{name}", args=args)).status_code for name, *args in names]

    assert answers == [200, 200, 200]


def test_a_form_that_takes_no_table_names_no_columns_and_an_empty_choice_is_a_dash(client_as: SignIn) -> None:
    page = client_as(institutions.user(Role.REGISTRAR)).get(reverse("programmes:programme-new")).content.decode()

    assert ("?sample" in page, "------" in page) == (False, False)
    assert '<option value="" selected>—</option>' in page


@pytest.mark.clause("4.1")
def test_a_programme_is_corrected_on_a_page_that_tells_what_somebody_else_changed(client_as: SignIn) -> None:
    programme = programmes.programme()
    client = client_as(institutions.user(Role.REGISTRAR))
    page, address = (reverse(f"programmes:{name}", args=[programme.pk]) for name in ("programme", "programme-correct"))
    typed = {"department": programme.department_id, "code": "7M06102", "name_kk": "А", "level": "master"}
    typed |= {"direction": "7M061", "semesters": "4", "credits": "120"}

    assert f'href="{address}"' in client.get(page).content.decode()
    assert client.get(address).context["form"]["name_kk"].value() == "Бағдарламалық инженерия"
    first = client.post(address, typed, follow=True)
    seen = client.get(address).context["form"]["seen"].value()
    client.post(address, {**typed, "name_kk": "Б", "seen": seen})
    late = client.post(address, {**typed, "name_kk": "В", "seen": seen})

    assert "Saved." in first.content.decode()
    assert "Something happened here" in late.content.decode()
    programme.refresh_from_db()
    assert programme.name_kk == "Б"


def test_a_programme_entered_by_mistake_is_taken_away_after_a_page_that_says_so(client_as: SignIn) -> None:
    programme, studied = programmes.programme(), programmes.programme(code="7M06103")
    programmes.enrolment(studied)
    client = client_as(institutions.user(Role.REGISTRAR))
    address, held = (reverse("programmes:programme-away", args=[one.pk]) for one in (programme, studied))

    pages = [
        client.get(reverse("programmes:programme", args=[one.pk])).content.decode() for one in (programme, studied)
    ]
    asked = client.get(address).content.decode()
    refused = client.get(held, follow=True).content.decode()
    done = client.post(address, follow=True).content.decode()

    assert [address in pages[0], held in pages[1]] == [True, False]
    assert "no longer stands among the programmes" in asked
    assert "corrected, not taken away" in refused
    assert "Taken away." in done
    assert list(Programme.objects.all()) == [studied]
