"""The app's place in the house."""

from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    """See docs/architecture.md."""

    name = "agreements"
