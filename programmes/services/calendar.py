"""Verbs on the academic calendar of each side (3)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, override

from core.changes import Field, changes_of
from core.faults import Fault, day_faults, letter_faults
from core.history import record
from core.values import FIRST_DAY, LANGUAGES, LAST_DAY, Localized, months_after, text_hash
from core.workflow import FaultyError, WrongStateError, refuse_faults, refuse_unseen_change
from institutions.models import University, User
from institutions.permissions import must
from programmes.enums import TermKind
from programmes.models import AcademicTerm
from programmes.selectors import kinds_that_name

_DAY = timedelta(days=1)
# No shorter ones are met: semesters have 14 to 20 weeks, terms of three or four a year 8 to 10 (Oxford, American quarters); a
# summer semester has six here (domain.md 2), and American ones are of three.
_LEAST_WEEKS: dict[str, int] = {TermKind.AUTUMN: 8, TermKind.SPRING: 8, TermKind.SUMMER: 2}


@dataclass(frozen=True, slots=True)
class TermDates:
    """A term as a calendar gives it: academic year (the one it begins in), kind, first and last day, its own name."""

    year: int
    kind: str
    starts_on: date
    ends_on: date
    name_original: str = ""

    @property
    def days(self) -> str:
        """The first and the last day, as history writes them."""
        return f"{self.starts_on:%d.%m.%Y} – {self.ends_on:%d.%m.%Y}"

    @property
    def names(self) -> Localized:
        """What people call it: 2025/26, autumn semester."""
        shown, words = AcademicTerm(year=self.year, kind=self.kind), {}
        for language in LANGUAGES:
            with override(language):
                words[language] = str(shown)
        return Localized(**words)

    @property
    def mark(self) -> str:
        """By what a form remembers how it stood when it was shown."""
        return text_hash(self.written)

    @property
    def written(self) -> str:
        """Days and own name: what of a term is corrected."""
        return f"{self.days} {self.name_original}".strip()


def _said(day: date) -> str:
    return f"{day:%d.%m.%Y}"


_FIELDS: dict[str, Field] = {
    "starts_on": Field(_("first day"), _said),
    "ends_on": Field(_("last day"), _said),
    "name_original": Field(_("name in its own language")),
}


def dates_of(term: AcademicTerm) -> TermDates:
    """A term as it is entered."""
    return TermDates(term.year, term.kind, term.starts_on, term.ends_on, term.name_original)


@transaction.atomic
def enter_terms(*, university: University, terms: Sequence[TermDates], actor: User) -> list[AcademicTerm]:
    """Enter terms of a university's calendar at once; one that is there already gets the new dates (3).

    Raises NotAllowedError to all but the administrator and the IPD, FaultyError for days that no term has.
    """
    present = _calendar(university.pk, actor)
    kept = {_key(term): dates_of(term) for term in present.values()} | {_key(term): term for term in terms}
    refuse_faults(fault for term in terms for fault in _faults(term, kept.values()))
    made = [_written(university, present.get(_key(term)), term, actor) for term in terms]
    record(
        actor=actor,
        action="programmes.terms_entered",
        subject=university,
        text=gettext_noop("entered the terms of its academic calendar"),
        clause="3",
        after={"years": sorted({term.year for term in terms})},
    )
    return made


@transaction.atomic
def enter_term(*, university: University, term: TermDates, actor: User) -> AcademicTerm:
    """Enter a term that the calendar does not have (3). Raises NotAllowedError, FaultyError."""
    present = _calendar(university.pk, actor)
    if _key(term) in present:
        raise FaultyError(Fault("kind", gettext_noop("This term is entered already: correct it in the calendar.")))
    refuse_faults(_faults(term, map(dates_of, present.values())))
    made = _written(university, None, term, actor)
    _note(made, "programmes.term_entered", gettext_noop("term entered: %(term)s, %(days)s"), actor)
    return made


@transaction.atomic
def correct_term(
    *, term_id: int, starts_on: date, ends_on: date, actor: User, name_original: str = "", seen: str = ""
) -> AcademicTerm:
    """Correct days and name of a term, also of one that is over; history says from what to what (3).

    What is reckoned from then on follows the new days; stays, orders and papers that are made keep theirs.
    `seen`: `mark` of the term that the actor was shown. Raises NotAllowedError, FaultyError, ChangedMeanwhileError.
    """
    term = AcademicTerm.objects.select_related("university").get(pk=term_id)
    present = _calendar(term.university_id, actor)
    term = present[_key(term)]
    before = dates_of(term)
    after = replace(before, starts_on=starts_on, ends_on=ends_on, name_original=name_original)
    refuse_faults(_faults(after, map(dates_of, present.values())))
    refuse_unseen_change(seen, saved=before.written, written=after.written)
    return _written(term.university, term, after, actor)


@transaction.atomic
def take_away_term(*, term_id: int, actor: User) -> None:
    """Take away a term that was entered by mistake. Raises NotAllowedError; WrongStateError where something names it."""
    term = AcademicTerm.objects.select_related("university").get(pk=term_id)
    term = _calendar(term.university_id, actor)[_key(term)]
    refuse_named(term)
    _note(term, "programmes.term_taken_away", gettext_noop("term taken away: %(term)s, %(days)s"), actor)
    term.delete()


def refuse_named(term: AcademicTerm) -> None:
    """Raise WrongStateError, with the kinds of things that name it, where a term cannot be taken away."""
    if things := kinds_that_name(term):
        text = gettext_noop("This term is in use (%(things)s): it cannot be taken away, its days can be corrected.")
        raise WrongStateError(text, {"things": _listed(things)})


def _listed(kinds: Iterable[str | Promise]) -> Localized:
    words = {}
    for language in LANGUAGES:
        with override(language):
            words[language] = ", ".join(dict.fromkeys(str(kind) for kind in kinds))
    return Localized(**words)


def _key(term: AcademicTerm | TermDates) -> tuple[int, str]:
    return term.year, str(term.kind)


def _calendar(university_id: int, actor: User) -> dict[tuple[int, str], AcademicTerm]:
    """The terms of a university, locked: what is entered must not overlap with what another enters meanwhile."""
    must(actor, "calendar.edit")
    University.objects.select_for_update(of=("self",)).get(pk=university_id)
    own = AcademicTerm.objects.select_for_update(of=("self",)).filter(university=university_id)
    return {_key(term): term for term in own.select_related("university")}


def _written(university: University, term: AcademicTerm | None, dates: TermDates, actor: User) -> AcademicTerm:
    """Write a term; what another one of these days and name had before stands in history."""
    before = None if term is None else dates_of(term)
    term = term or AcademicTerm(university=university, year=dates.year, kind=dates.kind)
    term.starts_on, term.ends_on, term.name_original = dates.starts_on, dates.ends_on, dates.name_original
    term.save()
    if before is None:
        return term
    changes = changes_of(_FIELDS, *({name: getattr(one, name) for name in _FIELDS} for one in (before, dates)))
    if changes:
        record(
            actor=actor,
            action="programmes.term_corrected",
            subject=university,
            text=gettext_noop("term corrected: %(term)s; %(changes)s"),
            params={"term": dates.names, "changes": changes.words},
            clause="3",
            before=changes.before,
            after={"term": term.pk, **changes.after},
        )
    return term


def _note(term: AcademicTerm, action: str, text: str, actor: User) -> None:
    dates = dates_of(term)
    params = {"term": dates.names, "days": dates.days}
    record(actor=actor, action=action, subject=term.university, text=text, params=params, clause="3")


def _faults(term: TermDates, others: Iterable[TermDates]) -> Iterator[Fault]:
    """What is wrong with a term beside the others of its university: they are looked at once its own days can be."""
    if not FIRST_DAY.year <= term.year < LAST_DAY.year or term.kind not in TermKind.values:
        yield Fault("year", gettext_noop("There is no such term."))
        return
    yield from letter_faults(name_original=term.name_original)
    if odd := [*_day_faults(term)]:
        yield from odd
        return
    for other in others:
        if _key(other) != _key(term) and other.starts_on <= term.ends_on and term.starts_on <= other.ends_on:
            yield Fault(
                "starts_on" if other.starts_on <= term.starts_on else "ends_on",
                gettext_noop("On these days there is another term: %(term)s, %(days)s."),
                {"term": other.names, "days": other.days},
            )


def _day_faults(term: TermDates) -> Iterator[Fault]:
    first, last = date(term.year, 1, 1), date(term.year + 1, 12, 31)
    outside = gettext_noop("A term of this academic year begins between %(since)s and %(until)s.")
    if odd := [*day_faults("starts_on", term.starts_on, since=first, until=last, before=outside, after=outside)]:
        yield from odd
        return
    if term.ends_on <= term.starts_on:
        yield Fault("ends_on", gettext_noop("A term cannot end before it begins."))
        return
    shortest = term.starts_on + timedelta(weeks=_LEAST_WEEKS[term.kind]) - _DAY
    if term.ends_on < shortest:
        text = gettext_noop("Such a term has at least %(weeks)s weeks: this one ends on %(day)s at the earliest.")
        yield Fault("ends_on", text, {"weeks": _LEAST_WEEKS[term.kind], "day": f"{shortest:%d.%m.%Y}"})
        return
    after = gettext_noop("A term is not longer than a year: this one ends on %(day)s at the latest.")
    yield from day_faults("ends_on", term.ends_on, until=months_after(term.starts_on, 12) - _DAY, after=after)
