"""Bringing marks in: the file is kept, checked as a dry run, then written whole or not at all (5.10, 5.12)."""

import io
from collections.abc import Sequence
from typing import BinaryIO

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from core.history import record, subject_type
from core.imports import ImportReport, Outcome, ReportLine, place_of_row
from core.values import today
from core.workflow import NotAllowedError
from documents.models import Upload
from documents.services import store_upload
from institutions.models import University, User
from institutions.permissions import standing_of
from institutions.selectors import home_university
from programmes.models import AcademicTerm
from transcripts.imports.marks import MarkRow, read_marks
from transcripts.imports.typed import TypedMark, typed_file
from transcripts.models import Result, ResultFile
from transcripts.permissions.study import may_import_for
from transcripts.selectors.protocols import touched_by
from transcripts.selectors.roster import Roster, home_roster, partner_roster
from transcripts.services.opening import open_for_plans, plans_to_refresh
from transcripts.services.reports import open_supplements
from transcripts.services.transcripts import settle_credits_of

_NOT_YOURS = gettext_noop("The marks of this university are not yours to bring.")


@transaction.atomic
def keep_marks_file(*, file: BinaryIO, name: str, term: AcademicTerm | None, actor: User) -> Upload:
    """Keep a file of marks, of a partner's `term` or (None) of the University itself, to be checked and then written.

    Raises NotAllowedError, FileRefusedError.
    """
    university = term.university if term else home_university()
    if not may_import_for(standing_of(actor), university.pk, is_home=university.is_home):
        raise NotAllowedError(_NOT_YOURS)
    partner = term is not None and not university.is_home
    return store_upload(
        file=file,
        name=name,
        purpose_name="partner_marks" if partner else "home_marks",
        subject=term if partner and term else university,
        actor=actor,
    )


def keep_typed_marks(
    *, lines: Sequence[TypedMark], term: AcademicTerm, name: str, actor: User
) -> tuple[Upload | None, ImportReport]:
    """Keep typed marks of a term as the file `name`, to be looked at and then posted; nothing is kept of what has a problem.

    Raises NotAllowedError.
    """
    university = term.university
    if not may_import_for(standing_of(actor), university.pk, is_home=university.is_home):
        raise NotAllowedError(_NOT_YOURS)
    content, of_term = typed_file(lines, term), None if university.is_home else term
    report = read_marks(io.BytesIO(content), name, _roster(university, of_term))[1]
    if not report.ok:
        return None, report
    return keep_marks_file(file=io.BytesIO(content), name=name, term=of_term, actor=actor), report


def check_marks(*, upload: Upload, actor: User) -> ImportReport:
    """The dry run of a kept file: what would be posted, row by row, and every problem. Nothing is written."""
    university, term = _source_of(upload, actor)
    return _read(upload, university, _roster(university, term))[1]


@transaction.atomic
def post_marks(*, upload: Upload, actor: User) -> ImportReport:
    """Post the marks of a kept file, all or none; the same file a second time has no effect. Drafts of recognition open.

    The report says what was posted, or every problem. Raises NotAllowedError.
    """
    university, term = _source_of(upload, actor)
    # The same file at the same moment twice: the second waits here and then finds the first one's work.
    University.objects.select_for_update().get(pk=university.pk)
    rows, report = _read(upload, university, _roster(university, term))
    if not report.ok or not rows:
        return report
    kept = ResultFile.objects.create(
        university=university, term=term, upload=upload, sha256=upload.sha256, imported_by=actor
    )
    Result.objects.bulk_create([_result(row, kept, university) for row in rows], batch_size=500)
    record(
        actor=actor,
        action="results.posted",
        subject=kept,
        text=gettext_noop("posted %(count)s marks from “%(name)s”"),
        params={"count": len(rows), "name": upload.original_name},
        clause="5.10",
    )
    students = {row.enrolment_id for row in rows}
    if university.is_home:
        open_supplements(students, {row.term_id for row in rows})
        for enrolment in touched_by(kept):
            settle_credits_of(enrolment)
    open_for_plans(plans_to_refresh(students))
    report.written = True
    return report


def _source_of(upload: Upload, actor: User) -> tuple[University, AcademicTerm | None]:
    term = None
    if upload.subject_type == subject_type(AcademicTerm):
        term = AcademicTerm.objects.select_related("university").get(pk=upload.subject_id)
    university = term.university if term else home_university()
    if not may_import_for(standing_of(actor), university.pk, is_home=university.is_home):
        raise NotAllowedError(_NOT_YOURS)
    return university, term


def _roster(university: University, term: AcademicTerm | None) -> Roster:
    return partner_roster(term) if term else home_roster(university, today())


def _read(upload: Upload, university: University, roster: Roster) -> tuple[list[MarkRow], ImportReport]:
    before = ResultFile.objects.filter(university=university, sha256=upload.sha256).first()
    if before is not None:
        return [], ImportReport(lines=_posted_from(before), digest=upload.sha256)
    with upload.file.open("rb") as file:
        content = io.BytesIO(file.read())
    rows, report = read_marks(content, upload.original_name, roster)
    report.digest = upload.sha256
    return rows, report


def _posted_from(kept: ResultFile) -> list[ReportLine]:
    """The rows of a file that was imported before, mark by mark: nothing is to be done with any."""
    text = gettext_noop("posted already: this very file was imported on %(day)s")
    day = {"day": f"{timezone.localtime(kept.imported_at):%d.%m.%Y}"}
    marks = kept.results.select_related("enrolment__person", "course").order_by("pk")
    return [
        ReportLine(
            place_of_row(mark.file_row),
            Outcome.UNCHANGED,
            f"{mark.enrolment.student_number} {mark.enrolment.person} · {mark.course.code} · {mark.mark_text}",
            text,
            day,
        )
        for mark in marks
    ]


def _result(row: MarkRow, kept: ResultFile, university: University) -> Result:
    return Result(
        enrolment_id=row.enrolment_id,
        course_id=row.course_id,
        university=university,
        term_id=row.term_id,
        file=kept,
        file_row=row.where[:80],
        attempt=row.attempt,
        scale_id=row.scale_id,
        kind=row.kind,
        mark_text=row.mark_text[:30],
        mark=row.mark,
        is_pass=row.is_pass,
        credits=row.credits,
        examined_on=row.examined_on,
    )
