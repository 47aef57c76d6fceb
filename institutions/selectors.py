"""Reads of people and universities."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db.models import Exists, F, ForeignObjectRel, Model, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.translation import override

from core.permissions import role_label
from core.tables import found_by, how_many
from core.values import LANGUAGES, Localized, today
from institutions.enums import LicenceKind, Role, UnitKind
from institutions.models import Holiday, Licence, Membership, SignIn, Unit, University, User
from institutions.permissions import MAY, STAFF, Standing, in_force, may_see_university
from institutions.workflow import ENDS_SOON

_DAY = timedelta(days=1)
_OWN_FIRST = (F("acting_for").asc(nulls_first=True), "pk")


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
    return found.select_related("user__person").order_by(*_OWN_FIRST)


def signature_of(user: User, role: str) -> dict[str, dict[str, str]]:
    """How a person signs a paper: office and name in three languages, as they are today (papers copy them).

    The office is what was written for this person; else the role's, as acting where it is held in somebody's place only.
    """
    membership = Membership.objects.filter(in_force(), user=user, role=role).order_by(*_OWN_FIRST).first()
    if membership and membership.position_kk:
        position = membership.position
    else:
        position = _office(role, acting=bool(membership and membership.acting_for_id))
    names = user.person.names
    return {
        "position": {"kk": position.kk, "ru": position.in_language("ru"), "en": position.in_language("en")},
        "name": {"kk": names.kk, "ru": names.ru, "en": names.en},
    }


def _office(role: str, *, acting: bool) -> Localized:
    title = Role(role).acting_title if acting else Role(role).label
    words = {}
    for language in LANGUAGES:
        with override(language):
            words[language] = str(title)
    return Localized(**words)


def rights_to_train() -> QuerySet[Licence]:
    """Licences and acts: what a pathway may rest on. An accreditation is none (4.2)."""
    return Licence.objects.exclude(kind=LicenceKind.ACCREDITATION)


def valid_licences(university_id: int, *, direction: str, level: str, on: date) -> QuerySet[Licence]:
    """The licences that cover a training direction at a level on a day (4.2)."""
    return rights_to_train().filter(
        Q(valid_until=None) | Q(valid_until__gte=on),
        university_id=university_id,
        direction=direction,
        level=level,
        valid_from__lte=on,
    )


@dataclass(frozen=True, slots=True)
class Cover:
    """Whether licences cover a day, and the last day that they cover; None: without end, or not yet."""

    holds: bool
    ends: date | None


UNLICENSED = Cover(holds=False, ends=None)


def covered_by_licences(university_ids: Iterable[int], on: date) -> dict[tuple[int, str, str], Cover]:
    """What the licences of universities cover on a day, by (university, direction, level) (4.2). One query."""
    terms: dict[tuple[int, str, str], list[Licence]] = {}
    for licence in rights_to_train().filter(university__in=set(university_ids)).order_by("valid_from", "pk"):
        terms.setdefault((licence.university_id, licence.direction, licence.level), []).append(licence)
    return {key: cover_of(licences, on) for key, licences in terms.items()}


def cover_of(licences: Sequence[Licence], on: date) -> Cover:
    """What licences of one direction and level, by their first day, cover on a day: a next one without a gap prolongs it."""
    last: date | None = None
    for licence in licences:
        begun = licence.valid_from <= on or (last is not None and last >= on and licence.valid_from <= last + _DAY)
        if begun and licence.valid_until is None:
            return Cover(holds=True, ends=None)
        if begun and licence.valid_until and (last is None or licence.valid_until > last):
            last = licence.valid_until
    return Cover(holds=last is not None and last >= on, ends=last)


def holidays_of(country: str = "KZ") -> frozenset[date]:
    """The days off of a country, for counting working days."""
    return frozenset(Holiday.objects.filter(country=country).values_list("day", flat=True))


def days_off(country: str = "KZ") -> QuerySet[Holiday]:
    """The days off of a country with their names, the earliest first."""
    return Holiday.objects.filter(country=country).order_by("day")


# --- pages -----------------------------------------------------------------------------------------------------------


def universities_visible_to(standing: Standing, *, search: str = "") -> QuerySet[University]:
    """Who works at the University sees all partners; partners and students see the University and their own."""
    found = University.objects.filter(may_see_university(standing))
    return found.filter(found_by(search, texts=("search_text",))) if search else found


def universities_listed(standing: Standing) -> QuerySet[University]:
    """The same with `valid_licences`: how many licences hold today."""
    day = today()
    licences = Licence.objects.exclude(kind=LicenceKind.ACCREDITATION).filter(university=OuterRef("pk"))
    in_force = licences.filter(Q(valid_until=None) | Q(valid_until__gte=day), valid_from__lte=day)
    return universities_visible_to(standing).annotate(valid_licences=how_many(in_force))


def licences_about_to_end(on: date) -> QuerySet[Licence]:
    """Accreditations of every university and licences of the University itself that end soon, or ended lately, and that no later
    one follows. A partner's licence is asked for by the pathways that need it (4.2).
    """
    watched = Q(kind=LicenceKind.ACCREDITATION) | Q(university__is_home=True)
    soon = Q(valid_until__range=(on - ENDS_SOON, on + ENDS_SOON))
    same = {name: OuterRef(name) for name in ("university", "kind", "direction", "level")}
    later = Licence.objects.filter(Q(valid_until=None) | Q(valid_until__gt=OuterRef("valid_until")), **same)
    return Licence.objects.filter(watched & soon, ~Exists(later)).select_related("university").order_by("pk")


def licences_of(university_id: int, standing: Standing) -> list[tuple[Licence, bool]]:
    """The licences of a university, each with whether it is valid today."""
    day = today()
    return [(row, row.holds_on(day)) for row in licences_visible_to(standing).filter(university_id=university_id)]


def licences_visible_to(standing: Standing) -> QuerySet[Licence]:
    """The licences of the universities that somebody sees, the newest first."""
    universities = University.objects.filter(may_see_university(standing))
    return (
        Licence.objects.filter(university__in=universities).select_related("university").order_by("-valid_from", "pk")
    )


def people_visible_to(standing: Standing) -> QuerySet[User]:
    """All accounts, for those who administer or audit them; to others there is no such list."""
    if not standing.roles & MAY["people.see"]:
        return User.objects.none()
    return User.objects.select_related("person").prefetch_related(
        Prefetch(
            "memberships",
            Membership.objects.select_related("university", "unit", "acting_for__person").order_by("starts_on", "pk"),
        )
    )


def can_be_acted_for(standing: Standing) -> QuerySet[User]:
    """Those who hold an office at the University today in their own right, in the order of the Kazakh alphabet."""
    own = Membership.objects.filter(in_force(), role__in=STAFF, acting_for=None, user=OuterRef("pk"))
    return people_visible_to(standing).filter(Exists(own)).order_by("person__name_cyrillic", "person__surname", "pk")


def accounts_with_email(email: str) -> QuerySet[User]:
    """The active account with this address, however it is typed; with or without a password."""
    return User.objects.filter(email__iexact=email, is_active=True).select_related("person")


def memberships_visible_to(standing: Standing) -> QuerySet[Membership]:
    """Who is what, for those who administer or audit it."""
    if not standing.roles & MAY["people.see"]:
        return Membership.objects.none()
    return Membership.objects.select_related("user__person", "university", "unit")


def partner_people_visible_to(standing: Standing) -> QuerySet[Membership]:
    """Who coordinates for a partner today, as whoever works with that partner sees; students look for no people."""
    if standing.roles <= {Role.STUDENT}:
        return Membership.objects.none()
    found = Membership.objects.filter(in_force(), role=Role.PARTNER_COORDINATOR, university__is_home=False)
    return found.filter(university__in=universities_visible_to(standing)).select_related("user__person", "university")


def in_the_readers_letters(name: str) -> str:
    """A name that somebody typed, as the reader reads it where it is one colleague's; else as it was typed."""
    bearers = list(User.objects.filter(person__name_cyrillic=name).select_related("person")[:2]) if name else []
    return str(bearers[0].person) if len(bearers) == 1 else name


def units_of(university_id: int) -> QuerySet[Unit]:
    """The units of a university: institutes first, then departments, which know their institute."""
    found = Unit.objects.filter(university_id=university_id).select_related("parent")
    return found.order_by(F("parent").asc(nulls_first=True), "code")


def institutes_of(university_id: int) -> QuerySet[Unit]:
    """The units in which others may stand."""
    return units_of(university_id).filter(kind__in=(UnitKind.INSTITUTE, UnitKind.SCHOOL))


def removable_units(university_id: int) -> frozenset[int]:
    """The units of a university that nothing names: no role, programme, case or other unit. One query."""
    found = Unit.objects.filter(university_id=university_id)
    for link in Unit._meta.get_fields(include_hidden=True):  # noqa: SLF001 -- public; links of later apps, unknown to this one
        if isinstance(link, ForeignObjectRel):
            naming: QuerySet[Model] = QuerySet(link.field.model).filter(**{link.field.name: OuterRef("pk")})
            found = found.exclude(Exists(naming))
    return frozenset(found.values_list("pk", flat=True))


def is_in_force(membership: Membership, day: date) -> bool:
    """True when a membership holds on a day."""
    return membership.starts_on <= day and (membership.ends_on is None or membership.ends_on >= day)


def roles_today(user: User) -> str:
    """The roles somebody holds today, in words; reads the memberships that the list has fetched."""
    day = today()
    held = (row for row in user.memberships.all() if is_in_force(row, day))
    return ", ".join(role_label(row.role, acting=bool(row.acting_for_id)) for row in held)


def sessions_of(user: User, *, current: str) -> list[tuple[SignIn, bool]]:
    """Where an account is signed in, the latest first, each with whether it is the session `current`."""
    over = timezone.now() - timedelta(seconds=settings.SESSION_COOKIE_AGE)
    found = SignIn.objects.filter(user=user, at__gte=over).order_by("-seen_at", "-pk")
    return [(row, row.session_key == current) for row in found]
