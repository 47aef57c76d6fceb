"""Verbs on the second factor: set up, shown, replaced, taken away. Each is told to the owner by e-mail and kept in history."""

import base64
import re
from datetime import timedelta

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from core.faults import Fault
from core.history import record
from core.workflow import FaultyError, RefusedError, reason_given
from institutions import totp
from institutions.models import RecoveryCode, SecondFactor, User
from institutions.notifications import tell_owner
from institutions.permissions import must
from institutions.services.sessions import end_sessions

# Whoever knows the password could try all codes: after so many the factor takes none for a while.
TRIES = 5
CLOSED_FOR = timedelta(minutes=15)
_WRONG = gettext_noop("This code is not right, or was used already. The app shows a new one every half minute.")
_CLOSED = gettext_noop("Too many wrong codes: none is taken for fifteen minutes.")


def has_factor(user: User) -> bool:
    """True when the account has an authenticator app."""
    return SecondFactor.objects.filter(user=user).exists()


def _box() -> MultiFernet:
    """What seals secrets: a key made of the program's own, and of the older ones that still open."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    made = (
        HKDF(algorithm=SHA256(), length=32, salt=None, info=b"institutions.SecondFactor").derive(str(key).encode())
        for key in keys
    )
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in made])


def _plain(code: str) -> str:
    return re.sub(r"[\s-]", "", code).lower()


@transaction.atomic
def set_up(*, user: User, secret: str, code: str, password: str) -> list[str]:
    """Bind an app to the account, once it has shown a code; returns the recovery codes, which are told this once.

    Raises FaultyError for a wrong code, and for a wrong password of an account that has one; RefusedError for a second app.
    """
    User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    if has_factor(user):
        raise RefusedError(gettext_noop("The account has an authenticator app already."))
    if user.has_usable_password() and not user.check_password(password):
        raise FaultyError(Fault("password", gettext_noop("This is not the password of the account.")))
    step = totp.step_of(secret, _plain(code), at=timezone.now().timestamp())
    if step is None:
        raise FaultyError(Fault("code", _WRONG))
    factor = SecondFactor.objects.create(user=user, secret=_box().encrypt(secret.encode()).decode(), last_step=step)
    codes = _new_codes(factor)
    _remember(user, actor=user, action="factor_set_up", text=gettext_noop("second factor set up"))
    return codes


def _new_codes(factor: SecondFactor) -> list[str]:
    factor.recovery_codes.all().delete()
    codes = totp.new_recovery_codes()
    RecoveryCode.objects.bulk_create(RecoveryCode(factor=factor, digest=make_password(_plain(code))) for code in codes)
    return codes


def _remember(user: User, *, actor: User, action: str, text: str, reason: str = "") -> None:
    record(actor=actor, action=f"institutions.{action}", subject=user, text=text, reason=reason)
    tell_owner(user, text)


def check(*, user: User, code: str) -> None:
    """Take a code of the app, or a recovery code, once. Raises FaultyError for any other, and while none is taken."""
    closes, fault = False, None
    with transaction.atomic():  # what was tried stays counted, whatever is raised afterwards
        factor = SecondFactor.objects.select_for_update(of=("self",)).filter(user=user).first()
        if factor is None:
            raise FaultyError(Fault("code", _WRONG))
        now = timezone.now()
        if factor.closed_until and factor.closed_until > now:
            fault = Fault("code", _CLOSED)
        elif _takes(factor, _plain(code)):
            factor.failures, factor.closed_until = 0, None
        else:
            factor.failures += 1
            closes = factor.failures >= TRIES
            if closes:
                factor.failures, factor.closed_until = 0, now + CLOSED_FOR
            fault = Fault("code", _CLOSED if closes else _WRONG)
        factor.save(update_fields=["failures", "closed_until", "last_step"])
        if closes:
            _remember(user, actor=user, action="factor_closed", text=gettext_noop("too many wrong codes at signing in"))
    if fault:
        raise FaultyError(fault)


def _takes(factor: SecondFactor, code: str) -> bool:
    if code.isdecimal() and len(code) == totp.DIGITS:
        secret = _box().decrypt(factor.secret.encode()).decode()
        step = totp.step_of(secret, code, at=timezone.now().timestamp(), after=factor.last_step)
        factor.last_step = step or factor.last_step
        return step is not None
    for row in factor.recovery_codes.filter(used_at=None):
        if check_password(code, row.digest):
            row.used_at = timezone.now()
            row.save(update_fields=["used_at"])
            return True
    return False


def codes_left(user: User) -> int:
    """How many recovery codes are still good."""
    return RecoveryCode.objects.filter(factor__user=user, used_at=None).count()


def factor_of(user: User) -> SecondFactor | None:
    """The account's app, if it has one."""
    return SecondFactor.objects.filter(user=user).first()


def new_codes(*, user: User, code: str) -> list[str]:
    """Put new recovery codes in the place of the old ones. Raises FaultyError as `check`."""
    check(user=user, code=code)
    with transaction.atomic():
        codes = _new_codes(SecondFactor.objects.select_for_update(of=("self",)).get(user=user))
        _remember(user, actor=user, action="recovery_codes_made", text=gettext_noop("new recovery codes made"))
    return codes


def take_away(*, user: User, code: str) -> None:
    """Give up the app. Raises FaultyError as `check`."""
    check(user=user, code=code)
    with transaction.atomic():
        SecondFactor.objects.filter(user=user).delete()
        _remember(user, actor=user, action="factor_taken_away", text=gettext_noop("second factor taken away"))


@transaction.atomic
def reset(*, user_id: int, reason: str, actor: User) -> None:
    """Take the app of somebody who has lost it away, with a reason, and end all sessions. Nobody does so for himself or herself."""
    must(actor, "factor.reset")
    if user_id == actor.pk:
        raise RefusedError(gettext_noop("Nobody resets his or her own second factor here."))
    reason = reason_given(reason)
    user = User.objects.get(pk=user_id)
    if not SecondFactor.objects.filter(user=user).delete()[0]:
        raise RefusedError(gettext_noop("The account has no second factor."))
    end_sessions(user_id=user_id)
    _remember(user, actor=actor, action="factor_reset", text=gettext_noop("second factor reset"), reason=reason)
