"""Verbs on universities, units and licences. `actor=None` is the program itself: the first set-up."""

from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext_noop

from core.events import publish
from core.faults import Fault, code_faults, letter_faults
from core.history import record
from core.values import LANGUAGES, Localized, today
from core.workflow import FaultyError, RefusedError, refuse_faults, refuse_unseen_moves
from institutions.enums import LicenceKind
from institutions.events import LicenceEntered
from institutions.models import Licence, Unit, University, User
from institutions.permissions import must
from institutions.services.due import settle_answered
from institutions.workflow import ENTERED, direction_of, licence_faults, place_faults


@transaction.atomic
def create_university(
    *,
    names: Localized,
    short_name: str,
    country: str,
    city: Localized,
    actor: User | None,
    name_original: str = "",
    address: Localized | None = None,
    website: str = "",
    rating: str = "",
    is_home: bool = False,
) -> University:
    """Enter a university (6.12: who it is and where). Raises FaultyError when its short name is taken."""
    must(actor, "university.edit")
    university = University(short_name=short_name, country=country, is_home=is_home)
    _fill(university, names=names, city=city, address=address)
    university.name_original, university.website, university.rating = name_original, website, rating
    refuse_faults(letter_faults(short_name=short_name, **_named(university)))
    try:
        with transaction.atomic():
            university.save()
    except IntegrityError as error:
        text = gettext_noop("There is a university called “%(name)s” already.")
        raise FaultyError(Fault("short_name", text, {"name": short_name})) from error
    record(
        actor=actor,
        action="institutions.university_created",
        subject=university,
        text=gettext_noop("entered into the list of universities"),
        clause="6.12",
    )
    return university


@transaction.atomic
def change_university(
    *,
    university_id: int,
    names: Localized,
    city: Localized,
    actor: User | None,
    name_original: str = "",
    address: Localized | None = None,
    website: str = "",
    rating: str = "",
    seen: str = "",
) -> University:
    """Correct what is known of a university; history keeps what was.

    `seen`: `mark_of` the university that the actor was shown. Raises ChangedMeanwhileError.
    """
    must(actor, "university.edit")
    university = University.objects.select_for_update(of=("self",)).get(pk=university_id)
    refuse_unseen_moves(seen, university)
    before = _known(university)
    _fill(university, names=names, city=city, address=address)
    university.name_original, university.website, university.rating = name_original, website, rating
    refuse_faults(letter_faults(**_named(university)))
    university.save()
    after = _known(university)
    if changed := {name for name in after if after[name] != before[name]}:
        record(
            actor=actor,
            action="institutions.university_changed",
            subject=university,
            text=gettext_noop("changed what is known of the university"),
            before={name: before[name] for name in changed},
            after={name: after[name] for name in changed},
        )
    return university


def _named(university: University) -> dict[str, str]:
    spelt = [f"{what}_{language}" for what in ("name", "city", "address") for language in LANGUAGES]
    return {name: getattr(university, name) for name in (*spelt, "name_original")}


def _known(university: University) -> dict[str, str]:
    return {**_named(university), "website": university.website, "rating": university.rating}


def _fill(university: University, *, names: Localized, city: Localized, address: Localized | None) -> None:
    address = address or Localized("")
    university.name_kk, university.name_ru, university.name_en = names.kk, names.ru, names.en
    university.city_kk, university.city_ru, university.city_en = city.kk, city.ru, city.en
    university.address_kk, university.address_ru, university.address_en = address.kk, address.ru, address.en


@transaction.atomic
def add_unit(
    *, university: University, kind: str, code: str, names: Localized, actor: User | None, parent: Unit | None = None
) -> Unit:
    """Add an institute, school, department or office. A department stands in an institute or a school of the same university.

    Raises FaultyError for a unit that stands where it cannot, and for a code that another one has.
    """
    must(actor, "unit.edit")
    if parent and parent.university_id != university.pk:
        raise FaultyError(Fault("parent", gettext_noop("This unit belongs to another university.")))
    refuse_faults(place_faults(kind=kind, parent_kind=parent.kind if parent else None))
    unit = Unit(university=university, parent=parent, kind=kind)
    _name_unit(unit, names=names, code=code)
    for subject in (university, unit):
        record(
            actor=actor,
            action="institutions.unit_added",
            subject=subject,
            text=gettext_noop("added unit %(code)s"),
            params={"code": code},
            after={"unit": unit.pk, "kind": kind, "parent": unit.parent_id, **_unit_known(unit)},
        )
    return unit


@transaction.atomic
def change_unit(*, unit_id: int, names: Localized, code: str, actor: User | None, seen: str = "") -> Unit:
    """Correct how a unit is called; history keeps what was. What it is and where it stands decides who sees what, and stays.

    `seen`: `mark_of` the unit that the actor was shown. Raises ChangedMeanwhileError; FaultyError for a code that another has.
    """
    must(actor, "unit.edit")
    unit = Unit.objects.select_for_update(of=("self",)).select_related("university").get(pk=unit_id)
    refuse_unseen_moves(seen, unit)
    before = _unit_known(unit)
    _name_unit(unit, names=names, code=code)
    after = _unit_known(unit)
    if changed := {name for name in after if after[name] != before[name]}:
        for subject in (unit.university, unit):
            record(
                actor=actor,
                action="institutions.unit_changed",
                subject=subject,
                text=gettext_noop("corrected how unit %(code)s is called"),
                params={"code": before["code"]},
                before={name: before[name] for name in changed},
                after={"unit": unit.pk, **{name: after[name] for name in changed}},
            )
    return unit


@transaction.atomic
def remove_unit(*, unit_id: int, actor: User | None) -> None:
    """Take a unit off that was entered by mistake. Raises RefusedError where a role, a programme, a case or a unit names it."""
    must(actor, "unit.edit")
    unit = Unit.objects.select_for_update(of=("self",)).select_related("university").get(pk=unit_id)
    record(
        actor=actor,
        action="institutions.unit_removed",
        subject=unit.university,
        text=gettext_noop("removed unit %(code)s"),
        params={"code": unit.code},
        before={"unit": unit.pk, "kind": unit.kind, "parent": unit.parent_id, **_unit_known(unit)},
    )
    try:
        with transaction.atomic():
            unit.delete()
    except ProtectedError as error:
        text = gettext_noop("Roles, programmes, cases or other units name “%(unit)s” by now: it stays.")
        raise RefusedError(text, {"unit": unit.names}) from error


def _name_unit(unit: Unit, *, names: Localized, code: str) -> None:
    unit.code, unit.name_kk, unit.name_ru, unit.name_en = code, names.kk, names.ru, names.en
    known = _unit_known(unit)
    refuse_faults((*letter_faults(**known), *code_faults("code", code)))
    try:
        with transaction.atomic():
            unit.save()
    except IntegrityError as error:
        text = gettext_noop("There is a unit with the code “%(code)s” already.")
        raise FaultyError(Fault("code", text, {"code": code})) from error


def _unit_known(unit: Unit) -> dict[str, str]:
    return {"code": unit.code, **{f"name_{language}": getattr(unit, f"name_{language}") for language in LANGUAGES}}


@transaction.atomic
def add_licence(
    *,
    university: University,
    number: str,
    issuer: str,
    direction: str,
    level: str,
    valid_from: date,
    actor: User | None,
    valid_until: date | None = None,
    kind: str = LicenceKind.LICENCE,
) -> Licence:
    """Enter a university's right to train in a direction at a level (4.2). Its scan is stored by `documents`.

    Raises FaultyError for a direction or days that cannot be, and for what is entered already.
    """
    must(actor, "licence.add")
    direction = direction_of(direction)
    refuse_faults(
        licence_faults(
            number=number,
            direction=direction,
            level=level,
            valid_from=valid_from,
            valid_until=valid_until,
            today=today(),
        )
    )
    University.objects.select_for_update(of=("self",)).get(pk=university.pk)
    if Licence.objects.filter(university=university, number=number, direction=direction, level=level).exists():
        text = gettext_noop("This licence is entered already for this direction and level.")
        raise FaultyError(Fault("number", text))
    licence = Licence.objects.create(
        university=university,
        kind=kind,
        number=number,
        issuer=issuer,
        direction=direction,
        level=level,
        valid_from=valid_from,
        valid_until=valid_until,
    )
    params = {"number": number, "direction": direction}
    for subject in (university, licence):
        record(
            actor=actor,
            action="institutions.licence_added",
            subject=subject,
            text=ENTERED[LicenceKind(kind)],
            params=params,
            clause="4.2",
            after={"licence": licence.pk, "valid_from": valid_from, "valid_until": valid_until},
        )
    settle_answered()
    publish(LicenceEntered(university_id=university.pk, licence_id=licence.pk))
    return licence
