"""Make the demo's database ready in one process: starting Django costs a second, and there are six things to do.

Use: python bin/_prepare.py ACCOUNTS   (a file for the table of accounts)
"""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "satbayev_jdp.settings")

import django  # it reads the two lines above
from django.core.management import call_command


@contextmanager
def step(title: str) -> Iterator[None]:
    """Say what is being done, and how long it took."""
    print(f"  {title} …", end="", flush=True)
    begun = time.monotonic()
    yield
    print(f" {time.monotonic() - begun:.1f} s", flush=True)


def main() -> None:
    """Translations first: what is loaded and shown afterwards speaks with them. All of it may be done again."""
    django.setup()
    log = sys.stderr  # what the commands tell is for the log
    with step("translations"):
        call_command("messages", "--compile", verbosity=0, stdout=log)
    with step("database"):
        call_command("migrate", interactive=False, verbosity=0, stdout=log)
    with step("regulation"):
        call_command("load_regulation", verbosity=0, stdout=log)
    with step("stylesheets and pictures"):
        call_command("collectstatic", interactive=False, verbosity=0, stdout=log)
    with step("demo university"):
        call_command("demo", verbosity=0, stdout=log)
    with Path(sys.argv[1]).open("w", encoding="utf-8") as table:
        call_command("demo", "--accounts", stdout=table)


if __name__ == "__main__":
    main()
