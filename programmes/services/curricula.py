"""Verb: import a version of a programme's working curriculum."""

from typing import BinaryIO

from django.db import transaction
from django.utils.translation import gettext_noop

from core.history import record
from core.imports import ImportReport, Outcome, Problem, ReportLine, UnreadableFileError
from core.workflow import NotAllowedError
from documents.models import Upload
from documents.services import store_upload
from institutions.models import User
from institutions.permissions import standing_of
from programmes.imports.curricula import CourseRow, CurriculumFile, read_curriculum
from programmes.models import Course, Curriculum, Programme
from programmes.pdf import CURRICULUM_FILE
from programmes.permissions import may_import_curriculum
from programmes.selectors import latest_curriculum, programmes_visible_to
from programmes.services.files import kept_file, upload_for

CURRICULUM_IMPORTED = "programmes.curriculum_imported"
NOT_YOURS = gettext_noop("This step is not yours to take.")


@transaction.atomic
def keep_curriculum_file(*, programme_id: int, file: BinaryIO, name: str, actor: User) -> Upload:
    """Keep a curriculum's file for a dry run. Raises RefusedError, FileRefusedError; Programme.DoesNotExist when not visible."""
    programme = _programme(programme_id, actor)
    return store_upload(file=file, name=name, purpose_name=CURRICULUM_FILE.name, subject=programme, actor=actor)


def try_curriculum(*, upload_id: int, actor: User) -> ImportReport:
    """What importing a kept file would do, row by row; nothing is written."""
    upload = upload_for(upload_id, model=Programme, purpose=CURRICULUM_FILE.name)
    programme = _programme(upload.subject_id, actor)
    return _report(upload, programme)[0]


@transaction.atomic
def import_curriculum(*, upload_id: int, actor: User) -> ImportReport:
    """Write a kept file as the programme's next curriculum version. The content of the latest version again changes nothing.

    Any problem writes nothing at all; the report says what. Courses, their prerequisites and history in one transaction.
    """
    upload = upload_for(upload_id, model=Programme, purpose=CURRICULUM_FILE.name)
    programme = _programme(upload.subject_id, actor)
    Programme.objects.select_for_update(of=("self",)).get(pk=programme.pk)
    report, read = _report(upload, programme)
    if read is None or not report.ok or not report.count(Outcome.CREATED):
        return report
    latest = latest_curriculum(programme)
    curriculum = Curriculum.objects.create(
        programme=programme,
        number=latest.number + 1 if latest else 1,
        title=read.title,
        content_hash=read.hash,
    )
    _write_courses(curriculum, read.rows)
    report.written = True
    record(
        actor=actor,
        action=CURRICULUM_IMPORTED,
        subject=programme,
        text=gettext_noop("curriculum version %(number)s imported from “%(name)s”: %(count)s courses"),
        params={"number": curriculum.number, "name": upload.original_name, "count": len(read.rows)},
        clause="5.2",
        after={"curriculum": curriculum.pk, "hash": read.hash, "upload": upload.pk},
    )
    return report


def _programme(programme_id: int, actor: User) -> Programme:
    standing = standing_of(actor)
    programme = programmes_visible_to(standing).get(pk=programme_id)
    if not may_import_curriculum(standing, programme):
        raise NotAllowedError(NOT_YOURS)
    return programme


def _report(upload: Upload, programme: Programme) -> tuple[ImportReport, CurriculumFile | None]:
    report = ImportReport(digest=upload.sha256)
    try:
        read = read_curriculum(kept_file(upload), upload.original_name, total=programme.credits)
    except UnreadableFileError as error:
        report.problems.append(Problem(upload.original_name, error.text, error.params))
        return report, None
    report.problems += read.problems
    latest = latest_curriculum(programme)
    known = latest is not None and latest.content_hash == read.hash
    lines = [_line(row, Outcome.UNCHANGED if known else Outcome.CREATED, read) for row in read.rows]
    report.lines = sorted([*lines, *read.refused], key=lambda line: line.row)
    return report, read


def _line(row: CourseRow, outcome: Outcome, read: CurriculumFile) -> ReportLine:
    guessed = row.code in read.kinds_guessed
    return ReportLine(
        where=row.where,
        outcome=outcome,
        subject=f"{row.code} {row.shown_name}",
        text=gettext_noop("the file has no column of kinds; taken by its name as a practice or a thesis")
        if guessed
        else "",
    )


def _write_courses(curriculum: Curriculum, rows: tuple[CourseRow, ...]) -> None:
    Course.objects.bulk_create(
        Course(
            curriculum=curriculum,
            code=row.code,
            name_kk=row.name_kk,
            name_ru=row.name_ru,
            name_en=row.name_en,
            name_original=row.name_original,
            kind=row.kind,
            cycle=row.cycle,
            component=row.component,
            credits=row.credits,
            hours=row.hours,
            semester=row.semester,
        )
        for row in rows
    )
    ids = dict(Course.objects.filter(curriculum=curriculum).values_list("code", "pk"))
    link = Course.prerequisites.through
    link.objects.bulk_create(
        link(from_course_id=ids[row.code], to_course_id=ids[code]) for row in rows for code in row.prerequisites
    )
