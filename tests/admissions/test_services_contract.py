"""The three-party contract: each party signs once, here or on paper, and a sheet says so."""

import re
from datetime import timedelta

import pytest
from django.utils.html import strip_tags

from admissions.models import Contract, ContractSignature
from admissions.services import contract
from core.values import today
from core.workflow import NotAllowedError, RefusedError, WrongStateError
from documents.models import OfficialDocument
from documents.render import html_of
from documents.selectors import content_of, papers_visible_to
from documents.services import seal
from institutions.permissions import standing_of
from tests.admissions.papers import signed_on_paper
from tests.admissions.road import Case, Cast
from tests.core.test_paper import text_of


@pytest.mark.parametrize(
    ("language", "ours", "theirs"),
    [("en", "the University", "the Partner"), ("kk", "Университет", "Серіктес"), ("ru", "Университет", "Партнёр")],
)
def test_a_contract_says_whose_each_programme_is(
    language: str, ours: str, theirs: str, cast: Cast, invited: Case
) -> None:
    application, _student = invited
    made = contract.make_contract(application_id=application.pk, actor=cast.ipd)
    code = application.intake.pathway.partner_programme.code
    pathway = {**made.document.context["contract"]["pathway"]}

    def text() -> str:
        frozen = made.document.context
        paper = {**frozen["paper"], "qr": ""}
        context = {**frozen, "paper": paper, "contract": {**frozen["contract"], "pathway": pathway}}
        return re.sub(r"\s+", " ", strip_tags(html_of("admissions/pdf/contract", language=language, context=context)))

    now = text()
    pathway.pop("partner_programme_code")
    before = text()

    assert re.search(rf"\({ours}\) \w+ {re.escape(code)} [“«][^”»]+[”»] \({theirs}\)", now)
    assert re.search(rf"\({ours}\) \w+ [“«][^”»]+[”»] \({theirs}\)", before)


@pytest.mark.clause("6.12-b")
def test_each_party_signs_once_and_paper_brings_its_scan(cast: Cast, invited: Case) -> None:
    application, student = invited
    contract.make_contract(application_id=application.pk, actor=cast.ipd)

    contract.sign_contract(application_id=application.pk, actor=student)
    with pytest.raises(WrongStateError, match="signed already"):
        contract.sign_contract(application_id=application.pk, actor=student)
    with pytest.raises(NotAllowedError):
        contract.sign_contract(application_id=application.pk, actor=cast.head)
    contract.sign_contract(application_id=application.pk, actor=cast.signatory)
    with pytest.raises(RefusedError, match="lies ahead"):
        signed_on_paper(cast, application, today() + timedelta(days=1))
    signed_on_paper(cast, application, today())

    # In the reader's spelling.
    assert ContractSignature.objects.get(party="student").signer == student.person.names
    signed = ContractSignature.objects.order_by("pk").values_list("party", "scan")
    assert [(party, scan is None) for party, scan in signed] == [
        ("student", True),
        ("university", True),
        ("partner", False),
    ]
    with pytest.raises(WrongStateError):
        contract.make_contract(application_id=application.pk, actor=cast.ipd)


def test_the_sheet_spells_a_partners_signatory_as_the_contract_does(cast: Cast, invited: Case) -> None:
    application, student = invited
    cast.partner.person.name_cyrillic = "Катарина Брандт"
    cast.partner.person.save()
    contract.make_contract(application_id=application.pk, actor=cast.ipd)

    for actor in (student, cast.signatory, cast.partner):
        contract.sign_contract(application_id=application.pk, actor=actor)

    sheet = OfficialDocument.objects.get(kind="contract_signatures").context["sheet"]
    (name,) = [one["name"] for one in sheet["signatures"] if one["party"] == "partner"]
    assert name == {"kk": cast.partner.person.passport_name, "ru": "", "en": ""}


@pytest.mark.clause("6.12-b")
def test_the_third_signature_brings_a_sheet_with_all_three_and_their_dates(cast: Cast, invited: Case) -> None:
    application, student = invited
    contract.make_contract(application_id=application.pk, actor=cast.ipd)
    contract.sign_contract(application_id=application.pk, actor=student)
    contract.sign_contract(application_id=application.pk, actor=cast.signatory)
    assert not OfficialDocument.objects.filter(kind="contract_signatures").exists()

    yesterday = today() - timedelta(days=1)
    signed_on_paper(cast, application, yesterday)

    made = Contract.objects.get()
    sheet = OfficialDocument.objects.get(kind="contract_signatures")
    said = sheet.context["sheet"]
    assert (said["contract"], sheet.languages) == (made.document.number_text, made.document.languages)
    assert [(one["party"], one["name"]["kk"], one["on"], one["on_paper"]) for one in said["signatures"]] == [
        ("partner", "Katarina Brandt", yesterday.isoformat(), True),
        ("student", student.person.names.kk, today().isoformat(), False),
        ("university", cast.signatory.person.names.kk, today().isoformat(), False),
    ]
    text = text_of(content_of(seal(sheet.pk).file))
    assert "Katarina Brandt" in text
    assert made.document.number_text in text
    assert sheet in papers_visible_to(standing_of(cast.partner))
