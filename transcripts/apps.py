"""The app's place in the house."""

from django.apps import AppConfig


class TranscriptsConfig(AppConfig):
    """See docs/architecture.md."""

    name = "transcripts"
