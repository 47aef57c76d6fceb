"""The app's place in the house."""

from django.apps import AppConfig


class MobilityConfig(AppConfig):
    """See docs/architecture.md."""

    name = "mobility"

    def ready(self) -> None:
        """Tell history how the kind of a plan's line is called, and pages of applications where they lead on."""
        from core.http import lead_on  # noqa: PLC0415 -- apps are ready now
        from core.story import name_parameter  # noqa: PLC0415 -- apps are ready now
        from mobility.enums import LineKind  # noqa: PLC0415 -- apps are ready now
        from mobility.views.onward import onward_of_application  # noqa: PLC0415 -- apps are ready now

        lead_on("admissions.application", onward_of_application)
        name_parameter("line_kind", lambda value: LineKind(value).label)
