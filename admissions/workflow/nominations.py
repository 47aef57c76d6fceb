"""A partner's list of candidates (7.1): what a candidate must be like to be taken, and the list that goes only whole."""

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_noop

from admissions.enums import ListState
from admissions.workflow import phrases
from core.faults import Fault, formula_faults, no_such_signs, register_number_faults
from core.machine import Blocker, Machine, Step, guard
from core.templatetags.written import credits_
from core.values import is_unseen
from institutions.enums import Level, Role
from institutions.passport import name_faults, number_faults, validity_faults

YOUNGEST, OLDEST = 15, 80
# Signs of markup, and by their Unicode categories those that nobody sees: of control and format, private and unknown ones.
_MARKUP = frozenset("<>")
_RULES: Mapping[str, Callable[[str, str], Iterator[Fault]]] = {
    "matriculation": register_number_faults,
    "passport_number": number_faults,
    "language_certificate": formula_faults,
}


@dataclass(frozen=True)
class Candidate:
    """A candidate as the partner names him or her: the passport's data, the number there, the programme here.

    Of a file's row the cells that could not be read are empty here: the others are checked all the same. `level`: where
    the file names one. `average_mark`: on the scale of the partner's marks.
    """

    surname: str
    given_names: str
    birth_date: date | None
    sex: str
    citizenship: str
    passport_number: str
    passport_valid_until: date | None
    email: str
    matriculation: str
    programme: str
    semester: int | None
    language_certificate: str = ""
    average_mark: Decimal | None = None
    level: str = ""

    @property
    def passport(self) -> tuple[str, str]:
        """What tells one passport from another: the country and the number."""
        return self.citizenship, self.passport_number


@dataclass(frozen=True)
class Call:
    """What the intake asks for: the programme here, its level and semester, the days of the stay.

    `marks`: the least and the greatest number of the partner's scale; None while no scale is agreed.
    """

    programme: str
    level: str
    semester: int
    stay_ends_on: date
    today: date
    marks: tuple[Decimal, Decimal] | None = None


@dataclass(frozen=True)
class Known:
    """What is known already: numbers on lists of the intake and of others for its time, what is others', who has a number.

    `passports`: each with the number of its bearer at this partner, empty where the bearer is not of this partner.
    """

    candidates: frozenset[str] = frozenset()
    elsewhere: frozenset[str] = frozenset()
    passports: Mapping[tuple[str, str], str] = dataclasses.field(default_factory=dict)
    emails: frozenset[str] = frozenset()
    others: Mapping[str, tuple[str, date | None]] = dataclasses.field(default_factory=dict)


def faults(candidate: Candidate, call: Call, known: Known, countries: frozenset[str]) -> Iterator[Fault]:
    """Everything for which a candidate is not taken onto the list. `known` excludes what is the candidate's own."""
    if candidate.programme and candidate.programme.casefold() != call.programme.casefold():
        text = gettext_noop("unknown programme “%(value)s”: this intake is for %(programme)s")
        yield Fault("programme", text, {"value": candidate.programme, "programme": call.programme})
    if candidate.level and candidate.level != call.level:
        text = gettext_noop("this intake is for a programme of another level (%(level)s), got “%(value)s”")
        levels = {"level": Level(call.level).label, "value": Level(candidate.level).label}
        yield Fault("level", text, levels)
    if candidate.semester is not None and candidate.semester != call.semester:
        text = gettext_noop("this intake is for semester %(semester)s, got “%(value)s”")
        yield Fault("semester", text, {"value": candidate.semester, "semester": call.semester})
    if candidate.citizenship and candidate.citizenship not in countries:
        text = gettext_noop("“%(value)s” is no ISO code of a country (two letters, e.g. DE)")
        yield Fault("citizenship", text, {"value": candidate.citizenship})
    yield from _odd_signs(candidate)
    yield from _date_faults(candidate, call)
    yield from _average_faults(candidate.average_mark, call)
    yield from _number_faults(candidate, known)
    yield from _identity_faults(candidate, known)


def _odd_signs(candidate: Candidate) -> Iterator[Fault]:
    """What is typed goes onto papers and tells people apart: no sign of markup, and none that nobody sees."""
    yield from name_faults("surname", candidate.surname)
    yield from name_faults("given_names", candidate.given_names)
    for field in ("matriculation", "passport_number", "language_certificate", "email"):
        text = getattr(candidate, field)
        if signs := {sign for sign in text if sign in _MARKUP or is_unseen(sign)}:
            yield no_such_signs(field, signs)
        elif field in _RULES:
            yield from _RULES[field](field, text)


def _date_faults(candidate: Candidate, call: Call) -> Iterator[Fault]:
    born, until = candidate.birth_date, candidate.passport_valid_until
    if born and not YOUNGEST <= call.today.year - born.year <= OLDEST:
        text = gettext_noop("the date of birth cannot be right: a candidate is %(youngest)s to %(oldest)s years old")
        yield Fault("birth_date", text, {"youngest": YOUNGEST, "oldest": OLDEST})
    if until and until < call.today:
        yield Fault("passport_valid_until", gettext_noop("the passport has expired"))
    elif until:
        yield from validity_faults("passport_valid_until", until, today=call.today)


def _average_faults(average: Decimal | None, call: Call) -> Iterator[Fault]:
    """An average is a number of the scale that the pathway agrees on: of another one it would say something else."""
    if average is None:
        return
    if call.marks is None:
        yield Fault("average_mark", gettext_noop("no scale of the partner's marks is agreed for this pathway"))
    elif not call.marks[0] <= average <= call.marks[1]:
        text = gettext_noop("must lie between %(low)s and %(high)s, got “%(value)s”")
        low, high = map(credits_, call.marks)
        yield Fault("average_mark", text, {"low": low, "high": high, "value": credits_(average)})


def _number_faults(candidate: Candidate, known: Known) -> Iterator[Fault]:
    number = candidate.matriculation
    if number.casefold() in known.candidates:
        text = gettext_noop("duplicate candidate: matriculation no. %(number)s is on a list of this intake already")
        yield Fault("matriculation", text, {"number": number})
    elif number.casefold() in known.elsewhere:
        text = gettext_noop("matriculation no. %(number)s is a candidate of another intake for the same time already")
        yield Fault("matriculation", text, {"number": number})
    same_number = known.others.get(number.casefold())
    named = candidate.surname and candidate.birth_date
    if named and same_number and same_number != (candidate.surname.casefold(), candidate.birth_date):
        text = gettext_noop("matriculation no. %(number)s is that of another student")
        yield Fault("matriculation", text, {"number": number})


def _identity_faults(candidate: Candidate, known: Known) -> Iterator[Fault]:
    """A passport and an e-mail are one person's. A partner is told under which number it has named the bearer itself."""
    if (bearer := known.passports.get(candidate.passport)) is not None:
        text = gettext_noop("passport %(number)s is that of another person")
        if bearer:
            text = gettext_noop("passport %(number)s is that of matriculation no. %(bearer)s")
        yield Fault("passport_number", text, {"number": candidate.passport_number, "bearer": bearer})
    if candidate.email and candidate.email.casefold() in known.emails:
        yield Fault("email", gettext_noop("this e-mail is that of another person"))


def repeated(candidate: Candidate, row: int, rows: dict[tuple[str, ...], int]) -> Iterator[Fault]:
    """What a candidate of a file has in common with an earlier row: a person stands in it once (7.1).

    `rows` remembers who was met where; a repeated number says it all, else the passport and the e-mail are told.
    """
    marks = {
        "matriculation": (candidate.matriculation.casefold(),),
        "passport_number": candidate.passport if candidate.passport_number else ("", ""),
        "email": (candidate.email.casefold(),),
    }
    texts = {
        "matriculation": gettext_noop("duplicate candidate: the same number stands in row %(row)s"),
        "passport_number": gettext_noop("duplicate candidate: the same passport stands in row %(row)s"),
        "email": gettext_noop("the same e-mail stands in row %(row)s"),
    }
    met: set[int] = set()
    for field, mark in marks.items():
        first = rows.setdefault((field, *mark), row) if any(mark) else row
        if first != row and first not in met:
            met.add(first)
            yield Fault(field, texts[field], {"row": first})


def passport_too_short(candidate: Candidate, call: Call) -> Fault | None:
    """The candidate is held back: the passport ends before the stay does (7.6)."""
    until = candidate.passport_valid_until
    if until is None or until >= call.stay_ends_on:
        return None
    text = gettext_noop("the passport ends on %(passport)s, before the stay does (%(stay)s)")
    dates = {"passport": f"{until:%d.%m.%Y}", "stay": f"{call.stay_ends_on:%d.%m.%Y}"}
    return Fault("passport_valid_until", text, dates)


@dataclass(frozen=True)
class NominationFacts:
    """A partner's list: how many of its candidates are whole, and whether the ground for sending is laid."""

    candidates: int = 0
    whole: int = 0
    intake_open: bool = False
    agreement_in_force: bool = False
    annex_agreed: bool = False


@guard(
    "7.1",
    gettext_noop("the list names at least one candidate with a full package"),
    ask=gettext_noop("Complete the data of the candidates"),
)
def has_whole_candidates(facts: NominationFacts) -> Blocker | None:
    """Only whole candidates go; the others stay behind with what is missing."""
    if facts.whole:
        return None
    text = gettext_noop("No candidate of the list is complete yet.")
    return Blocker("7.1", text, Role.PARTNER_COORDINATOR)


@guard("7.1", gettext_noop("nominations are taken today"), ask=phrases.SET_DAYS)
def intake_open(facts: NominationFacts) -> Blocker | None:
    """The intake has its days."""
    if facts.intake_open:
        return None
    return Blocker("7.1", gettext_noop("Nominations to this intake are not taken today."), Role.IPD_COORDINATOR)


@guard("7.1", gettext_noop("the agreement is in force"), ask=phrases.FORCE_AGREEMENT)
def agreement_in_force(facts: NominationFacts) -> Blocker | None:
    """Within a signed agreement only."""
    if facts.agreement_in_force:
        return None
    return Blocker("7.1", gettext_noop("The agreement with the partner is not in force."), Role.IPD_COORDINATOR)


@guard("7.1", gettext_noop("the joint working plan (Annex 1) is agreed"), ask=phrases.AGREE_ON_ANNEX)
def annex_agreed(facts: NominationFacts) -> Blocker | None:
    """And within an approved joint working plan."""
    if facts.annex_agreed:
        return None
    text = gettext_noop("The joint working plan (Annex 1) is not agreed by both sides.")
    return Blocker("7.1", text, Role.IPD_COORDINATOR)


NOMINATION_LIST: Machine[NominationFacts] = Machine(
    name="nomination_list",
    initial=ListState.DRAFT,
    steps=(
        Step(
            "send",
            (ListState.DRAFT,),
            ListState.SENT,
            by=(Role.PARTNER_COORDINATOR,),
            clause="7.1",
            label=gettext_noop("Send the list to Satbayev University"),
            done=gettext_noop("list sent to the IPD"),
            needs=(intake_open, agreement_in_force, annex_agreed, has_whole_candidates),
        ),
    ),
    path=(ListState.DRAFT, ListState.SENT),
    title=gettext_noop("List of incoming candidates"),
)
