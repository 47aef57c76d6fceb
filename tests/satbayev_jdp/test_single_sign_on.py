"""Single sign-on, against a small provider that runs beside the test and signs with a key of its own."""

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from institutions.enums import Role
from institutions.models import User
from institutions.services import factors
from tests.factories import institutions
from tests.satbayev_jdp.door import is_in
from tests.satbayev_jdp.test_second_factor import with_factor

pytestmark = pytest.mark.django_db
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
ANOTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class Provider:
    """What the provider says, and what it was asked."""

    address: str
    claims: dict[str, Any] = field(default_factory=dict)
    key: Any = KEY
    algorithm: str = "RS256"
    challenge: str = ""
    asked: list[dict[str, str]] = field(default_factory=list)
    headers: list[str] = field(default_factory=list)

    def answer(self, path: str, form: dict[str, str]) -> dict[str, Any] | None:
        """One of its four answers; None for what it refuses."""
        if path == "/.well-known/openid-configuration":
            return {
                "issuer": self.address,
                "authorization_endpoint": f"{self.address}/authorise",
                "token_endpoint": f"{self.address}/token",
                "jwks_uri": f"{self.address}/keys",
            }
        if path == "/keys":
            return {"keys": [{**json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key())), "kid": "one"}]}
        self.asked.append(form)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != self.challenge:
            return None
        return {"id_token": jwt.encode(self.claims, self.key, algorithm=self.algorithm, headers={"kid": "one"})}


@pytest.fixture
def provider(settings: Any) -> Iterator[Provider]:
    """A provider at an address of this machine, configured."""
    cache.clear()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._send({})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            made.headers.append(self.headers.get("Authorization", ""))
            self._send({name: values[0] for name, values in parse_qs(body).items()})

        def _send(self, form: dict[str, str]) -> None:
            answer = made.answer(self.path, form)
            self.send_response(200 if answer else 400)
            self.end_headers()
            self.wfile.write(json.dumps(answer or {"error": "invalid_grant"}).encode())

        def log_message(self, *_args: Any) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    made = Provider(f"http://127.0.0.1:{server.server_port}")
    settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = made.address, "jdp", "a secret"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    server.shutdown()
    thread.join()
    server.server_close()


def go(client: Client, provider: Provider, user: User, **claims: Any) -> dict[str, str]:
    """Go to the provider; what it would send back with the browser."""
    client.cookies["django_language"] = "en"
    asked = {name: v[0] for name, v in parse_qs(urlsplit(client.get(reverse("sso"))["Location"]).query).items()}
    provider.challenge = asked["code_challenge"]
    now = int(timezone.now().timestamp())
    provider.claims = {
        "iss": provider.address,
        "aud": "jdp",
        "sub": "1",
        "iat": now,
        "exp": now + 300,
        "nonce": asked["nonce"],
        "email": user.email.upper(),
        "email_verified": True,
        **claims,
    }
    assert asked["code_challenge_method"] == "S256"
    return {"state": asked["state"], "code": "a code"}


def test_whom_the_provider_vouches_for_comes_in(client: Client, provider: Provider) -> None:
    back = go(client, provider, institutions.user(Role.REGISTRAR))
    answer = client.get(reverse("sso_back"), back)

    assert answer["Location"] == reverse("inbox")
    assert is_in(client)
    assert provider.asked[0]["redirect_uri"].endswith(reverse("sso_back"))
    assert base64.b64decode(provider.headers[0].removeprefix("Basic ")) == b"jdp:a%20secret"


def test_an_answer_serves_once(client: Client, provider: Provider) -> None:
    back = go(client, provider, institutions.user())
    client.get(reverse("sso_back"), back)
    client.post(reverse("logout"))

    assert client.get(reverse("sso_back"), back)["Location"] == reverse("login")
    assert not is_in(client)


NOW = int(timezone.now().timestamp())


@pytest.mark.parametrize(
    "claims",
    [
        {"email_verified": False},
        {"email_verified": "true"},
        {"email": ""},
        {"aud": "another program"},
        {"aud": ["jdp", "another"], "azp": "another"},
        {"iss": "https://another.example"},
        {"nonce": "another"},
        {"exp": NOW - 3600},
        {"iat": NOW + 3600 * 24},
    ],
    ids="-".join,
)
def test_a_word_that_does_not_fit_is_refused(client: Client, provider: Provider, claims: dict[str, Any]) -> None:
    answer = client.get(reverse("sso_back"), go(client, provider, institutions.user(), **claims))

    assert answer.status_code == 403
    assert not is_in(client)


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [(ANOTHER_KEY, "RS256"), ("a secret" * 8, "HS256"), (None, "none")],
    ids=["key", "HS256", "none"],
)
def test_a_word_signed_by_another_is_refused(client: Client, provider: Provider, key: Any, algorithm: str) -> None:
    back = go(client, provider, institutions.user())
    provider.key, provider.algorithm = key, algorithm

    assert client.get(reverse("sso_back"), back).status_code == 403
    assert not is_in(client)


@pytest.mark.parametrize(
    "changed",
    [{"state": "another"}, {"state": ""}, {"code": ""}, {"iss": "https://another.example"}],
    ids="-".join,
)
def test_what_the_browser_brings_back_must_be_what_was_sent(
    client: Client, provider: Provider, changed: dict[str, str]
) -> None:
    back = {**go(client, provider, institutions.user()), **changed}
    if not back["code"]:
        del back["code"]

    assert client.get(reverse("sso_back"), back).status_code == 403
    assert not is_in(client)


def test_another_browser_cannot_use_the_answer(provider: Provider) -> None:
    thief = Client()
    back = go(Client(), provider, institutions.user())

    assert thief.get(reverse("sso_back"), back)["Location"] == reverse("login")
    assert not is_in(thief)


def test_without_the_verifier_the_provider_gives_nothing(client: Client, provider: Provider) -> None:
    back = go(client, provider, institutions.user())
    provider.challenge = "another"

    assert client.get(reverse("sso_back"), back).status_code == 403


def test_nobody_is_entered_by_it_and_a_closed_account_stays_closed(client: Client, provider: Provider) -> None:
    closed = institutions.user()
    people = User.objects.count()
    User.objects.filter(pk=closed.pk).update(is_active=False)

    for email in (closed.email, "newcomer@example.org"):
        answer = client.get(reverse("sso_back"), go(client, provider, closed, email=email))
        assert answer.status_code == 403
        assert "no open account" in answer.content.decode()
    assert User.objects.count() == people


def test_who_has_a_second_factor_shows_it_unless_the_provider_has_seen_one(provider: Provider) -> None:
    user, client, strong = institutions.user(Role.REGISTRAR), Client(), Client()
    with_factor(user)

    assert client.get(reverse("sso_back"), go(client, provider, user))["Location"] == reverse("login_factor")
    assert not is_in(client)
    strong.get(reverse("sso_back"), go(strong, provider, user, amr=["pwd", "otp"]))
    assert is_in(strong)


def test_where_it_is_required_the_providers_own_second_factor_serves(provider: Provider, settings: Any) -> None:
    settings.SECOND_FACTOR = "required_for_staff"
    user, weak, strong = institutions.user(Role.REGISTRAR), Client(), Client()
    weak.get(reverse("sso_back"), go(weak, provider, user))
    strong.get(reverse("sso_back"), go(strong, provider, user, amr=["mfa"]))

    assert weak.get(reverse("inbox"))["Location"] == reverse("factor")
    assert strong.get(reverse("inbox")).status_code == 200
    assert not factors.has_factor(user)


def test_the_way_back_stays_in_the_house(client: Client, provider: Provider) -> None:
    client.get(reverse("sso"), {"next": "https://another.example/"})

    assert client.session["away_at_provider"]["to"] == reverse("inbox")


def test_a_silent_provider_is_told_of(client: Client, settings: Any) -> None:
    cache.clear()
    client.cookies["django_language"] = "en"
    for issuer in ("http://127.0.0.1:9", "http://another.example", "ftp://127.0.0.1"):
        settings.OIDC_ISSUER = issuer
        answer = client.get(reverse("sso"))
        assert answer.status_code == 403
        assert "sign in with your password" in answer.content.decode()


def test_there_is_a_button_only_where_there_is_a_provider(client: Client, provider: Provider, settings: Any) -> None:
    settings.OIDC_NAME = "Nordtal Login"
    assert "Nordtal Login" in client.get(reverse("login")).content.decode()
    settings.OIDC_ISSUER = ""
    assert "Nordtal Login" not in client.get(reverse("login")).content.decode()
    assert client.get(reverse("sso")).status_code == 404
    assert client.get(reverse("sso_back")).status_code == 404
