"""A partner's nomination list from XLSX or CSV (7.1): rows typed, checked against the intake and what is known. No writes."""

from dataclasses import dataclass
from decimal import Decimal
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_noop

from admissions.models import Intake
from admissions.selectors.nominations import call_of, known_to
from admissions.workflow.nominations import Call, Candidate, faults, passport_too_short, repeated
from core.heads import Header, heads, read_rows
from core.imports import ImportReport, Outcome, Problem, ReportLine, Row, UnreadableFileError, Word, faults_among, place
from core.sheets import open_grid
from core.values import Localized, fold
from institutions.enums import Level
from institutions.models import Person
from institutions.passport import SEXES, number_of
from institutions.phrases import country_code, country_codes
from programmes.models import Enrolment

HEADERS = (
    Header(
        "surname",
        Localized("Тегі", "Фамилия", "Family name"),
        (
            "Surname",
            "Last name",
            "Nachname",
            "Familienname",
            "Surname as in the passport",
            "Төлқұжаттағы тегі",
            "Фамилия по паспорту",
        ),
    ),
    Header(
        "given_names",
        Localized("Аты", "Имя", "Given names"),
        ("First name", "Vorname", "Vornamen", "Given names as in the passport", "Төлқұжаттағы аты", "Имя по паспорту"),
        required=False,
    ),
    Header("birth_date", Localized("Туған күні", "Дата рождения", "Date of birth"), ("Geburtsdatum",)),
    Header("sex", Localized("Жынысы", "Пол", "Sex"), ("Gender", "Geschlecht")),
    Header(
        "citizenship",
        Localized("Азаматтығы (ISO)", "Гражданство (ISO)", "Citizenship (ISO)"),
        ("Citizenship", "Гражданство", "Азаматтығы", "Staatsangehörigkeit"),
    ),
    Header(
        "passport_number",
        Localized("Төлқұжат нөмірі", "Номер паспорта", "Passport No"),
        ("Passport number", "Passport", "Паспорт", "Төлқұжат", "Passnummer", "Reisepass"),
    ),
    Header(
        "passport_valid_until",
        Localized("Төлқұжат мерзімі", "Паспорт действителен до", "Passport valid until"),
        ("Срок паспорта", "Паспорт мерзімі", "Pass gültig bis", "Төлқұжаттың жарамдылық мерзімі"),
    ),
    Header("email", Localized("Электрондық пошта", "Эл. почта", "E-mail"), ("Email", "Эл. пошта", "Электронная почта")),
    Header(
        "matriculation",
        Localized("Студент нөмірі", "Номер студента", "Matriculation no."),
        (
            "Student number",
            "Student ID",
            "Matrikelnummer",
            "Student number at your university",
            "Университетіңіздегі білім алушының нөмірі",
            "Номер обучающегося в вашем университете",
            "Білім алушының нөмірі",
            "Номер обучающегося",
        ),
    ),
    Header(
        "home_programme",
        Localized("Өз бағдарламасы", "Программа в своём вузе", "Programme at home"),
        ("Studiengang",),
        required=False,
    ),
    Header("level", Localized("Деңгейі", "Уровень", "Level"), required=False),
    Header(
        "programme",
        Localized("Satbayev бағдарламасы", "Программа в Satbayev", "Programme at Satbayev"),
        ("Programme", "Бағдарлама", "Программа"),
    ),
    Header(
        "semester",
        Localized("Satbayev семестрі", "Семестр в Satbayev", "Semester at Satbayev"),
        ("Semester", "Семестр"),
    ),
    Header(
        "certificate",
        Localized("Тіл сертификаты", "Языковой сертификат", "Language certificate"),
        ("Sprachzertifikat", "Тіл білу сертификаты"),
        required=False,
    ),
    Header(
        "average_mark",
        Localized("Орташа баға", "Средний балл", "Average mark"),
        ("Average grade", "Notendurchschnitt", "Durchschnittsnote"),
        required=False,
    ),
    Header(
        "documents",
        Localized("Тіркелген құжаттар", "Приложенные документы", "Documents attached"),
        required=False,
    ),
)
_LEVELS = (
    Word(
        Level.BACHELOR,
        Localized("бакалавриат", "бакалавриат", "bachelor"),
        ("b.sc.", "bsc", "b.a.", "ba", "бакалавр"),
    ),
    Word(Level.MASTER, Localized("магистратура", "магистратура", "master"), ("m.sc.", "msc", "m.a.", "ma", "магистр")),
    Word(
        Level.DOCTORATE,
        Localized("докторантура", "докторантура", "doctorate"),
        ("doctor", "phd", "ph.d.", "докторант", "доктор"),
    ),
)
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
    grid, problems = open_grid(file, filename, heads(HEADERS))
    report = ImportReport(problems=problems)
    call = call_of(intake)
    typed = [(_typed(row, intake, call), row) for row in read_rows(grid, HEADERS, report.problems)]
    if not typed and not faults_among(report.problems):
        raise UnreadableFileError(gettext_noop("The file names no candidate."))
    found = []
    known = known_to(intake, [candidate for candidate, _ in typed])
    rows: dict[tuple[str, ...], int] = {}
    for candidate, row in typed:
        for fault in faults(candidate, call, known, country_codes()):
            row.problem(_COLUMN.get(fault.field, fault.field), fault.text, **fault.params)
        for fault in repeated(candidate, row.number, rows):
            row.problem(fault.field, fault.text, **fault.params, first=place(grid.name, fault.params["row"], 1))
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


def _typed(row: Row, intake: Intake, call: Call) -> Candidate:
    """The candidate of a row; a cell that could not be read has left its problem behind and is empty here."""
    low, high = call.marks or (Decimal(0), Decimal(100))
    typed = Candidate(
        surname=row.text_for(Person, "surname"),
        given_names=row.text_for(Person, "given_names", required=False),
        birth_date=row.day("birth_date"),
        sex=row.choice("sex", SEXES),
        citizenship=country_code(row.text("citizenship")),
        passport_number=number_of(row.text_for(Person, "passport_number")),
        passport_valid_until=row.day("passport_valid_until"),
        email=_email(row),
        matriculation=row.text_for(Enrolment, "student_number", "matriculation"),
        programme=row.text("programme"),
        semester=row.integer("semester", low=1, high=20),
        language_certificate=row.text_for(Person, "language_certificate", "certificate", required=False),
        average_mark=row.decimal("average_mark", low=low, high=high, places=2, required=False),
        level=row.choice("level", _LEVELS, required=False),
    )
    _check_home_programme(row, intake)
    return typed


def _email(row: Row) -> str:
    raw = row.text_for(Person, "email").lower()
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
