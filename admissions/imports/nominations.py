"""A partner's nomination list from XLSX or CSV (7.1): rows typed, checked against the intake and what is known. No writes."""

from dataclasses import dataclass
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_noop

from admissions.models import Intake
from admissions.selectors.countries import country_codes
from admissions.selectors.nominations import call_of, known_to
from admissions.workflow.nominations import Call, Candidate, faults, passport_too_short, repeated
from core.imports import (
    Header,
    ImportReport,
    Outcome,
    Problem,
    ReportLine,
    Row,
    UnreadableFileError,
    open_grid,
    read_rows,
)
from core.values import fold
from institutions.enums import Level, Sex
from institutions.passport import number_of

HEADERS = (
    Header("surname", ("Family name", "Surname", "Фамилия", "Тегі")),
    Header("given_names", ("Given names", "First name", "Имя", "Аты"), required=False),
    Header("birth_date", ("Date of birth", "Дата рождения", "Туған күні")),
    Header("sex", ("Sex", "Gender", "Пол", "Жынысы")),
    Header("citizenship", ("Citizenship (ISO)", "Citizenship", "Гражданство", "Азаматтығы")),
    Header("passport_number", ("Passport No", "Passport number", "Номер паспорта", "Төлқұжат нөмірі")),
    Header("passport_valid_until", ("Passport valid until", "Паспорт действителен до", "Төлқұжат мерзімі")),
    Header("email", ("E-mail", "Email", "Эл. почта", "Электрондық пошта")),
    Header("matriculation", ("Matriculation no.", "Student number", "Номер студента", "Студент нөмірі")),
    Header("home_programme", ("Programme at home", "Программа в своём вузе", "Өз бағдарламасы"), required=False),
    Header("level", ("Level", "Уровень", "Деңгейі"), required=False),
    Header("programme", ("Programme at Satbayev", "Программа в Satbayev", "Satbayev бағдарламасы")),
    Header("semester", ("Semester at Satbayev", "Семестр в Satbayev", "Satbayev семестрі")),
    Header("certificate", ("Language certificate", "Языковой сертификат", "Тіл сертификаты"), required=False),
    Header("documents", ("Documents attached", "Приложенные документы", "Тіркелген құжаттар"), required=False),
)
_SEXES = {
    "m": Sex.MALE.value,
    "male": Sex.MALE.value,
    "м": Sex.MALE.value,
    "ер": Sex.MALE.value,
    "f": Sex.FEMALE.value,
    "female": Sex.FEMALE.value,
    "ж": Sex.FEMALE.value,
    "әйел": Sex.FEMALE.value,
}
_LEVELS = {
    **dict.fromkeys(("bachelor", "b.sc.", "bsc", "b.a.", "ba", "бакалавр", "бакалавриат"), Level.BACHELOR.value),
    **dict.fromkeys(("master", "m.sc.", "msc", "m.a.", "ma", "магистр", "магистратура"), Level.MASTER.value),
    **dict.fromkeys(
        ("doctorate", "doctor", "phd", "ph.d.", "докторант", "докторантура", "доктор"), Level.DOCTORATE.value
    ),
}
# Fields of a candidate whose column has another name.
_COLUMN = {"language_certificate": "certificate"}


@dataclass(frozen=True)
class FoundCandidate:
    """A candidate of the file and whether he or she is held back."""

    candidate: Candidate
    is_held: bool


def read_nominations(file: BinaryIO, filename: str, intake: Intake) -> tuple[list[FoundCandidate], ImportReport]:
    """The candidates of a file for a loaded intake, and what was found. Any problem means that nothing may be written.

    Raises UnreadableFileError for what is no table at all.
    """
    grid, problems = open_grid(file, filename)
    report = ImportReport(problems=problems)
    typed = [(_typed(row, intake), row) for row in read_rows(grid, HEADERS, report.problems)]
    if not typed and not report.problems:
        raise UnreadableFileError(gettext_noop("The file names no candidate."))
    found = []
    call = call_of(intake)
    known = known_to(intake, [candidate for candidate, _ in typed])
    rows: dict[tuple[str, ...], int] = {}
    for candidate, row in typed:
        for fault in (*faults(candidate, call, known, country_codes()), *repeated(candidate, row.number, rows)):
            row.problem(_COLUMN.get(fault.field, fault.field), fault.text, **fault.params)
        found.append(FoundCandidate(candidate, is_held=_report(report, candidate, row, call)))
    return found, report


def _report(report: ImportReport, candidate: Candidate, row: Row, call: Call) -> bool:
    name = f"{candidate.surname} {candidate.given_names}".strip() or "—"
    held = passport_too_short(candidate, call)
    if row.is_faulty:
        report.lines.append(ReportLine(row.where("surname"), Outcome.REFUSED, name))
    elif held:
        where = row.where("passport_valid_until")
        report.lines.append(ReportLine(where, Outcome.HELD, name, held.text, held.params))
    else:
        report.lines.append(ReportLine(row.where("surname"), Outcome.CREATED, name))
    return held is not None


def _typed(row: Row, intake: Intake) -> Candidate:
    """The candidate of a row; a cell that could not be read has left its problem behind and is empty here."""
    typed = Candidate(
        surname=row.text("surname")[:100],
        given_names=row.text("given_names", required=False)[:100],
        birth_date=row.day("birth_date"),
        sex=row.choice("sex", _SEXES),
        citizenship=row.text("citizenship").upper(),
        passport_number=number_of(row.text("passport_number"))[:30],
        passport_valid_until=row.day("passport_valid_until"),
        email=_email(row),
        matriculation=row.text("matriculation")[:30],
        programme=row.text("programme"),
        semester=row.integer("semester", low=1, high=20),
        language_certificate=row.text("certificate", required=False)[:100],
        level=row.choice("level", _LEVELS, required=False),
    )
    _check_home_programme(row, intake)
    return typed


def _email(row: Row) -> str:
    raw = row.text("email").lower()
    try:
        if raw:
            validate_email(raw)
    except ValidationError:
        row.problem("email", gettext_noop("“%(value)s” is no e-mail address"), value=raw)
        return ""
    return raw


def _check_home_programme(row: Row, intake: Intake) -> None:
    """The column may be missing or empty; what stands in it must be the partner's programme of the pathway."""
    raw = row.text("home_programme", required=False)
    theirs = intake.pathway.partner_programme
    names = (theirs.code, theirs.name_original, theirs.name_en, theirs.name_kk, theirs.name_ru)
    if raw and fold(raw) not in {fold(name) for name in names}:
        text = gettext_noop("unknown programme “%(value)s”: this intake is for %(programme)s")
        row.problem("home_programme", text, value=raw, programme=theirs.name_original or theirs.code)


def unreadable(error: UnreadableFileError, filename: str) -> ImportReport:
    """A file that is no table, as a report with one problem."""
    return ImportReport(problems=[Problem(f"«{filename}»", error.text, error.params)])
