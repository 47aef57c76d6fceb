"""Verb: enter a grade scale of a partner's country (domain.md 3). Data that the IPD keeps, never constants in code."""

from collections.abc import Sequence
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_noop

from agreements.models import GradeScale
from agreements.services.fetching import must_hold
from core.faults import Fault, register_number_faults
from core.history import record
from core.values import Localized
from core.workflow import FaultyError, refuse_faults
from institutions.enums import Role
from institutions.models import User


@transaction.atomic
def enter_scale(
    *,
    code: str,
    names: Localized,
    best: Decimal,
    passing: Decimal,
    worst: Decimal,
    actor: User,
    pass_words: Sequence[str] = (),
    fail_words: Sequence[str] = (),
) -> GradeScale:
    """Enter a scale: best mark, lowest pass, worst mark, words for a pass or a fail without a number. Raises FaultyError.

    The lowest pass lies between the worst mark and the best, whichever way the scale runs.
    """
    must_hold(actor, Role.IPD_COORDINATOR)
    code = code.strip()
    refuse_faults(register_number_faults("code", code))
    if passing == best or not min(best, worst) <= passing <= max(best, worst):
        raise FaultyError(Fault("passing", gettext_noop("The lowest pass lies between the worst mark and the best.")))
    passed, failed = (list(dict.fromkeys(word.casefold() for word in words)) for words in (pass_words, fail_words))
    if both := sorted({*passed} & {*failed}):
        text = gettext_noop("One word cannot mean a pass and a fail: %(words)s.")
        raise FaultyError(Fault("fail_words", text, {"words": ", ".join(both)}))
    try:
        with transaction.atomic():
            scale = GradeScale.objects.create(
                code=code,
                name_kk=names.kk,
                name_ru=names.in_language("ru"),
                name_en=names.in_language("en"),
                best=best,
                passing=passing,
                worst=worst,
                pass_words=passed,
                fail_words=failed,
            )
    except IntegrityError as error:
        raise FaultyError(Fault("code", gettext_noop("There is a scale %(code)s already."), {"code": code})) from error
    record(
        actor=actor,
        action="scale.entered",
        subject=scale,
        text=gettext_noop("grade scale %(code)s entered"),
        params={"code": scale.code},
        clause="5.7.3",
        role=Role.IPD_COORDINATOR,
    )
    return scale
