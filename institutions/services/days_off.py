"""Verbs on the days off of a country: working days are counted without them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_noop

from core.faults import day_faults, letter_faults
from core.history import record
from core.values import Localized, joined
from core.workflow import refuse_faults
from institutions.models import Holiday, User
from institutions.permissions import must
from institutions.selectors import home_university


@dataclass(frozen=True, slots=True)
class DayOff:
    """A day on which nobody works, and what it is called; a name that is missing is read in Kazakh."""

    day: date
    names: Localized


@transaction.atomic
def enter_day_off(*, day_off: DayOff, actor: User | None, country: str = "KZ") -> Holiday:
    """Enter a day off; entered again it gets the new name. What waits already keeps its day.

    Raises NotAllowedError, FaultyError for a day or a name that cannot be.
    """
    before = Holiday.objects.filter(country=country, day=day_off.day).first()
    (entered,) = _written([day_off], country, actor)
    text = gettext_noop("day off entered: %(day)s")
    _note(actor, "institutions.day_off_entered", text, told(entered), before={"name": before.names} if before else {})
    return entered


@transaction.atomic
def enter_days_off(*, days_off: Sequence[DayOff], actor: User | None, country: str = "KZ") -> list[Holiday]:
    """Enter the days off of years at once, with one entry of history. Raises as `enter_day_off` does."""
    entered = _written(days_off, country, actor)
    years = Localized(", ".join(map(str, sorted({one.day.year for one in days_off}))))
    _note(actor, "institutions.days_off_entered", gettext_noop("days off entered for %(day)s"), years)
    return entered


@transaction.atomic
def take_away_day_off(*, day_off_id: int, actor: User | None) -> None:
    """Take away a day off that was entered by mistake: work goes on on it. What waits already keeps its day.

    Raises NotAllowedError; Holiday.DoesNotExist where somebody was first.
    """
    must(actor, "calendar.edit")
    gone = Holiday.objects.select_for_update().get(pk=day_off_id)
    _note(actor, "institutions.day_off_taken_away", gettext_noop("day off taken away: %(day)s"), told(gone))
    gone.delete()


def told(day_off: Holiday) -> Localized:
    """A day off as history and pages call it: the day and its name."""
    return joined(f"{day_off.day:%d.%m.%Y}", day_off.names, by=", ")


def _written(days_off: Sequence[DayOff], country: str, actor: User | None) -> list[Holiday]:
    must(actor, "calendar.edit")
    for one in days_off:
        names = {"name_kk": one.names.kk, "name_ru": one.names.ru, "name_en": one.names.en}
        refuse_faults([*day_faults("day", one.day), *letter_faults(**names)])
    return [
        Holiday.objects.update_or_create(
            country=country,
            day=one.day,
            defaults={"name_kk": one.names.kk, "name_ru": one.names.ru, "name_en": one.names.en},
        )[0]
        for one in days_off
    ]


def _note(
    actor: User | None, action: str, text: str, words: Localized, before: Mapping[str, Localized] | None = None
) -> None:
    """Days off are told with the University, whose working days they move."""
    record(actor=actor, action=action, subject=home_university(), text=text, params={"day": words}, before=before)
