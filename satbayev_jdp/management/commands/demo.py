"""`manage.py demo`: a database with the demo university, built stage by stage through the services."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import translation

from core import reminders
from core.jobs import unwatched
from institutions.models import University
from satbayev_jdp.demo import agreements, annexes, memoranda, people, roads
from satbayev_jdp.demo.accounts import accounts
from satbayev_jdp.demo.making import making
from satbayev_jdp.demo.world import PASSWORD, World

# In the order of time, which the registers follow; each finds what those before it have made.
STAGES: dict[str, Callable[[World], None]] = {
    "people": people.build,
    "agreements": agreements.build,
    "annexes": annexes.build,
    "memoranda": memoranda.build,
    "roads": roads.build,
}


class Command(BaseCommand):
    """Prepare the database, then build what is missing of the demo. A database that has it already is left as it is."""

    help = "Make the demo university: everything, or --stage NAME to stop there."
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        """What can be asked for."""
        parser.add_argument("--stage", choices=list(STAGES), default="roads", help="build up to and with this stage")
        parser.add_argument("--accounts", type=Path, metavar="FILE", help="write there who can sign in")
        parser.add_argument("--no-static", action="store_true", help="somebody else gathers the static files")
        parser.add_argument("--fresh", action="store_true", help="delete the embedded database first")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Do it; only where everybody is told that this is the demo, for its password is known to all."""
        if not settings.DEMO:
            raise CommandError("This makes accounts with a known password: set DEMO=1 where that is wanted.")
        if options["fresh"]:
            self._start_over()
        with making():
            self._prepare(static=not settings.DEBUG and not options["no_static"])
            if University.objects.exists():
                self._say(options, "The demo is there already.")
            else:
                self._build(options)
        if options["accounts"]:
            options["accounts"].write_text(_table_of_accounts(), encoding="utf-8")

    def _build(self, options: dict[str, Any]) -> None:
        world = World.now()
        with unwatched():  # a paper that somebody issues by hand is not to wait behind the demo's own
            for name in list(STAGES)[: list(STAGES).index(options["stage"]) + 1]:
                STAGES[name](world)
                self._say(options, f"{name}: built")
            reminders.sweep()  # what this morning has found

    def _prepare(self, *, static: bool) -> None:
        call_command("messages", "--compile", verbosity=0)
        call_command("migrate", interactive=False, verbosity=0)
        call_command("load_regulation", verbosity=0)
        if static:
            call_command("collectstatic", interactive=False, verbosity=0)

    def _start_over(self) -> None:
        if connection.vendor != "sqlite" or not Path(connection.settings_dict["NAME"]).is_relative_to(
            settings.DATA_DIR
        ):
            raise CommandError("--fresh deletes the embedded SQLite database only; this is another one.")
        connection.close()
        for ending in ("", "-wal", "-shm"):
            Path(f"{connection.settings_dict['NAME']}{ending}").unlink(missing_ok=True)

    def _say(self, options: dict[str, Any], line: str) -> None:
        if options["verbosity"] > 0:
            self.stdout.write(line)


def _table_of_accounts() -> str:
    """The accounts as bin/demo prints them: English, as all that it says."""
    with translation.override("en"):
        rows = accounts()
    width = max((len(row.email) for row in rows), default=0)
    lines = [f"{row.email:<{width}}  {row.roles}, {row.name}" for row in rows]
    return "\n".join([*lines, f"Password of all: {PASSWORD}", ""])
