"""The app's place in the house."""

from django.apps import AppConfig


class ProgrammesConfig(AppConfig):
    """See docs/architecture.md."""

    name = "programmes"
