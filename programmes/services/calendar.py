"""Verbs on the academic calendar of each side (3)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext_noop

from core.faults import Fault, day_faults
from core.history import record
from core.workflow import NotAllowedError, refuse_faults
from institutions.enums import Role
from institutions.models import University, User
from institutions.permissions import standing_of
from programmes.models import AcademicTerm


@dataclass(frozen=True, slots=True)
class TermDates:
    """A term as a calendar gives it: academic year (the one it begins in), kind, first and last day, its own name."""

    year: int
    kind: str
    starts_on: date
    ends_on: date
    name_original: str = ""


@transaction.atomic
def enter_terms(*, university: University, terms: Sequence[TermDates], actor: User) -> list[AcademicTerm]:
    """Enter terms of a university's calendar; one that is there already gets the new dates (3).

    Raises NotAllowedError to all but the administrator and the IPD, FaultyError for days that no term has.
    """
    if not standing_of(actor).holds(Role.ADMINISTRATOR, Role.IPD_COORDINATOR):
        raise NotAllowedError(gettext_noop("This step is not yours to take."))
    refuse_faults(fault for term in terms for fault in _faults(term))
    made = [
        AcademicTerm.objects.update_or_create(
            university=university,
            year=term.year,
            kind=term.kind,
            defaults={"starts_on": term.starts_on, "ends_on": term.ends_on, "name_original": term.name_original},
        )[0]
        for term in terms
    ]
    record(
        actor=actor,
        action="programmes.terms_entered",
        subject=university,
        text=gettext_noop("entered the terms of its academic calendar"),
        clause="3",
        after={"years": sorted({term.year for term in terms})},
    )
    return made


def _faults(term: TermDates) -> Iterator[Fault]:
    yield from day_faults("starts_on", term.starts_on)
    text = gettext_noop("A term cannot end before it begins.")
    yield from day_faults("ends_on", term.ends_on, since=term.starts_on + timedelta(days=1), before=text)
