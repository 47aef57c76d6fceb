"""The app's place in the house."""

from django.apps import AppConfig


class MobilityConfig(AppConfig):
    """See docs/architecture.md."""

    name = "mobility"
