"""The app's place in the house."""

from django.apps import AppConfig


class AdmissionsConfig(AppConfig):
    """See docs/architecture.md."""

    name = "admissions"

    def ready(self) -> None:
        """Tell history how the documents of a package are called."""
        from admissions.enums import DocumentKind  # noqa: PLC0415 -- apps are ready now
        from core.story import name_parameter  # noqa: PLC0415 -- apps are ready now

        name_parameter("package_document", lambda value: DocumentKind(value).label)
