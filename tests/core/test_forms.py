"""Form fields as people here write them."""

from decimal import Decimal

import pytest
from django import forms
from django.utils import translation

from admissions.forms.fields import day_field
from core.forms import NumberField, WrittenField
from institutions.models import University


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
    [("\u200b \u2060", "required"), ("a\0b", "U+0000"), ("x" * 11, "at most 10"), (" blurred\u200d ", "")],
)
def test_a_reason_that_nobody_can_read_is_refused_beside_its_field(typed: str, told: str) -> None:
    form = _Form({"amount": "1", "why": typed})

    assert told in str(form.errors.get("why", ""))
    assert form.is_valid() is not bool(told)
    assert form["why"].value() == typed


class _Texts(forms.Form):
    typed = forms.CharField(required=False)
    written = WrittenField(required=False)
    mail = forms.EmailField(required=False)
    university = forms.modelform_factory(University, fields=["name_kk"])().fields["name_kk"]


@pytest.mark.parametrize("name", ["typed", "written", "mail", "university"])
@pytest.mark.parametrize(
    ("typed", "signs"),
    [("A\x03B", "U+0003"), ("\x01", "U+0001"), ("safe\u202efdp.exe\ufffe", "U+202E U+FFFE"), ("\ue000", "U+E000")],
)
@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("kk", "Мұнда мына таңбаларды жазуға болмайды"),
        ("ru", "Здесь нельзя использовать знаки"),
        ("en", "No such signs can stand here"),
    ],
)
def test_signs_that_nobody_writes_are_refused_by_name_in_each_text_of_each_form(
    name: str, typed: str, signs: str, language: str, told: str
) -> None:
    with translation.override(language):
        assert _Texts({"university": "X", name: typed}).errors == {name: [f"{told}: {signs}."]}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("one\r\n\ttwo", "one\r\n\ttwo"),
        ("soft\u00adhyphen, می\u200cخواهم", "soft\u00adhyphen, می\u200cخواهم"),
        ("👩\u200d🎓", "👩\u200d🎓"),
        ("\ufeffcopied\u200b \n", "copied"),
        (" \u200b", ""),
    ],
)
@pytest.mark.parametrize("name", ["typed", "written"])
def test_what_comes_along_with_a_copied_text_is_in_nobodys_way(name: str, typed: str, kept: str) -> None:
    form = _Texts({"university": "X", name: typed})

    assert not form.errors
    assert form.cleaned_data[name] == kept


def test_a_password_is_taken_as_it_is() -> None:
    password = forms.CharField(strip=False, widget=forms.PasswordInput)

    assert password.clean(" \u202e\x07\u200b") == " \u202e\x07\u200b"


class _Days(forms.Form):
    any = forms.DateField()
    house = day_field("day")


@pytest.mark.parametrize(
    ("language", "told"),
    [("kk", "Мұндай күн жоқ: {}."), ("ru", "Такой даты нет: {}."), ("en", "There is no such day: {}.")],
)
@pytest.mark.parametrize("typed", ["29.02.2023", "31.04.2027", "2027-13-01", " 0.1.2027 "])
def test_a_day_that_is_in_no_calendar_is_called_so(language: str, told: str, typed: str) -> None:
    with translation.override(language):
        words = [told.format(typed.strip())]

        assert _Days({"any": typed, "house": typed}).errors == {"any": words, "house": words}


def test_a_day_that_is_not_written_as_days_are_is_told_how() -> None:
    how = ["Enter a date as 03.01.2027 (day.month.year)."]

    for typed in ("29 February", "29.02", "32.13.20277", "2/3/2027"):
        assert _Days({"any": typed, "house": typed}).errors == {"any": how, "house": how}
    assert _Days({"any": "28.02.27", "house": "28.02.27"}).errors == {"house": how}
    assert _Days({"any": "29.02.27", "house": "1.1.2027"}).errors == {"any": ["There is no such day: 29.02.27."]}


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
