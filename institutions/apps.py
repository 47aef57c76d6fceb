"""The app's place in the house."""

from django.apps import AppConfig


class InstitutionsConfig(AppConfig):
    """See docs/architecture.md."""

    name = "institutions"
