"""Reads of people and universities."""

from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import override

from core.values import Localized
from institutions.enums import Role
from institutions.models import Holiday, Licence, Membership, University, User
from institutions.permissions import in_force


def home_university() -> University:
    """The University itself. DoesNotExist before it is set up."""
    return University.objects.get(is_home=True)


def holders_of(role: str, *, unit_id: int | None = None, university_id: int | None = None) -> QuerySet[Membership]:
    """Who holds a role today, in this unit or university, the acting ones last."""
    found = Membership.objects.filter(in_force(), role=role, user__is_active=True)
    if unit_id is not None:
        found = found.filter(unit_id=unit_id)
    if university_id is not None:
        found = found.filter(university_id=university_id)
    return found.select_related("user__person").order_by("acting_for_id", "pk")


def signature_of(user: User, role: str) -> dict[str, dict[str, str]]:
    """How a person signs a paper: office and name in three languages, as they are today (papers copy them)."""
    membership = Membership.objects.filter(in_force(), user=user, role=role).order_by("pk").first()
    position = membership.position if membership and membership.position_kk else _role_name(role)
    names = user.person.names
    return {
        "position": {"kk": position.kk, "ru": position.in_language("ru"), "en": position.in_language("en")},
        "name": {"kk": names.kk, "ru": names.ru, "en": names.en},
    }


def _role_name(role: str) -> Localized:
    words = {}
    for language in ("kk", "ru", "en"):
        with override(language):
            words[language] = str(Role(role).label)
    return Localized(**words)


def valid_licences(university_id: int, *, direction: str, level: str, on: date) -> QuerySet[Licence]:
    """The licences that cover a training direction at a level on a day (4.2)."""
    return Licence.objects.filter(
        Q(valid_until=None) | Q(valid_until__gte=on),
        university_id=university_id,
        direction=direction,
        level=level,
        valid_from__lte=on,
    )


def holidays_of(country: str = "KZ") -> frozenset[date]:
    """The days off of a country, for counting working days."""
    return frozenset(Holiday.objects.filter(country=country).values_list("day", flat=True))
