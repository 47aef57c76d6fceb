"""The walk's look at headers sees what it looks for; static files, failures and a deployment say the same."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from institutions.enums import Role
from tests.conftest import ClientAs
from tests.factories import institutions
from tests.satbayev_jdp.headers import faults_of

FOR_REAL = {
    "DEBUG": "0",
    "SITE_URL": "https://jdp.example.org",
    "ALLOWED_HOSTS": "jdp.example.org",
    "SECRET_KEY": "long and random, as far as checks can tell: 0123456789",
    "DJANGO_SETTINGS_MODULE": "satbayev_jdp.settings",
}


@pytest.mark.django_db
def test_the_look_sees_a_bare_answer_and_what_is_inline(client: Client) -> None:
    page: Any = client.get("/login/")
    assert faults_of(page) == []
    page.content += b'<p style="color:red" onclick="x()">'
    assert faults_of(page) == ["inline:  style=", "inline:  onclick="]
    page["Content-Security-Policy"] = "script-src 'self' 'unsafe-inline'"
    assert "CSP allows what is unsafe" in faults_of(page)
    bare = HttpResponse("x", content_type="image/png")
    assert {"no Permissions-Policy", "it may be kept in a cache", "a file that is shown"} <= set(faults_of(bare))


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "status"), [("/no/such/page/", 404), ("/v/no-such-code/", 404), ("/a%00b/", 400)])
def test_answers_that_fail_say_the_same(client: Client, path: str, status: int) -> None:
    answer = client.get(path)

    assert answer.status_code == status
    assert faults_of(answer) == []


def _production(code: str) -> str:
    """What a fresh process prints that runs as in production."""
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "DATA_DIR", "LANG"}}
    made = subprocess.run(  # noqa: S603 -- our own words
        [sys.executable, "-c", code],
        cwd=settings.BASE_DIR,
        env={**kept, **FOR_REAL, "DATA_DIR": str(settings.DATA_DIR)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    return made.stdout


def test_a_deployment_has_nothing_to_be_told_and_its_cookies_are_the_hosts_own() -> None:
    told = _production(
        """
import json, django
django.setup()
from django.conf import settings
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"  # nothing is collected here
from django.core.checks import run_checks
from django.test import Client
from django.core.management import call_command
answer = Client(headers={"host": "jdp.example.org"}).get("/login/", secure=True)
plain = Client(headers={"host": "jdp.example.org"}).get("/login/")
print(json.dumps({
    "checks": [str(found) for found in run_checks(include_deployment_checks=True)],
    "hsts": answer["Strict-Transport-Security"],
    "csp": answer["Content-Security-Policy"],
    "plain": [plain.status_code, plain["Location"]],
    "cookies": {name: [bool(morsel["secure"]), morsel["path"], bool(morsel["httponly"]), morsel["samesite"], morsel["domain"]]
                for name, morsel in answer.cookies.items()},
    "session": settings.SESSION_COOKIE_NAME,
    "hasher": settings.PASSWORD_HASHERS[0],
}))
"""
    )
    found = json.loads(told)

    assert found["checks"] == []
    assert found["hsts"] == "max-age=31536000; includeSubDomains; preload"
    assert "upgrade-insecure-requests" in found["csp"]
    assert found["plain"] == [301, "https://jdp.example.org/login/"]
    assert found["cookies"] == {"__Host-csrftoken": [True, "/", True, "Lax", ""]}
    assert found["session"] == "__Host-sessionid"
    assert found["hasher"] == "django.contrib.auth.hashers.Argon2PasswordHasher"


def test_a_slip_in_the_policy_of_the_second_factor_does_not_mean_that_there_is_none() -> None:
    made = subprocess.run(
        [sys.executable, "-c", "import satbayev_jdp.settings"],
        cwd=settings.BASE_DIR,
        env={"PATH": os.environ["PATH"], **FOR_REAL, "DATA_DIR": str(settings.DATA_DIR), "SECOND_FACTOR": "required"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert made.returncode != 0
    assert "SECOND_FACTOR is off, offered or required_for_staff" in made.stderr


@pytest.mark.django_db
def test_an_address_that_is_asked_the_wrong_way_answers_a_page(client: Client) -> None:
    answer = client.get("/language/")

    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert 'href="/"' in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "above"),
    [("/admissions/many/", "/admissions/"), ("/mobility/stays/15/message/", "/mobility/stays/15/")],
)
def test_whoever_asks_to_read_where_a_form_is_sent_to_is_led_to_its_page(
    client_as: ClientAs, address: str, above: str
) -> None:
    """As after signing in again on a page that answered to a form."""
    assert client_as(institutions.user(Role.IPD_COORDINATOR)).get(address)["Location"] == above
