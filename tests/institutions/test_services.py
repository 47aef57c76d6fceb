"""Verbs on universities, people and roles: who may, what is refused, what history keeps."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import translation

from core.history import history_of
from core.permissions import role_label
from core.story import story_of
from core.values import Localized, today
from core.workflow import FaultyError, NotAllowedError, RefusedError
from institutions.enums import LicenceKind, Role, UnitKind
from institutions.models import Membership, PasswordLink, Person, Unit, University, User
from institutions.permissions import standing_of
from institutions.selectors import holders_of, in_the_readers_letters, units_of, valid_licences
from institutions.services import people, universities
from tests.factories import institutions

pytestmark = pytest.mark.django_db
NAMES = Localized("Ертіс университеті", "Иртышский университет", "Ertis University")
CITY = Localized("Павлодар", "Павлодар", "Pavlodar")


def _university(actor: User | None, short_name: str = "Ertis") -> University:
    return universities.create_university(names=NAMES, short_name=short_name, country="KZ", city=CITY, actor=actor)


def test_a_partner_is_the_ipds_to_enter() -> None:
    made = _university(institutions.user(Role.IPD_COORDINATOR))

    assert [entry.action for entry in history_of(made)] == ["institutions.university_created"]
    for role in set(Role) - {Role.IPD_COORDINATOR} - Role.unit_roles():
        with pytest.raises(NotAllowedError):
            _university(institutions.user(role), short_name=role)


def test_a_short_name_is_given_once() -> None:
    ipd = institutions.user(Role.IPD_COORDINATOR)
    _university(ipd)

    with pytest.raises(RefusedError, match="already"):
        _university(ipd)


def test_a_change_keeps_what_was() -> None:
    ipd = institutions.user(Role.IPD_COORDINATOR)
    made = _university(ipd)
    values = {"names": NAMES, "city": CITY, "website": "https://ertis.example"}

    universities.change_university(university_id=made.pk, actor=ipd, **values)  # type: ignore[arg-type]  # three names of three types
    universities.change_university(university_id=made.pk, actor=ipd, **values)  # type: ignore[arg-type]  # three names of three types

    changes = history_of(made).filter(action="institutions.university_changed")
    assert [(entry.before, entry.after) for entry in changes] == [
        ({"website": ""}, {"website": "https://ertis.example"})
    ]


@pytest.mark.clause("4.2-b")
@pytest.mark.parametrize(
    ("field", "said", "values"),
    [
        ("direction", "A training direction of this level is 7M and three digits", {"direction": "hello"}),
        ("direction", "A training direction of this level is 7M and three digits", {"direction": "6B072"}),
        ("valid_from", "The date must lie between 01.01.1992", {"valid_from": date(1000, 1, 1)}),
        ("valid_from", "The date must lie between 01.01.1992", {"valid_from": date(2099, 1, 1)}),
        ("valid_until", "A licence cannot end before it begins.", {"valid_until": date(2019, 8, 31)}),
        ("valid_until", "The date must lie between", {"valid_until": date(2999, 1, 1)}),
        ("number", "This licence is entered already for this direction and level.", {"direction": " 7m061 "}),
    ],
)
def test_what_cannot_be_a_right_to_train_is_said_at_its_field(field: str, said: str, values: dict[str, object]) -> None:
    ipd = institutions.user(Role.IPD_COORDINATOR)
    partner = institutions.partner()
    entry: dict[str, Any] = {"university": partner, "actor": ipd, "number": "A-1", "issuer": "Ministerium"}
    entry |= {"direction": "7M061", "level": "master", "valid_from": date(2019, 9, 1)}
    universities.add_licence(**entry)

    with pytest.raises(FaultyError, match=re.escape(said)) as refusal:
        universities.add_licence(**entry | values)

    assert [fault.field for fault in refusal.value.faults] == [field]
    assert partner.licences.count() == 1


@pytest.mark.clause("4.2-b")
def test_a_licence_counts_for_its_direction_level_and_days_only() -> None:
    partner, day = institutions.partner(), date(2026, 11, 24)
    universities.add_licence(
        university=partner,
        number="A-1",
        issuer="Ministerium",
        direction="7M061",
        level="master",
        valid_from=day - timedelta(days=10),
        valid_until=day,
        actor=institutions.user(Role.IPD_COORDINATOR),
    )

    def covered(*, direction: str = "7M061", level: str = "master", on: date = day) -> bool:
        return valid_licences(partner.pk, direction=direction, level=level, on=on).exists()

    assert covered()
    assert not covered(on=day + timedelta(days=1))
    assert not covered(on=day - timedelta(days=11))
    assert not covered(direction="6B072")
    assert not covered(level="bachelor")


@pytest.mark.clause("4.2-b")
@pytest.mark.parametrize("kind", [LicenceKind.LICENCE, LicenceKind.ACT, LicenceKind.ACCREDITATION])
def test_the_history_names_what_was_entered(kind: LicenceKind) -> None:
    entered = universities.add_licence(
        university=institutions.partner(),
        kind=kind,
        number="A-1",
        issuer="Ministerium",
        direction="7M061",
        level="master",
        valid_from=date(2019, 9, 1),
        actor=institutions.user(Role.IPD_COORDINATOR),
    )

    assert history_of(entered).get().text.startswith(f"entered {kind} No. ")


def test_a_typed_name_of_a_colleague_is_read_in_the_readers_letters() -> None:
    person = institutions.user(Role.IPD_COORDINATOR).person
    Person.objects.filter(pk=person.pk).update(name_cyrillic="Тұрсынбек Үміт")

    assert in_the_readers_letters("Тұрсынбек Үміт") == person.passport_name
    with translation.override("kk"):
        assert in_the_readers_letters("Тұрсынбек Үміт") == "Тұрсынбек Үміт"
    assert in_the_readers_letters("Somebody Else") == "Somebody Else"


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_an_office_is_named_once_where_one_holds_it_and_its_section(language: str) -> None:
    with translation.override(language):
        office, section = (role_label(role) for role in (Role.REGISTRAR, Role.METHODICAL_SECTION))
        assert office.split()[-1][:5] not in section


def test_a_department_stands_in_an_institute() -> None:
    home, department = institutions.home(), institutions.department()

    with pytest.raises(RefusedError, match="institute or a school"):
        universities.add_unit(
            university=home, kind=UnitKind.DEPARTMENT, code="X", names=NAMES, parent=department, actor=None
        )
    assert [unit.code for unit in units_of(home.pk)] == ["AI", "SE"]


def test_a_person_is_entered_once_by_iin_and_passport() -> None:
    values = {"surname": "A", "given_names": "B", "iin": "020903503011", "citizenship": "KZ", "passport_number": "N1"}
    people.create_person(actor=None, **values)  # type: ignore[arg-type]  # all of them texts

    with pytest.raises(RefusedError, match="entered already"):
        people.create_person(actor=None, **values)  # type: ignore[arg-type]  # all of them texts
    with pytest.raises(RefusedError, match="not an IIN"):
        people.create_person(actor=None, surname="A", given_names="B", iin="020903503012")
    assert Person.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("surname", "=cmd"),
        ("surname", "Әбд"),
        ("surname", "中文"),
        ("given_names", "<script>"),
        ("name_cyrillic", "=cmd"),
        ("name_cyrillic", "😀"),
    ],
)
def test_a_persons_name_is_spelt_as_names_are(field: str, typed: str) -> None:
    name: dict[str, Any] = {"surname": "ØVERGÅRD", "given_names": "INGRID", "name_cyrillic": "Эвергорд Ингрид"}

    with pytest.raises(FaultyError) as refusal:
        people.create_person(actor=None, **{**name, field: typed})
    people.create_person(actor=None, **name)

    assert [fault.field for fault in refusal.value.faults] == [field]


@pytest.mark.parametrize(
    ("role", "at_home", "in_unit", "why"),
    [
        (Role.DEPARTMENT_HEAD, True, False, "choose one"),
        (Role.REGISTRAR, True, True, "not in a unit"),
        (Role.REGISTRAR, False, False, "at the University itself"),
        (Role.PARTNER_COORDINATOR, True, False, "speaks for a partner"),
    ],
)
def test_a_role_has_the_scope_that_fits(role: Role, at_home: bool, in_unit: bool, why: str) -> None:  # noqa: FBT001 -- parameters of cases
    place = institutions.home() if at_home else institutions.partner()

    with pytest.raises(RefusedError, match=why):
        people.give_role(
            user=institutions.user(),
            role=role,
            university=place,
            unit=institutions.department() if in_unit else None,
            actor=None,
        )


@pytest.mark.parametrize(
    ("role", "kind", "why"),
    [
        (Role.DEPARTMENT_HEAD, UnitKind.INSTITUTE, "held in a department"),
        (Role.INSTITUTE_DIRECTOR, UnitKind.DEPARTMENT, "held in an institute or a school"),
        (Role.INSTITUTE_COORDINATOR, UnitKind.DEPARTMENT, "held in an institute or a school"),
        (Role.ADVISOR, UnitKind.OFFICE, "held in an institute or a department"),
    ],
)
def test_a_role_is_held_in_its_kind_of_unit_only(role: Role, kind: UnitKind, why: str) -> None:
    unit = institutions.department()
    Unit.objects.filter(pk=unit.pk).update(kind=kind)
    unit.refresh_from_db()

    with pytest.raises(FaultyError, match=why) as refusal:
        people.give_role(user=institutions.user(), role=role, university=institutions.home(), unit=unit, actor=None)

    assert [fault.field for fault in refusal.value.faults] == ["unit"]


@pytest.mark.parametrize("behind", ["lawyer", "student", "elsewhere", "acting", "until", "since"])
def test_one_acts_only_for_whoever_holds_that_role_there_on_all_these_days(behind: str) -> None:
    day, unit = today(), institutions.department()
    role = {"lawyer": Role.LAWYER, "student": Role.STUDENT}.get(behind, Role.DEPARTMENT_HEAD)
    there = institutions.department("X") if behind == "elsewhere" else unit
    away = institutions.user(role, unit=there if role == Role.DEPARTMENT_HEAD else None)
    rows = Membership.objects.filter(user=away)
    if behind == "acting":
        rows.update(acting_for=institutions.user(Role.DEPARTMENT_HEAD, unit=unit))
    rows.update(
        **{"until": {"ends_on": day + timedelta(days=4)}, "since": {"starts_on": day + timedelta(days=1)}}.get(
            behind, {}
        )
    )
    entry: dict[str, Any] = {"role": Role.DEPARTMENT_HEAD, "university": institutions.home(), "unit": unit}
    entry |= {"user": institutions.user(), "actor": None, "ends_on": day + timedelta(days=5), "acting_for": away}

    with pytest.raises(FaultyError, match="does not hold this role there on all these days") as refusal:
        people.give_role(**entry)
    entry["acting_for"] = institutions.user(Role.DEPARTMENT_HEAD, unit=unit)

    assert [fault.field for fault in refusal.value.faults] == ["acting_for"]
    assert people.give_role(**entry).acting_for == entry["acting_for"]


@pytest.mark.parametrize("role", sorted(Role.of_one()))
def test_an_office_of_one_is_given_to_nobody_beside_its_holder(role: Role) -> None:
    unit = {
        Role.DEPARTMENT_HEAD: institutions.department(),
        Role.INSTITUTE_DIRECTOR: institutions.department().parent,
    }.get(role)
    admin, holder, day = institutions.user(Role.ADMINISTRATOR), institutions.user(role, unit=unit), today()
    entry: dict[str, Any] = {"user": institutions.user(), "role": role, "university": institutions.home(), "unit": unit}

    with pytest.raises(FaultyError, match=f"{holder.person.names} holds this office and no last day") as refusal:
        people.give_role(**entry, actor=admin)
    Membership.objects.filter(user=holder).update(ends_on=day)
    with pytest.raises(FaultyError, match=f"the last day is {day:%d.%m.%Y}"):
        people.give_role(**entry, actor=admin)
    acting = people.give_role(**entry, ends_on=day, acting_for=holder, actor=admin)
    after = people.give_role(**entry, starts_on=day + timedelta(days=1), actor=admin)

    assert [fault.field for fault in refusal.value.faults] == ["role"]
    assert (acting.acting_for, after.acting_for) == (holder, None)


def test_an_office_of_one_is_not_prolonged_into_the_days_of_a_successor() -> None:
    admin, day = institutions.user(Role.ADMINISTRATOR), today()
    row = Membership.objects.get(user=institutions.user(Role.SIGNATORY))
    people.end_role(membership_id=row.pk, ends_on=day, reason="leaves", actor=admin)
    people.give_role(
        user=institutions.user(),
        role=Role.SIGNATORY,
        university=institutions.home(),
        starts_on=day + timedelta(days=1),
        actor=admin,
    )

    with pytest.raises(FaultyError, match="holds this office") as refusal:
        people.end_role(membership_id=row.pk, ends_on=day + timedelta(days=1), reason="stays", actor=admin)

    assert [fault.field for fault in refusal.value.faults] == ["ends_on"]


def test_offices_of_many_and_of_two_departments_have_several_holders() -> None:
    one, other = institutions.department(), institutions.department("X")
    institutions.user(Role.LAWYER)
    institutions.user(Role.DEPARTMENT_HEAD, unit=one)
    entry: dict[str, Any] = {"university": institutions.home(), "actor": institutions.user(Role.ADMINISTRATOR)}

    assert people.give_role(user=institutions.user(), role=Role.LAWYER, **entry).pk
    assert people.give_role(user=institutions.user(), role=Role.DEPARTMENT_HEAD, unit=other, **entry).pk


def test_a_student_is_given_work_but_no_office_that_signs() -> None:
    student = institutions.user(Role.STUDENT)
    entry: dict[str, Any] = {"university": institutions.home(), "actor": institutions.user(Role.ADMINISTRATOR)}

    for role in Role.sign():
        with pytest.raises(FaultyError, match="no student signs") as refusal:
            people.give_role(user=student, role=role, **entry)
        assert [fault.field for fault in refusal.value.faults] == ["role"]
    assert people.give_role(user=student, role=Role.LAWYER, **entry).pk
    Membership.objects.filter(role=Role.STUDENT).update(ends_on=today() - timedelta(days=1))

    assert people.give_role(user=student, role=Role.SIGNATORY, **entry).pk


def test_a_role_is_not_dated_back_by_more_than_a_month() -> None:
    entry: dict[str, Any] = {"user": institutions.user(), "university": institutions.home(), "role": Role.LAWYER}
    admin, first = institutions.user(Role.ADMINISTRATOR), today() - timedelta(days=31)

    with pytest.raises(FaultyError, match=f"on {first:%d.%m.%Y} or later") as refusal:
        people.give_role(**entry, starts_on=first - timedelta(days=1), actor=admin)

    assert [fault.field for fault in refusal.value.faults] == ["starts_on"]
    assert people.give_role(**entry, starts_on=first, ends_on=first, actor=admin).pk
    assert people.give_role(**entry, starts_on=date(2020, 1, 1), ends_on=date(2020, 1, 2), actor=None).pk


@pytest.mark.clause("1.6-a")
def test_an_administrator_gives_no_role_to_himself() -> None:
    admin = institutions.user(Role.ADMINISTRATOR)

    with pytest.raises(RefusedError, match="another administrator does"):
        people.give_role(user=admin, role=Role.SIGNATORY, university=institutions.home(), actor=admin)
    made = people.give_role(
        user=admin,
        role=Role.AUDITOR,
        university=institutions.home(),
        ends_on=today(),
        actor=institutions.user(Role.ADMINISTRATOR),
    )
    with pytest.raises(RefusedError, match="another administrator does"):
        people.end_role(membership_id=made.pk, ends_on=today() + timedelta(days=9), reason="longer", actor=admin)

    assert [row.role for row in admin.memberships.order_by("pk")] == [Role.ADMINISTRATOR, Role.AUDITOR]


@pytest.mark.parametrize("ahead", [0, 3])
def test_a_role_given_by_mistake_is_taken_back_on_its_first_day_at_the_latest(ahead: int) -> None:
    admin, somebody, starts = (
        institutions.user(Role.ADMINISTRATOR),
        institutions.user(),
        today() + timedelta(days=ahead),
    )
    entry: dict[str, Any] = {"user": somebody, "role": Role.LAWYER, "university": institutions.home(), "actor": admin}
    row = people.give_role(**entry, starts_on=starts)

    def end(on: date) -> Membership:
        return people.end_role(membership_id=row.pk, ends_on=on, reason="the other lawyer", actor=admin)

    with pytest.raises(FaultyError, match="cannot end before it begins"):
        end(starts - timedelta(days=2))
    first, again = end(starts - timedelta(days=1)), end(starts - timedelta(days=1))
    with pytest.raises(RefusedError, match="was taken back"):
        end(starts)

    assert first.taken_back
    assert again.taken_back
    assert not standing_of(User.objects.get(pk=somebody.pk)).roles
    last = history_of(somebody).last()
    assert last is not None
    assert (last.action, last.reason) == ("institutions.role_taken_back", "the other lawyer")
    assert not people.give_role(**entry, starts_on=starts).taken_back


def test_a_role_that_has_held_is_not_taken_back() -> None:
    row = Membership.objects.get(user=institutions.user(Role.LAWYER))

    with pytest.raises(FaultyError, match="cannot end before it begins"):
        people.end_role(membership_id=row.pk, ends_on=row.starts_on - timedelta(days=1), reason="x", actor=None)


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("kk", "рөл берілді: кафедра меңгерушісі, SE кафедрасы, {since} – {until}; м.а.; кімнің орнына: Ә. Кеткен"),
        ("ru", "назначена роль: заведующий кафедрой, Кафедра SE, {since} – {until}; и.о., замещает: Ә. Кеткен"),
        ("en", "role given: head of department, Department SE, {since} – {until}; acting for KETKEN A."),
    ],
)
def test_history_says_what_role_where_from_when_to_when_and_for_whom(language: str, told: str) -> None:
    unit, day = institutions.department(), today()
    away = institutions.user(
        Role.DEPARTMENT_HEAD, unit=unit, name_cyrillic="Ә. Кеткен", surname="KETKEN", given_names="A."
    )
    deputy = institutions.user()
    people.give_role(
        user=deputy,
        role=Role.DEPARTMENT_HEAD,
        university=institutions.home(),
        unit=unit,
        ends_on=day + timedelta(days=5),
        acting_for=away,
        actor=None,
    )

    with translation.override(language):
        days = {"since": f"{day:%d.%m.%Y}", "until": f"{day + timedelta(days=5):%d.%m.%Y}"}
        assert story_of(deputy)[0].text == told.format(**days)


@pytest.mark.clause("1.6-a")
def test_roles_are_the_administrators_to_give_and_an_administrator_gets_no_gate_by_it() -> None:
    admin, somebody = institutions.user(Role.ADMINISTRATOR), institutions.user()

    people.give_role(user=somebody, role=Role.LAWYER, university=institutions.home(), actor=admin)

    assert standing_of(User.objects.get(pk=somebody.pk)).roles == {Role.LAWYER}
    assert standing_of(admin).roles == {Role.ADMINISTRATOR}
    assert not standing_of(admin).sees_everything
    with pytest.raises(NotAllowedError):
        people.give_role(
            user=somebody,
            role=Role.SIGNATORY,
            university=institutions.home(),
            actor=institutions.user(Role.VICE_RECTOR),
        )


def _administrator(**days: date) -> User:
    """One whose role begins or ends on a day."""
    made = institutions.user(Role.ADMINISTRATOR)
    Membership.objects.filter(user=made).update(**days)
    return made


def test_the_last_administrator_stays_one() -> None:
    admin, day = institutions.user(Role.ADMINISTRATOR), today()
    row = Membership.objects.get(user=admin)

    def end(on: date) -> Membership:
        return people.end_role(membership_id=row.pk, ends_on=on, reason="left", actor=admin)

    with pytest.raises(RefusedError, match="give somebody else the role first"):
        end(day)
    _administrator(starts_on=day + timedelta(days=3000))
    with pytest.raises(RefusedError, match="give somebody else the role first"):
        end(day)
    institutions.user(Role.ADMINISTRATOR)

    assert end(day).ends_on == day


def test_the_last_administrators_end_may_be_put_off() -> None:
    day = today()
    admin = _administrator(ends_on=day)
    row = Membership.objects.get(user=admin)

    later = people.end_role(membership_id=row.pk, ends_on=day + timedelta(days=9), reason="stays", actor=admin)

    assert later.ends_on == day + timedelta(days=9)


def test_the_account_of_the_last_administrator_is_not_closed() -> None:
    day = today()
    leaving = _administrator(ends_on=day)
    staying, clerk = institutions.user(Role.ADMINISTRATOR), institutions.user(Role.REGISTRAR)

    def close(user: User) -> User:
        return people.set_account_active(user_id=user.pk, active=False, reason="left", actor=leaving)

    with pytest.raises(RefusedError, match="Nobody else is an administrator from tomorrow on"):
        close(staying)
    assert User.objects.get(pk=staying.pk).is_active
    assert not close(clerk).is_active
    institutions.user(Role.ADMINISTRATOR)

    assert not close(staying).is_active


def test_a_role_ends_on_its_last_day_and_stays_in_memory() -> None:
    admin = institutions.user(Role.ADMINISTRATOR)
    lawyer = institutions.user(Role.LAWYER)
    row = Membership.objects.get(user=lawyer)

    people.end_role(membership_id=row.pk, ends_on=today() - timedelta(days=1), reason="left", actor=admin)

    assert not holders_of(Role.LAWYER).exists()
    assert not standing_of(User.objects.get(pk=lawyer.pk)).roles
    assert Membership.objects.filter(pk=row.pk).exists()
    assert history_of(lawyer).last().reason == "left"  # type: ignore[union-attr]  # it is there


def test_a_student_gets_one_account_and_one_role() -> None:
    registrar, person = institutions.user(Role.REGISTRAR), institutions.person()

    def opened() -> User:
        return people.open_student_account(
            person=person, email="s@example.org", university=institutions.home(), actor=registrar
        )

    first, second = opened(), opened()

    assert first == second
    assert [row.role for row in first.memberships.all()] == [Role.STUDENT]
    assert not first.has_usable_password()
    assert {entry.actor for entry in history_of(first)} == {registrar}
    assert [(link.email, link.is_invitation) for link in PasswordLink.objects.all()] == [("s@example.org", True)]


def test_nobody_closes_his_or_her_own_account() -> None:
    admin, other = institutions.user(Role.ADMINISTRATOR), institutions.user()

    with pytest.raises(RefusedError, match="own account"):
        people.set_account_active(user_id=admin.pk, active=False, reason="x", actor=admin)
    people.set_account_active(user_id=other.pk, active=False, reason="left", actor=admin)

    other.refresh_from_db()
    assert not other.is_active


@pytest.mark.parametrize(
    ("language", "called"), [("kk", "Мәдина Ғалымқызы"), ("ru", "Мәдина Ғалымқызы"), ("en", "GALYMKYZY MADINA")]
)
def test_a_person_is_called_as_the_reader_reads_names(language: str, called: str) -> None:
    person = Person(surname="GALYMKYZY", given_names="MADINA", name_cyrillic="Мәдина Ғалымқызы")

    with translation.override(language):
        assert str(person) == called
