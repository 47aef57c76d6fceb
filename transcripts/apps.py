"""The app's place in the house."""

from django.apps import AppConfig


class TranscriptsConfig(AppConfig):
    """Marks, recognition, transcripts, reports."""

    name = "transcripts"

    def ready(self) -> None:
        """Let the database refuse changes of posted marks, certified recognitions and what transcripts and reports said."""
        from core.appendonly import protect  # noqa: PLC0415 -- models are ready now
        from core.story import name_parameter  # noqa: PLC0415 -- apps are ready now
        from core.templatetags.written import day  # noqa: PLC0415 -- apps are ready now
        from transcripts import models  # noqa: PLC0415 -- models are ready now
        from transcripts.enums import RemovalWay  # noqa: PLC0415 -- apps are ready now

        name_parameter("way", lambda value: RemovalWay(value).label)
        name_parameter("remove_by", day)

        protect(models.Result)
        protect(models.ResultFile)
        protect(models.RecognitionLine, when='OLD."frozen"')
        protect(
            models.Difference,
            # Only its removal is written later (5.11-c).
            frozen=("protocol_id", "position", "course_id", "cause", "credits", "reason", "way", "due", "frozen"),
            when='OLD."frozen"',
        )
        protect(
            models.RecognitionProtocol,
            frozen=(
                "plan_id",
                "term_id",
                "content_hash",
                "made_by_id",
                "certified_by_id",
                "certified_at",
                "document_id",
            ),
            when='OLD."state" = \'certified\' AND OLD."certified_by_id" IS NOT NULL',
        )
        protect(models.Transcript)
        protect(models.TranscriptLine)
        protect(models.ReportLine)
