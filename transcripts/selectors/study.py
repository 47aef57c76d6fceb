"""What of students' study somebody may read as one record: protocols with lines and differences, marks, transcripts, reports."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch

from institutions.permissions import Standing
from transcripts.models import (
    Difference,
    RecognitionLine,
    RecognitionProtocol,
    ReportLine,
    Result,
    SemesterReport,
    Transcript,
    TranscriptLine,
)
from transcripts.selectors.marks import results_visible_to
from transcripts.selectors.protocols import protocols_visible_to
from transcripts.selectors.reports import reports_visible_to
from transcripts.selectors.transcripts import transcripts_visible_to


@dataclass(frozen=True, slots=True)
class Study:
    """The study of some students as one reader may see it. `printed`: where marks and recognitions stand on transcripts, by
    (`result` or `recognition`, its key): key of the line and key of the transcript. `reports`: by key of the stay.
    """

    protocols: tuple[RecognitionProtocol, ...]
    recognised: tuple[RecognitionLine, ...]
    differences: tuple[Difference, ...]
    marks: tuple[Result, ...]
    transcripts: tuple[Transcript, ...]
    printed: dict[tuple[str, int], list[tuple[int, int]]]
    reports: dict[int, list[SemesterReport]]


def study_of(standing: Standing, enrolments: Sequence[int], placements: Sequence[int]) -> Study:
    """Read it for students and stays by key, each part by its own rule of who may see it. Ten queries, whatever the number."""
    protocols = list(
        protocols_visible_to(standing).filter(plan__enrolment__in=enrolments).order_by("term__starts_on", "pk")
    )
    pks = [protocol.pk for protocol in protocols]
    sources = Prefetch("results", Result.objects.select_related("course").order_by("pk"))
    lines = RecognitionLine.objects.filter(protocol__in=pks).select_related("course", "protocol__document")
    differences = Difference.objects.filter(protocol__in=pks).select_related("course", "protocol__document")
    marks = results_visible_to(standing).filter(enrolment__in=enrolments)
    transcripts = list(transcripts_visible_to(standing).filter(enrolment__in=enrolments).order_by("pk"))
    return Study(
        protocols=tuple(protocols),
        recognised=tuple(lines.prefetch_related(sources).order_by("protocol", "position")),
        differences=tuple(differences.order_by("protocol", "position")),
        marks=tuple(marks.order_by("examined_on", "attempt", "pk")),
        transcripts=tuple(transcripts),
        printed=_printed([transcript.pk for transcript in transcripts]),
        reports=_reports(standing, placements),
    )


def _printed(transcripts: Sequence[int]) -> dict[tuple[str, int], list[tuple[int, int]]]:
    found: dict[tuple[str, int], list[tuple[int, int]]] = defaultdict(list)
    lines = TranscriptLine.objects.filter(transcript__in=transcripts).order_by("transcript", "position")
    for pk, transcript, result, recognition in lines.values_list("pk", "transcript", "result", "recognition"):
        source = ("result", result) if result else ("recognition", recognition)
        found[source].append((pk, transcript))
    return found


def _reports(standing: Standing, placements: Sequence[int]) -> dict[int, list[SemesterReport]]:
    """The reports that tell of each stay."""
    told = ReportLine.objects.filter(placement__in=placements).order_by("placement", "report")
    pairs = list(told.values_list("placement", "report").distinct())
    visible = {one.pk: one for one in reports_visible_to(standing).filter(pk__in={report for _stay, report in pairs})}
    found: dict[int, list[SemesterReport]] = defaultdict(list)
    for stay, report in pairs:
        if report in visible:
            found[stay].append(visible[report])
    return found
