"""What a programme may be, and what of it can still be corrected: pure rules over the words of an entry (4.1)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_noop

from core.faults import Fault, code_faults, letter_faults
from core.values import Localized
from institutions.workflow import direction_faults

# What the text of an agreement and its papers rest on. Names are not among it: a paper that is issued keeps its own.
RESTED_ON = ("code", "level", "direction", "semesters", "credits", "degree_kk", "degree_ru", "degree_en")
_LETTERS = ("name_kk", "name_ru", "name_en", "name_original", "degree_kk", "degree_ru", "degree_en")
# All that is written of a programme, in the order in which its form asks; its department beside it.
COLUMNS = ("code", *_LETTERS[:4], "level", "direction", "semesters", "credits", *_LETTERS[4:])

RESTS = gettext_noop(
    "The programme stands in the agreement of a pathway: %(pathway)s. Code, level, direction, semesters, credits and degree are"
    " fixed by it; only names and department are corrected. Before its signature the agreement can be returned to the draft;"
    " after it enter a new programme and name that one in the renewal."
)
STAYS = gettext_noop("It has a curriculum, students or a pathway: such a programme is corrected, not taken away.")


@dataclass(frozen=True, slots=True)
class Naming:
    """A pathway that names a programme. `binds`: its agreement is no draft any more, so that its text rests on the programme."""

    pathway: Localized
    binds: bool


def binding(namings: Iterable[Naming]) -> Naming | None:
    """The first pathway by which a programme is fixed; None where all of it can be corrected."""
    return next((naming for naming in namings if naming.binds), None)


def fixed_columns(values: Mapping[str, Any], namings: Iterable[Naming]) -> tuple[str, ...]:
    """What of a programme's values can no longer change. What was left empty can still be filled in: nothing rests on it."""
    return tuple(name for name in RESTED_ON if values[name]) if binding(namings) else ()


def entry_faults(values: Mapping[str, Any], changed: Iterable[str]) -> Iterator[Fault]:
    """What is wrong with the `changed` ones of a programme's values.

    The direction is a code of the classifier on both sides: a partner's right to train is entered by it (4.2).
    """
    changed = set(changed)
    if "code" in changed:
        yield from code_faults("code", values["code"])
    if changed & {"direction", "level"}:
        yield from direction_faults(values["direction"], values["level"])
    yield from letter_faults(**{name: values[name] for name in _LETTERS if name in changed})


def department_faults(*, is_home: bool, university_id: int, department_university_id: int | None) -> Iterator[Fault]:
    """A programme of the University belongs to one of its departments, a partner's to none of ours. Keys; None: no department."""
    if is_home and department_university_id is None:
        yield Fault("department", gettext_noop("A programme of the University belongs to a department."))
    elif department_university_id not in {None, university_id}:
        yield Fault("department", gettext_noop("This unit belongs to another university."))
