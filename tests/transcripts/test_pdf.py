"""Papers of results: what they cite, the key to the scale, and that nothing empty is printed as a word."""

import re
from typing import Any

import pytest

from documents.models import OfficialDocument
from documents.render import html_of
from institutions.enums import Role
from regulation.selectors import reference
from tests.factories import institutions
from tests.factories import transcripts as factory
from transcripts.convert import edition_on
from transcripts.services import transcripts

pytestmark = pytest.mark.django_db


def html(paper: OfficialDocument, template: str, language: str) -> str:
    context: dict[str, Any] = {**paper.context, "paper": {**paper.context["paper"], "qr": ""}}
    return html_of(template, language=language, context=context)


def words_of(text: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", "", text.partition("<body")[2]).split())


@pytest.mark.clause("2-a")
@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_a_protocol_cites_the_act_it_rests_on_by_name_and_number(language: str) -> None:
    paper = factory.certified().document

    assert paper is not None
    act = reference("credit-technology-rules")
    text = words_of(html(paper, "transcripts/pdf/protocol", language))
    assert act.name.in_language(language) in text
    assert act.number in text
    assert "Е 029-03-01-04.1.02-2023" in text
    assert "None" not in text


def test_a_transcript_bears_the_key_of_the_scale_in_force() -> None:
    protocol = factory.certified()
    clerk = institutions.user(Role.REGISTRAR)
    issued = transcripts.issue_transcript(enrolment_id=protocol.plan.enrolment_id, actor=clerk)

    paper = issued.document
    text = words_of(html(paper, "transcripts/pdf/transcript", "kk"))

    bands = edition_on(paper.issued_at.date()).bands
    assert [band["letter"] for band in paper.context["scale"]] == [band.letter for band in bands]
    assert sum(word["bands"] for word in paper.context["scale_words"]) == len(bands)
    assert all(f"{band.low}–{band.high}" in text for band in bands)
    assert "None" not in text
