"""Importing curricula and the register: whole or not at all, the same file once."""

from decimal import Decimal

import pytest

from core.imports import Outcome
from core.models import HistoryEntry
from core.workflow import NotAllowedError
from institutions.enums import Role
from institutions.models import Membership, Person, User
from programmes.models import Course, Curriculum, Enrolment, Programme
from programmes.selectors import enrolment_by_number
from programmes.services.curricula import import_curriculum, keep_curriculum_file, try_curriculum
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


def test_the_same_register_twice_changes_nothing(registrar: User, both: object) -> None:
    import_students(upload_id=_register(registrar), actor=registrar)
    upload = _register(registrar)
    before = (Person.objects.count(), User.objects.count(), HistoryEntry.objects.count())

    report = import_students(upload_id=upload, actor=registrar)

    assert (report.written, report.count(Outcome.UNCHANGED)) == (False, 23)
    assert (Person.objects.count(), User.objects.count(), HistoryEntry.objects.count()) == before


def test_two_people_of_one_name_stay_two(registrar: User, both: object) -> None:
    import_students(upload_id=_register(registrar), actor=registrar)
    home = institutions.home()

    first, second = (enrolment_by_number(home.pk, number) for number in ("20240101", "20230105"))

    assert first is not None
    assert second is not None
    assert str(first.person) == str(second.person)
    assert first.person_id != second.person_id


def test_a_change_in_the_register_is_shown_then_written_with_history(registrar: User, both: object) -> None:
    import_students(upload_id=_register(registrar), actor=registrar)
    Enrolment.objects.filter(student_number="20240104").update(debts=0)

    tried = try_students(upload_id=_register(registrar), actor=registrar)
    import_students(upload_id=_register(registrar), actor=registrar)

    changed = [line for line in tried.lines if line.outcome is Outcome.CHANGED]
    assert [(line.subject, line.note) for line in changed] == [("20240104 Жүнісов Дәурен", "changes: debts (courses)")]
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


@pytest.mark.parametrize("role", [Role.IPD_COORDINATOR, Role.AUDITOR, Role.INSTITUTE_DIRECTOR])
def test_the_register_is_the_registrars(role: str) -> None:
    unit = institutions.institute() if role == Role.INSTITUTE_DIRECTOR else None
    with pytest.raises(NotAllowedError):
        _register(institutions.user(role, unit=unit))
