"""Form fields as people here write them."""

from decimal import Decimal

import pytest
from django import forms
from django.utils import translation

from core.forms import NumberField, WrittenField


class _Form(forms.Form):
    amount = NumberField(max_digits=12, decimal_places=2)
    why = WrittenField(max_length=10)


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("1,5", "1.5"),
        ("1.5", "1.5"),
        ("1 000 000,50", "1000000.50"),
        ("1\u00a0000\u202f000.50", "1000000.50"),
        ("1e9", None),
        ("1.000,5", None),
        ("NaN", None),
        ("9" * 40, None),
        (" ", None),
    ],
)
def test_a_number_is_read_alike_in_each_language(language: str, typed: str, read: str | None) -> None:
    with translation.override(language):
        form = _Form({"amount": typed, "why": "x"})

        assert form.is_valid() is (read is not None)
        assert form.cleaned_data.get("amount") == (read and Decimal(read))
        assert 'type="text"' in str(form["amount"])


@pytest.mark.parametrize(
    ("typed", "told"),
    [("\u200b \u2060", "required"), ("a\0b", "Null"), ("x" * 11, "at most 10"), (" blurred\u200d ", "")],
)
def test_a_reason_that_nobody_can_read_is_refused_beside_its_field(typed: str, told: str) -> None:
    form = _Form({"amount": "1", "why": typed})

    assert told in str(form.errors.get("why", ""))
    assert form.is_valid() is not bool(told)
    assert form["why"].value() == typed


class _Bounded(forms.Form):
    day = forms.DateField()
    low = forms.IntegerField(min_value=1)
    high = forms.IntegerField(max_value=9)


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("kk", ["Күнді былай енгізіңіз: 03.01.2027 (күн.ай.жыл).", "Кемінде 1 болуы керек.", "Ең көбі 9 болуы керек."]),
        ("ru", ["Введите дату так: 03.01.2027 (день.месяц.год).", "Не меньше 1.", "Не больше 9."]),
        (
            "en",
            ["Enter a date as 03.01.2027 (day.month.year).", "Must not be less than 1.", "Must not be more than 9."],
        ),
    ],
)
def test_a_wrong_date_and_number_are_told_in_our_words(language: str, told: list[str]) -> None:
    with translation.override(language):
        form = _Bounded({"day": "3 January", "low": "0", "high": "10"})

        assert [words for errors in form.errors.values() for words in errors] == told
