"""The app's place in the house."""

from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    """See docs/architecture.md."""

    name = "agreements"

    def ready(self) -> None:
        """What the database itself refuses: a version's rows are written once, with it, and never change (A1-d).

        Another content is another version. So a frozen Annex 1 cannot be altered, nor what somebody has just agreed to.
        """
        from agreements.models import AnnexCourse, AnnexRow, AnnexVersion  # noqa: PLC0415 -- models are ready now
        from agreements.views.onward import onward_of_programme  # noqa: PLC0415 -- as above
        from core.appendonly import protect  # noqa: PLC0415 -- as above
        from core.http import lead_on  # noqa: PLC0415 -- as above

        lead_on("programmes.programme", onward_of_programme)

        protect(AnnexRow)
        protect(AnnexCourse)
        protect(
            AnnexVersion, frozen=("pathway_id", "number", "proposed_by", "content_hash", "created_by_id", "created_at")
        )
