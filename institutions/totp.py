"""One-time codes by the clock (RFC 6238, as authenticator apps make them) and the words to come back without the phone."""

import base64
import hashlib
import hmac
import secrets
from urllib.parse import quote, urlencode

STEP_SECONDS = 30
DIGITS = 6
# A phone's clock may be a step behind or ahead of ours.
DRIFT = 1
ISSUER = "Satbayev JDP"
# Letters and digits that nobody confuses on paper.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
RECOVERY_CODES = 8
_RECOVERY_LENGTH = 10


def new_secret() -> str:
    """Twenty random bytes in the letters that apps take."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def code_at(secret: str, step: int) -> str:
    """The code of one step of thirty seconds."""
    digest = hmac.digest(base64.b32decode(secret), step.to_bytes(8, "big"), hashlib.sha1)
    at = digest[-1] & 0x0F
    number = int.from_bytes(digest[at : at + 4], "big") & 0x7FFFFFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


def step_of(secret: str, code: str, *, at: float, after: int = 0) -> int | None:
    """The step whose code this is, near the moment `at` and later than the step `after`; None for no code of now."""
    now = int(at) // STEP_SECONDS
    for step in range(now - DRIFT, now + DRIFT + 1):
        if step > after and hmac.compare_digest(code_at(secret, step).encode(), code.encode()):
            return step
    return None


def address_of(secret: str, account: str) -> str:
    """What the QR code holds: the app names the account by it."""
    words = urlencode({"secret": secret, "issuer": ISSUER, "digits": DIGITS, "period": STEP_SECONDS})
    return f"otpauth://totp/{quote(f'{ISSUER}:{account}')}?{words}"


def new_recovery_codes() -> list[str]:
    """Words that are good once each, in two halves: 7hqm2-kx4vt."""
    half = _RECOVERY_LENGTH // 2
    words = ("".join(secrets.choice(_ALPHABET) for _ in range(_RECOVERY_LENGTH)) for _ in range(RECOVERY_CODES))
    return [f"{word[:half]}-{word[half:]}" for word in words]
