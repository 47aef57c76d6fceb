"""The three-party contract as it is printed: on one page where it can be, and broken as a book where it cannot."""

from datetime import UTC, datetime
from typing import Any

import pytest

from admissions.pdf.contract import CONTRACT
from documents.render import pdf_of
from documents.seal import qr_data_uri
from tests.core.test_paper import frozen, text_of

LANGUAGES = ("kk", "ru", "en")
CODE = "EHC3-EZ7P"


def in_each(kk: str, ru: str, en: str) -> dict[str, str]:
    return {"kk": kk, "ru": ru, "en": en}


def context(*, times: int = 1) -> dict[str, Any]:
    """What a contract of the demo says, its QR too; the name of the programme as often as it takes to be many lines."""
    proof = {"code": CODE, "qr": qr_data_uri(CODE), "verify_url": f"https://jdp.satbayev.university/v/{CODE}/"}
    programme = in_each("Бағдарламалық инженерия", "Программная инженерия", "Software Engineering")
    wide = {language: " ".join([name] * times) for language, name in programme.items()}
    return {
        "paper": {**frozen(), **proof},
        "contract": {
            "student": {
                "names": in_each("Мұқанова Жансая", "Муканова Жансая", "MUKANOVA ZHANSAYA"),
                "passport_name": "MUKANOVA ZHANSAYA",
                "birth_date": "2002-11-27",
                "citizenship": in_each("Қазақстан", "Казахстан", "Kazakhstan"),
                "passport_number": "N46198686",
                "number": "20240106",
                "programme": wide,
                "programme_code": "7M06102",
            },
            "pathway": {
                "partner": in_each(
                    "Нордталь қолданбалы ғылымдар университеті",
                    "Университет прикладных наук Нордталя",
                    "Nordtal University of Applied Sciences",
                ),
                "partner_city": in_each("Нордталь", "Нордталь", "Nordtal"),
                "partner_country_name": in_each("Германия", "Германия", "Germany"),
                "home_programme": programme,
                "home_programme_code": "7M06102",
                "partner_programme": in_each("Информатика", "Информатика", "Computer Science"),
                "partner_programme_code": "M.Sc. Informatik",
                "agreement": "17-К",
                "agreement_date": "2024-05-20",
                "kind": "double",
            },
            "period": {"starts_on": "2025-10-01", "ends_on": "2026-09-30"},
            "direction": "outgoing",
            "partner_signer": "BRANDT KATHARINA",
        },
    }


def pages_of(language: str, *, times: int = 1) -> list[str]:
    created = datetime(2026, 11, 24, tzinfo=UTC)
    pdf = pdf_of(CONTRACT.template, languages=(language,), context=context(times=times), created=created)
    return text_of(pdf).split("\f")[:-1]


@pytest.mark.clause("6.12")
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_contract_with_its_signatures_stands_on_one_page(language: str) -> None:
    pages = pages_of(language)

    assert len(pages) == 1
    assert CODE in pages[0]


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_a_longer_one_breaks_within_its_last_clause_and_its_signatures_stay_together(language: str) -> None:
    pages = pages_of(language, times=12)

    assert len(pages) == 2
    assert "5.1." in pages[0]
    before, _, signed = pages[1].partition("\n6.")
    assert len([line for line in before.splitlines() if line.strip()]) >= 2
    assert "BRANDT KATHARINA" in signed
    assert CODE in signed
