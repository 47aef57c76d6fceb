"""Verbs on universities, people and roles: who may, what is refused, what history keeps."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import translation

from core.history import history_of
from core.permissions import role_label
from core.values import Localized, today
from core.workflow import FaultyError, NotAllowedError, RefusedError
from institutions.enums import LicenceKind, Role, UnitKind
from institutions.models import Membership, Person, University, User
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
