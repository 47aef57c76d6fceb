"""Verbs on people, accounts and roles. `actor=None` is the program itself: the first set-up."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_noop

from core.faults import Fault, day_faults
from core.history import record
from core.values import Language, Localized, today
from core.workflow import FaultyError, RefusedError, reason_given, refuse_faults
from institutions.enums import Role
from institutions.models import Membership, Person, Unit, University, User
from institutions.passport import name_faults
from institutions.permissions import in_force, must
from institutions.services.links import ask_for_link
from institutions.services.sessions import end_sessions
from institutions.workflow import (
    first_day_faults,
    last_day_faults,
    may_be_taken_back,
    person_faults,
    scope_faults,
    taken_faults,
)

# Four eyes: whoever gives offices takes none by it.
OWN_ROLES = gettext_noop("Nobody gives himself or herself a role: another administrator does.")


def faults_of_person(
    *,
    surname: str = "",
    given_names: str = "",
    name_cyrillic: str = "",
    birth_date: date | None = None,
    sex: str = "",
    iin: str = "",
) -> Iterator[Fault]:
    """What cannot be so of what is known of a human being: a name that no passport spells so, a wrong day or IIN."""
    yield from name_faults("surname", surname)
    yield from name_faults("given_names", given_names)
    yield from name_faults("name_cyrillic", name_cyrillic, latin=False)
    yield from person_faults(birth_date=birth_date, sex=sex, iin=iin, today=today())


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
    """Enter a human being.

    Raises FaultyError for a name that no passport spells so, a wrong day or IIN, and for an IIN or passport of somebody else.
    """
    must(actor, "person.create")
    refuse_faults(
        faults_of_person(
            surname=surname,
            given_names=given_names,
            name_cyrillic=name_cyrillic,
            birth_date=birth_date,
            sex=sex,
            iin=iin,
        )
    )
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
        field = "iin" if iin and Person.objects.filter(iin=iin).exists() else "passport_number"
        text = gettext_noop("Somebody with this IIN or passport is entered already.")
        raise FaultyError(Fault(field, text)) from error
    record(
        actor=actor, action="institutions.person_created", subject=person, text=gettext_noop("entered into the program")
    )
    return person


@transaction.atomic
def create_account(
    *,
    person: Person,
    email: str,
    actor: User | None,
    language: Language = "kk",
    password: str | None = None,
    is_invited: bool = True,
) -> User:
    """Make an account for a person; without a password its owner is invited by mail, with a link to set one.

    Raises FaultyError when the person or the e-mail has an account already.
    """
    must(actor, "account.create")
    made = _make_account(person=person, email=email, actor=actor, language=language, password=password)
    if password is None and is_invited:
        ask_for_link(made.email, is_invitation=True)
    return made


@transaction.atomic
def invite_again(*, user_id: int, actor: User) -> None:
    """Send the owner of an account that was never used a link to set a password once more. Raises RefusedError."""
    must(actor, "account.create")
    user = User.objects.get(pk=user_id)
    if not user.awaits_invitation:
        raise RefusedError(gettext_noop("This account is in use, or closed: no invitation is sent to it."))
    ask_for_link(user.email, is_invitation=True)
    record(
        actor=actor,
        action="institutions.invited_again",
        subject=user,
        text=gettext_noop("invitation asked for: %(email)s"),
        params={"email": user.email},
    )


def _make_account(
    *, person: Person, email: str, actor: User | None, language: Language, password: str | None = None
) -> User:
    try:
        with transaction.atomic():
            user = User.objects.create_user(email=email, person=person, password=password, language=language)
    except IntegrityError as error:
        text = gettext_noop("There is an account for this person or e-mail already: %(email)s.")
        raise FaultyError(Fault("email", text, {"email": email})) from error
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
    """Enter a person and make the account in one go; either both or neither. Raises FaultyError as the two verbs do."""
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

    Without a password its owner is invited, as everybody is: nobody else tells a student that there is one. An account that
    is there already is returned as it is, with the role added where it was missing.
    """
    must(actor, "student.open")
    user = User.objects.filter(person=person).first()
    if user is None:
        user = _make_account(person=person, email=email, actor=actor, language=language, password=password or None)
        if not password:
            ask_for_link(user.email, is_invitation=True)
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
    """Make somebody something within a scope, from a day to a day.

    Raises RefusedError for a role of one's own; FaultyError where role, scope and days do not fit, for what the person is there
    already in these days, for an office of one that somebody else holds in them, for an office that signs where the person is a
    student, and where nobody is there whom the person could act for.
    """
    must(actor, "membership.edit")
    if user == actor:
        raise RefusedError(OWN_ROLES)
    starts = starts_on or today()
    refuse_faults(scope_faults(role, at_home=university.is_home, unit_kind=unit.kind if unit else None))
    if unit and unit.university_id != university.pk:
        raise FaultyError(Fault("unit", gettext_noop("This unit belongs to another university.")))
    # The program itself enters what has long been so.
    refuse_faults(first_day_faults(starts, today=today()) if actor else ())
    refuse_faults(day_faults("starts_on", starts))
    refuse_faults(last_day_faults(ends_on, starts_on=starts) if ends_on else ())
    _lock_offices(university.pk)
    User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    there = Membership.objects.filter(role=role, university=university, unit=unit, taken_back=False)
    if acting_for:
        _refuse_acting(acting_for, user, there, starts_on=starts, ends_on=ends_on)
    meets = _meets(starts, ends_on)
    if there.filter(meets, user=user, acting_for=acting_for).exists():
        raise FaultyError(Fault("role", gettext_noop("The person holds this role there already in these days.")))
    if role in Role.sign() and Membership.objects.filter(meets, user=user, role=Role.STUDENT).exists():
        raise FaultyError(Fault("role", gettext_noop("The person is a student in these days: no student signs here.")))
    if not acting_for:
        _refuse_second("role", there.exclude(user=user).filter(meets))
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


def _meets(starts_on: date, ends_on: date | None) -> Q:
    """Memberships with a day in common with these days. What was taken back has no day."""
    begun = Q(starts_on__lte=ends_on) if ends_on else Q()
    return begun & Q(taken_back=False) & (Q(ends_on=None) | Q(ends_on__gte=starts_on))


def _refuse_second(field: str, others: QuerySet[Membership]) -> None:
    """Of some offices there is one: refuse, beside `field`, where one of `others` holds it in his or her own right."""
    holding = others.filter(role__in=Role.of_one(), acting_for=None).select_related("user__person")
    if first := holding.order_by("starts_on", "pk").first():
        refuse_faults(taken_faults(field, holder=first.user.person.names, until=first.ends_on))


def _refuse_acting(
    acting_for: User, user: User, there: QuerySet[Membership], *, starts_on: date, ends_on: date | None
) -> None:
    """One acts for somebody else who holds that very role there (`there`), in his or her own right, on all these days."""
    if acting_for == user:
        raise FaultyError(Fault("acting_for", gettext_noop("Nobody acts for himself or herself.")))
    lasts = Q(ends_on=None) | Q(ends_on__gte=ends_on) if ends_on else Q(ends_on=None)
    if not there.filter(lasts, user=acting_for, acting_for=None, starts_on__lte=starts_on).exists():
        text = gettext_noop(
            "%(name)s does not hold this role there on all these days; one acts only for whoever holds it."
        )
        raise FaultyError(Fault("acting_for", text, {"name": acting_for.person.names}))


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
        text=_GIVEN[acting_for is not None, ends_on is not None],
        params={**_told(membership), "name": acting_for.person.names if acting_for else ""},
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


# By whether the person acts for somebody, and whether a last day is set.
_GIVEN = {
    (False, False): gettext_noop("role given: %(role)s, %(where)s, from %(since)s"),
    (False, True): gettext_noop("role given: %(role)s, %(where)s, %(since)s – %(until)s"),
    (True, False): gettext_noop("role given: %(role)s, %(where)s, from %(since)s; acting for %(name)s"),
    (True, True): gettext_noop("role given: %(role)s, %(where)s, %(since)s – %(until)s; acting for %(name)s"),
}


def _told(membership: Membership) -> dict[str, object]:
    """What history says of a role: what, where, from when to when."""
    until = membership.ends_on
    return {
        "role": membership.role,
        "where": (membership.unit or membership.university).names,
        "since": f"{membership.starts_on:%d.%m.%Y}",
        "until": f"{until:%d.%m.%Y}" if until else "",
    }


@transaction.atomic
def end_role(*, membership_id: int, ends_on: date, reason: str, actor: User | None) -> Membership:
    """Let a role end on a day (its last). Rows of the past are never deleted: papers were signed under them.

    One that was given by mistake is taken back on its first day or before: with the day before that for its last it holds no
    longer from this moment on. Raises FaultyError for a day before the first one else, RefusedError for the last administrator,
    for what was taken back, and for one's own role where it would last longer. The same day again changes nothing.
    """
    must(actor, "membership.edit")
    reason = reason_given(reason, is_needed=False)
    _lock_administrators()
    found = Membership.objects.select_for_update(of=("self",)).select_related("user", "university", "unit")
    membership = found.get(pk=membership_id)
    _lock_offices(membership.university_id)
    starts_on, before = membership.starts_on, membership.ends_on
    if before == ends_on:
        return membership
    if membership.taken_back:
        raise RefusedError(gettext_noop("This role was taken back: give it anew."))
    may_take_back = may_be_taken_back(starts_on, today=today())
    refuse_faults(last_day_faults(ends_on, starts_on=starts_on, may_take_back=may_take_back))
    is_sooner = before is None or ends_on < before
    administers = membership.role == Role.ADMINISTRATOR
    if membership.user == actor and not is_sooner and not administers:
        raise RefusedError(OWN_ROLES)
    if administers and is_sooner and not _administered_after(ends_on, but=Q(pk=membership.pk)):
        raise RefusedError(
            gettext_noop("Nobody is an administrator after that day: give somebody else the role first.")
        )
    if not is_sooner and not membership.acting_for_id:
        there = Membership.objects.filter(
            _meets(starts_on, ends_on), role=membership.role, university=membership.university, unit=membership.unit
        )
        _refuse_second("ends_on", there.exclude(user=membership.user))
    membership.ends_on, membership.taken_back = ends_on, ends_on < starts_on
    membership.save(update_fields=["ends_on", "taken_back"])
    ended = gettext_noop("role ends: %(role)s, %(where)s, the last day is %(until)s")
    taken_back = gettext_noop("role taken back: %(role)s, %(where)s")
    record(
        actor=actor,
        action="institutions.role_taken_back" if membership.taken_back else "institutions.role_ended",
        subject=membership.user,
        text=taken_back if membership.taken_back else ended,
        params=_told(membership),
        before={"ends_on": before},
        after={"membership": membership.pk, "ends_on": ends_on},
        reason=reason,
    )
    return membership


def _lock_offices(university_id: int) -> None:
    # Two who give one office to two people at the same moment: the second reads what the first has written.
    University.objects.select_for_update(of=("self",), no_key=True).get(pk=university_id)


def _lock_administrators() -> None:
    # All of them, in one order and before any other row: two who end each other's roles would else wait for one another.
    # What they are is read after that, since a row that was waited for is still joined to the accounts of before.
    list(Membership.objects.filter(role=Role.ADMINISTRATOR).order_by("pk").select_for_update(of=("self",)))


def _administered_after(day: date, *, but: Q) -> bool:
    """Whether somebody may give roles on the day after this one (or today, if that is later), were it not for rows `but`."""
    others = Membership.objects.filter(in_force(max(day + timedelta(days=1), today())), role=Role.ADMINISTRATOR)
    return others.filter(user__is_active=True).exclude(but).exists()


@transaction.atomic
def set_account_active(*, user_id: int, active: bool, reason: str, actor: User) -> User:
    """Close an account or open it again, with a reason.

    Raises RefusedError for one's own, and for that of whoever alone is an administrator tomorrow.
    """
    must(actor, "account.close")
    if user_id == actor.pk:
        raise RefusedError(gettext_noop("Nobody closes his or her own account."))
    reason = reason_given(reason)
    _lock_administrators()
    user = User.objects.select_for_update(of=("self",)).get(pk=user_id)
    if user.is_active != active:
        if not active and _is_administrator_after_today(user) and not _administered_after(today(), but=Q(user=user)):
            raise RefusedError(
                gettext_noop("Nobody else is an administrator from tomorrow on: give somebody else the role first.")
            )
        user.is_active = active
        user.save(update_fields=["is_active"])
        end_sessions(user_id=user.pk)
        record(
            actor=actor,
            action="institutions.account_opened" if active else "institutions.account_closed",
            subject=user,
            text=gettext_noop("account opened again") if active else gettext_noop("account closed"),
            reason=reason,
        )
    return user


def _is_administrator_after_today(user: User) -> bool:
    longer = Q(ends_on=None) | Q(ends_on__gt=today())
    return Membership.objects.filter(longer, user=user, role=Role.ADMINISTRATOR).exists()


def choose_language(*, user: User, language: Language) -> None:
    """Remember the language a person reads the program in; e-mail follows it."""
    User.objects.filter(pk=user.pk).update(language=language)
