"""Dates, numbers and texts as people write them, in three languages."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.utils import translation
from django.utils.html import strip_tags

from core.templatetags import written

TODAY = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)  # 09:00 in Almaty


@pytest.fixture
def today() -> Iterator[None]:
    with time_machine.travel(TODAY, tick=False):
        yield


@pytest.mark.usefixtures("today")
@pytest.mark.parametrize(
    ("language", "value", "shown"),
    [
        ("kk", date(2026, 11, 23), "кеше"),
        ("kk", date(2026, 11, 24), "бүгін"),
        ("kk", date(2026, 11, 25), "ертең"),
        ("kk", date(2026, 11, 26), "26 қараша"),
        ("kk", date(2027, 2, 1), "2027 жылғы 1 ақпан"),
        ("ru", date(2026, 11, 26), "26 ноября"),
        ("ru", date(2027, 2, 1), "1 февраля 2027\u00a0г."),
        ("en", date(2027, 2, 1), "1 February 2027"),
        ("en", "2027-02-01", "1 February 2027"),
        ("en", datetime(2026, 11, 24, 20, 0, tzinfo=UTC), "tomorrow"),  # 01:00 of the 25th in Almaty
        ("en", "as agreed", "as agreed"),
        ("en", None, "—"),
    ],
)
def test_near_says_dates_as_people_do(language: str, value: object, shown: str) -> None:
    with translation.override(language):
        assert written.near(value) == shown


@pytest.mark.usefixtures("today")
@pytest.mark.parametrize(
    ("language", "value", "tone", "shown"),
    [
        ("kk", date(2026, 11, 21), "chip-bad", "3 күн кешікті"),
        ("ru", date(2026, 11, 3), "chip-bad", "опоздание 21 день"),
        ("kk", date(2026, 11, 23), "chip-bad", "кеше"),
        ("kk", date(2026, 11, 24), "chip-attention", "бүгін"),
        ("ru", date(2026, 11, 25), "chip-attention", "завтра"),
        ("en", date(2026, 12, 1), "", "1 December"),
    ],
)
def test_due_is_a_word_and_a_tone(language: str, value: date, tone: str, shown: str) -> None:
    with translation.override(language):
        html = written.due(value)

    assert strip_tags(html).strip() == shown
    assert ("chip" in html) is bool(tone)
    assert tone in html


@pytest.mark.parametrize(
    ("language", "shown"), [("kk", "2026 жылғы 24 қараша"), ("ru", "24 ноября 2026 года"), ("en", "24 November 2026")]
)
def test_papers_write_dates_in_the_national_form(language: str, shown: str) -> None:
    assert written.paper_date("2026-11-24", language) == shown
    assert written.paper_date(date(2026, 11, 24), language) == shown


@pytest.mark.parametrize(
    ("language", "value", "shown"),
    [
        ("kk", Decimal("7.50"), "7,5"),
        ("ru", 30, "30"),
        ("en", Decimal("100.0"), "100"),
        ("en", "2.25", "2.25"),
        ("kk", Decimal(-14), "−14"),
        ("ru", "-7.5", "−7,5"),
        ("kk", None, "—"),
    ],
)
def test_credits_have_no_idle_zeros_and_the_readers_sign(language: str, value: object, shown: str) -> None:
    with translation.override(language):
        assert written.credits_(value) == shown


@pytest.mark.parametrize(
    ("language", "value", "shown"),
    [
        ("kk", Decimal("1150000.00"), "1\N{NO-BREAK SPACE}150\N{NO-BREAK SPACE}000"),
        ("ru", "1200.5", "1\N{NO-BREAK SPACE}200,50"),
        ("en", Decimal(1150000), "1,150,000"),
        ("en", Decimal(312), "312"),
        ("ru", "", "—"),
    ],
)
def test_the_thousands_of_money_stand_apart(language: str, value: object, shown: str) -> None:
    with translation.override(language):
        assert written.money(value) == shown


def test_papers_write_a_minus_that_their_fonts_have() -> None:
    assert written.credits_(Decimal(-14), "kk") == "–14"


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
@pytest.mark.parametrize(
    ("value", "shown"),
    [(Decimal("3.3"), "3.30"), (Decimal(4), "4.00"), ("2.675", "2.68"), (None, "—"), ("", "—")],
)
def test_points_have_two_decimals_and_a_point_in_every_language(language: str, value: object, shown: str) -> None:
    with translation.override(language):
        assert written.points(value) == shown


def test_an_exact_percent_has_two_decimals_and_the_readers_sign() -> None:
    with translation.override("kk"):
        assert (written.hundredths("88.333"), written.hundredths(88), written.hundredths(None)) == (
            "88,33",
            "88,00",
            "—",
        )
        assert written.hundredths("88.333", "en") == "88.33"


def test_a_text_in_three_languages_falls_back_to_kazakh() -> None:
    assert written.in_language({"kk": "қазақша", "ru": ""}, "ru") == "қазақша"
    assert written.in_language({"kk": "қазақша", "en": "English"}, "en") == "English"


@pytest.mark.parametrize(("language", "shown"), [("kk", "«жоқ»"), ("ru", "«жоқ»"), ("en", "“жоқ”")])
def test_somebodys_words_stand_in_the_readers_quotation_marks(language: str, shown: str) -> None:
    with translation.override(language):
        assert written.quoted("жоқ") == shown


def test_the_name_of_a_file_may_break_and_a_word_keeps_whole() -> None:
    text = "Құжат тапсырылды, үйлестірушілеріміздікі: «marks_of_the_guests_2026.csv» <b>"

    assert written.files(text) == (
        "Құжат тапсырылды, үйлестірушілеріміздікі: "
        '<span class="filename">«marks_of_the_guests_2026.csv»</span> &lt;b&gt;'
    )


@pytest.mark.parametrize(("language", "text"), [("kk", "2,0"), ("ru", "2,0"), ("en", "2.0")])
def test_a_mark_keeps_the_decimals_of_its_scale(language: str, text: str) -> None:
    assert [written.mark(one, language) for one in (Decimal("2.0"), "2.0", Decimal(95), None)] == [
        text,
        text,
        "95",
        "—",
    ]
