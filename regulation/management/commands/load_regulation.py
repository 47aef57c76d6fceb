"""`manage.py load_regulation`: load every edition that the program brings; run at each start, it changes nothing twice."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from regulation.files import edition_paths
from regulation.services import EditionDecidedUnderError, load_edition


class Command(BaseCommand):
    """A thin door to `regulation.services.load_edition`."""

    help = "Load the editions in regulation/data."

    def handle(self, *_args: Any, **options: Any) -> None:
        """Load them, oldest first, and say what became of each."""
        for path in edition_paths():
            try:
                outcome = load_edition(path)
            except EditionDecidedUnderError as error:
                raise CommandError(str(error)) from error
            if options["verbosity"] > 0:
                self.stdout.write(f"{path.name}: {outcome.value}")
