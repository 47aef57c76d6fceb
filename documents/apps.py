"""The app's place in the house."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Uploads and official papers."""

    name = "documents"

    def ready(self) -> None:
        """Let the database refuse changes of issued papers: the seal is written once, the state alone changes."""
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
                "name_kk",
                "name_ru",
                "name_en",
                "languages",
                "issued_at",
                "issued_by_id",
                "signatory_id",
                "holder_id",
                "supersedes_id",
                "job_item_id",
                "subject_type",
                "subject_id",
            ),
            once=("sha256", "file"),
        )
