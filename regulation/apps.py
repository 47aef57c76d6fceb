"""The app's place in the house."""

from django.apps import AppConfig


class RegulationConfig(AppConfig):
    """See docs/architecture.md."""

    name = "regulation"
