"""Verbs: enter a programme, correct it, take it away where it was entered by mistake."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from core.changes import Field, changes_of
from core.events import publish
from core.faults import Fault
from core.history import record
from core.values import Localized, joined
from core.workflow import FaultyError, NotAllowedError, WrongStateError, refuse_faults, refuse_unseen_moves
from institutions.enums import Level
from institutions.models import Unit, University, User
from institutions.permissions import standing_of
from institutions.workflow import direction_of
from programmes.events import ProgrammeCorrected
from programmes.models import Programme
from programmes.permissions import may_enter_programme
from programmes.selectors import is_bare, namings_of, programmes_visible_to, values_of
from programmes.workflow import RESTS, STAYS, binding, department_faults, entry_faults, fixed_columns

NOT_YOURS = gettext_noop("This step is not yours to take.")
_FIELDS = {
    "code": Field(_("code")),
    "name_kk": Field(_("name in Kazakh")),
    "name_ru": Field(_("name in Russian")),
    "name_en": Field(_("name in English")),
    "name_original": Field(_("name in its own language")),
    "level": Field(_("level"), lambda level: Level(level).label),
    "direction": Field(_("training direction")),
    "semesters": Field(_("semesters")),
    "credits": Field(_("credits")),
    "degree_kk": Field(_("degree in Kazakh")),
    "degree_ru": Field(_("degree in Russian")),
    "degree_en": Field(_("degree in English")),
    "department": Field(_("department")),
}


@dataclass(frozen=True)
class ProgrammeData:
    """A programme as it is typed. The direction is the code of the classifier by which rights to train are entered (4.2)."""

    code: str
    names: Localized
    level: str
    direction: str
    semesters: int
    credits: Decimal
    degree: Localized
    department: Unit | None = None
    name_original: str = ""

    def columns(self) -> dict[str, Any]:
        """By column what is kept: a language that is left empty says what the Kazakh one says."""
        return {
            "code": self.code.strip(),
            "name_kk": self.names.kk,
            "name_ru": self.names.in_language("ru"),
            "name_en": self.names.in_language("en"),
            "name_original": self.name_original,
            "level": self.level,
            "direction": direction_of(self.direction),
            "semesters": self.semesters,
            "credits": self.credits,
            "degree_kk": self.degree.kk,
            "degree_ru": self.degree.in_language("ru"),
            "degree_en": self.degree.in_language("en"),
        }


@transaction.atomic
def enter_programme(*, university: University, data: ProgrammeData, actor: User) -> Programme:
    """Enter a programme of the University (with its department) or of a partner (4.1). Raises NotAllowedError, FaultyError."""
    if not may_enter_programme(standing_of(actor), university):
        raise NotAllowedError(NOT_YOURS)
    columns, programme = data.columns(), Programme(university=university)
    refuse_faults([*entry_faults(columns, columns), *_department_faults(university, data.department)])
    _write(programme, columns, data.department)
    record(
        actor=actor,
        action="programmes.entered",
        subject=programme,
        text=gettext_noop("programme %(code)s entered"),
        params={"code": programme.code},
        clause="4.1",
    )
    return programme


@transaction.atomic
def correct_programme(*, programme_id: int, data: ProgrammeData, actor: User, seen: str = "") -> Programme:
    """Correct a programme, by whoever may enter one of its university; history says from what to what (4.1).

    Once an agreement that names it is no draft, its text rests on all but names and department: WrongStateError then. `seen`:
    `mark_of` the programme that the actor was shown. Raises NotAllowedError, FaultyError, ChangedMeanwhileError.
    """
    programme = _own(programme_id, actor)
    namings = namings_of(programme_id)
    columns, before = data.columns(), values_of(programme)
    if columns["direction"] == direction_of(before["direction"]):  # entered when partners' were free words
        columns["direction"] = before["direction"]
    changed = [name for name in columns if columns[name] != before[name]]
    holder = binding(namings)
    if holder and set(changed) & set(fixed_columns(before, namings)):
        raise WrongStateError(RESTS, {"pathway": holder.pathway})
    refuse_faults([*entry_faults(columns, changed), *_department_faults(programme.university, data.department)])
    changes = changes_of(
        _FIELDS,
        {**before, "department": _named(programme.department)},
        {**columns, "department": _named(data.department)},
    )
    if changes is None:
        return programme
    refuse_unseen_moves(seen, programme)
    _write(programme, columns, data.department)
    record(
        actor=actor,
        action="programmes.corrected",
        subject=programme,
        text=gettext_noop("programme corrected: %(changes)s"),
        params={"changes": changes.words},
        clause="4.1",
        before=changes.before,
        after=changes.after,
    )
    publish(ProgrammeCorrected(programme.pk))
    return programme


@transaction.atomic
def take_away_programme(*, programme_id: int, actor: User) -> None:
    """Take away a programme that was entered by mistake, while nothing hangs on it; its university's history keeps that it was.

    Raises NotAllowedError, WrongStateError; Programme.DoesNotExist where it is gone already.
    """
    programme = _own(programme_id, actor)
    if not is_bare(programme):
        raise WrongStateError(STAYS)
    record(
        actor=actor,
        action="programmes.taken_away",
        subject=programme.university,
        text=gettext_noop("programme %(programme)s taken away"),
        params={"programme": programme.titles},
        clause="4.1",
        before=values_of(programme),
    )
    programme.delete()


def _own(programme_id: int, actor: User) -> Programme:
    """The programme, locked: nobody corrects it meanwhile, nor ties it to anything."""
    standing = standing_of(actor)
    locked = Programme.objects.select_for_update(of=("self",)).get(pk=programme_id)
    programme = programmes_visible_to(standing).get(pk=locked.pk)
    if not may_enter_programme(standing, programme.university):
        raise NotAllowedError(NOT_YOURS)
    return programme


def _named(department: Unit | None) -> Localized | None:
    return joined(department.code, department.names, by=" ") if department else None


def _department_faults(university: University, department: Unit | None) -> Iterator[Fault]:
    belongs = department.university_id if department else None
    return department_faults(is_home=university.is_home, university_id=university.pk, department_university_id=belongs)


def _write(programme: Programme, columns: dict[str, Any], department: Unit | None) -> None:
    university, code = programme.university, columns["code"]
    University.objects.select_for_update(of=("self",)).get(pk=university.pk)
    if Programme.objects.filter(university=university, code=code).exclude(pk=programme.pk).exists():
        raise FaultyError(Fault("code", gettext_noop("There is a programme %(code)s already."), {"code": code}))
    for name, value in columns.items():
        setattr(programme, name, value)
    programme.department = department
    programme.save()
