"""Who somebody is today: the roles a user holds and in which scopes, and the queues in which work waits for them."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar, cast

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_noop

from core.permissions import NOTHING, Predicate, anybody
from core.story import Told, as_partner_reads
from core.values import today
from core.workflow import NotAllowedError
from institutions.enums import Role
from institutions.models import Membership, Unit, User

Thing = TypeVar("Thing", bound=models.Model)


@dataclass(frozen=True)
class Standing:
    """A user's roles of today. A unit role reaches down: a director of an institute holds it for its departments too."""

    user_id: int
    person_id: int
    roles: frozenset[str] = frozenset()
    own_units: dict[str, frozenset[int]] = field(default_factory=dict)
    units: dict[str, frozenset[int]] = field(default_factory=dict)
    universities: dict[str, frozenset[int]] = field(default_factory=dict)
    # For whom the user acts, by queue: only where no membership with that queue is the user's own.
    acting: dict[str, int] = field(default_factory=dict)
    # The roles that are nowhere the user's own.
    acting_roles: frozenset[str] = frozenset()
    # As which advisors a plan or a stay knows the user: as himself or herself, and as those acted for.
    advises_as: frozenset[int] = frozenset()

    def holds(self, *roles: str) -> bool:
        """True when the user holds any of these roles, in whatever scope."""
        return bool(self.roles & set(roles))

    def holds_in_unit(self, role: str, unit_id: int | None) -> bool:
        """True when the user holds `role` for this unit or for one above it."""
        return unit_id in self.units.get(role, frozenset())

    @property
    def sees_everything(self) -> bool:
        """1.4: those who watch over every case of every unit."""
        return bool(self.roles & {role.value for role in Role.see_everything()})

    @property
    def partner_ids(self) -> frozenset[int]:
        """The partner universities that this user speaks for."""
        return self.universities.get(Role.PARTNER_COORDINATOR, frozenset())

    @property
    def queues(self) -> tuple[str, ...]:
        """The queues of work that this user takes from."""
        found = {queue_for(Role.STUDENT, person_id=self.person_id)}
        found |= {queue_for(Role.ADVISOR, user_id=pk) for pk in self.advises_as}
        for role in self.roles:
            if role in {office.value for office in Role.whole_university()}:
                found.add(queue_for(role))
            elif role == Role.PARTNER_COORDINATOR:
                found |= {queue_for(role, university_id=pk) for pk in self.partner_ids}
            else:
                found |= {queue_for(role, unit_id=pk) for pk in self.own_units.get(role, ())}
        return tuple(sorted(found))


NOBODY = Standing(user_id=0, person_id=0)


def queue_for(
    role: str,
    *,
    unit_id: int | None = None,
    university_id: int | None = None,
    person_id: int | None = None,
    user_id: int | None = None,
) -> str:
    """The one spelling of a queue: `institute_director@unit:12`, `student@person:55`, `registrar@home`."""
    for scope, pk in (("unit", unit_id), ("university", university_id), ("person", person_id), ("user", user_id)):
        if pk is not None:
            return f"{role}@{scope}:{pk}"
    return f"{role}@home"


def in_force(on: date | None = None) -> Q:
    """Memberships that hold on a day (today by default)."""
    day = on or today()
    return Q(starts_on__lte=day) & (Q(ends_on=None) | Q(ends_on__gte=day))


def signed_in(user: object) -> User:
    """The account behind `request.user`, for services. TypeError for nobody: every page but the public ones asks for a login."""
    if not isinstance(user, User):
        raise TypeError("nobody is signed in")
    return user


def standing_of(user: object) -> Standing:
    """The user's standing today: two queries, once for each user object (so once a request). Nobody: no roles."""
    if not getattr(user, "is_authenticated", False):
        return NOBODY
    account = signed_in(user)
    if account.standing is None:
        account.standing = _read_standing(account)
    return cast(Standing, account.standing)


def standings_of(users: Sequence[User]) -> dict[int, Standing]:
    """The standings of accounts today, by key: two queries, whatever their number."""
    held: dict[int, list[Membership]] = {user.pk: [] for user in users}
    for membership in Membership.objects.filter(in_force(), user__in=users):
        held[membership.user_id].append(membership)
    below = _units_below({one.unit_id for found in held.values() for one in found if one.unit_id})
    return {user.pk: _standing(user, held[user.pk], below) for user in users}


def _read_standing(user: User) -> Standing:
    memberships = list(Membership.objects.filter(in_force(), user=user))
    below = _units_below({membership.unit_id for membership in memberships if membership.unit_id})
    return _standing(user, memberships, below)


def _standing(user: User, memberships: Sequence[Membership], below: Mapping[int, frozenset[int]]) -> Standing:
    own: dict[str, set[int]] = defaultdict(set)
    universities: dict[str, set[int]] = defaultdict(set)
    for membership in memberships:
        universities[membership.role].add(membership.university_id)
        if membership.unit_id:
            own[membership.role].add(membership.unit_id)
    roles = frozenset(universities)
    return Standing(
        user_id=user.pk,
        person_id=user.person_id,
        roles=roles,
        own_units={role: frozenset(units) for role, units in own.items()},
        units={role: frozenset(units).union(*(below[pk] for pk in units)) for role, units in own.items()},
        universities={role: frozenset(pks) for role, pks in universities.items()},
        acting=_acting(memberships),
        acting_roles=roles - {membership.role for membership in memberships if membership.acting_for_id is None},
        advises_as=frozenset({user.pk, *(pk for one in memberships if (pk := _advisor_behind(one)))}),
    )


def _acting(memberships: Iterable[Membership]) -> dict[str, int]:
    """For whom the user acts, by queue. Who holds the same office in his own right as well acts for nobody in it."""
    behind: dict[str, set[int | None]] = defaultdict(set)
    for membership in memberships:
        for queue in _queues_of(membership):
            behind[queue].add(membership.acting_for_id)
    return {queue: pk for queue, pks in behind.items() if len(pks) == 1 for pk in pks if pk is not None}


def holders_of(queues: Collection[str]) -> dict[str, list[User]]:
    """The accounts that take from these queues today, by queue; a queue that nobody takes from is left out. Two queries."""
    found: dict[str, list[User]] = defaultdict(list)
    held = Membership.objects.filter(in_force(), role__in={queue.partition("@")[0] for queue in queues})
    for membership in held.filter(user__is_active=True).select_related("user__person").order_by("user_id"):
        for queue in _queues_of(membership):
            if queue in queues and membership.user not in found[queue]:
                found[queue].append(membership.user)
    own = {scope: [int(q.rpartition(":")[2]) for q in queues if f"@{scope}:" in q] for scope in ("person", "user")}
    people = User.objects.filter(Q(person__in=own["person"]) | Q(pk__in=own["user"]), is_active=True)
    for user in people.select_related("person").order_by("pk"):
        for queue in queue_for(Role.STUDENT, person_id=user.person_id), queue_for(Role.ADVISOR, user_id=user.pk):
            if queue in queues:
                found[queue].insert(0, user)  # before whoever acts
    return dict(found)


def _queues_of(membership: Membership) -> Iterator[str]:
    """Where work waits for whoever holds this membership. A named advisor's own is also that of whoever acts for him or her."""
    if membership.unit_id:
        yield queue_for(membership.role, unit_id=membership.unit_id)
    else:
        of_partner = membership.role == Role.PARTNER_COORDINATOR
        yield queue_for(membership.role, university_id=membership.university_id if of_partner else None)
    if behind := _advisor_behind(membership):
        yield queue_for(membership.role, user_id=behind)


def _advisor_behind(membership: Membership) -> int | None:
    """The advisor in whose place this membership is held."""
    return membership.acting_for_id if membership.role == Role.ADVISOR else None


# In which queue a role is waited for with a thing: each app that has such things supplies it, by their kind.
_queue_sources: dict[type[models.Model], Callable[[Any, str], str | None]] = {}


def set_queue_source(kind: type[Thing], source: Callable[[Thing, str], str | None]) -> None:
    """Let `source` tell in which queue a role is waited for with a thing of this kind."""
    _queue_sources[kind] = source


def acting_for(actor: object, role: str, subject: models.Model) -> int | None:
    """The account in whose place somebody holds a role today, with this thing; None: in his own right (core.history asks).

    Who is head of one department and acts in another one does each in its own place: the thing's queue tells in which.
    """
    standing = standing_of(actor)
    behind = {standing.acting.get(queue) for queue in standing.queues if queue.partition("@")[0] == role}
    if len(behind) < 2:
        return next(iter(behind), None)
    source = _queue_sources.get(type(subject))
    return standing.acting.get(source(subject, role) or "") if source else None


def _units_below(unit_ids: Iterable[int]) -> dict[int, frozenset[int]]:
    """Departments under each institute: two levels are all there are."""
    wanted = sorted(unit_ids)
    below: dict[int, set[int]] = {pk: set() for pk in wanted}
    for pk, parent_id in Unit.objects.filter(parent_id__in=wanted).values_list("pk", "parent_id") if wanted else ():
        if parent_id is not None:
            below[parent_id].add(pk)
    return {pk: frozenset(parts) for pk, parts in below.items()}


sees_everything: Predicate[Standing, Any] = anybody("sees everything", lambda standing: standing.sees_everything)

# Who may change what. The set-up of the University itself is the administrator's, partners are the IPD's (5.1, 6.12).
MAY: dict[str, frozenset[str]] = {
    "university.edit": frozenset({Role.IPD_COORDINATOR}),
    "licence.add": frozenset({Role.IPD_COORDINATOR}),
    "unit.edit": frozenset({Role.ADMINISTRATOR}),
    "calendar.edit": frozenset({Role.ADMINISTRATOR, Role.IPD_COORDINATOR}),
    "person.create": frozenset(
        {
            Role.ADMINISTRATOR,
            Role.IPD_COORDINATOR,
            Role.REGISTRAR,
            Role.INSTITUTE_COORDINATOR,
            Role.PARTNER_COORDINATOR,
        }
    ),
    "account.create": frozenset({Role.ADMINISTRATOR}),
    "account.close": frozenset({Role.ADMINISTRATOR}),
    "factor.reset": frozenset({Role.ADMINISTRATOR}),
    "membership.edit": frozenset({Role.ADMINISTRATOR}),
    "people.see": frozenset({Role.ADMINISTRATOR, Role.AUDITOR}),
    "student.open": frozenset({Role.ADMINISTRATOR, Role.IPD_COORDINATOR, Role.REGISTRAR, Role.INSTITUTE_COORDINATOR}),
}


def holds(*roles: str) -> Predicate[Standing, Any]:
    """A predicate over the person alone: holds any of these roles."""
    return anybody(" or ".join(roles), lambda standing: standing.holds(*roles))


def must(actor: User | None, what: str) -> None:
    """Refuse unless the actor's roles may do `what` (a key of MAY). None is the program itself, which may."""
    if actor is not None and not standing_of(actor).roles & MAY[what]:
        raise NotAllowedError(gettext_noop("This step is not yours to take."))


# Those who work at the University itself: they see every university that is entered.
STAFF = frozenset(role.value for role in Role) - {Role.STUDENT.value, Role.PARTNER_COORDINATOR.value}


def may_see_story(standing: Standing) -> bool:
    """Who reads what happened with a university: registers and marks come in files of its name, which tell of people (1.4)."""
    return standing.sees_everything or standing.holds(Role.ADMINISTRATOR)


# Whose work needs numbers of passports and IINs: the register, the case, the visa. Everybody else knows people by name.
_NEED_IDENTITY = frozenset({Role.IPD_COORDINATOR, Role.REGISTRAR, Role.INSTITUTE_COORDINATOR, Role.PARTNER_COORDINATOR})


def may_see_identity(roles: frozenset[str], *, is_own: bool) -> bool:
    """Whether passport and IIN are shown on a page that somebody may open, by the roles held there: to oneself, and for work."""
    return is_own or bool(roles & _NEED_IDENTITY)


def may_see_iin(roles: frozenset[str], *, is_own: bool) -> bool:
    """The same of the IIN alone: a number of Kazakhstan, which is no partner's to know."""
    return may_see_identity(roles - {Role.PARTNER_COORDINATOR.value}, is_own=is_own)


def as_read_by(roles: Collection[str], story: Iterable[Told]) -> list[Told]:
    """A person's story as somebody with these roles reads it: the partner does not read why, save where that is for the partner."""
    return as_partner_reads(story) if set(roles) == {Role.PARTNER_COORDINATOR} else list(story)


def may_see_university(standing: Standing) -> Q:
    """Staff see all universities; partners and students the University and those where they are something."""
    if standing.roles & STAFF:
        return Q()
    own = frozenset().union(*standing.universities.values()) if standing.universities else frozenset()
    return (Q(is_home=True) if standing.user_id else NOTHING) | Q(pk__in=sorted(own))
