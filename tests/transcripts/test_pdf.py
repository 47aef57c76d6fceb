"""Papers of results: what they cite, the key to the scale, and that nothing empty is printed as a word."""

import re
from dataclasses import asdict
from html import unescape
from typing import Any

import pytest

from documents.models import OfficialDocument
from documents.render import html_of
from documents.services import seal
from institutions.enums import Role
from mobility.services.plan_lines import NOT_COVERED
from regulation.selectors import reference
from tests.conftest import ClientAs
from tests.core.test_paper import fonts_of, text_of
from tests.factories import institutions, mobility
from tests.factories import transcripts as factory
from tests.transcripts.road import registrar
from transcripts.convert import edition_on
from transcripts.models import RecognitionLine
from transcripts.pdf.protocols import protocol_context
from transcripts.pdf.words import own_words
from transcripts.services import transcripts

pytestmark = pytest.mark.django_db


def html(paper: OfficialDocument, template: str, language: str) -> str:
    context: dict[str, Any] = {**paper.context, "paper": {**paper.context["paper"], "qr": ""}}
    return html_of(template, language=language, context=context)


def words_of(text: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", "", text.partition("<body")[2]).split())


@pytest.mark.clause("5.12")
def test_the_paper_holds_what_it_says_in_our_fonts() -> None:
    protocol = factory.certified()
    issued = transcripts.issue_transcript(enrolment_id=protocol.plan.enrolment_id, actor=registrar())

    with seal(issued.document_id).file.open("rb") as file:
        content = file.read()

    text = text_of(content)
    assert "ТРАНСКРИПТ" in text
    assert "Transcript of records" in text
    assert "Әбдіғалиев Әлихан" in text
    assert "қайта есептелді, хаттама № 1-ҚЕ" in text
    assert {name for name in fonts_of(content) if not name.startswith("Paper-Sans")} == set()


@pytest.mark.clause("5.11-a")
def test_the_protocols_paper_is_in_three_languages() -> None:
    protocol = factory.certified()
    assert protocol.document is not None

    with seal(protocol.document_id or 0).file.open("rb") as file:
        text = text_of(file.read())

    for title in ("ХАТТАМАСЫ", "ПРОТОКОЛ ПЕРЕЗАЧЁТА", "PROTOCOL OF RECOGNITION"):
        assert title in text
    assert "88.33; 88" in text


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


def test_a_partner_reads_the_whole_transcript_in_its_three_languages() -> None:
    protocol = factory.certified()
    paper = transcripts.issue_transcript(enrolment_id=protocol.plan.enrolment_id, actor=registrar()).document
    assert protocol.document is not None

    text = unescape(words_of(html(paper, "transcripts/pdf/transcript", "kk")))

    said = paper.context
    blocks = [block for block in said["blocks"] if block["protocol"]]
    named = [said["programme"], said["level"], said["study_language"], *said["partners"], blocks[0]["university"]]
    marks = [line["traditional"] for block in said["blocks"] for line in block["lines"]]
    signers = [names for signer in said["signers"] for names in (signer["position"], signer["name"])]
    for names in (*named, *marks, *signers):
        assert [language for language in ("kk", "ru", "en") if (names[language] or names["kk"]) not in text] == []
    number = protocol.document.number_text
    assert f"перезачтено, протокол № {number}" in text
    assert f"recognised, protocol No. {number}" in text
    assert "Semester" in text


@pytest.mark.parametrize(("language", "sign"), [("kk", ","), ("ru", ","), ("en", ".")])
def test_a_protocol_prints_numbers_as_its_language_writes_them(language: str, sign: str) -> None:
    paper = factory.certified().document
    assert paper is not None

    text = words_of(html(paper, "transcripts/pdf/protocol", language))

    assert f"88{sign}33; 88" in text
    assert "3.33" in text
    assert "3.00" in text


@pytest.mark.clause("5.11")
@pytest.mark.parametrize(
    ("language", "words"),
    [("kk", "жоғарыдағы сол пән"), ("ru", "та же дисциплина, что выше"), ("en", "the same course as above")],
)
def test_one_course_of_the_partner_for_two_of_the_university_brings_its_credits_once(
    language: str, words: str, client_as: ClientAs
) -> None:
    protocol = factory.certified()
    assert protocol.document is not None
    assert [line["repeats"] for line in protocol.document.context["lines"]] == [False, True, False]
    client = client_as(registrar())
    client.cookies["django_language"] = language

    paper = words_of(html(protocol.document, "transcripts/pdf/protocol", language))
    page = client.get(f"/transcripts/protocols/{protocol.pk}/").content.decode()

    assert paper.count(words) == page.count(words) == 1
    assert page.count(">INF2, 10</span>") == 1


@pytest.mark.clause("5.11")
@pytest.mark.parametrize(
    ("language", "note"),
    [("kk", "кредит саны өзгеше"), ("ru", "Кредиты партнёра за дисциплину отличаются"), ("en", "gave other credits")],
)
def test_a_protocol_sums_both_sides_and_marks_where_the_partner_gave_other_credits(
    language: str, note: str, client_as: ClientAs
) -> None:
    protocol = factory.draft()
    RecognitionLine.objects.filter(pk=list(protocol.lines.all())[-1].pk).update(credits=6)
    said = asdict(protocol_context(protocol))
    page = client_as(factory.director(protocol.plan)).get(f"/transcripts/protocols/{protocol.pk}/")
    paper = factory.certified(protocol.plan).document
    assert paper is not None
    # as papers issued before have it
    before = {key: value for key, value in said.items() if key != "partner_credits"}
    before["lines"] = [{key: value for key, value in line.items() if key != "differs"} for line in said["lines"]]
    now, older = [
        words_of(
            html_of(
                "transcripts/pdf/protocol",
                language=language,
                context={**context, "paper": {**paper.context["paper"], "qr": ""}},
            )
        )
        for context in (said, before)
    ]

    assert [(line["credits"], line["differs"]) for line in said["lines"]] == [(5, False), (5, False), (6, True)]
    assert (said["partner_credits"], said["credits"]) == (15, 16)
    assert (page.context["credits_there"], page.context["credits_here"]) == (15, 16)
    assert page.content.decode().count("differs from the partner") == 1
    assert (now.count(note), older.count(note)) == (1, 0)


@pytest.mark.parametrize(("language", "word"), [("kk", "сынақ"), ("ru", "зачтено"), ("en", "passed")])
def test_a_pass_without_a_number_is_one_word_on_pages_and_papers(language: str, word: str, client_as: ClientAs) -> None:
    plan = mobility.approved()
    rows = [factory.row(plan, "INF2", "bestanden"), factory.row(plan, "INF4", "bestanden", credits=5)]
    factory.post(factory.host_term(plan), rows)
    protocol = factory.certified(plan)
    clerk = institutions.user(Role.REGISTRAR)
    issued = transcripts.issue_transcript(enrolment_id=plan.enrolment_id, actor=clerk)
    client = client_as(clerk)
    client.cookies["django_language"] = language
    assert protocol.document is not None

    assert word in words_of(html(protocol.document, "transcripts/pdf/protocol", language))
    assert "сынақ" in words_of(html(issued.document, "transcripts/pdf/transcript", "kk"))
    for address in (
        f"/transcripts/protocols/{protocol.pk}/",
        f"/transcripts/students/{plan.enrolment_id}/",
        f"/transcripts/{issued.pk}/",
    ):
        cells = re.findall(r'data-label="[^"]*">\s*([^<>]*?)\s*</td>', client.get(address).content.decode())
        assert word in cells, address
        assert "P" not in cells, address


def test_a_reason_of_the_programs_own_is_printed_in_each_language() -> None:
    assert own_words(NOT_COVERED).kk != NOT_COVERED
    assert own_words(NOT_COVERED).ru not in {NOT_COVERED, own_words(NOT_COVERED).kk}
    assert own_words("Толықтыру керек").ru == "Толықтыру керек"
    assert own_words("").kk == ""
