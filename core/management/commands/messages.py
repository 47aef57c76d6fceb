"""`manage.py messages`: collect, compile or check what pages and papers say in Kazakh and Russian."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.management import catalogues


class Command(BaseCommand):
    """A thin door to `core.management.catalogues`."""

    help = "Message catalogues of the house: --update [APP…], --compile, --check."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """One of three."""
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument(
            "--update", nargs="*", metavar="APP", help="collect messages (of these apps) into the catalogues"
        )
        what.add_argument("--compile", action="store_true", help="compile the catalogues that have changed")
        what.add_argument("--check", action="store_true", help="fail unless every catalogue is whole")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Do the one thing that was asked for."""
        if options["check"]:
            self._check()
        elif options["compile"]:
            for path in catalogues.compile_stale():
                self._say(options, f"compiled {self._short(path)}")
        else:
            self._update(options)

    def _update(self, options: dict[str, Any]) -> None:
        wanted = options["update"]
        if unknown := sorted(set(wanted) - set(catalogues.apps())):
            raise CommandError(f"No such app: {', '.join(unknown)}. Known: {', '.join(catalogues.apps())}.")
        for path, empty in catalogues.update(wanted or None).items():
            self._say(options, f"{self._short(path)}: " + (f"{empty} to translate" if empty else "whole"))

    def _check(self) -> None:
        if lines := catalogues.faults():
            raise CommandError("\n".join([*lines, f"{len(lines)} faults in the catalogues."]))

    def _say(self, options: dict[str, Any], line: str) -> None:
        if options["verbosity"] > 0:
            self.stdout.write(line)

    def _short(self, path: Path) -> Path:
        return path.relative_to(settings.BASE_DIR)
