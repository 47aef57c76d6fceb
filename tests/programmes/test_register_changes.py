"""What a register does to students who are known: it changes what it tells and nothing else, and history says what was."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.translation import override

from admissions.enums import ApplicationState
from core.history import history_of
from core.imports import ImportReport, Outcome
from core.models import HistoryEntry
from core.values import today
from institutions.enums import Role
from institutions.models import Person, User
from programmes.models import Enrolment, Programme
from programmes.services.students import import_students, keep_students_file, try_students
from tests.admissions.coming import Guests
from tests.conftest import ClientAs
from tests.factories import admissions, agreements, institutions, programmes
from tests.programmes.files import workbook

pytestmark = pytest.mark.django_db

NUMBER = "20260105"
# What every register has: heads and the row of one student.
MUST = {
    "ID": NUMBER,
    "Тегі, аты": "Үсенова Салтанат",
    "Surname": "USENOVA",
    "Туған күні": "09.08.2004",
    "Жынысы": "әйел",
    "Азаматтығы": "KZ",
    "БББ коды": "7M06102",
    "Түскен жылы": today().year,
    "Оқу тілі": "қазақ",
    "Қаржыландыру": "ақылы",
}
MAY = {
    "Given names": "SALTANAT",
    "ЖСН": "040809603118",
    "Паспорт": "N39411417",
    "Паспорт мерзімі": "15.05.2032",
    "GPA": "3,50",
    "Қарыз (пән)": 2,
    "Тіл сертификаты": "IELTS 7.0",
    "E-mail": "usenova@example.edu.kz",
}


@pytest.fixture
def registrar() -> User:
    institutions.home()
    return institutions.user(Role.REGISTRAR)


@pytest.fixture
def student(registrar: User) -> Enrolment:
    """Somebody of whom the register has told everything."""
    programmes.programme()
    assert _imported(registrar, {**MUST, **MAY}).written
    return Enrolment.objects.get(student_number=NUMBER)


def _kept(actor: User, row: dict[str, object]) -> int:
    file = workbook([tuple(row), tuple(row.values())])
    return keep_students_file(file=file, name="register.xlsx", actor=actor).pk


def _imported(actor: User, row: dict[str, object]) -> ImportReport:
    return import_students(upload_id=_kept(actor, row), actor=actor)


def _tried(actor: User, row: dict[str, object]) -> ImportReport:
    return try_students(upload_id=_kept(actor, row), actor=actor)


def _known(student: Enrolment) -> tuple[dict[str, object], dict[str, object]]:
    person, enrolment = Person.objects.filter(pk=student.person_id), Enrolment.objects.filter(pk=student.pk)
    return dict(person.values()[0]), dict(enrolment.values()[0])


def _changes(thing: Person | Enrolment) -> HistoryEntry:
    return history_of(thing).get(action="programmes.register_changed")


@pytest.mark.parametrize("row", [MUST, {**MUST, **dict.fromkeys(MAY)}], ids=["no column", "an empty cell"])
def test_what_a_file_does_not_tell_stays_as_it_was(row: dict[str, object], registrar: User, student: Enrolment) -> None:
    before, entries = _known(student), HistoryEntry.objects.count()

    report = _imported(registrar, row)

    assert [line.outcome for line in report.lines] == [Outcome.UNCHANGED]
    assert (before[0]["iin"], before[0]["email"]) == ("040809603118", "usenova@example.edu.kz")
    assert (_known(student), HistoryEntry.objects.count()) == (before, entries + 1)  # the file that was kept


def test_a_first_register_needs_no_optional_column(registrar: User) -> None:
    programmes.programme()

    assert _imported(registrar, MUST).written

    made = Enrolment.objects.get(student_number=NUMBER)
    assert (made.gpa, made.debts, made.person.iin, made.person.email) == (None, 0, "", "")


def test_the_dry_run_shows_what_was_and_what_will_be_in_three_languages(registrar: User, student: Enrolment) -> None:
    row = {**MUST, **MAY, "Тегі, аты": "Асқарова Салтанат", "Surname": "ASKAROVA", "GPA": "3,6"}
    row |= {"Паспорт": "N11111111", "Паспорт мерзімі": "01.06.2035", "Қаржыландыру": "грант"}

    (line,) = _tried(registrar, row).lines

    told = {}
    for language in ("kk", "ru", "en"):
        with override(language):
            told[language] = line.note
    assert told["en"] == (
        "surname as in the passport: USENOVA → ASKAROVA; surname and name in Cyrillic: Үсенова Салтанат →"
        " Асқарова Салтанат; passport number: changed (not shown here); passport valid until: 15 May 2032 → 1 June 2035;"
        " funding: paid → state grant; GPA: 3.50 → 3.60"
    )
    assert "қаржыландыру: ақылы → мемлекеттік грант; GPA: 3.50 → 3.60" in told["kk"]
    assert "паспорт действителен до: 15 мая 2032\u00a0г. → 1 июня 2035\u00a0г." in told["ru"]
    assert not any(number in words for words in told.values() for number in ("N39411417", "N11111111"))


def test_history_tells_which_field_changed_from_what_to_what(
    registrar: User, student: Enrolment, client_as: ClientAs
) -> None:
    row = {**MUST, **MAY, "Surname": "ASKAROVA", "Тегі, аты": "Асқарова Салтанат", "Қарыз (пән)": 1}

    _imported(registrar, row)

    assert _changes(student.person).before == {"surname": "USENOVA", "name_cyrillic": "Үсенова Салтанат"}
    assert _changes(student.person).after == {"surname": "ASKAROVA", "name_cyrillic": "Асқарова Салтанат"}
    assert (_changes(student).before, _changes(student).after) == ({"debts": 2}, {"debts": 1})
    page = client_as(institutions.user(Role.AUDITOR)).get(reverse("programmes:enrolment", args=[student.pk]))
    told = [entry.text for entry in page.context["story"]]
    assert "changed from the register of students: debts (courses): 2 → 1" in told
    assert any("surname as in the passport: USENOVA → ASKAROVA" in text for text in told)


def test_a_number_of_passport_or_iin_stands_in_its_bearers_history_and_in_no_words(
    registrar: User, student: Enrolment
) -> None:
    _imported(registrar, {**MUST, "Паспорт": "N11111111"})

    entry = _changes(student.person)
    assert (entry.before, entry.after) == ({"passport_number": "N39411417"}, {"passport_number": "N11111111"})
    assert entry.params["changes"]["en"] == "passport number: changed (not shown here)"
    assert not history_of(student).filter(action="programmes.register_changed").exists()


def test_who_has_a_new_name_is_found_by_it(registrar: User, student: Enrolment, client_as: ClientAs) -> None:
    _imported(registrar, {**MUST, "Surname": "ASKAROVA", "Тегі, аты": "Асқарова Салтанат"})
    client = client_as(registrar)

    found = {
        name: [row.pk for row in client.get(reverse("programmes:students"), {"q": name}).context["page"]]
        for name in ("асқарова", "USENOVA")
    }

    assert found == {"асқарова": [student.pk], "USENOVA": []}


def test_an_iin_that_stays_may_not_contradict_a_new_date_of_birth(registrar: User, student: Enrolment) -> None:
    report = _imported(registrar, {**MUST, "Туған күні": "10.08.2004"})

    assert [problem.words for problem in report.problems] == [
        f"the IIN that is known of {NUMBER} says another date of birth or sex"
    ]


def test_a_new_enrolment_of_who_is_known_tells_what_changes_of_the_person(registrar: User, student: Enrolment) -> None:
    (line,) = _tried(registrar, {**MUST, "ID": "20260999", "ЖСН": MAY["ЖСН"], "Surname": "ASKAROVA"}).lines

    assert (line.outcome, line.note) == (
        Outcome.CREATED,
        "the person is known already; a new enrolment; changes: surname as in the passport: USENOVA → ASKAROVA",
    )


@pytest.mark.parametrize("has_curriculum", [True, False])
def test_who_changes_the_programme_studies_by_the_curriculum_of_the_new_one(
    registrar: User, student: Enrolment, *, has_curriculum: bool
) -> None:
    mining = programmes.programme(code="6B07203")
    old = programmes.curriculum(programmes.programme())
    Enrolment.objects.filter(pk=student.pk).update(curriculum=old)
    new = programmes.curriculum(mining) if has_curriculum else None

    report = _imported(registrar, {**MUST, "БББ коды": "6B07203"})

    student.refresh_from_db()
    assert (student.programme, student.curriculum) == (mining, new)
    assert report.lines[0].note == (
        f"programme: 7M06102 → 6B07203; curriculum: 7M06102, 1 → {'6B07203, 1' if new else '—'}"
    )
    assert _changes(student).after["programme"].startswith("6B07203")


@pytest.mark.clause("5.7")
def test_no_file_takes_a_student_out_of_the_programme_of_a_running_case(registrar: User) -> None:
    pathway = agreements.open_pathway()
    mining = programmes.programme(code="6B07203")
    case = admissions.application(admissions.intake(pathway))
    Enrolment.objects.filter(pk=case.enrolment_id).update(student_number=NUMBER)
    row = {**MUST, "Surname": "X", "БББ коды": mining.code}

    report = _imported(registrar, row)

    assert [str(problem) for problem in report.problems] == [
        (
            f"“Sheet”, G2: the programme of student {NUMBER} stays {pathway.home_programme.code} while there is an application to"
            f" a partner (Hochschule Nordtal): write {pathway.home_programme.code} here; for another programme the application is"
            " withdrawn or cancelled first"
        )
    ]
    assert _programme_of(case.enrolment_id) == pathway.home_programme


def test_no_file_takes_the_number_of_a_guest_and_no_guest_a_number_of_the_register(registrar: User) -> None:
    guests = Guests()
    guest = guests.expected()
    programmes.programme()

    report = _imported(registrar, {**MUST, "ID": guest.host_student_number})
    assert _imported(registrar, {**MUST, "ID": f"{guest.starts_on.year}9002"}).written
    other = guests.expected()

    name = guest.application.enrolment.person
    (problem,) = report.problems
    assert str(problem).endswith(f"the number {guest.host_student_number} is that of a partner's student: {name}")
    assert other.host_student_number == f"{guest.starts_on.year}9003"


@pytest.mark.parametrize("state", sorted(ApplicationState.closed()))
def test_a_closed_case_keeps_nobody_in_a_programme(state: str, registrar: User) -> None:
    case = admissions.application(state=state)
    Enrolment.objects.filter(pk=case.enrolment_id).update(student_number=NUMBER)
    mining = programmes.programme(code="6B07203")

    assert _imported(registrar, {**MUST, "БББ коды": mining.code}).written

    assert _programme_of(case.enrolment_id) == mining


def _programme_of(enrolment_id: int) -> Programme | None:
    return Enrolment.objects.get(pk=enrolment_id).programme


def test_a_passport_that_is_over_is_told_once_and_stops_nothing(registrar: User, student: Enrolment) -> None:
    row = {**MUST, "Паспорт мерзімі": f"{today() - timedelta(days=1):%d.%m.%Y}"}

    first, second = _imported(registrar, row), _imported(registrar, row)

    assert [note.words for note in first.notes] == [f"the passport of {NUMBER} has expired"]
    assert (first.written, second.notes) == (True, [])
