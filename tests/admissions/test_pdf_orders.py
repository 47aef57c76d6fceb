"""Orders as they are printed: basis and signature on the first page, and never a signature alone on a page."""

from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest

from admissions.enums import OrderKind
from admissions.models import Order
from admissions.pdf.orders import ACTS, LANGUAGES, PAPER_OF_KIND, order_title
from agreements.enums import PathwayKind
from documents.pdf import acts_cited
from documents.render import pdf_of
from regulation.selectors import reference
from tests.admissions.coming import Guests
from tests.core.test_paper import frozen, text_of

BASIS = {"kk": "Негіздеме:", "ru": "Основание:"}
SIGNATORY = {"kk": "Е. Мұқанов", "ru": "Е. Муканов"}
KINDS = tuple(PAPER_OF_KIND)


def student(number: int) -> dict[str, Any]:
    return {
        "name": {"kk": f"Әбдіғалиева Қарлығаш {number}", "ru": f"Абдигалиева Карлыгаш {number}"},
        "passport_name": f"WEISSENFELS JÖRG {number}",
        "citizenship": {"kk": "Германия", "ru": "Германия"},
        "student_number": f"2024{number:04}",
        "year": 2,
        "funding": {"kk": "мемлекеттік грант", "ru": "государственный грант"},
        "period": "01.02.2027 – 30.06.2027",
        "courses": 6,
        "credits": "30",
    }


def context(kind: str, count: int, programme_kind: str = PathwayKind.DOUBLE) -> dict[str, Any]:
    """What a real order says, with names as long as they come."""
    return {
        "paper": frozen(),
        "title": {"kk": "Қос дипломды бағдарлама бойынша оқу туралы", "ru": "Об обучении по двудипломной программе"},
        "order": {
            "kind": kind,
            "programme_kind": programme_kind,
            "starts_on": "2027-02-01",
            "ends_on": "2028-01-31",
            "term": {
                "name": {"kk": "көктемгі семестр", "ru": "весенний семестр"},
                "year": "2026/27",
                "first_semester": 3,
                "last_semester": 4,
            },
            "programme": {"code": "7M06102", "kk": "Бағдарламалық инженерия", "ru": "Программная инженерия"},
            "partner": {
                "kk": "Нордталь қолданбалы ғылымдар университеті",
                "ru": "Университет прикладных наук Нордталя",
                "country": {"kk": "Германия", "ru": "Германия"},
                "city": {"kk": "Нордталь", "ru": "Нордталь"},
            },
            "agreement": {"number": "17-К", "date": "2024-05-17"},
            "format": {"kk": "күндізгі (офлайн)", "ru": "очно"},
        },
        "students": [student(number) for number in range(1, count + 1)],
        "basis": {
            "acts": acts_cited(*ACTS),
            "proposals": [
                {
                    "institute": {
                        "kk": "Автоматика және ақпараттық технологиялар институты",
                        "ru": "Институт автоматики и информационных технологий",
                    },
                    "date": "2026-11-24",
                }
            ],
            "lists": [12],
            "more": {"kk": "", "ru": ""},
        },
    }


@cache
def pages_of(kind: str, count: int, language: str, programme_kind: str = PathwayKind.DOUBLE) -> tuple[str, ...]:
    """The text of each page. An order is printed once for all that is asked of it."""
    created = datetime(2026, 11, 24, tzinfo=UTC)
    template = PAPER_OF_KIND[kind].template
    pdf = pdf_of(template, languages=(language,), context=context(kind, count, programme_kind), created=created)
    return tuple(text_of(pdf).split("\f")[:-1])


@pytest.mark.clause("6.3-b")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("count", [1, 3, 8])
def test_up_to_eight_students_basis_and_signature_stand_on_the_first_page(kind: str, count: int, language: str) -> None:
    pages = pages_of(kind, count, language)

    assert len(pages) == 1
    assert BASIS[language] in pages[0]
    assert SIGNATORY[language] in pages[0]
    assert f" {count} " in pages[0]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("count", [14, 18, 33])
def test_a_signature_never_stands_alone_on_a_page(kind: str, count: int, language: str) -> None:
    pages = pages_of(kind, count, language)

    assert len(pages) > 1
    before, _, _after = pages[-1].partition(SIGNATORY[language])
    lines = [line for line in before.splitlines() if line.strip()]
    assert len(lines) >= 3, lines  # two lines of the last point at least, and the signatory's own


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_further_basis_stands_whole_in_its_own_language(language: str) -> None:
    said = context(OrderKind.ADMISSION_IN, 1)
    said["basis"]["more"] = {"kk": "№ 4 хаттама, " + "қ" * 300, "ru": "протокол № 5, " + "я" * 300}
    created = datetime(2026, 11, 24, tzinfo=UTC)

    pdf = pdf_of(PAPER_OF_KIND[OrderKind.ADMISSION_IN].template, languages=(language,), context=said, created=created)

    told = "".join(
        text_of(pdf).split()
    )  # a word that is longer than the line is broken, and no letter lies beyond the edge
    expected = {one: "".join(text.split()) in told for one, text in said["basis"]["more"].items()}
    assert expected == {one: one == language for one in ("kk", "ru")}


def test_a_date_stands_before_its_number_in_the_form_kazakh_asks_for() -> None:
    text = " ".join(" ".join(pages_of(OrderKind.DEPARTURE_OUT, 1, "kk")).split())

    assert "2024 жылғы 17 мамырдағы № 17-К келісіміне" in text
    assert "2026 жылғы 24 қарашадағы сұранымы" in text


@pytest.mark.parametrize(("kind", "words"), [(PathwayKind.JOINT, "бірлескен"), (PathwayKind.DOUBLE, "қос дипломды")])
def test_an_order_says_which_kind_of_programme(kind: str, words: str) -> None:
    text = " ".join(" ".join(pages_of(OrderKind.ADMISSION_IN, 1, "kk", kind)).split())

    assert f"«Бағдарламалық инженерия» {words} бағдарламасына" in text


@pytest.mark.clause("2-a")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_an_order_cites_the_acts_it_rests_on_by_name_and_number(kind: str, language: str) -> None:
    text = " ".join(pages_of(kind, 1, language)[0].split())

    for key in ACTS:
        act = reference(key)
        assert act.name.in_language(language) in text
        assert f"№ {act.number}" in text


@pytest.mark.django_db
@pytest.mark.clause("2-a")
def test_a_signed_order_freezes_the_acts_and_its_title() -> None:
    order = Guests().signed()

    assert order.document is not None
    frozen_order = Order.objects.select_related("document").get(pk=order.pk).document
    assert frozen_order is not None
    acts = frozen_order.context["basis"]["acts"]
    assert [act["number"] for act in acts] == [reference(key).number for key in ACTS]
    assert (
        frozen_order.name_kk
        == order_title(order).kk
        == "Қос дипломды бағдарламаға шетелдік білім алушыларды қабылдау туралы"
    )
