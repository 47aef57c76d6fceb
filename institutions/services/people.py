"""Verbs on people, accounts and roles. `actor=None` is the program itself: the first set-up."""

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_noop

from core.history import record
from core.values import Language, Localized, today
from core.workflow import RefusedError
from institutions.enums import Role
from institutions.iin import problem_with
from institutions.models import Membership, Person, Unit, University, User
from institutions.permissions import must


@transaction.atomic
def create_person(
    *,
    surname: str,
    given_names: str,
    actor: User | None,
    name_cyrillic: str = "",
    birth_date: date | None = None,
    sex: str = "",
    citizenship: str = "",
    iin: str = "",
    passport_number: str = "",
    passport_valid_until: date | None = None,
    email: str = "",
    language_certificate: str = "",
) -> Person:
    """Enter a human being. Raises RefusedError for a wrong IIN, or when IIN or passport stand with somebody else already."""
    must(actor, "person.create")
    if iin and (problem := problem_with(iin, birth_date=birth_date, sex=sex)):
        raise RefusedError(problem)
    person = Person(
        surname=surname,
        given_names=given_names,
        name_cyrillic=name_cyrillic,
        birth_date=birth_date,
        sex=sex,
        citizenship=citizenship,
        iin=iin,
        passport_number=passport_number,
        passport_valid_until=passport_valid_until,
        email=email,
        language_certificate=language_certificate,
    )
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError as error:
        raise RefusedError(gettext_noop("Somebody with this IIN or passport is entered already.")) from error
    record(
        actor=actor, action="institutions.person_created", subject=person, text=gettext_noop("entered into the program")
    )
    return person


@transaction.atomic
def create_account(
    *, person: Person, email: str, actor: User | None, language: Language = "kk", password: str | None = None
) -> User:
    """Make an account for a person; without a password its owner sets one by the link "forgotten password".

    Raises RefusedError when the person or the e-mail has an account already.
    """
    must(actor, "account.create")
    try:
        with transaction.atomic():
            user = User.objects.create_user(email=email, person=person, password=password, language=language)
    except IntegrityError as error:
        raise RefusedError(
            gettext_noop("There is an account for this person or e-mail already: %(email)s."), {"email": email}
        ) from error
    record(
        actor=actor,
        action="institutions.account_created",
        subject=user,
        text=gettext_noop("account %(email)s made"),
        params={"email": user.email},
    )
    return user


@transaction.atomic
def enter_with_account(*, email: str, language: Language, actor: User | None, **person: Any) -> User:
    """Enter a person and make the account in one go; either both or neither. Raises RefusedError as the two verbs do."""
    entered = create_person(email=email, actor=actor, **person)
    return create_account(person=entered, email=email, language=language, actor=actor)


@transaction.atomic
def open_student_account(
    *,
    person: Person,
    email: str,
    university: University,
    actor: User | None,
    language: Language = "kk",
    password: str = "",
) -> User:
    """Give a student, ours or a partner's, an account and the role. `university` is where he or she is enrolled.

    An account that is there already is returned as it is, with the role added where it was missing.
    """
    must(actor, "student.open")
    user = User.objects.filter(person=person).first()
    if user is None:
        user = create_account(person=person, email=email, language=language, password=password or None, actor=None)
    if not Membership.objects.filter(user=user, role=Role.STUDENT, ends_on=None).exists():
        _add_membership(user=user, role=Role.STUDENT, university=university, unit=None, starts_on=today(), actor=actor)
    return user


@transaction.atomic
def give_role(
    *,
    user: User,
    role: str,
    university: University,
    actor: User | None,
    unit: Unit | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
    acting_for: User | None = None,
    position: Localized | None = None,
) -> Membership:
    """Make somebody something within a scope, from a day to a day. Raises RefusedError where role and scope do not fit."""
    must(actor, "membership.edit")
    _check_scope(role, university=university, unit=unit)
    starts = starts_on or today()
    if ends_on and ends_on < starts:
        raise RefusedError(gettext_noop("A role cannot end before it begins."))
    return _add_membership(
        user=user,
        role=role,
        university=university,
        unit=unit,
        starts_on=starts,
        ends_on=ends_on,
        acting_for=acting_for,
        position=position,
        actor=actor,
    )


def _check_scope(role: str, *, university: University, unit: Unit | None) -> None:
    if role in Role.unit_roles() and unit is None:
        raise RefusedError(gettext_noop("This role is held in an institute or a department: choose one."))
    if role not in Role.unit_roles() and unit is not None:
        raise RefusedError(gettext_noop("This role is held at a whole university, not in a unit."))
    if unit and unit.university_id != university.pk:
        raise RefusedError(gettext_noop("This unit belongs to another university."))
    if role == Role.PARTNER_COORDINATOR and university.is_home:
        raise RefusedError(gettext_noop("A partner coordinator speaks for a partner."))
    if role in Role.whole_university() and not university.is_home:
        raise RefusedError(gettext_noop("This role is held at the University itself."))


def _add_membership(
    *,
    user: User,
    role: str,
    university: University,
    unit: Unit | None,
    starts_on: date,
    actor: User | None,
    ends_on: date | None = None,
    acting_for: User | None = None,
    position: Localized | None = None,
) -> Membership:
    position = position or Localized("")
    membership = Membership.objects.create(
        user=user,
        role=role,
        university=university,
        unit=unit,
        starts_on=starts_on,
        ends_on=ends_on,
        acting_for=acting_for,
        position_kk=position.kk,
        position_ru=position.ru,
        position_en=position.en,
    )
    user.standing = None  # read again: it has just changed
    record(
        actor=actor,
        action="institutions.role_given",
        subject=user,
        text=gettext_noop("role given: %(role)s"),
        params={"role": role},
        after={
            "membership": membership.pk,
            "role": role,
            "university": university.pk,
            "unit": unit.pk if unit else None,
            "starts_on": starts_on,
            "ends_on": ends_on,
            "acting_for": acting_for.pk if acting_for else None,
        },
    )
    return membership


@transaction.atomic
def end_role(*, membership_id: int, ends_on: date, reason: str, actor: User | None) -> Membership:
    """Let a role end on a day (its last). Rows of the past are never deleted: papers were signed under them."""
    must(actor, "membership.edit")
    membership = Membership.objects.select_for_update(of=("self",)).select_related("user").get(pk=membership_id)
    if ends_on < membership.starts_on:
        raise RefusedError(gettext_noop("A role cannot end before it begins."))
    before, membership.ends_on = membership.ends_on, ends_on
    membership.save(update_fields=["ends_on"])
    record(
        actor=actor,
        action="institutions.role_ended",
        subject=membership.user,
        text=gettext_noop("role ends: %(role)s"),
        params={"role": membership.role},
        before={"ends_on": before},
        after={"membership": membership.pk, "ends_on": ends_on},
        reason=reason,
    )
    return membership


@transaction.atomic
def set_account_active(*, user_id: int, active: bool, reason: str, actor: User) -> User:
    """Close an account or open it again, with a reason. Nobody closes his or her own."""
    must(actor, "account.close")
    if user_id == actor.pk:
        raise RefusedError(gettext_noop("Nobody closes his or her own account."))
    user = User.objects.select_for_update(of=("self",)).get(pk=user_id)
    if user.is_active != active:
        user.is_active = active
        user.save(update_fields=["is_active"])
        record(
            actor=actor,
            action="institutions.account_opened" if active else "institutions.account_closed",
            subject=user,
            text=gettext_noop("account opened again") if active else gettext_noop("account closed"),
            reason=reason,
        )
    return user


def choose_language(*, user: User, language: Language) -> None:
    """Remember the language a person reads the program in; e-mail follows it."""
    User.objects.filter(pk=user.pk).update(language=language)
