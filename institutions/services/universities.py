"""Verbs on universities, units and licences. `actor=None` is the program itself: the first set-up."""

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from core.changes import Field, changes_of
from core.events import publish
from core.faults import Fault, code_faults, letter_faults
from core.history import record
from core.values import LANGUAGES, Localized, today
from core.workflow import FaultyError, RefusedError, refuse_faults, refuse_unseen_moves
from institutions.enums import Level, LicenceKind
from institutions.events import LicenceEntered
from institutions.models import Licence, Unit, University, User
from institutions.permissions import must
from institutions.services.due import settle_answered, settle_due, stop_asking
from institutions.workflow import CORRECTED, ENTERED, TAKEN_AWAY, direction_of, licence_faults, place_faults

_LICENCE_FIELDS = {
    "kind": Field(_("kind"), lambda kind: LicenceKind(kind).label),
    "number": Field(_("number")),
    "issuer": Field(_("issued by")),
    "direction": Field(_("training direction")),
    "level": Field(_("level"), lambda level: Level(level).label),
    "valid_from": Field(_("valid from"), "{:%d.%m.%Y}".format),
    "valid_until": Field(_("valid until"), "{:%d.%m.%Y}".format),
}


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
    University.objects.select_for_update(of=("self",)).get(pk=university.pk)
    licence = Licence(
        university=university,
        kind=kind,
        number=number,
        issuer=issuer,
        direction=direction_of(direction),
        level=level,
        valid_from=valid_from,
        valid_until=valid_until,
    )
    _write_licence(licence)
    for subject in (university, licence):
        record(
            actor=actor,
            action="institutions.licence_added",
            subject=subject,
            text=ENTERED[LicenceKind(kind)],
            params={"number": number, "direction": licence.direction},
            clause="4.2",
            after={"licence": licence.pk, "valid_from": valid_from, "valid_until": valid_until},
        )
    settle_answered()
    publish(LicenceEntered(university_id=university.pk, licence_id=licence.pk))
    return licence


@transaction.atomic
def correct_licence(
    *,
    licence_id: int,
    kind: str,
    number: str,
    issuer: str,
    direction: str,
    level: str,
    valid_from: date,
    valid_until: date | None,
    actor: User | None,
    seen: str = "",
) -> Licence:
    """Correct a right to train that was entered wrongly; history says from what to what, and pathways are examined anew (4.2).

    `seen`: `mark_of` the licence that the actor was shown. Raises ChangedMeanwhileError, FaultyError as `add_licence`;
    Licence.DoesNotExist where it was taken away.
    """
    must(actor, "licence.add")
    licence = _locked_licence(licence_id)
    refuse_unseen_moves(seen, licence)
    before = _licence_known(licence)
    licence.kind, licence.number, licence.issuer = kind, number, issuer
    licence.direction, licence.level = direction_of(direction), level
    licence.valid_from, licence.valid_until = valid_from, valid_until
    changes = changes_of(_LICENCE_FIELDS, before, _licence_known(licence))
    if changes is None:
        return licence
    _write_licence(licence)
    for subject in (licence.university, licence):
        record(
            actor=actor,
            action="institutions.licence_corrected",
            subject=subject,
            text=CORRECTED[LicenceKind(before["kind"])],
            params={"number": before["number"], "changes": changes.words},
            clause="4.2",
            before=changes.before,
            after={"licence": licence.pk, **changes.after},
        )
    settle_due()
    publish(LicenceEntered(university_id=licence.university_id, licence_id=licence.pk))
    return licence


@transaction.atomic
def take_away_licence(*, licence_id: int, actor: User | None, seen: str = "") -> None:
    """Take away a right to train that was entered by mistake; its university's history keeps what it was (4.2).

    Scans stay stored; only who brought one opens it still. `seen`: `mark_of` the licence that the actor was shown.
    Raises ChangedMeanwhileError; Licence.DoesNotExist where it is gone already.
    """
    must(actor, "licence.add")
    licence = _locked_licence(licence_id)
    refuse_unseen_moves(seen, licence)
    record(
        actor=actor,
        action="institutions.licence_taken_away",
        subject=licence.university,
        text=TAKEN_AWAY[LicenceKind(licence.kind)],
        params={"number": licence.number, "direction": licence.direction},
        clause="4.2",
        before={"licence": licence_id, **_licence_known(licence)},
    )
    stop_asking(licence)
    licence.delete()
    settle_due()  # the one that it followed may have to be renewed again
    publish(LicenceEntered(university_id=licence.university_id, licence_id=licence_id))


def _locked_licence(licence_id: int) -> Licence:
    # Its university first, as where one is entered: two who write at once wait for each other in one order.
    University.objects.select_for_update(of=("self",)).get(pk=Licence.objects.get(pk=licence_id).university_id)
    return Licence.objects.select_for_update(of=("self",)).select_related("university").get(pk=licence_id)


def _write_licence(licence: Licence) -> None:
    known = _licence_known(licence)
    refuse_faults(
        licence_faults(**{name: known[name] for name in known if name not in ("kind", "issuer")}, today=today())
    )
    names = ("number", "direction", "level")
    same = Licence.objects.filter(university=licence.university_id, **{name: known[name] for name in names})
    if same.exclude(pk=licence.pk).exists():
        text = gettext_noop("This licence is entered already for this direction and level.")
        raise FaultyError(Fault("number", text))
    licence.save()


def _licence_known(licence: Licence) -> dict[str, Any]:
    return {name: getattr(licence, name) for name in _LICENCE_FIELDS}
