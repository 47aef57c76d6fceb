"""The register of students as the Registrar's Office exports it: semicolons, decimal commas, words in Kazakh."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_noop

from core.imports import Header, Problem, Row, open_grid, read_rows
from core.values import round_half_up, today
from institutions.enums import Sex
from institutions.passport import number_of, validity_faults
from institutions.workflow import person_faults
from programmes.enums import FIRST_YEAR, LAST_YEAR, Funding, StudyLanguage

HEADERS = (
    Header("number", ("ID", "Student ID", "Нөмірі", "Номер")),
    Header("name_cyrillic", ("Тегі, аты", "Фамилия, имя")),
    Header("surname", ("Surname",)),
    Header("given_names", ("Given names",), required=False),
    Header("birth_date", ("Туған күні", "Дата рождения", "Date of birth")),
    Header("sex", ("Жынысы", "Пол", "Sex")),
    Header("iin", ("ЖСН", "ИИН", "IIN"), required=False),
    Header("citizenship", ("Азаматтығы", "Гражданство", "Citizenship")),
    Header("passport", ("Паспорт", "Passport"), required=False),
    Header("passport_until", ("Паспорт мерзімі", "Срок паспорта", "Passport valid until"), required=False),
    Header("programme", ("БББ коды", "Код ОП", "Programme code")),
    Header("entry_year", ("Түскен жылы", "Год поступления", "Year of entry")),
    Header("language", ("Оқу тілі", "Язык обучения", "Language of study")),
    Header("funding", ("Қаржыландыру", "Финансирование", "Funding")),
    Header("gpa", ("GPA",), required=False),
    Header("debts", ("Қарыз (пән)", "Задолженности", "Debts"), required=False),
    Header("certificate", ("Тіл сертификаты", "Языковой сертификат", "Language certificate"), required=False),
    Header("email", ("E-mail", "Email"), required=False),
)
_SEX: Mapping[str, str] = {
    **dict.fromkeys(("ер", "м", "муж", "мужской", "m", "male"), Sex.MALE),
    **dict.fromkeys(("әйел", "ж", "жен", "женский", "f", "female"), Sex.FEMALE),
}
_FUNDING: Mapping[str, str] = {
    **dict.fromkeys(("грант", "grant"), Funding.GRANT),
    **dict.fromkeys(("ақылы", "платно", "платное", "paid"), Funding.PAID),
}
_LANGUAGES: Mapping[str, str] = {
    **dict.fromkeys(("қазақ", "казахский", "kazakh", "kk"), StudyLanguage.KAZAKH),
    **dict.fromkeys(("орыс", "русский", "russian", "ru"), StudyLanguage.RUSSIAN),
    **dict.fromkeys(("ағылшын", "английский", "english", "en"), StudyLanguage.ENGLISH),
}
_ONCE = (
    ("number", gettext_noop("the number %(value)s stands here twice; first at %(first)s")),
    ("iin", gettext_noop("the IIN %(value)s stands here twice; first at %(first)s")),
    ("passport", gettext_noop("the passport %(value)s stands here twice; first at %(first)s")),
    ("email", gettext_noop("the e-mail %(value)s stands here twice; first at %(first)s")),
)


@dataclass(frozen=True, slots=True)
class StudentRow:
    """A typed line of the register. `gpa` is None for those who have no marks yet."""

    number: str
    name_cyrillic: str
    surname: str
    given_names: str
    birth_date: date
    sex: str
    iin: str
    citizenship: str
    passport: str
    passport_until: date | None
    programme: str
    entry_year: int
    language: str
    funding: str
    gpa: Decimal | None
    debts: int
    certificate: str
    email: str
    where: str
    where_programme: str


def read_students(file: BinaryIO, filename: str) -> tuple[tuple[StudentRow, ...], list[Problem]]:
    """Read, type and check the register by itself; what the house knows is compared by the service. Raises UnreadableFileError."""
    grid, problems = open_grid(file, filename)
    rows = [typed for row in read_rows(grid, HEADERS, problems) if (typed := _typed(row, problems)) is not None]
    if not rows and not problems:
        problems.append(Problem(f"«{grid.name}»", gettext_noop("There is no student in this file.")))
    for key, text in _ONCE:
        seen: dict[str, str] = {}
        for student in rows:
            value = getattr(student, key)
            if value and value in seen:
                problems.append(Problem(student.where, text, {"value": value, "first": seen[value]}))
            seen.setdefault(value, student.where)
    return tuple(rows), problems


def _typed(row: Row, problems: list[Problem]) -> StudentRow | None:
    """A typed row; None when anything in it is wrong, which `problems` then say."""
    before = len(problems)
    birth_date = row.day("birth_date")
    sex = row.choice("sex", _SEX)
    iin = row.text("iin", required=False)
    citizenship = row.text("citizenship").upper()
    if citizenship and not (len(citizenship) == 2 and citizenship.isascii() and citizenship.isalpha()):
        row.problem("citizenship", gettext_noop("must be a country's code of two letters, such as KZ"))
    entry_year = row.integer("entry_year", low=FIRST_YEAR, high=LAST_YEAR)
    passport_until = row.day("passport_until", required=False)
    faults = [
        *person_faults(birth_date=birth_date, sex=sex, iin=iin, today=today()),
        *(validity_faults("passport_until", passport_until, today=today()) if passport_until else ()),
    ]
    for fault in faults:
        row.problem(fault.field, fault.text, **fault.params)
    gpa = row.decimal("gpa", low=Decimal(0), high=Decimal(4), required=False)
    typed = StudentRow(
        number=row.text("number")[:30],
        name_cyrillic=row.text("name_cyrillic")[:200],
        surname=row.text("surname")[:100],
        given_names=row.text("given_names", required=False)[:100],
        birth_date=birth_date or date.min,
        sex=sex,
        iin=iin,
        citizenship=citizenship,
        passport=number_of(row.text("passport", required=False))[:30],
        passport_until=passport_until,
        programme=row.text("programme"),
        entry_year=entry_year or 0,
        language=row.choice("language", _LANGUAGES),
        funding=row.choice("funding", _FUNDING),
        gpa=None if gpa is None else round_half_up(gpa, 2),
        debts=row.integer("debts", low=0, high=60, required=False) or 0,
        certificate=row.text("certificate", required=False)[:100],
        email=_email(row),
        where=row.where("number"),
        where_programme=row.where("programme"),
    )
    return None if len(problems) > before else typed


def _email(row: Row) -> str:
    raw = row.text("email", required=False).lower()
    try:
        if raw:
            validate_email(raw)
    except ValidationError:
        row.problem("email", gettext_noop("“%(value)s” is no e-mail address"), value=raw)
    return raw
