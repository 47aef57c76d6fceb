"""Two addresses for machines: is the process alive, and can it do its work. Open to all, so they tell nothing more."""

import logging
import time
from collections.abc import Callable
from functools import cache
from http import HTTPStatus

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache as shared_cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.utils.crypto import get_random_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

logger = logging.getLogger(__name__)

# Who asks more often gets the last answer: an open page must not be a lever for writing files and opening connections.
FRESH_SECONDS = 2.0
BROKER_TIMEOUT_SECONDS = 2.0


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


@cache
def _migrations() -> None:
    """All are applied. Once true, it stays true for this process: `cache` keeps the answer, not an exception."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise RuntimeError("there are migrations to apply")


def _cache() -> None:
    key, value = f"health-{get_random_string(12)}", get_random_string(12)
    shared_cache.set(key, value, timeout=10)
    if shared_cache.get(key) != value:
        raise RuntimeError("the cache does not return what was put in")
    shared_cache.delete(key)


def _storage() -> None:
    name = default_storage.save(f"health/{get_random_string(12)}", ContentFile(b"ok"))
    default_storage.delete(name)


def _broker() -> None:
    with redis.Redis.from_url(
        settings.CELERY_BROKER_URL, socket_connect_timeout=BROKER_TIMEOUT_SECONDS, socket_timeout=BROKER_TIMEOUT_SECONDS
    ) as client:
        client.ping()


def _holds(name: str, check: Callable[[], None]) -> bool:
    """Whether a check passes. Why it does not stands in the log, never in the answer."""
    try:
        check()
    except Exception:
        logger.exception("health: %s failed", name)
        return False
    return True


class _Readiness:
    """The last report of this process and when it was made."""

    def __init__(self) -> None:
        self.made_at = float("-inf")
        self.checks: dict[str, bool] = {}

    def report(self) -> dict[str, bool]:
        """Every check by name, at most `FRESH_SECONDS` old."""
        if time.monotonic() - self.made_at >= FRESH_SECONDS:
            checks: dict[str, Callable[[], None]] = {
                "database": _database,
                "migrations": _migrations,
                "cache": _cache,
                "storage": _storage,
            }
            if settings.REDIS_URL:  # without Redis the broker is a folder beside the database: `storage` speaks for it
                checks["broker"] = _broker
            self.checks = {name: _holds(name, check) for name, check in checks.items()}
            self.made_at = time.monotonic()
        return self.checks


readiness = _Readiness()


@login_not_required
@require_safe
@never_cache
def live(request: HttpRequest) -> HttpResponse:
    """The process answers. Nothing else is asked, so that a database that is down restarts no web process."""
    return JsonResponse({"status": "ok"})


@login_not_required
@require_safe
@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """All that a request may need is there: send people here."""
    checks = readiness.report()
    healthy = all(checks.values())
    return JsonResponse(
        {"status": "ok" if healthy else "unavailable", "checks": checks},
        status=HTTPStatus.OK if healthy else HTTPStatus.SERVICE_UNAVAILABLE,
    )


app_name = "health"
urlpatterns = [
    path("live", live, name="live"),
    path("ready", ready, name="ready"),
]
