"""The heads of every import: known in each language, told and given as a sample on its page."""

import io

import pytest
from django.utils import translation

from admissions.imports.nominations import HEADERS as NOMINATIONS
from core.heads import Header, find_header, heads, sample
from core.imports import open_grid
from programmes.imports.curricula import HEADERS as CURRICULUM
from programmes.imports.students import HEADERS as REGISTER
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
