"""How a session ends, and what its owner sees of it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.models import Job
from core.values import today
from institutions.enums import Role
from institutions.models import SignIn, User
from institutions.services import people, sessions
from tests.factories import institutions
from tests.satbayev_jdp.door import is_in, sign_in

pytestmark = pytest.mark.django_db
ClientAs = Callable[[User], Client]


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


@pytest.mark.parametrize(
    ("page", "leads_to"),
    [
        ("http://testserver/mobility/stays/5/?q=1#messages", "/mobility/stays/5/%3Fq%3D1"),
        ("https://elsewhere.example/mobility/stays/5/", "/"),
        ("", "/"),
    ],
)
def test_who_is_signed_out_while_typing_comes_back_to_the_page_of_the_form(
    client: Client, page: str, leads_to: str
) -> None:
    """What it is sent to has no page of its own."""
    answer = client.post("/mobility/stays/5/message/", {"text": "x"}, headers={"referer": page})

    assert answer["Location"] == f"{reverse('login')}?next={leads_to}"


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


def test_a_session_that_ended_by_itself_is_forgotten_with_what_it_held(client: Client) -> None:
    sign_in(Client(), institutions.user().email)
    with time_machine.travel(timezone.now() + timedelta(hours=12, minutes=1), tick=False):
        sign_in(client, institutions.user().email)
        sessions.forget_ended()

        assert is_in(client)
        assert Session.objects.count() == SignIn.objects.count() == 1


FORM = "http://testserver/account/held/?page=2"
LOST = "The file was not sent: you had been signed out. Choose it again."


def test_who_is_signed_out_while_a_file_is_sent_is_told_that_it_did_not_arrive(client: Client) -> None:
    user = institutions.user()
    client.cookies["django_language"] = "en"
    file = SimpleUploadedFile("a.pdf", b"%PDF")
    sent = client.post("/account/held/download/", {"file": file}, headers={"referer": f"{FORM}&unsent=form"})
    door = client.get(sent["Location"])
    again = sign_in(client, user.email, query_params={"next": door.context["next"]})
    page = client.get(again["Location"])

    assert "The file was not sent: choose it again after signing in." in door.content.decode()
    assert again["Location"] == "/account/held/?page=2&unsent=file"
    assert LOST in page.content.decode()
    assert LOST not in client.get("/account/held/").content.decode()


def test_a_form_without_a_file_asks_for_none(client: Client) -> None:
    sent = client.post("/account/held/download/", {"text": "x"}, headers={"referer": f"{FORM}&unsent=file"})

    assert sent["Location"] == f"{reverse('login')}?next=/account/held/%3Fpage%3D2"


def test_a_form_that_is_older_than_the_session_is_not_taken_and_leads_back_to_itself() -> None:
    browser, user = Client(enforce_csrf_checks=True), institutions.user()
    browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    browser.cookies["django_language"] = "en"
    answer = browser.post(reverse("held_download"), headers={"referer": FORM})
    strange = browser.post(reverse("held_download"), headers={"referer": "https://elsewhere.example/"})

    assert answer["Location"] == "/account/held/?page=2&unsent=form"
    assert "you have signed in anew meanwhile" in browser.get(answer["Location"]).content.decode()
    assert strange.status_code == 403
    assert not Job.objects.exists()


def test_a_stranger_whose_form_is_too_old_is_led_back_to_it() -> None:
    browser = Client(enforce_csrf_checks=True)
    answer = browser.post(reverse("login"), headers={"referer": f"http://testserver{reverse('login')}"})

    assert answer.status_code == 403
    assert f'class="button" href="{reverse("login")}"' in answer.content.decode()
