"""The first stage: the University, its partners with their right to train, the calendar of each, and everybody who works here."""

from datetime import date, timedelta

from institutions.enums import Level, LicenceKind, Role, UnitKind
from institutions.models import Unit, University, User
from institutions.services import people, universities
from institutions.services.home import enter_home
from satbayev_jdp.demo.calendar import enter_days_off, enter_terms
from satbayev_jdp.demo.cast import CAST, Part
from satbayev_jdp.demo.places import PARTNERS, UNITS, Place
from satbayev_jdp.demo.world import ERTIS, HOME, NORDTAL, OPENED, PASSWORD, WSCHODNIA, YANGTZE, World, email_of

MINISTRY = "ҚР Ғылым және жоғары білім министрлігі"


def build(world: World) -> None:
    """Make it all; the University first and by the program itself, the rest as the people whose work it is."""
    with world.on(OPENED):
        _enter_all(world)
    with world.on(world.ago(6)):
        _substitute(world)


def _enter_all(world: World) -> None:
    home = enter_home(website="https://satbayev.example")
    _units(home)
    admin = _account(world, next(part for part in CAST if part.login == "admin"), home, actor=None)
    ipd = _account(world, next(part for part in CAST if part.login == "ipd"), home, actor=admin)
    places = {HOME: home, **{place.short_name: _enter(place, actor=ipd) for place in PARTNERS}}
    _licences(world, places, ipd)
    for part in CAST:
        if part.login not in {"admin", "ipd"}:
            _account(world, part, places[part.university], actor=admin)
    enter_days_off(world, admin)
    enter_terms(world, places, admin)


def _substitute(world: World) -> None:
    """The head of the Registrar's Office is on leave: somebody of her office acts in her place, from a day to a day."""
    people.give_role(
        user=world.user("methodical"),
        role=Role.REGISTRAR,
        university=world.university(HOME),
        starts_on=world.ago(5),
        ends_on=world.today + timedelta(days=9),
        acting_for=world.user("registrar"),
        actor=world.user("admin"),
    )


def _enter(place: Place, *, actor: User) -> University:
    return universities.create_university(
        names=place.names,
        name_original=place.name_original,
        short_name=place.short_name,
        country=place.country,
        city=place.city,
        address=place.address,
        website=place.website,
        rating=place.rating,
        actor=actor,
    )


def _units(home: University) -> None:
    made: dict[str, Unit] = {}
    for code, parent, names in UNITS:
        kind = UnitKind.DEPARTMENT if parent else UnitKind.INSTITUTE
        made[code] = universities.add_unit(
            university=home, kind=kind, code=code, names=names, parent=made.get(parent), actor=None
        )


def _licences(world: World, places: dict[str, University], ipd: User) -> None:
    """Directions: 7M061 with Nordtal, 6B072 with Yangtze, 7M071 the joint master's with Ertis.

    Wschodnia's has lapsed, Ertis's is about to, and so are two accreditations.
    """
    old, ahead = date(2019, 9, 1), world.today + timedelta(days=3 * 365)
    lapsed, soon, sooner = (world.today + timedelta(days=days) for days in (-75, 86, 28))
    rows: tuple[tuple[str, str, str, str, str, str, date | None], ...] = (
        (HOME, LicenceKind.LICENCE, "KZ-61LAA00032714", MINISTRY, "7M061", Level.MASTER, None),
        (HOME, LicenceKind.LICENCE, "KZ-61LAA00032715", MINISTRY, "6B072", Level.BACHELOR, None),
        (HOME, LicenceKind.LICENCE, "KZ-61LAA00032716", MINISTRY, "7M071", Level.MASTER, None),
        (NORDTAL, LicenceKind.ACT, "StAnz 2019/114", "Ministerium für Wissenschaft", "7M061", Level.MASTER, ahead),
        (YANGTZE, LicenceKind.ACT, "教外 2018-0457", "Ministry of Education", "6B072", Level.BACHELOR, ahead),
        (ERTIS, LicenceKind.LICENCE, "KZ-14LAA00027101", MINISTRY, "7M071", Level.MASTER, soon),
        (HOME, LicenceKind.ACCREDITATION, "IQAA 2022/0418", "IQAA", "6B072", Level.BACHELOR, sooner),
        (NORDTAL, LicenceKind.ACCREDITATION, "ASIIN 2021-77", "ASIIN", "7M061", Level.MASTER, soon),
        (WSCHODNIA, LicenceKind.ACT, "DKN-4014/2019", "Minister Nauki", "7M061", Level.MASTER, lapsed),
    )
    for name, kind, number, issuer, direction, level, until in rows:
        universities.add_licence(
            university=places[name],
            kind=kind,
            number=number,
            issuer=issuer,
            direction=direction,
            level=level,
            valid_from=old,
            valid_until=until,
            actor=ipd,
        )


def _account(world: World, part: Part, university: University, *, actor: User | None) -> User:
    person = people.create_person(
        surname=part.surname,
        given_names=part.given_names,
        name_cyrillic=part.cyrillic,
        sex=part.sex,
        citizenship=part.citizenship,
        email=email_of(part.login),
        actor=actor,
    )
    user = people.create_account(
        person=person, email=email_of(part.login), language=part.language, password=PASSWORD, actor=actor
    )
    people.give_role(
        user=user,
        role=part.role,
        university=university,
        unit=world.unit(part.unit) if part.unit else None,
        starts_on=OPENED,
        position=part.position,
        actor=actor,
    )
    return user
