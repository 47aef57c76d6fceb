"""Universities, units, people."""

import itertools
from datetime import date, timedelta

from core.values import LANGUAGES, today
from institutions.enums import Role, UnitKind
from institutions.models import Licence, Membership, Person, Unit, University, User
from institutions.services.home import CITY, NAMES, SHORT_NAME

_numbers = itertools.count(1)


def home() -> University:
    """The University itself, once."""
    found, _ = University.objects.get_or_create(
        is_home=True,
        defaults={
            **{f"name_{language}": NAMES.in_language(language) for language in LANGUAGES},
            **{f"city_{language}": CITY.in_language(language) for language in LANGUAGES},
            "short_name": SHORT_NAME,
            "country": "KZ",
        },
    )
    return found


def partner(short_name: str = "Hochschule Nordtal", country: str = "DE") -> University:
    """A partner university, once for a name."""
    found, _ = University.objects.get_or_create(
        short_name=short_name,
        defaults={
            "name_kk": short_name,
            "name_ru": short_name,
            "name_en": short_name,
            "country": country,
            "city_kk": "Нордталь",
            "city_ru": "Нордталь",
            "city_en": "Nordtal",
        },
    )
    return found


def institute(code: str = "AI") -> Unit:
    """An institute of the University."""
    names = {"name_kk": f"{code} институты", "name_ru": f"Институт {code}", "name_en": f"Institute {code}"}
    found, _ = Unit.objects.get_or_create(university=home(), code=code, defaults={"kind": UnitKind.INSTITUTE, **names})
    return found


def department(code: str = "SE", parent: Unit | None = None) -> Unit:
    """A department of an institute."""
    names = {"name_kk": f"{code} кафедрасы", "name_ru": f"Кафедра {code}", "name_en": f"Department {code}"}
    found, _ = Unit.objects.get_or_create(
        university=home(), code=code, defaults={"kind": UnitKind.DEPARTMENT, "parent": parent or institute(), **names}
    )
    return found


def person(**values: object) -> Person:
    """A person with a passport of her own."""
    number = next(_numbers)
    return Person.objects.create(
        **{
            "surname": f"ABDIGALIEV{number}",
            "given_names": "ALIKHAN",
            "name_cyrillic": "Әбдіғалиев Әлихан",
            "birth_date": date(2002, 9, 3),
            "citizenship": "KZ",
            "passport_number": f"N{number:08d}",
            "passport_valid_until": today() + timedelta(days=2000),
            "email": f"person{number}@example.org",
            **values,
        }
    )


def user(role: str = "", *, university: University | None = None, unit: Unit | None = None, **values: object) -> User:
    """An account; with `role` also its membership, at the University or in `unit`, from a year ago on."""
    human = person(**values)
    account = User.objects.create_user(email=human.email, person=human, password="a long password", language="en")
    if role:
        Membership.objects.create(
            user=account, role=role, university=university or home(), unit=unit, starts_on=today() - timedelta(days=365)
        )
    return account


def partner_user(at: University | None = None) -> User:
    """A coordinator of a partner."""
    return user(Role.PARTNER_COORDINATOR, university=at or partner())


def licence(university: University, *, direction: str = "7M061", level: str = "master", **values: object) -> Licence:
    """A licence in force for years to come."""
    return Licence.objects.create(
        **{
            "university": university,
            "number": f"L-{next(_numbers)}",
            "issuer": "Ministry",
            "direction": direction,
            "level": level,
            "valid_from": today() - timedelta(days=1000),
            "valid_until": today() + timedelta(days=1000),
            **values,
        }
    )
