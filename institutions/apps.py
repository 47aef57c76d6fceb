"""The app's place in the house."""

from django.apps import AppConfig


class InstitutionsConfig(AppConfig):
    """Universities, units, people and roles."""

    name = "institutions"

    def ready(self) -> None:
        """Tell the kernel how roles are called, who holds which, and in whose place."""
        from core.history import set_acting_source  # noqa: PLC0415 -- apps are ready now
        from core.permissions import name_roles, set_roles_source  # noqa: PLC0415 -- apps are ready now
        from core.story import name_parameter  # noqa: PLC0415 -- apps are ready now
        from institutions.enums import Role  # noqa: PLC0415 -- apps are ready now
        from institutions.permissions import acting_for, standing_of  # noqa: PLC0415 -- apps are ready now
        from institutions.phrases import country_name  # noqa: PLC0415 -- apps are ready now

        name_parameter("country", country_name)
        name_roles({role.value: role.label for role in Role})
        set_roles_source(lambda user: standing_of(user).roles)
        set_acting_source(acting_for)
