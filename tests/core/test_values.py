"""Values at the bottom: three-language text, rounding, folding, the Kazakh order, hashes."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from functools import cmp_to_key

import pytest
from django.db import connection
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.fields import COLLATION
from core.values import (
    KAZAKH_ALPHABET,
    Localized,
    active_language,
    content_hash,
    fold,
    kazakh_collation,
    number_pattern,
    plain,
    round_half_up,
    search_pattern,
    search_words,
    trimmed,
)

NAMES = [
    "Абай", "Әбдіғалиев", "Әлихан", "Ғалым", "Гүлнар", "Елена", "Ёлкин", "Жұмабай", "Іңкәр", "Ыбырай", "Қожахмет", "Камила",
    "Ңұр", "Нұр", "Өтеген", "Орал", "Ұлжан", "Ұлпан", "Үміт", "Умар", "Һәкім", "Хасен", "алма", "Алма", "АЛМА", "Abai",
    "Øvergård", "Overgaard", "Zhang", "1-институт", "10-институт", "2-институт", "«Қазақстан»", "Абди", "Абди А", "Абди-А", "АбдиБ",
]  # fmt: skip
LETTERS = KAZAKH_ALPHABET + KAZAKH_ALPHABET.upper() + "abcxyzABCXYZ0129 -"


def by_database(texts: list[str]) -> list[str]:
    """Sorted by ORDER BY with the collation of names."""
    rows = " UNION ALL ".join(["SELECT %s AS name"] * len(texts))
    collation = f'"{COLLATION}"' if connection.vendor == "postgresql" else COLLATION
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT name FROM ({rows}) AS names ORDER BY name COLLATE {collation}", texts)  # noqa: S608 -- our own
        return [row[0] for row in cursor.fetchall()]


def by_python(texts: list[str]) -> list[str]:
    return sorted(texts, key=cmp_to_key(kazakh_collation))


# --- the Kazakh order -------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_alphabet_is_in_order_on_this_database() -> None:
    assert "".join(by_database(list(KAZAKH_ALPHABET[::-1]))) == KAZAKH_ALPHABET
    assert len(KAZAKH_ALPHABET) == 42


@pytest.mark.django_db
def test_the_same_list_has_the_same_order_in_python_and_on_this_database() -> None:
    assert by_database(NAMES) == by_python(NAMES)


def test_the_order_is_the_one_people_expect() -> None:
    # This list is compared on both databases by the test above; here it stands to be read.
    assert by_python(NAMES) == [
        "«Қазақстан»", "1-институт", "10-институт", "2-институт", "Абай", "Абди", "Абди А", "Абди-А", "АбдиБ", "алма", "Алма",
        "АЛМА", "Әбдіғалиев", "Әлихан", "Гүлнар", "Ғалым", "Елена", "Ёлкин", "Жұмабай", "Камила", "Қожахмет", "Нұр", "Ңұр",
        "Орал", "Өтеген", "Умар", "Ұлжан", "Ұлпан", "Үміт", "Хасен", "Һәкім", "Ыбырай", "Іңкәр", "Abai", "Overgaard",
        "Øvergård", "Zhang",
    ]  # fmt: skip


@pytest.mark.django_db
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(LETTERS, min_size=1, max_size=6), min_size=2, max_size=12))
def test_any_names_have_one_order_everywhere(texts: list[str]) -> None:
    assert by_database(texts) == by_python(texts)


@given(st.text(max_size=20), st.text(max_size=20), st.text(max_size=20))
def test_the_order_is_an_order(one: str, two: str, three: str) -> None:
    assert kazakh_collation(one, two) == -kazakh_collation(two, one)
    assert (kazakh_collation(one, two) == 0) is (one == two)
    if kazakh_collation(one, two) <= 0 and kazakh_collation(two, three) <= 0:
        assert kazakh_collation(one, three) <= 0


# --- folding ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Øvergård INGRID", "overgard ingrid"),
        ("Қожахмет", "қожахмет"),
        ("ЙОД Ёлка", "йод ёлка"),
        ("Łódź", "lodz"),
        ("İstanbul Işık", "istanbul isik"),
        ("Straße", "strasse"),
        ("Ærø", "aero"),
        ("  Әсел\t", "әсел"),
        ("Mu\u0308ller", "muller"),  # u and a mark of its own
        ("Абаи\u0306", "абай"),  # и and a mark of its own
    ],
)
def test_search_knows_neither_case_nor_marks(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("typed", "stands"),
    [
        ("groessler", "GRÖẞLER"),
        ("grossler", "Größler"),
        ("größler", "GROSSLER"),
        ("инкар", "Іңкәр"),
        ("noel", "Noel"),
        ("kozhahmet", "KOZHAKHMET"),
        ("qozhakhmet", "KOZHAHMET"),
        ("akhmetgali", "AHMETGHALI"),
    ],
)
def test_a_name_is_found_in_the_spelling_of_the_passport_and_of_the_page(typed: str, stands: str) -> None:
    (word,) = search_words(typed)

    assert re.search(search_pattern(word), fold(stands))


@pytest.mark.parametrize(("typed", "stands"), [("16-Y", "16-Ү"), ("16-у", "16-Ү"), ("7м06102", "7M06102")])
def test_a_number_is_found_by_letters_that_look_the_same(typed: str, stands: str) -> None:
    (word,) = search_words(typed)

    assert re.search(number_pattern(word), stands)


@pytest.mark.parametrize("typed", ["(a+)+$", ".*", "a|b", "[^x", "\\d", "\\", "*", "a{2}", "(?i)a", "^"])
def test_what_is_typed_is_no_pattern(typed: str) -> None:
    (word,) = search_words(typed)
    for pattern in (search_pattern(word), number_pattern(word)):
        assert re.search(pattern, f"x{word}y")
        assert not re.search(pattern, "aaaa abab 1 d x")


@given(st.text(max_size=30))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(KAZAKH_ALPHABET, max_size=20))
def test_every_kazakh_letter_stays_itself(text: str) -> None:
    assert fold(text.upper()) == fold(text) == text


# --- rounding ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "places", "rounded"),
    [
        ("2.5", 0, "3"),
        ("3.5", 0, "4"),
        ("-2.5", 0, "-3"),
        ("88.333", 0, "88"),
        ("2.665", 2, "2.67"),
        ("2", 2, "2.00"),
        ("81.25", 1, "81.3"),
    ],
)
def test_a_half_goes_up(value: str, places: int, rounded: str) -> None:
    assert str(round_half_up(Decimal(value), places)) == rounded


@given(st.decimals(min_value=-1000, max_value=1000, places=6), st.integers(0, 4))
def test_rounding_moves_by_half_a_unit_at_most_and_not_twice(value: Decimal, places: int) -> None:
    once = round_half_up(value, places)

    assert abs(once - value) <= Decimal(1).scaleb(-places) / 2
    assert round_half_up(once, places) == once


# --- three languages ----------------------------------------------------------------------------------------------------


def test_a_text_speaks_the_readers_language_and_kazakh_where_it_has_no_other() -> None:
    text = Localized(kk="пән", ru="дисциплина")

    spoken = []
    for language in ("kk", "ru", "en"):
        with translation.override(language):
            spoken.append(str(text))
    assert spoken == ["пән", "дисциплина", "пән"]
    assert text.in_language("ru-ru") == "дисциплина"


@pytest.mark.parametrize(("active", "language"), [("ru", "ru"), ("de", "kk"), (None, "kk")])
def test_an_unknown_language_is_kazakh(active: str | None, language: str) -> None:
    with translation.override(active):
        assert active_language() == language


# --- plain values and hashes --------------------------------------------------------------------------------------------


class Colour(Enum):
    RED = "red"


@dataclass(frozen=True)
class Row:
    name: str
    credits: Decimal
    day: date


def test_values_become_plain() -> None:
    row = Row("Пән", Decimal("5.00"), date(2026, 11, 24))
    moment = datetime(2026, 11, 24, 5, tzinfo=UTC)

    assert plain({"row": row, 1: Colour.RED, "set": {"b", "a"}, "at": moment, "none": None}) == {
        "row": {"name": "Пән", "credits": "5", "day": "2026-11-24"},
        "1": "red",
        "set": ["a", "b"],
        "at": "2026-11-24T05:00:00+00:00",
        "none": None,
    }
    assert plain(Decimal(100)) == "100"
    with pytest.raises(TypeError, match="has no plain form"):
        plain(object())


def test_the_same_content_has_the_same_hash() -> None:
    assert content_hash({"a": 1, "b": [Decimal("5.0")]}) == content_hash({"b": (Decimal(5),), "a": 1})
    assert content_hash({"a": 1}) != content_hash({"a": 2})


@given(st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=5) | st.none(), max_size=5))
def test_a_hash_does_not_know_the_order_of_keys(content: dict[str, object]) -> None:
    assert content_hash(content) == content_hash(dict(reversed(list(content.items()))))


@pytest.mark.parametrize(
    ("text", "left"),
    [(" because ", "because"), ("\u200bbe\u200bcause \u202e", "be\u200bcause"), ("\u200b \u2060", ""), ("", "")],
)
def test_what_nobody_sees_is_taken_from_the_ends_of_a_text(text: str, left: str) -> None:
    assert trimmed(text) == left
