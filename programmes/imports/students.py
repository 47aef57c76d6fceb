"""The register of students as the Registrar's Office exports it: semicolons, decimal commas, words in Kazakh."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_noop

from core.faults import Fault, formula_faults, register_number_faults
from core.heads import Header, heads, read_rows
from core.imports import Problem, Row, Word, faults_among
from core.sheets import open_grid
from core.values import Localized, round_half_up, today
from institutions.models import Person
from institutions.passport import SEXES, name_faults, number_faults, number_of, validity_faults
from institutions.phrases import country_code, country_codes
from institutions.workflow import person_faults
from programmes.enums import FIRST_YEAR, Funding, StudyLanguage
from programmes.models import Enrolment

HEADERS = (
    Header(
        "number",
        Localized("ID", "ID", "ID"),
        (
            "Student ID",
            "Student number",
            "Нөмірі",
            "Номер",
            "Номер студента",
            "Білім алушының нөмірі",
            "Номер обучающегося",
        ),
    ),
    Header(
        "name_cyrillic",
        Localized("Тегі, аты", "Фамилия, имя", "Name in Cyrillic"),
        (
            "Аты-жөні",
            "ТАӘ",
            "ФИО",
            "Ф.И.О.",
            "Name",
            "Full name",
            "Surname and name in Cyrillic",
            "Кириллицамен жазылған тегі мен аты",
            "Фамилия и имя кириллицей",
        ),
    ),
    Header(
        "surname",
        Localized("Тегі (латынша)", "Фамилия (латиницей)", "Surname"),
        (
            "Family name",
            "Тегі",
            "Фамилия",
            "Nachname",
            "Familienname",
            "Surname as in the passport",
            "Төлқұжаттағы тегі",
            "Фамилия по паспорту",
        ),
    ),
    Header(
        "given_names",
        Localized("Аты (латынша)", "Имя (латиницей)", "Given names"),
        (
            "First name",
            "Аты",
            "Имя",
            "Vorname",
            "Given names as in the passport",
            "Төлқұжаттағы аты",
            "Имя по паспорту",
        ),
        required=False,
    ),
    Header("birth_date", Localized("Туған күні", "Дата рождения", "Date of birth"), ("Geburtsdatum",)),
    Header("sex", Localized("Жынысы", "Пол", "Sex"), ("Gender", "Geschlecht")),
    Header("iin", Localized("ЖСН", "ИИН", "IIN"), required=False),
    Header("citizenship", Localized("Азаматтығы", "Гражданство", "Citizenship"), ("Staatsangehörigkeit",)),
    Header(
        "passport",
        Localized("Төлқұжат", "Паспорт", "Passport"),
        ("Номер паспорта", "Төлқұжат нөмірі", "Passport number", "Passport No", "Passnummer"),
        required=False,
    ),
    Header(
        "passport_until",
        Localized("Төлқұжат мерзімі", "Срок паспорта", "Passport valid until"),
        ("Паспорт мерзімі", "Паспорт действителен до", "Pass gültig bis", "Төлқұжаттың жарамдылық мерзімі"),
        required=False,
    ),
    Header(
        "programme",
        Localized("БББ коды", "Код ОП", "Programme code"),
        ("БББ", "ОП", "Programme", "Бағдарлама", "Программа"),
    ),
    Header("entry_year", Localized("Түскен жылы", "Год поступления", "Year of entry")),
    Header("language", Localized("Оқу тілі", "Язык обучения", "Language of study")),
    Header("funding", Localized("Қаржыландыру", "Финансирование", "Funding")),
    Header("gpa", Localized("GPA", "GPA", "GPA"), required=False),
    Header(
        "debts",
        Localized("Қарыз (пән)", "Задолженности", "Debts"),
        ("Қарыз", "Долги", "Debts (courses)", "Академиялық қарыз (пәндер)", "Академические задолженности (дисциплины)"),
        required=False,
    ),
    Header(
        "certificate",
        Localized("Тіл сертификаты", "Языковой сертификат", "Language certificate"),
        ("Sprachzertifikat", "Тіл білу сертификаты"),
        required=False,
    ),
    Header(
        "email",
        Localized("E-mail", "E-mail", "E-mail"),
        ("Email", "Эл. почта", "Эл. пошта", "Электронная почта", "Электрондық пошта"),
        required=False,
    ),
)
_FUNDING = (
    Word(
        Funding.GRANT,
        Localized("грант", "грант", "grant"),
        ("мемлекеттік грант", "государственный грант", "state grant"),
    ),
    Word(Funding.PAID, Localized("ақылы", "платно", "paid"), ("платное", "на платной основе")),
)
_LANGUAGES = (
    Word(StudyLanguage.KAZAKH, Localized("қазақ", "казахский", "Kazakh"), ("kk",)),
    Word(StudyLanguage.RUSSIAN, Localized("орыс", "русский", "Russian"), ("ru",)),
    Word(StudyLanguage.ENGLISH, Localized("ағылшын", "английский", "English"), ("en",)),
)
_DECIMAL = re.compile(r"[0-9]*[.,][0-9]+")
_ONCE = (
    ("number", gettext_noop("the number %(value)s stands here twice; first at %(first)s")),
    ("iin", gettext_noop("the IIN %(value)s stands here twice; first at %(first)s")),
    ("passport", gettext_noop("the passport %(value)s stands here twice; first at %(first)s")),
    ("email", gettext_noop("the e-mail %(value)s stands here twice; first at %(first)s")),
)


@dataclass(frozen=True, slots=True)
class StudentRow:
    """A typed line of the register. What an optional column does not tell, by an empty cell too, is empty or None."""

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
    debts: int | None
    certificate: str
    email: str
    where: str
    where_programme: str


def read_students(file: BinaryIO, filename: str) -> tuple[tuple[StudentRow, ...], list[Problem]]:
    """Read, type and check the register by itself; what the house knows is compared by the service. Raises UnreadableFileError."""
    grid, problems = open_grid(file, filename, heads(HEADERS))
    rows = [typed for row in read_rows(grid, HEADERS, problems) if (typed := _typed(row, problems)) is not None]
    if not rows and not faults_among(problems):
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
    sex = row.choice("sex", SEXES)
    iin = row.text("iin", required=False)
    citizenship = country_code(row.text("citizenship"))
    if citizenship and citizenship not in country_codes():
        row.problem("citizenship", gettext_noop("must be a country's code of two letters, such as KZ, or its name"))
    entry_year = row.integer("entry_year", low=FIRST_YEAR, high=today().year + 1)
    passport_until = row.day("passport_until", required=False)
    surname, given_names = (
        row.text_for(Person, name, required=name == "surname") for name in ("surname", "given_names")
    )
    name_cyrillic = row.text_for(Person, "name_cyrillic")
    number = row.text_for(Enrolment, "student_number", "number")
    certificate = row.text_for(Person, "language_certificate", "certificate", required=False)
    passport = number_of(row.text_for(Person, "passport_number", "passport", required=False))
    faults = [
        *person_faults(birth_date=birth_date, sex=sex, iin=iin, today=today()),
        *(validity_faults("passport_until", passport_until, today=today()) if passport_until else ()),
        *name_faults("surname", surname),
        *name_faults("given_names", given_names),
        *name_faults("name_cyrillic", name_cyrillic, latin=False),
        *number_faults("passport", passport),
        *_number_faults(number),
        *formula_faults("certificate", certificate),
    ]
    for fault in faults:
        row.problem(fault.field, fault.text, **fault.params)
    gpa = row.decimal("gpa", low=Decimal(0), high=Decimal(4), required=False)
    typed = StudentRow(
        number=number,
        name_cyrillic=name_cyrillic,
        surname=surname,
        given_names=given_names,
        birth_date=birth_date or date.min,
        sex=sex,
        iin=iin,
        citizenship=citizenship,
        passport=passport,
        passport_until=passport_until,
        programme=row.text("programme"),
        entry_year=entry_year or 0,
        language=row.choice("language", _LANGUAGES),
        funding=row.choice("funding", _FUNDING),
        gpa=None if gpa is None else round_half_up(gpa, 2),
        debts=row.integer("debts", low=0, high=60, required=False),
        certificate=certificate,
        email=_email(row),
        where=row.where("number"),
        where_programme=row.where("programme"),
    )
    return None if len(problems) > before else typed


def _number_faults(number: str) -> Iterator[Fault]:
    """A student's number, which a spreadsheet has not reckoned with: there it would be somebody new."""
    if _DECIMAL.fullmatch(number):
        text = gettext_noop("a student number has no decimal point, got “%(value)s”: enter the number anew as text")
        yield Fault("number", text, {"value": number})
    else:
        yield from register_number_faults("number", number)


def _email(row: Row) -> str:
    raw = row.text_for(Person, "email", required=False).lower()
    try:
        if raw:
            validate_email(raw)
    except ValidationError:
        row.problem("email", gettext_noop("“%(value)s” is no e-mail address"), value=raw)
    return raw
