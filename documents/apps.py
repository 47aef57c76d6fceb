"""The app's place in the house."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Uploads and official papers."""

    name = "documents"

    def ready(self) -> None:
        """Let the database refuse changes of issued papers: the seal is written once, the state alone changes.

        And let histories open the papers they name.
        """
        from core.appendonly import protect  # noqa: PLC0415 -- models are ready now
        from core.story import set_paper_door  # noqa: PLC0415 -- models are ready now
        from documents.models import OfficialDocument  # noqa: PLC0415 -- models are ready now
        from documents.selectors import papers_open_to  # noqa: PLC0415 -- models are ready now

        set_paper_door(papers_open_to)
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
