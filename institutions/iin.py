"""The individual identification number of Kazakhstan (ЖСН, ИИН): what its twelve digits say, and whether they can be right.

Digits 1–6 are the birth date (YYMMDD), the seventh tells century and sex, the twelfth is a control digit (domain.md 6).
"""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_noop

from institutions.enums import Sex

_CENTURY = {"1": 1800, "2": 1800, "3": 1900, "4": 1900, "5": 2000, "6": 2000}
_FIRST_WEIGHTS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
_SECOND_WEIGHTS = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)


@dataclass(frozen=True, slots=True)
class IinMeaning:
    """What a number says of its bearer."""

    birth_date: date
    sex: str


def control_digit(first_eleven: str) -> int | None:
    """The twelfth digit for these eleven; None where such a number is not given out."""
    digits = [int(digit) for digit in first_eleven]
    for weights in (_FIRST_WEIGHTS, _SECOND_WEIGHTS):
        rest = sum(digit * weight for digit, weight in zip(digits, weights, strict=True)) % 11
        if rest < 10:
            return rest
    return None


def meaning_of(iin: str) -> IinMeaning | None:
    """Birth date and sex that the number tells; None when it cannot be a number that was given out."""
    if len(iin) != 12 or not (iin.isascii() and iin.isdigit()) or control_digit(iin[:11]) != int(iin[11]):
        return None
    century = _CENTURY.get(iin[6])
    if century is None:
        return None
    try:
        born = date(century + int(iin[:2]), int(iin[2:4]), int(iin[4:6]))
    except ValueError:
        return None
    return IinMeaning(birth_date=born, sex=Sex.MALE if int(iin[6]) % 2 else Sex.FEMALE)


def problem_with(iin: str, *, birth_date: date | None = None, sex: str = "") -> str:
    """What is wrong with a number, also against a known birth date and sex (a message id); empty when nothing is."""
    meaning = meaning_of(iin)
    if meaning is None:
        return gettext_noop("This is not an IIN: twelve digits, the last of which is a control digit.")
    if birth_date and meaning.birth_date != birth_date:
        return gettext_noop("The IIN says another date of birth.")
    if sex and meaning.sex != sex:
        return gettext_noop("The IIN says another sex.")
    return ""
