"""`manage.py establish`: what a new installation needs before anybody can sign in."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils.translation import override

from core.values import LANGUAGES
from core.workflow import FaultyError, RefusedError
from institutions.forms import AccountForm
from institutions.services.home import establish
from institutions.services.links import link_for

_ASKED = ("email", "surname", "given_names", "name_cyrillic", "language")


class Command(BaseCommand):
    """A thin door to `institutions.services.home.establish`. Speaks English, as all that is said in a terminal."""

    help = "Enter the University and its first administrator; prints the link by which he or she chooses a password."

    def add_arguments(self, parser: CommandParser) -> None:
        """Who the first administrator is."""
        parser.add_argument("--email", required=True, help="the administrator signs in with it")
        parser.add_argument("--surname", required=True, help="as in the passport, in Latin letters")
        parser.add_argument("--given-names", required=True, help="as in the passport, in Latin letters")
        parser.add_argument(
            "--name-cyrillic", default="", help="surname and name, as Kazakh and Russian pages show them"
        )
        parser.add_argument("--language", choices=LANGUAGES, default="kk", help="of the administrator's pages")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Do it, or say in one line why not."""
        with override("en"):
            form = AccountForm({name: options[name] for name in _ASKED})
            if not form.is_valid():
                faults = ((name, " ".join(map(str, told))) for name, told in form.errors.items())
                raise CommandError(_in_a_line(*faults))
            try:
                user, is_new = establish(**{name: form.cleaned_data[name] for name in _ASKED})
            except FaultyError as refusal:
                raise CommandError(_in_a_line(*refusal.told())) from refusal
            except RefusedError as refusal:
                raise CommandError(str(refusal)) from refusal
            except DatabaseError as error:
                raise CommandError(f"The database is not ready, run manage.py migrate first: {error}") from error
            told = "is the administrator" if is_new else "is the administrator already and has chosen no password yet"
            self.stdout.write(f"{user.person} ({user.email}) {told}.")
            self.stdout.write(
                "The password is chosen here, once and within a day; afterwards the command gives a new link:"
            )
            self.stdout.write(link_for(user))


def _in_a_line(*faults: tuple[str, str]) -> str:
    return " ".join(f"--{field.replace('_', '-')}: {words}" for field, words in faults)
