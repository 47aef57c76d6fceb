"""The heads of every import: known in each language, told and given as a sample on its page."""

import io
from collections.abc import Callable, Iterator

import pytest
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from openpyxl import load_workbook

from admissions.forms.nominations import CandidateForm
from admissions.imports.nominations import HEADERS as NOMINATIONS
from agreements.imports.sheet import read_annex
from core.exports import Column, to_xlsx
from core.heads import Header, find_header, heads, sample
from core.sheets import open_grid
from institutions.enums import Role
from institutions.models import Person, User
from programmes.imports.curricula import HEADERS as CURRICULUM
from programmes.imports.students import HEADERS as REGISTER
from programmes.models import Course, Enrolment
from tests.admissions.coming import Guests
from tests.factories import institutions
from transcripts.imports.marks import HEADERS as MARKS
from transcripts.imports.marks import HOME_HEADERS as HOME_MARKS
from transcripts.tables.marks import columns

TABLES = [NOMINATIONS, CURRICULUM, REGISTER, MARKS, HOME_MARKS]


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
@pytest.mark.parametrize("headers", TABLES)
def test_the_sample_of_each_import_has_heads_that_it_knows(headers: tuple[Header, ...], language: str) -> None:
    with translation.override(language):
        read, problems = open_grid(io.BytesIO(sample("Sample", headers)), "sample.xlsx", heads(headers))

    assert list(find_header(read, headers)[1].values()) == list(range(1, len(headers) + 1))
    assert problems == []


@pytest.mark.parametrize("headers", TABLES)
def test_no_title_means_two_columns(headers: tuple[Header, ...]) -> None:
    titles = [title.casefold() for header in headers for title in {one.casefold() for one in header.titles}]

    assert len(titles) == len(set(titles))


def _of_model(model: type[Model], **names: str) -> Iterator[tuple[str, str]]:
    fields = {field.name: str(field.verbose_name) for field in model._meta.concrete_fields}
    return ((key, fields[name]) for key, name in names.items())


def _words_of(headers: tuple[Header, ...]) -> list[tuple[str, str]]:
    """What the program's own forms, tables and pages call the columns of an import, by key."""
    person = ("surname", "given_names", "birth_date", "sex", "citizenship", "email")
    same = {name: name for name in person}
    if headers is NOMINATIONS:
        form = CandidateForm.base_fields
        called = {"certificate": "language_certificate"}
        labels = ((header.key, form.get(called.get(header.key, header.key))) for header in headers)
        asked = [("programme", gettext("Programme")), ("semester", gettext("Semester")), ("level", gettext("Level"))]
        return [*((key, str(field.label)) for key, field in labels if field), *asked]
    if headers is REGISTER:
        papers = {"passport": "passport_number", "passport_until": "passport_valid_until"}
        person_words = _of_model(
            Person, **same, **papers, name_cyrillic="name_cyrillic", iin="iin", certificate="language_certificate"
        )
        studies = {"number": "student_number", "language": "study_language"}
        own = {name: name for name in ("entry_year", "funding", "gpa", "debts")}
        return [*person_words, *_of_model(Enrolment, **studies, **own), ("programme", gettext("Programme"))]
    if headers is CURRICULUM:
        named = (header.key for header in headers if header.key != "prerequisites")
        return [*_of_model(Course, **{name: name for name in named})]
    return [(column.name, column.label) for column in columns()]


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
@pytest.mark.parametrize("headers", TABLES)
def test_each_import_knows_the_words_of_the_programs_own_forms(headers: tuple[Header, ...], language: str) -> None:
    titles = {header.key: {title.casefold() for title in header.titles} for header in headers}
    with translation.override(language):
        words = _words_of(headers)

        assert len(words) > 5
        assert [(key, word) for key, word in words if word.casefold() not in titles[key]] == []


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_annex_1_is_known_by_the_heads_of_its_own_table(language: str) -> None:
    with translation.override(language):
        side = [gettext("Course"), gettext("Credits"), gettext("Hours")]
        table = to_xlsx("Annex", [Column[None](head, lambda _row: "") for head in ("№", *side, *side)], ())

    read = read_annex(io.BytesIO(table), "annex.xlsx", home=[], partner=[])

    assert [str(problem) for problem in read.problems] == ["“Annex”: There is no row of courses in this file."]


@pytest.mark.django_db
def test_a_page_names_the_heads_as_its_reader_has_them_and_gives_a_table_with_them(
    client_as: Callable[[User], Client],
) -> None:
    client = client_as(institutions.user(Role.REGISTRAR))
    client.cookies["django_language"] = "ru"
    address = reverse("programmes:students-import")

    page = client.get(address).content.decode()
    table = load_workbook(io.BytesIO(client.get(f"{address}?sample").content)).worksheets[0]

    assert "Столбцы: ID, Фамилия, имя, Фамилия (латиницей), Дата рождения, " in page
    assert 'href="?sample"' in page
    assert [cell.value for cell in table[1]] == [header.name.ru for header in REGISTER]


@pytest.mark.django_db
def test_partners_and_the_registrar_are_told_the_heads_of_marks_and_of_nominations(
    client_as: Callable[[User], Client],
) -> None:
    guests = Guests()
    marks = client_as(guests.registrar).get(reverse("transcripts:results-new")).content.decode()
    client = client_as(guests.partner)
    address = reverse("admissions:nomination-import", args=[guests.intake.pk])
    sent = load_workbook(io.BytesIO(client.get(f"{address}?sample").content)).worksheets[0]

    assert "Date of examination, Academic year, Semester." in marks
    assert "Columns: Family name, Date of birth, " in client.get(address).content.decode()
    assert [cell.value for cell in sent[1]] == [header.name.en for header in NOMINATIONS]
