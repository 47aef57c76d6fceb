"""Permissions read as a table. A predicate has two faces, a test for one thing and a `Q` for lists, so that they agree."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext

Thing = TypeVar("Thing")
Who = TypeVar("Who")

# Filled by the app that owns the roles; the kernel only shows them.
_ROLE_LABELS: dict[str, "str | Promise"] = {}


def name_roles(labels: Mapping[str, "str | Promise"]) -> None:
    """Say how roles are called on pages."""
    _ROLE_LABELS.update(labels)


def role_label(role: str, *, acting: bool = False) -> str:
    """A role in the reader's words; the bare code where nobody has named it. `acting`: held only in somebody else's place."""
    name = str(_ROLE_LABELS.get(role, role))
    return gettext("%(role)s (acting)") % {"role": name} if acting else name


def whose_move(roles: Iterable[str], mine: Collection[str], *, in_sentence: bool = False) -> list[str]:
    """Whose move a thing is, as its strip says it: each role once, with how many things are its to do; the reader's own, those
    held on this thing (`mine`), first and as "you". A role that stands there several times has as many things to do.
    `in_sentence`: they follow other words on their line, so that no second colon does.
    """
    asked = Counter(role for role in roles if role)
    you = gettext("you (%(role)s)") if in_sentence else gettext("You: %(role)s")
    return [
        _mover(role, count, you if role in mine else "%(role)s")
        for role, count in sorted(asked.items(), key=lambda one: one[0] not in mine)
    ]


def _mover(role: str, count: int, form: str) -> str:
    who = form % {"role": role_label(role)}
    if count == 1:
        return who
    return ngettext("%(who)s · %(count)d thing", "%(who)s · %(count)d things", count) % {"who": who, "count": count}


def _no_roles(_user: object) -> frozenset[str]:
    return frozenset()


# Who somebody is, for apps that lie below the one that owns the roles; nobody is anything until it says so.
_roles_source: Callable[[Any], frozenset[str]] = _no_roles


def set_roles_source(source: Callable[[Any], frozenset[str]]) -> None:
    """Let `source` tell the roles that a signed-in person holds today, in whatever scope."""
    global _roles_source  # noqa: PLW0603 -- set once, when the apps are ready
    _roles_source = source


def roles_of(user: object) -> frozenset[str]:
    """The roles that this person holds today, in whatever scope."""
    return _roles_source(user)


@dataclass(frozen=True)
class Predicate(Generic[Who, Thing]):
    """Who may: `test(who, thing)` for one thing already loaded, `q(who)` for a list in the database.

    A `q` over several rows uses `Exists`, never `.distinct()`.
    """

    name: str
    test: Callable[[Who, Thing], bool]
    q: Callable[[Who], Q]

    def __or__(self, other: "Predicate[Who, Thing]") -> "Predicate[Who, Thing]":
        return Predicate(
            name=f"{self.name} or {other.name}",
            test=lambda who, thing: self.test(who, thing) or other.test(who, thing),
            q=lambda who: self.q(who) | other.q(who),
        )

    def __and__(self, other: "Predicate[Who, Thing]") -> "Predicate[Who, Thing]":
        return Predicate(
            name=f"({self.name}) and ({other.name})",
            test=lambda who, thing: self.test(who, thing) and other.test(who, thing),
            q=lambda who: self.q(who) & other.q(who),
        )


NOTHING = Q(pk__in=())
# Not Q(): Django drops an empty Q from `a | Q()`, so that "or everything" would mean "a" alone.
EVERYTHING = ~NOTHING


def anybody(name: str, condition: Callable[[Any], bool]) -> "Predicate[Any, Any]":
    """A predicate over the person alone: all things, or none."""
    return Predicate(
        name=name,
        test=lambda who, _thing: condition(who),
        q=lambda who: EVERYTHING if condition(who) else NOTHING,
    )
