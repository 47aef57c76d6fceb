"""Files of marks: those that offices sent (data), and those that the demo writes as the offices would."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import BinaryIO

from openpyxl import Workbook

from agreements.enums import Side
from agreements.models import AnnexCourse
from documents.models import Upload
from mobility.models import Placement, StudyPlan
from programmes.enums import TermKind
from programmes.models import AcademicTerm, Course, Enrolment
from satbayev_jdp.demo.world import HOME, World
from transcripts.models import Result
from transcripts.services import results

Cells = Sequence[object]
FAILED = 41  # percent
_HOME = ("ID", "Тегі, аты", "Коды", "Кредит", "Оқу жылы", "Семестр", "Пайыз", "Емтихан күні", "Әрекет")
_YANGTZE = ("student_id", "name", "course_code", "course_name", "credits", "hours", "score_100", "exam_date")


class MarksRefusedError(Exception):
    """A file of the demo was not taken: the message says why."""


def keep(world: World, name: str, file: BinaryIO, term: AcademicTerm | None, login: str) -> Upload:
    """Bring a file to be checked; nothing is posted."""
    upload = results.keep_marks_file(file=file, name=name, term=term, actor=world.user(login))
    results.check_marks(upload=upload, actor=world.user(login))
    return upload


def post(world: World, name: str, file: BinaryIO, term: AcademicTerm | None, login: str) -> None:
    """Bring a file and post it. MarksRefusedError where it is not whole."""
    upload = results.keep_marks_file(file=file, name=name, term=term, actor=world.user(login))
    report = results.post_marks(upload=upload, actor=world.user(login))
    if not report.written:
        raise MarksRefusedError(f"{name}: {[str(problem) for problem in report.problems]}")


def home_rows(placement: Placement, percents: Sequence[int], *, skip: int = 0) -> list[Cells]:
    """Rows of the Registrar's file for a guest: the courses of the plan at the University, in their order, after `skip`."""
    application = placement.application
    term = application.term
    plan = StudyPlan.objects.filter(placement=placement).latest("pk")
    items = plan.items.filter(term=term).select_related("course").order_by("position")[skip:]
    return [
        (
            placement.host_student_number,
            application.enrolment.person.passport_name,
            item.course.code,
            item.course.credits,
            term.academic_year,
            application.intake.semester,
            percent,
            term.ends_on - timedelta(days=6 - position % 6),
            1,
        )
        for position, (item, percent) in enumerate(zip(items, percents, strict=False))
    ]


def first_year_rows(world: World, programme: str, year: int) -> list[Cells]:
    """Rows of the Registrar's file for those who entered a programme in a year: each course of their first one.

    Marks lie around the average that the register gives; whoever has debts there has not passed the last courses.
    """
    terms = [_home_term(world, year, kind) for kind in (TermKind.AUTUMN, TermKind.SPRING)]
    students = Enrolment.objects.filter(programme__code=programme, entry_year=year, gpa__isnull=False)
    courses = list(Course.objects.filter(curriculum__in=students.values("curriculum"), semester__lte=2))
    courses.sort(key=lambda course: (course.semester, course.pk))
    rows: list[Cells] = []
    for student in students.select_related("person").order_by("student_number"):
        for position, course in enumerate(courses):
            term = terms[course.semester - 1]
            around = 45 + round(12 * (student.gpa or 0)) + (5 * position + 7 * student.pk) % 15 - 7
            percent = max(50, min(98, around)) if position < len(courses) - student.debts else FAILED
            examined = term.ends_on - timedelta(days=12 - position % 12)
            name = student.person.name_cyrillic
            cells = (course.code, course.credits, term.academic_year, course.semester, percent, examined, 1)
            rows.append((student.student_number, name, *cells))
    return rows


def _home_term(world: World, year: int, kind: TermKind) -> AcademicTerm:
    return AcademicTerm.objects.get(university=world.university(HOME), year=year, kind=kind)


def home_file(rows: Sequence[Cells]) -> io.BytesIO:
    """The Registrar's workbook."""
    book = Workbook()
    sheet = book.create_sheet("Қорытынды", 0)
    sheet.append(_HOME)
    for row in rows:
        sheet.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    stream.seek(0)
    return stream


def yangtze_retakes(term: AcademicTerm, number: str, score: int, day: date) -> io.BytesIO:
    """Yangtze's table of what a student has failed in a term and passed at the second attempt."""
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow((*_YANGTZE, "attempt"))
    failed = Result.objects.filter(enrolment__student_number=number, term=term, is_pass=False)
    for mark in failed.select_related("course", "enrolment__person").order_by("pk"):
        name, course = mark.enrolment.person.name_cyrillic, mark.course
        row = (number, name, course.code, course.name_en, mark.credits, course.hours, score, day.isoformat(), 2)
        table.writerow(row)
    return io.BytesIO(text.getvalue().encode("utf-8-sig"))


def yangtze_file(term: AcademicTerm, scores: Mapping[str, Sequence[int]]) -> io.BytesIO:
    """Yangtze's table of a term: for each of our students the courses of the plan there, with scores in turn."""
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(_YANGTZE)
    for number, given in scores.items():
        plan = StudyPlan.objects.filter(enrolment__student_number=number).latest("pk")
        name = plan.enrolment.person.name_cyrillic
        rows = plan.items.filter(term=term).values("annex_row")
        taken = AnnexCourse.objects.filter(row__in=rows, side=Side.PARTNER).select_related("course")
        for position, course in enumerate(place.course for place in taken.order_by("row__position", "position")):
            day = term.ends_on - timedelta(days=20 - position)
            score = given[position % len(given)]
            table.writerow(
                (number, name, course.code, course.name_en, course.credits, course.hours, score, day.isoformat())
            )
    return io.BytesIO(text.getvalue().encode("utf-8-sig"))
