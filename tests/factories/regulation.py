"""The regulation, loaded from the files that the program brings."""

from regulation.files import edition_paths
from regulation.models import Edition
from regulation.services import load_edition


def edition() -> Edition:
    """The edition in force, loaded once."""
    for path in edition_paths():
        load_edition(path)
    return Edition.objects.order_by("-approved_on")[0]
