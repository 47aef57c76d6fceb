"""The app's place in the house."""

from django.apps import AppConfig


class AdmissionsConfig(AppConfig):
    """See docs/architecture.md."""

    name = "admissions"
