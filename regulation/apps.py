"""The app's place in the house."""

from django.apps import AppConfig


class RegulationConfig(AppConfig):
    """The regulation as data: every gate cites a clause of it."""

    name = "regulation"

    def ready(self) -> None:
        """Tell the kernel which edition decisions are made under, and what number it prints for a clause."""
        from core.history import set_edition_source  # noqa: PLC0415 -- apps are ready now
        from core.values import set_clause_printer  # noqa: PLC0415 -- apps are ready now
        from regulation.selectors import edition_in_force, printed_number  # noqa: PLC0415 -- apps are ready now

        set_edition_source(edition_in_force)
        set_clause_printer(printed_number)
