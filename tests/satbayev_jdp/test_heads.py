"""The heads of every import: known in each language, told and given as a sample on its page."""

import io
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from openpyxl import load_workbook

from admissions.imports.nominations import HEADERS as NOMINATIONS
from core.heads import Header, find_header, heads, sample
from core.sheets import open_grid
from institutions.enums import Role
from institutions.models import User
from programmes.imports.curricula import HEADERS as CURRICULUM
from programmes.imports.students import HEADERS as REGISTER
from tests.admissions.coming import Guests
from tests.factories import institutions
from transcripts.imports.marks import HEADERS as MARKS
from transcripts.imports.marks import HOME_HEADERS as HOME_MARKS

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
