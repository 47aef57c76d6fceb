"""The app's place in the house."""

from django.apps import AppConfig


class MobilityConfig(AppConfig):
    """See docs/architecture.md."""

    name = "mobility"

    def ready(self) -> None:
        """Tell history how the kind of a plan's line is called."""
        from core.story import name_parameter  # noqa: PLC0415 -- apps are ready now
        from mobility.enums import LineKind  # noqa: PLC0415 -- apps are ready now

        name_parameter("line_kind", lambda value: LineKind(value).label)
