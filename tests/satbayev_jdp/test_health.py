"""What machines are told about the program's health, and what they are not told."""

from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.urls import include, path
from pytest_django import DjangoAssertNumQueries, Settings

from satbayev_jdp import health

urlpatterns = [path("health/", include("satbayev_jdp.health"))]
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    health.readiness = health._Readiness()
    health._migrations.cache_clear()
    yield
    health._migrations.cache_clear()


def test_a_living_process_says_so_without_asking_the_database(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        answer = client.get("/health/live")

    assert (answer.status_code, answer.json()) == (HTTPStatus.OK, {"status": "ok"})


def test_ready_when_all_is_there(client: Client, settings: Settings) -> None:
    answer = client.get("/health/ready")

    expected = {"database": True, "migrations": True, "cache": True, "storage": True}
    if settings.REDIS_URL:
        expected["broker"] = True
    assert (answer.status_code, answer.json()) == (HTTPStatus.OK, {"status": "ok", "checks": expected})
    assert "no-store" in answer.headers["Cache-Control"]


def test_not_ready_while_a_migration_waits(client: Client) -> None:
    latest = MigrationLoader(connection).graph.leaf_nodes("core")[0]
    MigrationRecorder(connection).record_unapplied(*latest)

    answer = client.get("/health/ready")

    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert (answer.json()["status"], answer.json()["checks"]["migrations"]) == ("unavailable", False)


def test_not_ready_when_papers_cannot_be_kept_and_does_not_say_where(
    client: Client, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "taken").touch()
    settings.MEDIA_ROOT = tmp_path / "taken"

    answer = client.get("/health/ready")

    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert answer.json()["checks"]["storage"] is False
    assert str(tmp_path) not in answer.content.decode()


def test_not_ready_when_redis_is_named_but_gone_and_does_not_say_which(client: Client, settings: Settings) -> None:
    settings.REDIS_URL = settings.CELERY_BROKER_URL = "redis://:secret@127.0.0.1:1/0"

    answer = client.get("/health/ready")

    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert answer.json()["checks"]["broker"] is False
    assert "127.0.0.1" not in answer.content.decode()


def test_who_asks_at_once_again_gets_the_last_answer(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    first = client.get("/health/ready")

    with django_assert_num_queries(0):
        again = client.get("/health/ready")

    assert again.json() == first.json()


def test_health_is_read_only(client: Client) -> None:
    assert client.post("/health/ready").status_code == HTTPStatus.METHOD_NOT_ALLOWED
