"""The front door: who comes in, what strangers learn, how a session ends."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
import time_machine
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from core.history import history_of
from core.models import OutgoingEmail
from core.values import today
from institutions import totp
from institutions.enums import Role
from institutions.models import PasswordLink, SecondFactor, SignIn, User
from institutions.services import factors, links, people, sessions
from satbayev_jdp.door import limits
from tests.factories import institutions

pytestmark = pytest.mark.django_db
ClientAs = Callable[[User], Client]
PASSWORD = "a long password"


@pytest.fixture(autouse=True)
def _fresh_counters() -> None:
    cache.clear()


@pytest.fixture
def counted() -> Iterator[None]:
    """Attempts are counted, as in production."""
    with override_settings(AXES_ENABLED=True):
        yield


def sign_in(client: Client, email: str, password: str = PASSWORD, **extra: Any) -> Any:
    """Send the login page off."""
    client.cookies["django_language"] = "en"
    return client.post(reverse("login"), {"username": email, "password": password}, **extra)


def is_in(client: Client) -> bool:
    return client.get(reverse("account")).status_code == 200


# --- what strangers learn ---------------------------------------------------------------------------------------------


def _closed() -> str:
    user = institutions.user()
    User.objects.filter(pk=user.pk).update(is_active=False)
    return user.email


def _without_password() -> str:
    user = institutions.user()
    user.set_unusable_password()
    user.save()
    return user.email


@pytest.mark.parametrize(
    ("account", "password"),
    [
        (lambda: "nobody@example.org", PASSWORD),
        (lambda: institutions.user().email, "a wrong password"),
        (_closed, PASSWORD),
        (_closed, "a wrong password"),
        (_without_password, PASSWORD),
    ],
    ids=["unknown", "wrong password", "closed", "closed and wrong", "invited, no password yet"],
)
def test_every_refusal_reads_alike_and_costs_one_hash(
    client: Client, account: Callable[[], str], password: str
) -> None:
    email = account()
    hashed = mock.Mock(side_effect=lambda *_args, **_named: "0" * 32)

    with mock.patch("django.contrib.auth.hashers.MD5PasswordHasher.encode", side_effect=_counting(hashed)):
        answer = sign_in(client, email, password)

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Please enter a correct e-mail and password" in page
    assert hashed.call_count == 1
    assert not is_in(client)


def _counting(counter: mock.Mock) -> Callable[..., str]:
    def encode(password: str, salt: str, **_named: object) -> str:
        counter()
        return f"md5${salt}${'0' * 32}"

    return encode


def test_asking_for_a_link_does_the_same_work_for_any_address(client: Client, django_assert_num_queries: Any) -> None:
    email = institutions.user().email
    for address in (email, "nobody@example.org"):
        with mock.patch("institutions.services.links.enqueue") as enqueued, django_assert_num_queries(2):
            answer = client.post(reverse("password_reset"), {"email": address})
        assert answer["Location"] == reverse("password_reset_done")
        assert enqueued.call_count == 1


def test_a_link_goes_to_an_open_account_alone(mailoutbox: list[Any]) -> None:
    for email in (institutions.user().email, _closed(), "nobody@example.org"):
        links.ask_for_link(email)
    for link in PasswordLink.objects.all():
        links.send_link(link.pk)
        links.send_link(link.pk)

    assert len(mailoutbox) == 1
    assert PasswordLink.objects.filter(done_at=None).count() == 0
    assert not OutgoingEmail.objects.filter(body__contains="/password/reset/").exists()


def test_whoever_asks_twice_gets_one_message() -> None:
    email = institutions.user().email
    links.ask_for_link(email)
    links.ask_for_link(email.upper())

    assert PasswordLink.objects.count() == 1


def test_a_mail_server_that_does_not_answer_loses_no_link(mailoutbox: list[Any]) -> None:
    links.ask_for_link(institutions.user().email)
    link = PasswordLink.objects.get()
    with mock.patch("institutions.services.links.post", side_effect=OSError):
        links.send_link(link.pk)
    with (
        time_machine.travel(timezone.now() + timedelta(minutes=6), tick=False),
        mock.patch("institutions.services.links.enqueue") as enqueued,
    ):
        links.send_forgotten()
        enqueued.assert_called_once_with("institutions.send_link", link_id=link.pk)
        links.send_link(link.pk)

    assert len(mailoutbox) == 1


def test_one_place_does_not_ask_for_links_without_end(client: Client) -> None:
    answers = [
        client.post(reverse("password_reset"), {"email": f"person{number}@example.org"}).status_code
        for number in range(limits.LINKS_FROM_ONE_PLACE + 1)
    ]

    assert answers == [302] * limits.LINKS_FROM_ONE_PLACE + [429]


# --- links --------------------------------------------------------------------------------------------------------------


def _link(mailoutbox: list[Any]) -> str:
    found = re.search(r"http\S+(/password/reset/\S+)", mailoutbox[-1].body)
    assert found
    return found[1]


def _follow(client: Client, link: str, password: str) -> Any:
    page = client.get(link)
    if page.status_code != 302:
        return page
    return client.post(page["Location"], {"new_password1": password, "new_password2": password})


def test_an_invited_person_sets_the_first_password_once(client: Client, mailoutbox: list[Any]) -> None:
    user = people.create_account(person=institutions.person(), email="New@Example.org", actor=None, language="ru")
    links.send_link(PasswordLink.objects.get().pk)
    link = _link(mailoutbox)

    assert "пароль" in mailoutbox[0].body
    assert _follow(client, link, "some quite long words")["Location"] == reverse("password_reset_complete")
    assert "password_reset" not in _follow(Client(), link, "other quite long words").headers.get("Location", "")
    assert sign_in(Client(), user.email, "other quite long words").status_code == 200
    assert sign_in(client, user.email, "some quite long words").status_code == 302


@pytest.mark.parametrize("case", ["too late", "closed"])
def test_a_link_ends_with_its_day_and_with_the_account(client: Client, mailoutbox: list[Any], case: str) -> None:
    user = institutions.user()
    links.ask_for_link(user.email)
    links.send_link(PasswordLink.objects.get().pk)
    if case == "closed":
        User.objects.filter(pk=user.pk).update(is_active=False)
    later = timedelta(hours=30) if case == "too late" else timedelta()

    client.cookies["django_language"] = "en"
    with time_machine.travel(timezone.now() + later, tick=False):
        page = client.get(_link(mailoutbox))

    assert "This link no longer works" in page.content.decode()


def test_a_new_password_ends_every_session_and_its_owner_hears_of_it(client: Client, mailoutbox: list[Any]) -> None:
    user = institutions.user()
    elsewhere = Client()
    sign_in(elsewhere, user.email)
    links.ask_for_link(user.email)
    links.send_link(PasswordLink.objects.get().pk)
    _follow(client, _link(mailoutbox), "some quite long words")

    assert not is_in(elsewhere)
    assert not Session.objects.filter(pk=elsewhere.cookies[settings.SESSION_COOKIE_NAME].value).exists()
    assert "the password was changed" in OutgoingEmail.objects.get(to=user.email).body


def test_a_changed_password_keeps_this_session_alone(client: Client) -> None:
    user, elsewhere = institutions.user(), Client()
    for browser in (elsewhere, client):
        sign_in(browser, user.email)
    answer = client.post(
        reverse("password_change"),
        {"old_password": PASSWORD, "new_password1": "some quite long words", "new_password2": "some quite long words"},
    )

    assert answer.status_code == 302
    assert is_in(client)
    assert not is_in(elsewhere)
    assert SignIn.objects.filter(user=user).count() == 1


# --- guessing -----------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("counted")
def test_one_account_is_closed_in_one_place_and_its_neighbour_comes_in(client: Client) -> None:
    victim, neighbour = institutions.user(), institutions.user()
    answers = [
        sign_in(Client(), victim.email.upper() if n % 2 else victim.email, "wrong").status_code for n in range(11)
    ]

    assert answers == [200] * 9 + [429] * 2
    assert sign_in(Client(), victim.email).status_code == 429
    assert sign_in(Client(), neighbour.email).status_code == 302
    assert sign_in(Client(), victim.email, REMOTE_ADDR="10.0.0.7").status_code == 302


@pytest.mark.usefixtures("counted")
def test_a_place_that_tries_many_accounts_is_closed_to_strangers_and_open_to_whoever_was_there_before() -> None:
    known, stranger = institutions.user(), institutions.user()
    office = Client()
    sign_in(office, known.email)
    for number in range(limits.FROM_ONE_PLACE):
        AccessAttempt.objects.create(
            username=f"person{number}@example.org",
            ip_address="127.0.0.1",
            failures_since_start=1,
            attempt_time=timezone.now(),
        )
    office.post(reverse("logout"))

    assert sign_in(Client(), stranger.email).status_code == 429
    assert sign_in(Client(), known.email).status_code == 429
    assert sign_in(office, stranger.email).status_code == 429
    assert sign_in(office, known.email).status_code == 302
    assert sign_in(Client(), stranger.email, REMOTE_ADDR="10.0.0.7").status_code == 302


@pytest.mark.usefixtures("counted")
def test_an_account_tried_from_everywhere_is_closed_to_strangers() -> None:
    victim = institutions.user()
    for number in range(limits.ON_ONE_ACCOUNT // 5):
        AccessAttempt.objects.create(
            username=victim.email, ip_address=f"10.0.0.{number}", failures_since_start=5, attempt_time=timezone.now()
        )

    assert sign_in(Client(), victim.email).status_code == 429


@pytest.mark.usefixtures("counted")
def test_a_closed_account_reads_as_one_that_is_not_there() -> None:
    def pages(email: str) -> list[str]:
        answers = [sign_in(Client(), email, "wrong") for _ in range(11)]
        return [
            re.sub(r'(value|token)="[^"]*"|X-CSRFToken": "[^"]*"', "", answer.content.decode()) for answer in answers
        ]

    assert pages(institutions.user().email) == pages("nobody@example.org")


@pytest.mark.parametrize(
    ("proxies", "passed", "place"),
    [
        (0, "10.1.1.1", "127.0.0.1"),
        (1, "6.6.6.6, 10.1.1.1", "10.1.1.1"),
        (2, "6.6.6.6, 10.1.1.1, 10.2.2.2", "10.1.1.1"),
        (1, "", "127.0.0.1"),
        (1, "what is this", "0.0.0.0"),  # noqa: S104 -- an address that is none
        (2, "10.1.1.1", "127.0.0.1"),
    ],
)
def test_the_place_is_what_our_own_proxies_wrote(rf: Any, proxies: int, passed: str, place: str) -> None:
    with override_settings(PROXY_COUNT=proxies):
        assert limits.place_of(rf.get("/", HTTP_X_FORWARDED_FOR=passed)) == place


# --- sessions -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "after", "still_in"),
    [
        (Role.REGISTRAR, timedelta(minutes=100), True),
        (Role.REGISTRAR, timedelta(minutes=121), False),
        (Role.STUDENT, timedelta(minutes=121), True),
        (Role.STUDENT, timedelta(hours=12, minutes=1), False),
    ],
)
def test_a_session_ends_after_an_idle_while_or_its_hours(
    client: Client, role: str, after: timedelta, *, still_in: bool
) -> None:
    sign_in(client, institutions.user(role).email)
    with time_machine.travel(timezone.now() + after, tick=False):
        assert is_in(client) is still_in


def test_a_busy_session_ends_after_its_hours_too(client: Client) -> None:
    sign_in(client, institutions.user(Role.REGISTRAR).email)
    begun = timezone.now()
    seen = []
    for hours in range(1, 14):
        with time_machine.travel(begun + timedelta(hours=hours, minutes=1), tick=False):
            seen.append(is_in(client))

    assert seen == [True] * 11 + [False] * 2


def test_a_session_ends_with_the_account_and_a_role_ends_with_its_day(client: Client) -> None:
    administrator, clerk = institutions.user(Role.ADMINISTRATOR), institutions.user(Role.REGISTRAR)
    sign_in(client, clerk.email)
    membership = clerk.memberships.get()
    assert client.get(reverse("moves")).status_code == 200

    people.end_role(
        membership_id=membership.pk, ends_on=today() - timedelta(days=1), reason="Left.", actor=administrator
    )
    assert client.get(reverse("moves")).status_code == 404
    people.set_account_active(user_id=clerk.pk, active=False, reason="Left.", actor=administrator)
    assert not is_in(client)
    assert not Session.objects.exists()


def test_who_signs_out_leaves_nothing_in_the_browser(client: Client) -> None:
    sign_in(client, institutions.user().email)
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    answer = client.post(reverse("logout"))

    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert not Session.objects.filter(pk=key).exists()
    assert not is_in(client)


@pytest.mark.parametrize(
    ("told", "named"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64) AppleWebKit/537 Chrome/120 Safari/537 Edg/120", "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537 Chrome/120 Mobile Safari/537", "Chrome, Android"),
        ("curl/8", "curl/8"),
        ("", ""),
    ],
)  # fmt: skip
def test_a_browser_is_called_as_its_owner_calls_it(told: str, named: str) -> None:
    assert sessions.named(told) == named


def test_everybody_sees_where_he_or_she_is_signed_in_and_ends_the_others(client: Client) -> None:
    user, elsewhere, other = institutions.user(), Client(), Client()
    sign_in(elsewhere, user.email, HTTP_USER_AGENT="A phone")
    sign_in(other, institutions.user().email)
    sign_in(client, user.email)
    assert "A phone" in client.get(reverse("account")).content.decode()

    client.post(reverse("end_sessions"))

    assert [is_in(browser) for browser in (client, elsewhere, other)] == [True, False, True]


# --- the second factor --------------------------------------------------------------------------------------------------


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

    assert client.post(reverse("factor_codes"), {"code": "000000"}).status_code == 302
    renewed = client.post(reverse("factor_codes"), {"code": codes[1]}).context["codes"]
    assert client.post(reverse("factor_off"), {"code": codes[2]})["Location"] == reverse("factor")
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
