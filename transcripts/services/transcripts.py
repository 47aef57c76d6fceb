"""Verbs on transcripts: issue one, issue many as a job; the Registrar's Office alone (6.11)."""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import asdict

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core.jobs import start
from core.models import Job, JobItem
from core.workflow import NotAllowedError, RefusedError
from documents.models import OfficialDocument
from documents.services import issue, seal
from institutions.enums import Role
from institutions.models import User
from institutions.permissions import standing_of
from programmes.selectors import enrolments_visible_to
from transcripts.models import Transcript, TranscriptLine
from transcripts.pdf.sheets import TITLE, transcript_context
from transcripts.permissions.study import issues_transcripts
from transcripts.selectors.transcripts import Line, contents_of

BULK = "transcripts.bulk"
_NOT_YOURS = gettext_noop("Only the Registrar's Office issues transcripts.")


@transaction.atomic
def issue_transcript(
    *, enrolment_id: int, actor: User, job_item_id: int | None = None, corrects: OfficialDocument | None = None
) -> Transcript:
    """Issue a transcript of a student as marks and certified recognitions stand today: number, frozen lines; a worker seals.

    A new one supersedes nothing (each is of its date) unless it `corrects` another. Raises DoesNotExist for a student not
    seen, NotAllowedError for anybody but the Registrar's Office, RefusedError when there is nothing to print.
    """
    standing = standing_of(actor)
    enrolment = enrolments_visible_to(standing).get(pk=enrolment_id)
    if not issues_transcripts(standing):
        raise NotAllowedError(_NOT_YOURS)
    contents = contents_of(enrolment)
    if not contents.lines:
        raise RefusedError(gettext_noop("There is no mark to print yet."))
    document = issue(
        kind="transcript",
        subject=enrolment,
        title=TITLE,
        context=asdict(transcript_context(enrolment, contents, actor)),
        languages=("kk",),
        actor=actor,
        signatory=actor,
        signatory_role=Role.REGISTRAR,
        holder=enrolment.person,
        supersedes=corrects,
        job_item_id=job_item_id,
    )
    made = Transcript.objects.create(enrolment=enrolment, document=document, created_by=actor)
    TranscriptLine.objects.bulk_create(
        _line(made, position, line) for position, line in enumerate(contents.lines, start=1)
    )
    return made


def _line(made: Transcript, position: int, line: Line) -> TranscriptLine:
    return TranscriptLine(
        transcript=made,
        position=position,
        course=line.course,
        result=line.result,
        recognition=line.recognition,
        credits=line.credits,
        percent=line.percent,
        letter=line.letter,
        points=line.points,
    )


def start_bulk(*, enrolment_ids: Sequence[int], actor: User) -> Job:
    """Ask for the transcripts of many students; workers make them and a ZIP of all. Students who are not visible stay out.

    Raises NotAllowedError, RefusedError for an empty selection.
    """
    standing = standing_of(actor)
    if not issues_transcripts(standing):
        raise NotAllowedError(_NOT_YOURS)
    visible = enrolments_visible_to(standing).filter(pk__in=enrolment_ids).order_by("person__surname", "pk")
    refs = list(visible.values_list("pk", flat=True))
    if not refs:
        raise RefusedError(gettext_noop("Choose at least one student."))
    return start(BULK, title=_("Transcripts"), refs=refs, actor=actor)


def work_on(item: JobItem) -> None:
    """One transcript of a bulk: issued once (one to one with the item), then sealed. May be repeated at any point."""
    made = _issued_for(item)
    if made is None:
        actor = User.objects.get(pk=item.job.created_by_id)
        try:
            issue_transcript(enrolment_id=item.ref, actor=actor, job_item_id=item.pk)
        except IntegrityError:
            if _issued_for(item) is None:
                raise
        made = _issued_for(item)
    if made is not None:
        seal(made.pk)


def _issued_for(item: JobItem) -> OfficialDocument | None:
    return OfficialDocument.objects.filter(job_item_id=item.pk).first()


def zip_of(job: Job) -> tuple[str, bytes]:
    """All transcripts of a finished bulk in one ZIP; file names by student number and register number."""
    papers = OfficialDocument.objects.filter(job_item__job=job).exclude(sha256="").select_related("holder")
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for paper in papers.order_by("job_item__position"):
            with paper.file.open("rb") as file:
                archive.writestr(f"{paper.context['number']}_{paper.number_text}.pdf", file.read())
    return f"transcripts-{job.pk}.zip", stream.getvalue()
