"""Importing curricula and the register: whole or not at all, the same file once."""

import io
from decimal import Decimal
from typing import Any

import pytest

from core.history import history_of
from core.imports import Outcome, place_shown
from core.models import HistoryEntry
from core.values import Localized
from core.workflow import FaultyError, NotAllowedError, WrongStateError
from institutions.enums import Role
from institutions.models import Membership, PasswordLink, Person, User
from programmes.imports.students import read_students
from programmes.models import Course, Curriculum, Enrolment, Programme
from programmes.services.curricula import import_curriculum, keep_curriculum_file, try_curriculum
from programmes.services.programmes import (
    ProgrammeData,
    correct_programme,
    enter_programme,
    take_away_programme,
)
from programmes.services.students import import_students, keep_students_file, try_students
from tests.factories import institutions, programmes
from tests.programmes.files import sent, workbook

pytestmark = pytest.mark.django_db
REGISTER = "students_registrar.csv"


@pytest.fixture
def registrar() -> User:
    institutions.home()
    return institutions.user(Role.REGISTRAR)


@pytest.fixture
def software() -> Programme:
    return programmes.programme()


@pytest.fixture
def both(software: Programme) -> tuple[Programme, Programme]:
    mining = programmes.programme(
        code="6B07203", level="bachelor", direction="6B072", semesters=8, credits=Decimal(240)
    )
    return software, mining


def _import(programme: Programme, actor: User, name: str = "curriculum_7M06102.xlsx") -> int:
    return keep_curriculum_file(programme_id=programme.pk, file=sent(name), name=name, actor=actor).pk


def test_a_dry_run_writes_nothing(software: Programme) -> None:
    head = institutions.user(Role.DEPARTMENT_HEAD, unit=institutions.department())

    report = try_curriculum(upload_id=_import(software, head), actor=head)

    assert (report.ok, report.written, report.count(Outcome.CREATED)) == (True, False, 19)
    assert Curriculum.objects.count() == 0


def test_a_curriculum_becomes_a_version_with_its_prerequisites(software: Programme) -> None:
    head = institutions.user(Role.DEPARTMENT_HEAD, unit=institutions.department())

    import_curriculum(upload_id=_import(software, head), actor=head)

    curriculum = Curriculum.objects.get()
    deep = Course.objects.get(code="CSE6301")
    assert (curriculum.number, curriculum.courses.count()) == (1, 19)
    assert [course.code for course in deep.prerequisites.all()] == ["CSE5301"]


def test_the_same_file_twice_is_one_version(software: Programme) -> None:
    ipd = institutions.user(Role.IPD_COORDINATOR)
    import_curriculum(upload_id=_import(software, ipd), actor=ipd)

    again = import_curriculum(upload_id=_import(software, ipd), actor=ipd)

    assert (again.written, again.count(Outcome.UNCHANGED)) == (False, 19)
    assert Curriculum.objects.count() == 1


def test_a_row_with_a_fault_does_not_stand_as_in_order(software: Programme) -> None:
    head = ("Коды", "Пәннің атауы", "Кредиттер саны", "Сағаттар", "Семестр", "Пререквизиттер")
    faulty = [
        ("A1", "Б" * 700, 5, 150, 1, ""),
        ("A2", "Бірінші\u202e", 5, 150, 1, ""),
        ("A3", "Екінші 🎓", 5, 150, 1, ""),
        ("A4", "Үшінші", 5, 150, 1, "A99"),
        ("A5", "Төртінші", 5, 150, 1, ""),
        ("A5", "Бесінші", 5, 150, 1, ""),
        ("A6", "Алтыншы", "көп", 150, 1, ""),
    ]
    ipd = institutions.user(Role.IPD_COORDINATOR)
    file = workbook([head, *faulty, ("A7", "Жетінші", 5, 150, 1, "")])
    kept = keep_curriculum_file(programme_id=software.pk, file=file, name="c.xlsx", actor=ipd)

    lines = try_curriculum(upload_id=kept.pk, actor=ipd).first_lines

    assert [line.subject.split()[0] for line in lines] == [*(row[0] for row in faulty), "A7"]
    assert [line.outcome for line in lines] == [*[Outcome.REFUSED] * len(faulty), Outcome.CREATED]
    assert all(line.note for line in lines[:-1])


def test_any_problem_writes_nothing(software: Programme) -> None:
    ipd = institutions.user(Role.IPD_COORDINATOR)
    file = workbook([("Коды", "Пәннің атауы", "Кредиттер саны", "Сағаттар", "Семестр"), ("A1", "Бірінші", -1, 30, 1)])
    upload = keep_curriculum_file(programme_id=software.pk, file=file, name="c.xlsx", actor=ipd)

    report = import_curriculum(upload_id=upload.pk, actor=ipd)

    assert len(report.problems) == 1
    assert Curriculum.objects.count() == 0


@pytest.mark.parametrize("role", [Role.LAWYER, Role.AUDITOR, Role.VICE_RECTOR, Role.FINANCE_OFFICER])
def test_a_curriculum_is_not_theirs_to_import(role: str, software: Programme) -> None:
    with pytest.raises(NotAllowedError):
        _import(software, institutions.user(role))


def test_a_partner_imports_its_own_and_nobody_elses(software: Programme) -> None:
    theirs = programmes.programme(institutions.partner(), "M.Sc. Informatik")
    coordinator = institutions.partner_user()

    import_curriculum(upload_id=_import(theirs, coordinator, "curriculum_nordtal_informatik.xlsx"), actor=coordinator)

    assert theirs.curricula.get().courses.count() == 16
    with pytest.raises(NotAllowedError):
        _import(software, coordinator)
    with pytest.raises(Programme.DoesNotExist):
        _import(programmes.programme(institutions.partner("Other", "PL"), "X"), coordinator)


def _register(actor: User) -> int:
    return keep_students_file(file=sent(REGISTER), name=REGISTER, actor=actor).pk


def test_the_register_becomes_people_enrolments_and_accounts(registrar: User, both: object) -> None:
    report = import_students(upload_id=_register(registrar), actor=registrar)

    assert (report.written, report.count(Outcome.CREATED)) == (True, 23)
    assert Enrolment.objects.count() == 23
    assert Membership.objects.filter(role=Role.STUDENT, user__is_active=True).count() == 23


def test_who_is_new_in_the_register_is_told_how_to_come_in_and_the_check_says_so(registrar: User, both: object) -> None:
    tried = try_students(upload_id=_register(registrar), actor=registrar)
    import_students(upload_id=_register(registrar), actor=registrar)

    email = Enrolment.objects.get(student_number="20240101").person.email
    assert tried.lines[0].note == f"with an account: a link to set the password goes to {email}"
    assert PasswordLink.objects.filter(is_invitation=True).count() == 23
    assert PasswordLink.objects.filter(email=email).exists()


def test_the_same_register_twice_changes_nothing(registrar: User, both: object) -> None:
    import_students(upload_id=_register(registrar), actor=registrar)
    upload = _register(registrar)
    before = (Person.objects.count(), User.objects.count(), HistoryEntry.objects.count())

    report = import_students(upload_id=upload, actor=registrar)

    assert (report.written, report.count(Outcome.UNCHANGED)) == (False, 23)
    assert (Person.objects.count(), User.objects.count(), HistoryEntry.objects.count()) == before


def test_unicode_text_of_a_spreadsheet_is_kept_and_read(registrar: User, both: object) -> None:
    text = sent(REGISTER).read().decode("utf-8-sig").replace(";", "\t").encode("utf-16")

    upload = keep_students_file(file=io.BytesIO(text), name="register.csv", actor=registrar)

    assert import_students(upload_id=upload.pk, actor=registrar).count(Outcome.CREATED) == 23


def test_two_people_of_one_name_stay_two(registrar: User, both: object) -> None:
    import_students(upload_id=_register(registrar), actor=registrar)

    first, second = (Enrolment.objects.get(student_number=number) for number in ("20240101", "20230105"))

    assert str(first.person) == str(second.person)
    assert first.person_id != second.person_id


def test_a_change_in_the_register_is_shown_then_written_with_history(registrar: User, both: object) -> None:
    import_students(upload_id=_register(registrar), actor=registrar)
    Enrolment.objects.filter(student_number="20240104").update(debts=0)

    tried = try_students(upload_id=_register(registrar), actor=registrar)
    import_students(upload_id=_register(registrar), actor=registrar)

    changed = [line for line in tried.lines if line.outcome is Outcome.CHANGED]
    assert [(line.subject, line.note) for line in changed] == [("20240104 Жүнісов Дәурен", "debts (courses): 0 → 1")]
    assert Enrolment.objects.get(student_number="20240104").debts == 1
    assert HistoryEntry.objects.filter(action="programmes.register_changed").count() == 1


def test_an_unknown_programme_stops_the_whole_register(registrar: User, software: Programme) -> None:
    report = import_students(upload_id=_register(registrar), actor=registrar)

    assert {problem.text for problem in report.problems} == {"the University has no programme %(code)s"}
    assert Enrolment.objects.count() == 0


def test_an_iin_that_is_somebody_elses_stops_the_register(registrar: User, both: object) -> None:
    import_students(upload_id=_register(registrar), actor=registrar)
    stranger, owner = Person.objects.filter(enrolments__isnull=False).order_by("pk")[:2]
    iin = owner.iin
    Person.objects.filter(pk=owner.pk).update(iin="")
    Person.objects.filter(pk=stranger.pk).update(iin=iin)

    report = try_students(upload_id=_register(registrar), actor=registrar)

    assert "stands with another person" in str(report.problems[0])


def test_who_is_known_by_a_passport_keeps_the_own_iin(registrar: User, both: object) -> None:
    row = read_students(sent(REGISTER), REGISTER)[0][0]
    institutions.person(citizenship=row.citizenship, passport_number=row.passport, iin="020903503012")

    report = try_students(upload_id=_register(registrar), actor=registrar)

    assert [str(problem) for problem in report.problems] == [
        f"{place_shown(row.where)}: the IIN or passport of {row.number} stands with another person"
    ]


def test_an_e_mail_of_another_account_stops_the_register(registrar: User, both: object) -> None:
    row = read_students(sent(REGISTER), REGISTER)[0][0]
    User.objects.create_user(email=row.email, person=institutions.person())

    report = try_students(upload_id=_register(registrar), actor=registrar)

    assert [str(problem) for problem in report.problems] == [
        f"{place_shown(row.where)}: the e-mail of {row.number} is that of another account"
    ]


PROGRAMME: dict[str, Any] = {
    "names": Localized("Робототехника", "Робототехника", "Robotics"),
    "degree": Localized(""),
    "level": "master",
    "direction": "7M061",
    "semesters": 4,
    "credits": Decimal(120),
}


@pytest.mark.clause("4.1")
@pytest.mark.parametrize(
    ("place", "unit", "entry", "field"),
    [
        ("home", "SE", {"code": "7M06102", "direction": "7M061"}, "code"),
        ("home", "SE", {"code": "7M06103", "direction": "6B061"}, "direction"),
        ("home", "", {"code": "7M06103", "direction": "7M061"}, "department"),
        ("partner", "SE", {"code": "7M06103"}, "department"),
        ("partner", "", {"code": "=1+1"}, "code"),
        ("partner", "", {"code": "<script>"}, "code"),
        ("partner", "", {"code": "INF😀"}, "code"),
        ("partner", "", {"code": "INF", "direction": "Bergbau"}, "direction"),
        ("partner", "", {"code": "INF", "direction": "6B061"}, "direction"),
    ],
)
def test_a_programme_that_cannot_be_is_refused_at_its_field(
    software: Programme, place: str, unit: str, entry: dict[str, Any], field: str
) -> None:
    university = institutions.home() if place == "home" else institutions.partner()
    department = institutions.department(unit) if unit else None

    with pytest.raises(FaultyError) as refusal:
        enter_programme(
            university=university,
            data=ProgrammeData(**PROGRAMME | entry, department=department),
            actor=institutions.user(Role.IPD_COORDINATOR),
        )

    assert [fault.field for fault in refusal.value.faults] == [field]
    assert Programme.objects.get() == software


def test_a_direction_is_written_as_licences_write_it_on_both_sides(software: Programme) -> None:
    ipd = institutions.user(Role.IPD_COORDINATOR)
    typed = PROGRAMME | {"code": "7M06103", "direction": " 7m061"}

    made = [
        enter_programme(university=at, data=ProgrammeData(**typed, department=unit), actor=ipd)
        for at, unit in ((institutions.home(), software.department), (institutions.partner(), None))
    ]

    assert [programme.direction for programme in made] == ["7M061", "7M061"]


def _as_it_is(programme: Programme, **other: Any) -> ProgrammeData:
    plain = {name: getattr(programme, name) for name in ("code", "level", "direction", "semesters", "credits")}
    whole = {**plain, "names": programme.names, "degree": programme.degree, "department": programme.department}
    return ProgrammeData(**{**whole, **other})


@pytest.mark.clause("4.1")
def test_a_programme_entered_wrongly_is_corrected_and_history_says_from_what_to_what(software: Programme) -> None:
    registrar = institutions.user(Role.REGISTRAR)
    other = {"credits": Decimal(90), "level": "bachelor", "direction": "6b061", "code": "6B06102"}

    correct_programme(programme_id=software.pk, data=_as_it_is(software, **other), actor=registrar)
    correct_programme(programme_id=software.pk, data=_as_it_is(software, **other), actor=registrar)

    software.refresh_from_db()
    assert (software.code, software.credits, software.direction) == ("6B06102", Decimal(90), "6B061")
    entry = HistoryEntry.objects.get(action="programmes.corrected")
    assert "credits: 120 → 90" in entry.params["changes"]["en"]
    assert (entry.before["code"], entry.after["code"]) == ("7M06102", "6B06102")


def test_what_is_not_corrected_is_not_examined_anew(software: Programme) -> None:
    """A programme of a partner with a direction of its own, as the program took them once, gets its name in Kazakh."""
    theirs = programmes.programme(institutions.partner(), "M.Sc. Informatik", direction="Informatik")
    names = Localized("Информатика", "Информатика", "Informatics")

    correct_programme(
        programme_id=theirs.pk, data=_as_it_is(theirs, names=names), actor=institutions.user(Role.IPD_COORDINATOR)
    )

    theirs.refresh_from_db()
    assert (theirs.name_kk, theirs.direction) == ("Информатика", "Informatik")


def test_a_programme_is_corrected_by_whoever_may_enter_it_and_by_nobody_else(software: Programme) -> None:
    theirs = programmes.programme(institutions.partner(), "M.Sc. Informatik")
    coordinator = institutions.partner_user()

    correct_programme(programme_id=theirs.pk, data=_as_it_is(theirs, semesters=3), actor=coordinator)

    assert Programme.objects.get(pk=theirs.pk).semesters == 3
    for verb in (
        lambda: correct_programme(programme_id=software.pk, data=_as_it_is(software, semesters=3), actor=coordinator),
        lambda: take_away_programme(programme_id=software.pk, actor=coordinator),
        lambda: take_away_programme(programme_id=theirs.pk, actor=institutions.user(Role.AUDITOR)),
    ):
        with pytest.raises(NotAllowedError):
            verb()
    assert Programme.objects.get(pk=software.pk).semesters == 4


def test_a_code_that_another_programme_has_is_refused(software: Programme) -> None:
    programmes.programme(code="7M06103")

    with pytest.raises(FaultyError, match="There is a programme 7M06103 already"):
        correct_programme(
            programme_id=software.pk,
            data=_as_it_is(software, code="7M06103"),
            actor=institutions.user(Role.REGISTRAR),
        )


def test_a_programme_on_which_nothing_hangs_is_taken_away_and_its_university_remembers(software: Programme) -> None:
    registrar, studied = institutions.user(Role.REGISTRAR), programmes.programme(code="7M06103")
    programmes.enrolment(studied)

    take_away_programme(programme_id=software.pk, actor=registrar)
    with pytest.raises(WrongStateError, match="corrected, not taken away"):
        take_away_programme(programme_id=studied.pk, actor=registrar)

    assert Programme.objects.get() == studied
    entry = history_of(institutions.home()).get(action="programmes.taken_away")
    assert entry.before["code"] == "7M06102"


@pytest.mark.parametrize("role", [Role.IPD_COORDINATOR, Role.AUDITOR, Role.INSTITUTE_DIRECTOR])
def test_the_register_is_the_registrars(role: str) -> None:
    unit = institutions.institute() if role == Role.INSTITUTE_DIRECTOR else None
    with pytest.raises(NotAllowedError):
        _register(institutions.user(role, unit=unit))
