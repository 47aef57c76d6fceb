"""Codes by the clock, against the examples of RFC 6238."""

import base64

import pytest

from institutions import totp

SECRET = base64.b32encode(b"12345678901234567890").decode()


@pytest.mark.parametrize(
    ("at", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (2000000000, "279037"), (20000000000, "353130")],
)
def test_the_codes_are_those_of_the_standard(at: int, code: str) -> None:
    assert totp.code_at(SECRET, at // 30) == code


@pytest.mark.parametrize(("away", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_a_step_away(away: int, *, taken: bool) -> None:
    code = totp.code_at(SECRET, 1000 + away)

    assert (totp.step_of(SECRET, code, at=30000) is not None) is taken


def test_a_step_that_was_taken_is_not_taken_again() -> None:
    assert totp.step_of(SECRET, totp.code_at(SECRET, 1000), at=30000, after=1000) is None


@pytest.mark.parametrize("code", ["", "12345", "1234567", "１２３４５６", "²²²²²²"])
def test_what_is_no_code_is_refused(code: str) -> None:
    assert totp.step_of(SECRET, code, at=30000) is None


def test_recovery_codes_are_all_different_and_hold_no_sign_that_is_mistaken_for_another() -> None:
    codes = totp.new_recovery_codes()

    assert len(set(codes)) == totp.RECOVERY_CODES
    assert not set("".join(codes)) & set("01ilo")
