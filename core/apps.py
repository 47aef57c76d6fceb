"""What must be ready before anything runs: collations, triggers, the registry of tasks and papers."""

import sqlite3
from typing import Any

from django.apps import AppConfig
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.module_loading import autodiscover_modules

from core.fields import COLLATION
from core.values import kazakh_collation


class CoreConfig(AppConfig):
    """The kernel."""

    name = "core"

    def ready(self) -> None:
        """Import what registers itself, and hook into connections and migrations."""
        from core import checks  # noqa: F401, PLC0415 -- registers system checks
        from core.appendonly import protect  # noqa: PLC0415 -- models are ready now
        from core.forms import speak_in_our_words  # noqa: PLC0415 -- likewise
        from core.models import Decision, HistoryEntry  # noqa: PLC0415 -- models are ready now

        speak_in_our_words()
        protect(HistoryEntry)
        protect(Decision)
        connection_created.connect(_prepare_connection, dispatch_uid="core.connection")
        pre_migrate.connect(_make_collation, dispatch_uid="core.collation")
        post_migrate.connect(_install_triggers, dispatch_uid="core.triggers")
        # Workers and web alike must know every task by name (jobs.enqueue) and every kind of paper.
        autodiscover_modules("workflow", "tasks", "pdf")


def _prepare_connection(connection: Any, **_kwargs: Any) -> None:
    if connection.vendor == "sqlite":
        raw: sqlite3.Connection = connection.connection
        raw.create_collation(COLLATION, kazakh_collation)


def _make_collation(using: str = DEFAULT_DB_ALIAS, **_kwargs: Any) -> None:
    # Before any migration: the first tables of every app use it.
    if connections[using].vendor == "postgresql":
        with connections[using].cursor() as cursor:
            cursor.execute(f"CREATE COLLATION IF NOT EXISTS {COLLATION} (provider = icu, locale = 'kk')")


def _install_triggers(using: str = DEFAULT_DB_ALIAS, **_kwargs: Any) -> None:
    from core.appendonly import install  # noqa: PLC0415 -- models are ready now

    install(connections[using])
