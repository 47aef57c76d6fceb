"""Why a credit stands on a transcript: every line opens to its chain, in the reader's language."""

import pytest
from django.utils.translation import override

from agreements.enums import Side
from agreements.models import AnnexCourse
from documents.services import revoke
from institutions.enums import Role
from institutions.permissions import standing_of
from tests.conftest import ClientAs
from tests.factories import institutions
from tests.factories import transcripts as factory
from tests.transcripts.road import registrar
from transcripts.selectors.chain import chain_of
from transcripts.selectors.transcripts import lines_visible_to
from transcripts.services import protocols, transcripts

pytestmark = pytest.mark.django_db


@pytest.mark.clause("5.12")
def test_each_credit_opens_to_its_chain() -> None:
    protocol = factory.certified()
    clerk = registrar()
    transcripts.issue_transcript(enrolment_id=protocol.plan.enrolment_id, actor=clerk)
    line = lines_visible_to(standing_of(clerk)).get(course__code="CSE2")

    chain = chain_of(line)

    assert [link.kind for link in chain] == ["line", "recognition", "mark", "row", "annex", "agreement"]
    assert chain[3].title.endswith(", “Marks”, 3")
    assert "INF2" in chain[4].detail[0]
    assert chain[5].title == protocol.plan.placement.application.intake.pathway.agreement.number


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_a_chain_names_the_annexs_courses_in_the_readers_language(language: str) -> None:
    protocol = factory.certified()
    clerk = registrar()
    transcripts.issue_transcript(enrolment_id=protocol.plan.enrolment_id, actor=clerk)
    line = lines_visible_to(standing_of(clerk)).get(course__code="CSE2")
    assert line.recognition is not None
    ours = AnnexCourse.objects.get(row=line.recognition.annex_row, side=Side.HOME, course=line.course)
    assert ours.printed_name == ours.course.name_kk != ours.course.name_en

    with override(language):
        detail = chain_of(line)[4].detail[0]

    shown = {"kk": ours.printed_name, "ru": ours.course.name_ru, "en": ours.course.name_en}
    assert [code for code, name in shown.items() if f"{name} (" in detail] == [language]


@pytest.mark.clause("5.11-d")
def test_a_chain_says_that_its_protocol_was_revoked_and_leads_to_the_one_that_corrects_it(client_as: ClientAs) -> None:
    protocol = factory.certified()
    clerk, vice_rector = registrar(), institutions.user(Role.VICE_RECTOR)
    transcripts.issue_transcript(enrolment_id=protocol.plan.enrolment_id, actor=clerk)
    line = lines_visible_to(standing_of(clerk)).get(course__code="CSE2")
    revoke(document_id=protocol.document_id or 0, reason="A mistake in the names.", actor=vice_rector)
    newer = protocols.correct_protocol(
        protocol_id=protocol.pk, reason="The paper was revoked", actor=factory.director(protocol.plan)
    )

    page = client_as(clerk).get(f"/transcripts/lines/{line.pk}/").content.decode()

    assert "<b>revoked</b>" in page
    assert "A correction is being made" in page
    assert "Newer protocol that corrects this one" not in page
    assert f'href="/transcripts/protocols/{newer.pk}/"' in page
