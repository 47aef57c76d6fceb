"""A kind of paper is called the same where papers are narrowed to it and on the papers themselves."""

import pytest
from django.utils.translation import override

from admissions.pdf import applications, contract, invitations, orders, signatures
from core.values import LANGUAGES, Localized
from documents.kinds import paper_kind
from documents.pdf import CHANGE_SHEET_TITLE
from transcripts.models import SemesterReport
from transcripts.pdf import protocols, reports, sheets

NAMES = {
    "chair_application": applications.TITLE,
    "three_party_contract": contract.TITLE,
    "contract_signatures": signatures.TITLE,
    "invitation": invitations.INVITATION_TITLE,
    "order_extract": orders.EXTRACT_TITLE,
    "change_sheet": CHANGE_SHEET_TITLE,
    "recognition_protocol": protocols.TITLE,
    "transcript": sheets.TITLE,
    "semester_report": reports.title_of(SemesterReport()),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("kind", "title"), NAMES.items())
def test_a_kind_is_called_what_its_papers_are(kind: str, title: Localized, language: str) -> None:
    with override(language):
        label = str(paper_kind(kind).label)

    assert label.casefold() == title.in_language(language).casefold()
