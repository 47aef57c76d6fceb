"""The app's place in the house."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Uploads and official papers."""

    name = "documents"

    def ready(self) -> None:
        """Let the database refuse changes of issued papers; only the seal and the state may be written."""
        from core.appendonly import protect  # noqa: PLC0415 -- models are ready now
        from documents.models import OfficialDocument  # noqa: PLC0415 -- models are ready now

        protect(
            OfficialDocument,
            frozen=(
                "kind",
                "register_id",
                "number",
                "number_text",
                "code",
                "context",
                "languages",
                "issued_at",
                "signatory_id",
                "holder_id",
                "subject_type",
                "subject_id",
            ),
            once=("sha256", "file"),
        )
