"""The second step of signing in: a code from the phone, set up, asked for, lost and taken away."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from core.history import history_of
from core.models import OutgoingEmail
from institutions import totp
from institutions.enums import Role
from institutions.models import SecondFactor, User
from institutions.services import factors
from tests.factories import institutions
from tests.satbayev_jdp.door import PASSWORD, is_in, sign_in

pytestmark = pytest.mark.django_db
ClientAs = Callable[[User], Client]


@pytest.fixture(autouse=True)
def _fresh_counters() -> None:
    cache.clear()


def with_factor(user: User) -> tuple[str, list[str]]:
    """Bind an app to an account; its secret and the recovery codes. The code of now is used up."""
    secret = totp.new_secret()
    with time_machine.travel(timezone.now() - timedelta(minutes=5), tick=False):
        codes = factors.set_up(user=user, secret=secret, code=code_of(secret), password=PASSWORD)
    return secret, codes


def code_of(secret: str, moment: Any = None) -> str:
    return totp.code_at(secret, int((moment or timezone.now()).timestamp()) // 30)


def test_who_has_a_factor_is_asked_for_it_and_a_code_serves_once(client: Client) -> None:
    user = institutions.user(Role.REGISTRAR)
    secret, _codes = with_factor(user)
    with time_machine.travel(timezone.now(), tick=False):
        assert sign_in(client, user.email)["Location"] == reverse("login_factor")
        assert not is_in(client)
        assert client.post(reverse("login_factor"), {"code": "000000"}).status_code == 422
        assert not is_in(client)
        code = code_of(secret)
        assert client.post(reverse("login_factor"), {"code": f" {code[:3]} {code[3:]} "}).status_code == 302
        assert is_in(client)

        again = Client()
        sign_in(again, user.email)
        assert again.post(reverse("login_factor"), {"code": code}).status_code == 422


def test_the_second_step_waits_five_minutes_and_no_stranger_comes_to_it(client: Client) -> None:
    assert client.get(reverse("login_factor"))["Location"] == reverse("login")
    user = institutions.user()
    secret, _codes = with_factor(user)
    sign_in(client, user.email)
    with time_machine.travel(timezone.now() + timedelta(minutes=6), tick=False):
        assert client.post(reverse("login_factor"), {"code": code_of(secret)})["Location"] == reverse("login")


def test_a_recovery_code_serves_once(client: Client) -> None:
    user = institutions.user()
    _secret, codes = with_factor(user)
    for expected in (302, 422):
        browser = Client()
        sign_in(browser, user.email)
        assert browser.post(reverse("login_factor"), {"code": codes[0].upper()}).status_code == expected
    assert factors.codes_left(user) == totp.RECOVERY_CODES - 1


def test_wrong_codes_close_the_factor_for_a_while_and_its_owner_hears_of_it(client: Client) -> None:
    user = institutions.user()
    secret, _codes = with_factor(user)
    for _ in range(factors.TRIES):
        browser = Client()
        sign_in(browser, user.email)
        browser.post(reverse("login_factor"), {"code": "000000"})

    sign_in(client, user.email)
    assert client.post(reverse("login_factor"), {"code": code_of(secret)}).status_code == 422
    assert OutgoingEmail.objects.filter(to=user.email, body__contains="too many wrong codes").count() == 1
    with time_machine.travel(timezone.now() + timedelta(minutes=16), tick=False):
        sign_in(client, user.email)
        assert client.post(reverse("login_factor"), {"code": code_of(secret)}).status_code == 302


def test_an_app_is_set_up_by_its_first_code_and_the_password(client_as: ClientAs) -> None:
    user = institutions.user()
    client = client_as(user)
    page = client.get(reverse("factor"))
    secret = page.context["secret"].replace(" ", "")
    assert "data:image/svg+xml" in page.content.decode()

    wrong = client.post(reverse("factor"), {"code": "000000", "password": PASSWORD})
    unlocked = client.post(reverse("factor"), {"code": code_of(secret), "password": "a wrong password"})
    made = client.post(reverse("factor"), {"code": code_of(secret), "password": PASSWORD})

    assert (wrong.status_code, unlocked.status_code, made.status_code) == (422, 422, 200)
    assert len(made.context["codes"]) == totp.RECOVERY_CODES
    assert made["Cache-Control"] == "private, no-store"
    assert not [code for code in made.context["codes"] if code in client.get(reverse("factor")).content.decode()]
    row = SecondFactor.objects.get(user=user)
    assert secret not in row.secret
    assert [entry.action for entry in history_of(user)] == ["institutions.factor_set_up"]


def test_new_codes_and_giving_up_ask_for_a_code(client: Client) -> None:
    user = institutions.user()
    _secret, codes = with_factor(user)
    sign_in(client, user.email)
    client.post(reverse("login_factor"), {"code": codes[0]})

    refused = client.post(reverse("factor_codes"), {"code": "000000"})
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["code"])
    renewed = client.post(reverse("factor_codes"), {"code": codes[1]}).context["codes"]
    assert client.post(reverse("factor_off"), {"code": codes[2]}).status_code == 422
    assert client.post(reverse("factor_off"), {"code": renewed[0]})["Location"] == reverse("account")
    assert not factors.has_factor(user)


@override_settings(SECOND_FACTOR="required_for_staff")
def test_where_it_is_required_staff_get_no_further_without(client_as: ClientAs) -> None:
    client = client_as(institutions.user(Role.REGISTRAR))
    assert client.get(reverse("inbox"))["Location"] == reverse("factor")
    assert client.post(reverse("end_sessions"))["Location"] == reverse("factor")
    secret = client.get(reverse("factor")).context["secret"].replace(" ", "")
    client.post(reverse("factor"), {"code": code_of(secret), "password": PASSWORD})
    assert client.get(reverse("inbox")).status_code == 200
    assert client.post(reverse("factor_off"), {"code": "x"})["Location"] == reverse("factor")


@override_settings(SECOND_FACTOR="required_for_staff")
@pytest.mark.parametrize("role", [Role.STUDENT, Role.PARTNER_COORDINATOR])
def test_where_it_is_required_students_and_partners_go_on_without(client_as: ClientAs, role: str) -> None:
    assert client_as(institutions.user(role)).get(reverse("inbox")).status_code == 200


@override_settings(SECOND_FACTOR="required_for_staff")
def test_a_session_older_than_the_factor_shows_it(client_as: ClientAs) -> None:
    user = institutions.user(Role.REGISTRAR)
    _secret, codes = with_factor(user)
    client = client_as(user)

    assert client.get(reverse("inbox"))["Location"] == reverse("factor")
    assert client.post(reverse("factor"), {"code": codes[0]}).status_code == 302
    assert client.get(reverse("inbox")).status_code == 200


@override_settings(SECOND_FACTOR="off")
def test_where_it_is_off_nobody_is_asked_and_there_are_no_pages(client: Client) -> None:
    user = institutions.user()
    with_factor(user)

    assert sign_in(client, user.email)["Location"] == reverse("inbox")
    assert client.get(reverse("factor")).status_code == 404
    assert client.post(reverse("factor_off")).status_code == 404
    assert "Second factor" not in client.get(reverse("account")).content.decode()


def test_the_administrator_takes_a_lost_factor_away_with_a_reason(client_as: ClientAs) -> None:
    user, administrator, elsewhere = institutions.user(), institutions.user(Role.ADMINISTRATOR), Client()
    sign_in(elsewhere, user.email)
    with_factor(user)
    client, url = client_as(administrator), reverse("institutions:reset-factor", args=[user.pk])

    client.post(url, {"reason": ""})
    assert factors.has_factor(user)
    client.post(url, {"reason": "Lost the phone; came with the passport."})

    assert not factors.has_factor(user)
    assert not is_in(elsewhere)
    entry = history_of(user).last()
    assert entry
    assert (entry.action, entry.actor_id, entry.reason[:4]) == ("institutions.factor_reset", administrator.pk, "Lost")
    assert OutgoingEmail.objects.filter(to=user.email, body__contains="second factor reset").count() == 1


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.REGISTRAR, Role.ADMINISTRATOR])
def test_nobody_else_takes_a_factor_away_and_nobody_their_own(client_as: ClientAs, role: str) -> None:
    who = institutions.user(role)
    user = who if role == Role.ADMINISTRATOR else institutions.user()
    with_factor(user)
    client_as(who).post(reverse("institutions:reset-factor", args=[user.pk]), {"reason": "Why not."})

    assert factors.has_factor(user)


def test_a_changed_key_still_opens_what_the_old_one_locked(client: Client) -> None:
    user = institutions.user(Role.REGISTRAR)
    secret, _codes = with_factor(user)
    with override_settings(SECRET_KEY="another key", SECRET_KEY_FALLBACKS=[settings.SECRET_KEY]):
        sign_in(client, user.email)
        assert client.post(reverse("login_factor"), {"code": code_of(secret)}).status_code == 302
        assert is_in(client)
