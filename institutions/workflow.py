"""What may be entered as a right to train (4.2), of a person and of the days of a role: pure rules over the words of an entry."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from django.utils.translation import gettext_noop

from core.faults import Fault, day_faults, formula_faults, past_faults
from core.machine import Blocker
from core.terms import STAGES, ending
from core.values import Localized
from institutions.enums import Level, LicenceKind, Role, UnitKind
from institutions.iin import problem_with

# Licences of the first years of the republic still hold.
_FIRST_LICENCES = date(1992, 1, 1)
_BEGINS_AHEAD = timedelta(days=366)
# What was forgotten last month is entered still; further back papers were signed without the role.
_ROLE_BEGAN = timedelta(days=31)
_FIRST_BIRTHS = date(1900, 1, 1)
# The classifier of training directions: the level's digit and letter, the field, the direction.
_CODES = {Level.BACHELOR: "6B", Level.MASTER: "7M", Level.DOCTORATE: "8D"}


# How long before its end an accreditation or a licence is asked to be renewed, and how long after it is still asked for.
ENDS_SOON = timedelta(days=STAGES[0])
ENTERED = {
    LicenceKind.LICENCE: gettext_noop("entered licence No. %(number)s for %(direction)s"),
    LicenceKind.ACT: gettext_noop("entered act No. %(number)s, which gives the right, for %(direction)s"),
    LicenceKind.ACCREDITATION: gettext_noop("entered accreditation No. %(number)s for %(direction)s"),
}
CORRECTED = {
    LicenceKind.LICENCE: gettext_noop("corrected licence No. %(number)s: %(changes)s"),
    LicenceKind.ACT: gettext_noop("corrected act No. %(number)s, which gives the right: %(changes)s"),
    LicenceKind.ACCREDITATION: gettext_noop("corrected accreditation No. %(number)s: %(changes)s"),
}
TAKEN_AWAY = {
    LicenceKind.LICENCE: gettext_noop("took away licence No. %(number)s for %(direction)s"),
    LicenceKind.ACT: gettext_noop("took away act No. %(number)s, which gives the right, for %(direction)s"),
    LicenceKind.ACCREDITATION: gettext_noop("took away accreditation No. %(number)s for %(direction)s"),
}
_ENDS = {
    LicenceKind.ACCREDITATION: gettext_noop("The accreditation of %(university)s for %(direction)s ends on %(day)s."),
    LicenceKind.LICENCE: gettext_noop("The licence of %(university)s for %(direction)s ends on %(day)s."),
}
_ENDED = {
    LicenceKind.ACCREDITATION: gettext_noop("The accreditation of %(university)s for %(direction)s ended on %(day)s."),
    LicenceKind.LICENCE: gettext_noop("The licence of %(university)s for %(direction)s ended on %(day)s."),
}


def licence_ends(*, kind: str, university: Localized, direction: str, ends: date, on: date) -> Blocker:
    """What the IPD is asked about an accreditation, or a licence, that ends: in half a year, in three months, in one (4.2)."""
    texts = _ENDED if ends < on else _ENDS
    text = texts[LicenceKind.ACCREDITATION if kind == LicenceKind.ACCREDITATION else LicenceKind.LICENCE]
    words = {"university": university, "direction": direction, **ending(ends, on)}
    ask = gettext_noop("Ask for the renewed licence or accreditation")
    return Blocker("4.2", text, Role.IPD_COORDINATOR, words, ask)


def direction_of(text: str) -> str:
    """A direction's code as the classifier writes it, however it was typed."""
    return text.strip().upper()


def direction_faults(direction: str, level: str) -> Iterator[Fault]:
    """A direction is a code of its level: what a licence covers and what a programme trains for are found by it (4.2)."""
    code = _CODES[Level(level)]
    if not re.fullmatch(code + r"\d{3}", direction):
        text = gettext_noop("A training direction of this level is %(code)s and three digits, e.g. %(code)s061.")
        yield Fault("direction", text, {"code": code})


def licence_faults(
    *, number: str, direction: str, level: str, valid_from: date, valid_until: date | None, today: date
) -> Iterator[Fault]:
    """The direction is a code of its level; a right begins a year ahead at most and ends after it begins (R-4.2-b)."""
    yield from formula_faults("number", number)  # else free: an act is known by whatever its country calls it
    yield from direction_faults(direction, level)
    yield from day_faults("valid_from", valid_from, since=_FIRST_LICENCES, until=today + _BEGINS_AHEAD)
    if valid_until and valid_until < valid_from:
        yield Fault("valid_until", gettext_noop("A licence cannot end before it begins."))
    elif valid_until:
        yield from day_faults("valid_until", valid_until)


def person_faults(*, birth_date: date | None, sex: str, iin: str, today: date) -> Iterator[Fault]:
    """A person is born already and not two lives ago; the IIN is one, and says the same day and sex."""
    if birth_date:
        yield from past_faults("birth_date", birth_date, today=today, since=_FIRST_BIRTHS)
    if iin and (problem := problem_with(iin, birth_date=birth_date, sex=sex)):
        yield Fault("iin", problem)


def first_day_faults(starts_on: date, *, today: date) -> Iterator[Fault]:
    """Nobody gives a role for days that are long past: it would have opened then what nobody saw."""
    text = gettext_noop("A role begins 31 days before today at the earliest: on %(day)s or later.")
    yield from day_faults("starts_on", starts_on, since=today - _ROLE_BEGAN, before=text)


def taken_faults(field: str, *, holder: Localized, until: date | None) -> Iterator[Fault]:
    """An office of which there is one is held by somebody else in these days; `until`: the last day, None for no end."""
    text = gettext_noop(
        "%(name)s holds this office and no last day is set: end that role first, or give this one as acting for its holder."
    )
    if until:
        text = gettext_noop(
            "%(name)s holds this office, the last day is %(day)s: begin after it, end that role first,"
            " or give this one as acting for its holder."
        )
    yield Fault(field, text, {"name": holder, "day": f"{until:%d.%m.%Y}" if until else ""})


def last_day_faults(ends_on: date, *, starts_on: date, may_take_back: bool = False) -> Iterator[Fault]:
    """A role does not end before it begins, nor in another century. `may_take_back`: the day before its first is taken too."""
    text = gettext_noop("A role cannot end before it begins.")
    yield from day_faults("ends_on", ends_on, since=day_before(starts_on) if may_take_back else starts_on, before=text)


def day_before(starts_on: date) -> date:
    """The last day of a role that is taken back: none of its days is left."""
    return starts_on - timedelta(days=1)


def may_be_taken_back(starts_on: date, *, today: date) -> bool:
    """A role given by mistake is taken back on its first day or earlier; later it has held, and ends."""
    return starts_on >= today


def place_faults(*, kind: str, parent_kind: str | None) -> Iterator[Fault]:
    """Two levels are all there are: a department stands in an institute or a school, these in nothing, an office in either."""
    institutes = {UnitKind.INSTITUTE, UnitKind.SCHOOL}
    if parent_kind is None and kind == UnitKind.DEPARTMENT:
        yield Fault("parent", gettext_noop("A department stands in an institute or a school: choose one."))
    elif parent_kind is not None and kind in institutes:
        yield Fault("parent", gettext_noop("An institute or a school stands in no other unit: leave this empty."))
    elif parent_kind is not None and parent_kind not in institutes:
        yield Fault("parent", gettext_noop("A unit stands in an institute or a school of its own university."))


def scope_faults(role: str, *, at_home: bool, unit_kind: str | None) -> Iterator[Fault]:
    """A role is held where it belongs: in a department, in an institute or school, at the University, at a partner."""
    kinds = Role.kinds_of_unit().get(Role(role))
    if kinds is None and unit_kind is not None:
        yield Fault("unit", gettext_noop("This role is held at a whole university, not in a unit."))
    elif kinds and unit_kind not in kinds:
        yield Fault("unit", _HELD_IN[UnitKind.DEPARTMENT in kinds, UnitKind.INSTITUTE in kinds])
    if role == Role.PARTNER_COORDINATOR and at_home:
        yield Fault("university", gettext_noop("A partner coordinator speaks for a partner."))
    if role in Role.whole_university() and not at_home:
        yield Fault("university", gettext_noop("This role is held at the University itself."))


# By whether it is held in departments, and whether in institutes.
_HELD_IN = {
    (True, True): gettext_noop("This role is held in an institute or a department: choose one."),
    (True, False): gettext_noop("This role is held in a department: choose one."),
    (False, True): gettext_noop("This role is held in an institute or a school: choose one."),
}
