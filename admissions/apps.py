"""The app's place in the house."""

from django.apps import AppConfig


class AdmissionsConfig(AppConfig):
    """See docs/architecture.md."""

    name = "admissions"

    def ready(self) -> None:
        """Tell history how the documents of a package are called, and pages of pathways where they lead on."""
        from admissions.enums import DocumentKind  # noqa: PLC0415 -- apps are ready now
        from admissions.views.onward import onward_of_pathway  # noqa: PLC0415 -- apps are ready now
        from core.http import lead_on  # noqa: PLC0415 -- apps are ready now
        from core.story import name_parameter  # noqa: PLC0415 -- apps are ready now

        lead_on("agreements.pathway", onward_of_pathway)
        name_parameter("package_document", lambda value: DocumentKind(value).label)
