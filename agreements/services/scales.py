"""Verbs: enter a grade scale of a partner's country and correct it (domain.md 3). Data that the IPD keeps, never constants."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_noop

from agreements.models import GradeScale, Pathway
from agreements.services.fetching import must_hold
from core.faults import Fault, register_number_faults
from core.history import record
from core.values import Localized
from core.workflow import FaultyError, WrongStateError, refuse_faults, refuse_unseen_moves
from institutions.enums import Role
from institutions.models import User


@dataclass(frozen=True)
class ScaleData:
    """A scale as it is typed: best mark, lowest pass, worst mark, words for a pass or a fail without a number.

    The lowest pass lies between the worst mark and the best, whichever way the scale runs.
    """

    code: str
    names: Localized
    best: Decimal
    passing: Decimal
    worst: Decimal
    pass_words: Sequence[str] = ()
    fail_words: Sequence[str] = ()


@transaction.atomic
def enter_scale(*, data: ScaleData, actor: User) -> GradeScale:
    """Enter a scale. Raises FaultyError."""
    must_hold(actor, Role.IPD_COORDINATOR)
    scale = _written(GradeScale(), data)
    _note(scale, actor, "scale.entered", gettext_noop("grade scale %(code)s entered"))
    return scale


@transaction.atomic
def correct_scale(*, scale_id: int, data: ScaleData, actor: User, seen: str = "") -> GradeScale:
    """Correct a scale that was entered wrongly, as long as no pathway names it: the agreement's text rests on it (5.7.3).

    `seen`: `mark_of` the scale that the actor was shown. Raises RefusedError, FaultyError, ChangedMeanwhileError.
    """
    must_hold(actor, Role.IPD_COORDINATOR)
    scale = GradeScale.objects.select_for_update().get(pk=scale_id)
    named = Pathway.objects.filter(scale=scale).select_related("home_programme", "partner_programme").first()
    if named is not None:
        text = gettext_noop("The pathway %(pathway)s names this scale: enter a new one and choose it there.")
        raise WrongStateError(text, {"pathway": named.title})
    refuse_unseen_moves(seen, scale)
    scale = _written(scale, data)
    _note(scale, actor, "scale.corrected", gettext_noop("grade scale %(code)s corrected"))
    return scale


def _written(scale: GradeScale, data: ScaleData) -> GradeScale:
    code, passed, failed = _checked(data)
    scale.code, scale.pass_words, scale.fail_words = code, passed, failed
    scale.name_kk = data.names.kk
    scale.name_ru, scale.name_en = data.names.in_language("ru"), data.names.in_language("en")
    scale.best, scale.passing, scale.worst = data.best, data.passing, data.worst
    try:
        with transaction.atomic():
            scale.save()
    except IntegrityError as error:
        raise FaultyError(Fault("code", gettext_noop("There is a scale %(code)s already."), {"code": code})) from error
    return scale


def _checked(data: ScaleData) -> tuple[str, list[str], list[str]]:
    """Code, words for a pass and words for a fail, as they are kept."""
    code = data.code.strip()
    refuse_faults(register_number_faults("code", code))
    if data.passing == data.best or not min(data.best, data.worst) <= data.passing <= max(data.best, data.worst):
        raise FaultyError(Fault("passing", gettext_noop("The lowest pass lies between the worst mark and the best.")))
    passed, failed = (
        list(dict.fromkeys(word.casefold() for word in words)) for words in (data.pass_words, data.fail_words)
    )
    if both := sorted({*passed} & {*failed}):
        text = gettext_noop("One word cannot mean a pass and a fail: %(words)s.")
        raise FaultyError(Fault("fail_words", text, {"words": ", ".join(both)}))
    return code, passed, failed


def _note(scale: GradeScale, actor: User, action: str, text: str) -> None:
    record(
        actor=actor,
        action=action,
        subject=scale,
        text=text,
        params={"code": scale.code},
        clause="5.7.3",
        role=Role.IPD_COORDINATOR,
    )
