"""The front door: who comes in, what strangers learn, how often may be tried."""

import itertools
import re
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
import time_machine
from axes.models import AccessAttempt, AccessLog
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from core.models import OutgoingEmail
from core.notifications import MAX_ATTEMPTS
from institutions.enums import Role
from institutions.models import PasswordLink, SignIn, User
from institutions.services import links, people
from satbayev_jdp.door import limits
from tests.factories import institutions
from tests.satbayev_jdp.door import PASSWORD, is_in, sign_in

pytestmark = pytest.mark.django_db
ClientAs = Callable[[User], Client]


@pytest.fixture(autouse=True)
def _fresh_counters() -> None:
    cache.clear()


@pytest.fixture
def counted() -> Iterator[None]:
    """Attempts are counted, as in production."""
    with override_settings(AXES_ENABLED=True):
        yield


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
    assert "The e-mail or the password is wrong." in page
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


def test_an_administrator_sees_when_an_invitation_went_out_and_sends_it_again_until_the_account_is_used(
    client: Client, mailoutbox: list[Any]
) -> None:
    """Its message lies in no outbox: it has a link that opens the account."""
    administrator, invited = institutions.user(Role.ADMINISTRATOR), institutions.user()
    invited.set_unusable_password()
    invited.save()
    page, again = (reverse(f"institutions:{name}", args=[invited.pk]) for name in ("user", "invite"))
    client.force_login(administrator)

    client.post(again)
    links.send_link(PasswordLink.objects.get().pk)
    shown = client.get(page).content.decode()

    assert [message.to for message in mailoutbox] == [[invited.email]]
    assert f"Invitation sent to {invited.email}" in shown
    assert again in shown
    invited.set_password("a password of one's own")
    invited.save()
    assert again not in client.get(page).content.decode()
    assert "no invitation is sent to it" in client.post(again, follow=True).content.decode()
    assert PasswordLink.objects.count() == 1


def test_an_invitation_that_the_mail_server_never_took_is_told_on_the_page_of_its_account(client: Client) -> None:
    administrator, invited = institutions.user(Role.ADMINISTRATOR), institutions.user()
    invited.set_unusable_password()
    invited.save()
    links.ask_for_link(invited.email, is_invitation=True)
    PasswordLink.objects.update(attempts=MAX_ATTEMPTS - 1)

    with mock.patch("institutions.services.links.post", side_effect=OSError("no such mailbox")):
        links.send_link(PasswordLink.objects.get().pk)

    client.force_login(administrator)
    page = client.get(reverse("institutions:user", args=[invited.pk])).content.decode()
    assert "Invitation given up: no such mailbox" in page


def test_an_invitation_that_waits_for_the_mail_server_is_told_of_and_tried_at_once_where_it_is_sent_again(
    client: Client, mailoutbox: list[Any]
) -> None:
    administrator, invited = institutions.user(Role.ADMINISTRATOR), institutions.user()
    invited.set_unusable_password()
    invited.save()
    links.ask_for_link(invited.email, is_invitation=True)
    with mock.patch("institutions.services.links.post", side_effect=OSError("connection refused")):
        links.send_link(PasswordLink.objects.get().pk)
    client.force_login(administrator)
    told = "The mail server did not take the invitation: connection refused"
    assert told in client.get(reverse("institutions:user", args=[invited.pk])).content.decode()
    assert invited.email in client.get(reverse("outbox")).content.decode()
    assert client.get(reverse("inbox")).context["mail_stands"]

    with mock.patch("institutions.services.links.enqueue", lambda _name, link_id: links.send_link(link_id)):
        client.post(reverse("institutions:invite", args=[invited.pk]))

    assert [message.to for message in mailoutbox] == [[invited.email]]
    assert told not in client.get(reverse("institutions:user", args=[invited.pk])).content.decode()
    assert not client.get(reverse("inbox")).context["mail_stands"]


def test_a_link_that_is_being_sent_is_not_sent_twice(mailoutbox: list[Any]) -> None:
    """Its lease is that of a worker, not a wait: inviting again does not free it."""
    email = institutions.user().email
    links.ask_for_link(email, is_invitation=True)
    PasswordLink.objects.update(attempts=2, leased_until=timezone.now() + timedelta(minutes=5), error="")

    with mock.patch("institutions.services.links.enqueue", lambda _name, link_id: links.send_link(link_id)):
        links.ask_for_link(email, is_invitation=True)

    assert not mailoutbox


def test_whoever_asks_twice_gets_one_message() -> None:
    email = institutions.user().email
    links.ask_for_link(email)
    links.ask_for_link(email.upper())

    assert PasswordLink.objects.count() == 1


def test_a_mail_server_that_is_away_for_a_morning_loses_no_link(mailoutbox: list[Any]) -> None:
    links.ask_for_link(institutions.user().email)
    link = PasswordLink.objects.get()
    with (
        time_machine.travel(timezone.now(), tick=False) as clock,
        mock.patch("institutions.services.links.enqueue", lambda _name, link_id: links.send_link(link_id)),
    ):
        with mock.patch("institutions.services.links.post", side_effect=OSError):
            links.send_link(link.pk)
            for _ in range(10 * 12):  # ten hours
                links.send_forgotten()
                clock.shift(timedelta(minutes=5))
        assert not mailoutbox
        for _ in range(2 * 12):
            links.send_forgotten()
            clock.shift(timedelta(minutes=5))

    assert len(mailoutbox) == 1


@pytest.mark.parametrize("cached_in", ["", "django.core.cache.backends.filebased.FileBasedCache"])
def test_one_place_does_not_ask_for_links_without_end(client: Client, cached_in: str, tmp_path: Path) -> None:
    """On the cache that is configured, and on files, the default."""
    files = {"default": {"BACKEND": cached_in, "LOCATION": str(tmp_path)}}

    def ask() -> int:
        email = f"person{next(numbers)}@example.org"
        return client.post(reverse("password_reset"), {"email": email}).status_code

    numbers = itertools.count()
    with (
        override_settings(CACHES=files if cached_in else settings.CACHES),
        time_machine.travel(datetime(2026, 9, 1, 10, 0, tzinfo=UTC), tick=False) as clock,
    ):
        assert [ask() for _ in range(limits.LINKS_FROM_ONE_PLACE + 1)] == [302] * limits.LINKS_FROM_ONE_PLACE + [429]
        clock.shift(timedelta(minutes=50))
        assert ask() == 429
        clock.shift(timedelta(minutes=10))
        assert ask() == 302


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


def test_a_password_that_is_none_is_told_beside_the_field_where_it_was_chosen(
    client: Client, mailoutbox: list[Any]
) -> None:
    user = institutions.user()
    links.ask_for_link(user.email)
    links.send_link(PasswordLink.objects.get().pk)
    by_link = _follow(client, _link(mailoutbox), "password")
    inside = Client()
    sign_in(inside, user.email)
    changed = inside.post(
        reverse("password_change"),
        {"old_password": PASSWORD, "new_password1": "password", "new_password2": "passwort"},
    )

    assert list(by_link.context["form"].errors) == ["new_password1"]
    assert sorted(changed.context["form"].errors) == ["new_password1", "new_password2"]
    assert "too common" in " ".join(changed.context["form"].errors["new_password1"])
    assert len(changed.context["form"].errors["new_password2"]) == 1


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
def test_a_neighbour_who_tries_a_password_does_not_shut_out_the_browser_of_its_owner() -> None:
    victim = institutions.user()
    own = Client()
    sign_in(own, victim.email)
    own.post(reverse("logout"))
    for _ in range(10):
        sign_in(Client(), victim.email, "wrong")

    assert sign_in(Client(), victim.email).status_code == 429
    assert sign_in(own, victim.email).status_code == 302

    own.post(reverse("logout"))
    for _ in range(limits.IN_ONE_BROWSER):
        sign_in(own, victim.email, "wrong")
    assert sign_in(own, victim.email).status_code == 429  # it is counted by itself


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


def test_a_known_browser_does_not_tell_whose_it_is(client: Client) -> None:
    user = institutions.user()
    sign_in(client, user.email.upper())
    kept = client.cookies["known"].value

    assert limits.is_known(client.get("/").wsgi_request, {"username": user.email})
    assert not limits.is_known(client.get("/").wsgi_request, {"username": institutions.user().email})
    for part in kept.split(":"):
        assert user.email.encode() not in urlsafe_b64decode(part + "==")


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


def test_who_came_is_forgotten_after_half_a_year(client: Client) -> None:
    with time_machine.travel(timezone.now() - timedelta(days=181), tick=False):
        AccessLog.objects.create(username="long ago")
    AccessLog.objects.create(username="lately")

    limits.forget_old()

    assert [entry.username for entry in AccessLog.objects.all()] == ["lately"]


def test_without_javascript_the_door_says_that_what_was_typed_was_not_sent(client: Client) -> None:
    client.cookies["django_language"] = "en"
    page = client.get(reverse("login"), {"next": "/admissions/applications/1/draft/"}).content.decode()

    assert "what you typed was not sent" in page.partition("<noscript>")[2].partition("</noscript>")[0]
