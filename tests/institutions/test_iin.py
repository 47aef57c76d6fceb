"""The individual identification number: what its digits say."""

import csv
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from institutions.enums import Sex
from institutions.iin import control_digit, meaning_of, problem_with

REGISTER = Path(settings.BASE_DIR) / "satbayev_jdp/demo/data/students_registrar.csv"


def test_a_number_tells_birth_date_and_sex() -> None:
    meaning = meaning_of("020903503011")

    assert meaning is not None
    assert (meaning.birth_date, meaning.sex) == (date(2002, 9, 3), Sex.MALE)


def test_every_number_of_the_registrars_list_is_right() -> None:
    with REGISTER.open(encoding="utf-8-sig", newline="") as lines:
        rows = [row for row in csv.DictReader(lines, delimiter=";") if row["ЖСН"]]

    assert len(rows) > 10
    for row in rows:
        day, month, year = (int(part) for part in row["Туған күні"].split("."))
        sex = Sex.MALE if row["Жынысы"].startswith("ер") else Sex.FEMALE
        assert problem_with(row["ЖСН"], birth_date=date(year, month, day), sex=sex) == ""


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "02090350301",
        "0209035030111",
        "020903503012",
        "02090350301x",
        "021303503011",
        "020903903011",
        "०२०९०३५०३०११",
    ],
)
def test_what_cannot_be_a_number_is_none(wrong: str) -> None:
    assert meaning_of(wrong) is None
    assert problem_with(wrong).startswith("This is not an IIN")


def test_it_must_agree_with_what_is_known() -> None:
    assert problem_with("020903503011", birth_date=date(2002, 9, 4)) == "The IIN says another date of birth."
    assert problem_with("020903503011", sex=Sex.FEMALE) == "The IIN says another sex."


@given(st.text("0123456789", min_size=11, max_size=11), st.integers(0, 10), st.integers(1, 9))
def test_one_wrong_digit_is_always_found_where_the_first_weights_decide(digits: str, place: int, shift: int) -> None:
    changed = digits[:place] + str((int(digits[place]) + shift) % 10) + digits[place + 1 :]
    first, second = _by_first_weights(digits), _by_first_weights(changed)

    if first is not None and second is not None:
        assert control_digit(digits) == first
        # Weight 11 does not count modulo 11: the eleventh digit is the one that this rule leaves unguarded.
        assert (first == second) == (place == 10)


def _by_first_weights(digits: str) -> int | None:
    rest = sum(int(digit) * weight for weight, digit in enumerate(digits, start=1)) % 11
    return rest if rest < 10 else None
