"""Verbs on transcripts: issue one, issue many as a job; the Registrar's Office alone (6.11)."""

import io
import zipfile
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext_noop

from core.history import subject_type
from core.jobs import Said, live_over, start
from core.models import Job, JobItem
from core.tables import first_filled
from core.values import joined, today
from core.workflow import BlockedError, NotAllowedError, RefusedError
from core.worklist import reconcile, wait_for, working_days_after
from documents.events import PaperRevoked
from documents.models import OfficialDocument
from documents.selectors import filed_as
from documents.services import issue, seal
from institutions.models import User
from institutions.permissions import queue_for, standing_of
from institutions.selectors import holidays_of
from programmes.models import Enrolment
from programmes.selectors import enrolments_visible_to
from transcripts.models import RecognitionProtocol, Transcript, TranscriptLine
from transcripts.pdf.drafts import transcript_of
from transcripts.pdf.sheets import TITLE
from transcripts.permissions.study import issues_transcripts
from transcripts.selectors import protocols
from transcripts.selectors.transcripts import Line, contents_of, digest_of, in_force_of, lacking_for, lacking_since
from transcripts.services.derivation import settle_protocol
from transcripts.services.revoked import note_revoked

BULK = "transcripts.bulk"
_NOT_YOURS = gettext_noop("Only the Registrar's Office issues transcripts.")
_ISSUED = gettext_noop("issued: No. %(number)s")
_ALREADY = gettext_noop("issued already: No. %(number)s")


class AlreadyIssuedError(RefusedError):
    """The transcript in force says the very same: another one of it would only be a second number."""

    def __init__(self, transcript: Transcript) -> None:
        text = gettext_noop("This transcript is issued already: No. %(number)s. Nothing has changed since.")
        super().__init__(text, {"number": transcript.document.number_text})
        self.transcript = transcript


class AlreadyRunningError(RefusedError):
    """A job of the actor's over the same students is at work."""

    def __init__(self, job: Job) -> None:
        super().__init__(gettext_noop("The transcripts of these students are being made already: here they are."))
        self.job = job


@transaction.atomic
def issue_transcript(*, enrolment_id: int, actor: User, job_item_id: int | None = None, seen: str = "") -> Transcript:
    """Issue a transcript of a student as marks and certified recognitions stand today: number, frozen lines; a worker seals.

    It supersedes the student's transcript in force. `seen`: the hash of what the actor was shown; empty: nothing was.
    Raises DoesNotExist for a student not seen, NotAllowedError for anybody but the Registrar's Office, AlreadyIssuedError
    when the one in force says the same, BlockedError when a protocol is waited for, RefusedError when there is nothing to
    print or it is no longer what was seen.
    """
    standing = standing_of(actor)
    # The same form at the same moment twice: the second waits here and then finds the first one's transcript.
    enrolment = enrolments_visible_to(standing).select_for_update(of=("self",)).get(pk=enrolment_id)
    if not issues_transcripts(standing):
        raise NotAllowedError(_NOT_YOURS)
    contents = contents_of(enrolment)
    if lacking := lacking_for(enrolment, contents):
        raise BlockedError(lacking)
    if not contents.lines:
        raise RefusedError(gettext_noop("There is no mark to print yet."))
    digest, last = digest_of(enrolment, contents), in_force_of(enrolment)
    if last is not None and last.content_hash == digest:
        raise AlreadyIssuedError(last)
    if seen and seen != digest:
        raise RefusedError(
            gettext_noop("What the transcript holds has changed since you looked: here it is as it stands.")
        )
    document = issue(
        kind="transcript",
        subject=enrolment,
        title=TITLE,
        actor=actor,
        **transcript_of(enrolment, contents, actor).said,
        holder=enrolment.person,
        supersedes=last.document if last else None,
        job_item_id=job_item_id,
    )
    made = Transcript.objects.create(enrolment=enrolment, document=document, content_hash=digest, created_by=actor)
    TranscriptLine.objects.bulk_create(
        _line(made, position, line) for position, line in enumerate(contents.lines, start=1)
    )
    settle_credits_of(enrolment)
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


def settle_credits_of(enrolment: Enrolment) -> None:
    """Bring the worklist in line with what a student's transcripts and certified protocols have come to lack (5.11, 6.11).

    In the caller's transaction. Where recognised credits are owed to a transcript, that one act is asked for: it puts the
    transcript right too.
    """
    for protocol in protocols.certified_protocols_of([enrolment.pk]):
        settle_protocol(protocol)
    owed = protocols.owed_to_transcripts().filter(protocol__plan__enrolment=enrolment).exists()
    for transcript in Transcript.objects.filter(enrolment=enrolment).select_related("document"):
        reconcile(
            transcript,
            [] if owed else [wait_for(blocker) for blocker in lacking_since(transcript)],
            queue_of=queue_for,
            due=lambda _wait: working_days_after(today(), protocols.DEFAULT_DAYS, holidays_of()),
            title=joined(enrolment.person.names, transcript.document.number_text),
        )


def on_paper_revoked(event: PaperRevoked) -> None:
    """A protocol's paper or the transcript's own: what rests on it is looked at again, in the caller's transaction."""
    found = Enrolment.objects.none()
    if event.subject_type == subject_type(RecognitionProtocol):
        note_revoked(RecognitionProtocol.objects.get(pk=event.subject_id), event.document_id)
        found = Enrolment.objects.filter(study_plans__protocols=event.subject_id)
    elif event.subject_type == subject_type(Enrolment):
        found = Enrolment.objects.filter(pk=event.subject_id)
    for enrolment in found.select_related("person"):
        settle_credits_of(enrolment)


@transaction.atomic
def start_bulk(*, enrolment_ids: Sequence[int], actor: User) -> Job:
    """Ask for the transcripts of many students; workers make them and a ZIP of all. Students who are not visible stay out.

    Raises NotAllowedError, RefusedError for an empty selection, AlreadyRunningError while one's own job makes all of them.
    """
    standing = standing_of(actor)
    if not issues_transcripts(standing):
        raise NotAllowedError(_NOT_YOURS)
    visible = enrolments_visible_to(standing).filter(pk__in=enrolment_ids)
    refs = list(
        visible.order_by(first_filled("person__name_cyrillic", "person__surname"), "pk").values_list("pk", flat=True)
    )
    if not refs:
        raise RefusedError(gettext_noop("Choose at least one student."))
    # The same form at the same moment twice: the second waits here and then finds the first one's job.
    User.objects.select_for_update(of=("self",)).get(pk=actor.pk)
    running = live_over(BULK, refs, actor=actor)
    if running is not None:
        raise AlreadyRunningError(running)
    return start(BULK, title=gettext_noop("Transcripts"), refs=refs, actor=actor)


def work_on(item: JobItem) -> Said:
    """One transcript of a bulk: issued once (one to one with the item), then sealed. May be repeated at any point.

    Where the transcript in force says the same, no other is issued: the job tells its number and packs it. Of each the number
    is told.
    """
    document = OfficialDocument.objects.filter(job_item_id=item.pk).first()
    if document is None:
        actor = User.objects.get(pk=item.job.created_by_id)
        try:
            document = issue_transcript(enrolment_id=item.ref, actor=actor, job_item_id=item.pk).document
        except AlreadyIssuedError as already:
            document = already.transcript.document
    seal(document.pk)
    words = _ISSUED if document.job_item_id == item.pk else _ALREADY
    return Said(words, {"number": document.number_text, "document": document.pk})


def zip_of(job: Job) -> tuple[str, bytes]:
    """All transcripts of a finished bulk in one ZIP; file names by student number, register number and name."""
    items = list(job.items.filter(error=""))
    sealed = OfficialDocument.objects.exclude(sha256="").select_related("holder")
    papers = sealed.in_bulk([item.params["document"] for item in items])
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for item in items:
            paper = papers.get(item.params["document"])
            if paper is not None:
                with paper.file.open("rb") as file:
                    archive.writestr(f"{paper.context['number']}_{filed_as(paper)}.pdf", file.read())
    return f"transcripts-{job.pk}.zip", stream.getvalue()
