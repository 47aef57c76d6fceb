"""How often may be tried from one place, and on one account. Axes stops a single account from a single place (settings);
here stands what goes for a place with many accounts, and for an account from many places.

A browser in which somebody has signed in before bears a signed mark of the account, which does not tell whose it is: it is no
stranger, and what strangers behind the same address have done does not shut it out. So a whole office can share one address.
"""

import hashlib
import ipaddress
import time
from datetime import timedelta

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.db.models import Q, Sum
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from institutions.models import User

WINDOW = timedelta(hours=settings.AXES_COOLOFF_TIME)
FROM_ONE_PLACE = 100
ON_ONE_ACCOUNT = 50
IN_ONE_BROWSER = 10
LINKS_FROM_ONE_PLACE = 30
AN_HOUR = 3600
KNOWN_DAYS = 180
_COOKIE = "__Host-known" if settings.SESSION_COOKIE_SECURE else "known"
_SALT = "door.known"
_WRONG = "wrong"


def account_of(request: HttpRequest | None, credentials: dict[str, str] | None = None) -> str:
    """The account that is tried, however its letters are typed: else each spelling would have tries of its own."""
    typed = (credentials or {}).get("username") or (request.POST.get("username", "") if request else "")
    return typed.replace("\0", "").strip().lower()[:254]


def place_of(request: HttpRequest) -> str:
    """The address that a request comes from: as many proxies of ours as there are have written theirs behind it."""
    passed = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    proxies = settings.PROXY_COUNT
    told = passed[-proxies] if proxies and len(passed) >= proxies else request.META.get("REMOTE_ADDR", "")
    try:
        return str(ipaddress.ip_address(told))
    except ValueError:
        return "0.0.0.0"  # noqa: S104 -- nothing listens there: an address that is none


def is_too_much(request: HttpRequest) -> bool:
    """True where so much was tried lately, from this place or on this account, that only known browsers are heard; and where
    a known browser has tried too much itself.
    """
    account = account_of(request)
    if is_known(request):
        return this_hour(_WRONG, _browser(request)) >= IN_ONE_BROWSER
    recent = AccessAttempt.objects.filter(attempt_time__gte=timezone.now() - WINDOW)
    sums = recent.aggregate(
        here=Sum("failures_since_start", filter=Q(ip_address=place_of(request))),
        on_it=Sum("failures_since_start", filter=Q(username=account)),
    )
    return (sums["here"] or 0) >= FROM_ONE_PLACE or (sums["on_it"] or 0) >= ON_ONE_ACCOUNT


def is_known(request: HttpRequest, credentials: dict[str, str] | None = None) -> bool:
    """True where the account that is tried has signed in with this browser before. Axes counts such a browser by itself."""
    return constant_time_compare(_mark_of(account_of(request, credentials)), _known_as(request))


def count_wrong(request: HttpRequest) -> None:
    """Count a wrong password that was typed in a known browser."""
    if is_known(request):
        counted_this_hour(_WRONG, _browser(request))


def _browser(request: HttpRequest) -> str:
    return request.COOKIES.get(_COOKIE, "")


def remember(response: HttpResponseBase, user: User) -> None:
    """Mark a browser as one in which this account has signed in."""
    response.set_cookie(
        _COOKIE,
        signing.dumps(_mark_of(user.email.lower()), salt=_SALT),
        max_age=KNOWN_DAYS * 24 * 3600,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def _mark_of(account: str) -> str:
    """What the cookie names an account by: whoever finds it in a browser learns nothing of whose it is."""
    return salted_hmac(_SALT, account, algorithm="sha256").hexdigest()


def _known_as(request: HttpRequest) -> str:
    """The mark of the account that this browser knows; empty where it knows none."""
    try:
        return str(signing.loads(_browser(request), salt=_SALT, max_age=KNOWN_DAYS * 24 * 3600))
    except signing.BadSignature:
        return ""


def may_ask_for_link(request: HttpRequest) -> bool:
    """Count a request for a link; False where too many came from this place in this hour."""
    return counted_this_hour("links", place_of(request)) <= LINKS_FROM_ONE_PLACE


def counted_this_hour(what: str, who: str) -> int:
    """Count that somebody asked for something, and return how often in this hour of the clock."""
    key = _key(what, who)
    cache.add(key, 0, timeout=AN_HOUR)
    try:
        count = cache.incr(key)
    except ValueError:  # it was thrown out just now
        return 1
    cache.touch(key, AN_HOUR)  # files (the default) keep what is counted on for five minutes, whatever was asked before
    return count


def this_hour(what: str, who: str) -> int:
    """How often somebody was counted in this hour of the clock."""
    return int(cache.get(_key(what, who), 0))


def _key(what: str, who: str) -> str:
    mark = hashlib.sha256(who.encode()).hexdigest()
    return f"{what}:{mark}:{int(time.time()) // AN_HOUR}"


def forget_old() -> None:
    """Forget who signed in or failed to, from where, once `SIGN_INS_KEPT_DAYS` are over."""
    over = timezone.now() - timedelta(days=settings.SIGN_INS_KEPT_DAYS)
    for kept in (AccessAttempt, AccessFailureLog, AccessLog):
        kept.objects.filter(attempt_time__lt=over).delete()
