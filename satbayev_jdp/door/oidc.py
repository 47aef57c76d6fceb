"""The language spoken with a provider of single sign-on: OpenID Connect, authorisation code with PKCE, state and nonce.

Whom the provider vouches for is matched to an account by the verified e-mail alone; nobody is entered by it.
"""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.error import URLError
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

import jwt
from django.conf import settings
from django.core.cache import cache

TIMEOUT_SECONDS = 5
MAX_ANSWER = 256 * 1024
KEPT_SECONDS = 3600
# Signatures by a key of the provider's; never "none", never one that the shared secret makes.
ALGORITHMS = ("RS256", "PS256", "ES256", "RS384", "RS512", "ES384", "EdDSA")
# What a provider says of how somebody was recognised (RFC 8176) when it was by more than a password.
_STRONG = frozenset({"mfa", "otp", "hwk", "swk", "sms", "fpt", "face"})


class ProviderError(Exception):
    """The provider does not answer, or answers what cannot be trusted. For the log alone: the page tells no more than that."""


@dataclass(frozen=True, slots=True)
class Start:
    """What the session keeps while somebody is away at the provider."""

    state: str
    nonce: str
    verifier: str
    to: str


@dataclass(frozen=True, slots=True)
class Vouched:
    """Whom the provider vouches for; `strong`: recognised by more than a password."""

    email: str
    strong: bool


class _StayHere(HTTPRedirectHandler):
    """A provider's machine addresses do not move: where one is sent on, somebody else may be listening."""

    def redirect_request(self, *_args: Any) -> None:
        """Go nowhere."""


_opener = build_opener(_StayHere)


def _fetch(url: str, data: bytes | None = None, headers: Mapping[str, str] | None = None) -> Any:
    place = urlsplit(url)
    if place.scheme != "https" and place.hostname not in {"localhost", "127.0.0.1"}:
        raise ProviderError(f"{url} is not https")
    request = Request(url, data=data, headers={"Accept": "application/json", **(headers or {})})  # noqa: S310 -- checked above
    try:
        with _opener.open(request, timeout=TIMEOUT_SECONDS) as answer:
            return json.loads(answer.read(MAX_ANSWER))
    except (URLError, OSError, ValueError) as error:
        raise ProviderError(f"{url}: {error}") from error


def _kept(name: str, fetch: Any) -> Any:
    key = f"oidc:{name}:{hashlib.sha256(settings.OIDC_ISSUER.encode()).hexdigest()[:16]}"
    found = cache.get(key)
    if found is None:
        found = fetch()
        cache.set(key, found, KEPT_SECONDS)
    return found


def _provider() -> dict[str, Any]:
    """The provider's own description: its addresses."""
    found: dict[str, Any] = _kept(
        "provider", lambda: _fetch(f"{settings.OIDC_ISSUER}/.well-known/openid-configuration")
    )
    if str(found.get("issuer", "")).rstrip("/") != settings.OIDC_ISSUER:
        raise ProviderError("the description is another issuer's")
    return found


def begin(*, back: str, to: str) -> tuple[Start, str]:
    """What the session is to keep, and the provider's address to go to. Raises ProviderError."""
    start = Start(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(64), to)
    digest = hashlib.sha256(start.verifier.encode()).digest()
    asked = {
        "response_type": "code",
        "client_id": settings.OIDC_CLIENT_ID,
        "redirect_uri": back,
        "scope": "openid email",
        "state": start.state,
        "nonce": start.nonce,
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }
    return start, f"{_provider()['authorization_endpoint']}?{urlencode(asked)}"


def finish(start: Start, answer: Mapping[str, str], *, back: str) -> Vouched:
    """Whom the provider vouches for, from what the browser brought back. Raises ProviderError for whatever does not fit."""
    if not hmac.compare_digest(start.state.encode(), answer.get("state", "").encode()):
        raise ProviderError("the state is not the one that was sent")
    if answer.get("iss", settings.OIDC_ISSUER).rstrip("/") != settings.OIDC_ISSUER:
        raise ProviderError("another issuer answers")
    if "code" not in answer:
        raise ProviderError(f"no code: {answer.get('error', '')[:100]}")
    return _vouched(_token(answer["code"], start, back), start)


def _token(code: str, start: Start, back: str) -> str:
    """The provider's signed word for a code."""
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": start.verifier}
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    if settings.OIDC_CLIENT_SECRET:
        pair = f"{quote(settings.OIDC_CLIENT_ID, safe='')}:{quote(settings.OIDC_CLIENT_SECRET, safe='')}"
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    else:
        form["client_id"] = settings.OIDC_CLIENT_ID
    answer = _fetch(_provider()["token_endpoint"], urlencode(form).encode(), headers)
    if not isinstance(answer, dict) or not isinstance(answer.get("id_token"), str):
        raise ProviderError("no id_token")
    return str(answer["id_token"])


def _vouched(token: str, start: Start) -> Vouched:
    try:
        claims = jwt.decode(
            token,
            _key_of(token),
            algorithms=list(ALGORITHMS),
            audience=settings.OIDC_CLIENT_ID,
            issuer=_provider()["issuer"],
            leeway=60,
            options={"require": ["exp", "iat", "iss", "aud", "sub"]},
        )
    except jwt.PyJWTError as error:
        raise ProviderError(f"id_token: {error}") from error
    if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), start.nonce.encode()):
        raise ProviderError("the nonce is not the one that was sent")
    if claims.get("azp", settings.OIDC_CLIENT_ID) != settings.OIDC_CLIENT_ID:
        raise ProviderError("the token was made for another program")
    if claims.get("email_verified") is not True or not claims.get("email"):
        raise ProviderError("the e-mail is not verified")
    return Vouched(email=str(claims["email"]), strong=bool(_STRONG & set(claims.get("amr") or ())))


def _key_of(token: str) -> jwt.PyJWK:
    """The provider's key that signed a token; its keys are fetched anew once where the kept ones do not know it."""
    name = jwt.get_unverified_header(token).get("kid")
    for forget in (False, True):
        if forget:
            cache.delete(f"oidc:keys:{hashlib.sha256(settings.OIDC_ISSUER.encode()).hexdigest()[:16]}")
        keys = jwt.PyJWKSet.from_dict(_kept("keys", lambda: _fetch(_provider()["jwks_uri"]))).keys
        found = [key for key in keys if name is None or key.key_id == name]
        if len(found) == 1:
            return found[0]
    raise ProviderError("the token is signed by an unknown key")
