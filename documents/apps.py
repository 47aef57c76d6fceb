"""The app's place in the house."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """See docs/architecture.md."""

    name = "documents"
