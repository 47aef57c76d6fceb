"""A file of marks, ours or a partner's: rows → typed rows → checks. Matched by number, never by name (5.10, 5.12)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import BinaryIO

from django.utils.translation import gettext_noop

from core.heads import Header, heads, read_rows
from core.imports import Grid, ImportReport, Outcome, Problem, ReportLine, Row, UnreadableFileError, parse_decimal
from core.sheets import open_grid
from core.values import Localized, fold, today
from programmes.models import AcademicTerm, Course
from transcripts.convert import band_of
from transcripts.enums import MarkKind
from transcripts.imports.period import titles
from transcripts.selectors.marks import scale_of
from transcripts.selectors.roster import Posted, Roster, Student
from transcripts.workflow.days import Attempt, Term, attempt_faults, examination_faults, taken_over

MAX_CREDITS = Decimal(60)
LAST_ATTEMPT = 9
HEADERS = (
    Header(
        "student",
        Localized("Студент нөмірі (Satbayev)", "Номер студента (Satbayev)", "Student (home ID)"),
        (
            "student_id",
            "ID",
            "Student ID",
            "Student number",
            "Студент нөмірі",
            "Номер студента",
            "Studentennummer",
            "Білім алушының нөмірі",
            "Номер обучающегося",
        ),
    ),
    Header("name", Localized("Тегі, аты", "Фамилия, имя", "Name"), ("Аты-жөні", "ФИО", "student_name"), required=False),
    Header(
        "code",
        Localized("Пән коды", "Код дисциплины", "Course code"),
        ("course_code", "Module code", "Коды", "Код", "Code", "Modulnummer"),
    ),
    Header(
        "credits",
        Localized("Кредит", "Кредиты", "Credits"),
        ("ECTS", "Кредиттер", "Кредиттер саны", "Количество кредитов", "Leistungspunkte"),
    ),
    Header(
        "mark",
        Localized("Баға", "Оценка", "Mark"),
        ("Grade (1.0–5.0)", "score_100", "Пайыз", "Процент", "Балл", "Grade", "Note", "Отметка"),
    ),
    Header(
        "day",
        Localized("Емтихан күні", "Дата экзамена", "Date of examination"),
        ("exam_date", "Date", "Күні", "Дата", "Prüfungsdatum", "Datum"),
    ),
    Header("attempt", Localized("Әрекет", "Попытка", "Attempt"), ("Versuch", "Талпыныс"), required=False),
)
HOME_HEADERS = (
    *HEADERS,
    Header("year", Localized("Оқу жылы", "Учебный год", "Academic year")),
    Header("semester", Localized("Семестр", "Семестр", "Semester")),
    Header("letter", Localized("Әріп", "Буква", "Letter"), required=False),
)


@dataclass(frozen=True, slots=True)
class MarkRow:
    """One mark, typed and checked, with the place it came from."""

    enrolment_id: int
    course_id: int
    term_id: int
    attempt: int
    scale_id: int
    kind: str
    mark_text: str
    mark: Decimal | None
    is_pass: bool
    credits: Decimal
    examined_on: date
    where: str
    cell: str


def read_marks(file: BinaryIO, filename: str, roster: Roster) -> tuple[list[MarkRow], ImportReport]:
    """Read and check a whole file. Rows to be written (none when there is a problem) and the report of the dry run."""
    report = ImportReport()
    try:
        headers = HEADERS if roster.term else HOME_HEADERS
        grid, problems = open_grid(file, filename, heads(headers))
        report.problems += problems
        rows = list(read_rows(grid, headers, report.problems))
    except UnreadableFileError as error:
        report.problems.append(Problem(filename, error.text, error.params))
        return [], report
    if not rows:
        report.problems.append(Problem(filename, gettext_noop("there is no row with a mark")))
    other_term = bool(rows) and _is_of_another_term(grid, rows[0].number, roster.term, report)
    found: list[MarkRow] = []
    seen: dict[tuple[int, int, int, int], MarkRow] = {}
    for row in rows:
        _read_row(row, grid, roster, report, found, seen, other_term=other_term)
    return found if report.ok else [], report


def _is_of_another_term(grid: Grid, first_row: int, term: AcademicTerm | None, report: ImportReport) -> bool:
    """Tell when a title over the rows speaks of another semester than the chosen one: posted marks never change."""
    other = next((said for said in titles(grid, first_row) if said.contradicts(term)), None) if term else None
    if other is None:
        return False
    text = gettext_noop("the file says “%(said)s”, but the semester chosen for it is %(term)s")
    report.problems.append(Problem(other.cell.where, text, {"said": other.cell.text, "term": term}))
    return True


def _read_row(
    row: Row,
    grid: Grid,
    roster: Roster,
    report: ImportReport,
    found: list[MarkRow],
    seen: dict[tuple[int, int, int, int], MarkRow],
    *,
    other_term: bool,
) -> None:
    before = len(report.problems)
    student = _student(row, roster)
    course = _course(row, student)
    term = _term(row, roster)
    credits = _credits(row, course)
    mark = _mark(row, student)
    day = row.day("day")
    attempt = row.integer("attempt", low=1, high=LAST_ATTEMPT, required=False) or 1 if "attempt" in row.cells else 1
    if student and day and mark and not roster.term:
        _home_mark_agrees(row, mark, day)
    if day:
        _day_fits(row, day, None if other_term else term, attempt)
    refused = len(report.problems) > before or any(cell.is_told for cell in row.cells.values())
    if refused and not other_term:
        _refuse(row, report)
    if refused or other_term or not (student and course and term and credits and mark and day):
        return
    where = f"{grid.name}, {row.number}"
    key = (student.enrolment_id, course.pk, term.pk, attempt)
    if key in seen:
        row.problem(
            "code", gettext_noop("this mark stands in the file twice, first at %(first)s"), first=seen[key].cell
        )
        _refuse(row, report)
        return
    text, number, is_pass, kind = mark
    made = MarkRow(
        enrolment_id=student.enrolment_id,
        course_id=course.pk,
        term_id=term.pk,
        attempt=attempt,
        scale_id=student.scale.pk,
        kind=kind,
        mark_text=text,
        mark=number,
        is_pass=is_pass,
        credits=credits,
        examined_on=day,
        where=where,
        cell=row.where("student"),
    )
    others = _other_attempts(made, roster, seen)
    seen[key] = made
    for fault in attempt_faults(_attempt(made), others):
        row.problem(fault.field, fault.text, **fault.params)
    if row.is_faulty:
        _refuse(row, report)
        return
    _tell(row, made, student, course, roster, report, found, taken_over(_attempt(made), others))


def _other_attempts(made: MarkRow, roster: Roster, seen: Mapping[tuple[int, int, int, int], MarkRow]) -> list[Attempt]:
    """The other attempts of this student in this course and term: posted ones, and those of earlier rows."""
    keys = [(made.enrolment_id, made.course_id, made.term_id, number) for number in range(1, LAST_ATTEMPT + 1)]
    rows = [seen.get(key) or roster.posted.get(key) for key in keys if key[3] != made.attempt]
    return [_attempt(one) for one in rows if one]


def _attempt(one: MarkRow | Posted) -> Attempt:
    return Attempt(one.attempt, one.mark_text, one.examined_on, one.is_pass)


def _tell(
    row: Row,
    made: MarkRow,
    student: Student,
    course: Course,
    roster: Roster,
    report: ImportReport,
    found: list[MarkRow],
    of_attempt: tuple[str, dict[str, object]],
) -> None:
    """What becomes of the row: new, posted already, or against what is posted."""
    posted = roster.posted.get((made.enrolment_id, made.course_id, made.term_id, made.attempt))
    subject = f"{student.number} {student.called} · {course.code} · {made.mark_text}"
    if posted is None:
        found.append(made)
        text = "" if _same_name(row, student) else gettext_noop("the name is written otherwise in the register")
        text, said = of_attempt if of_attempt[0] else (text or _short_credits(made, course), {})
        report.lines.append(ReportLine(made.cell, Outcome.CREATED, subject, text, said))
    elif (posted.mark, posted.mark_text if made.mark is None else "", posted.credits) == (
        made.mark,
        made.mark_text if made.mark is None else "",
        made.credits,
    ):
        report.lines.append(ReportLine(made.cell, Outcome.UNCHANGED, subject, gettext_noop("posted already")))
    else:
        row.problem(
            "mark",
            gettext_noop(
                "another mark (%(posted)s) is posted for this attempt; a posted mark never changes, send the next attempt"
            ),
            posted=posted.mark_text,
        )
        _refuse(row, report)


def _refuse(row: Row, report: ImportReport) -> None:
    subject = f"{row.shown('student', 'name')} · {row.shown('code')} · {row.shown('mark')}"
    report.lines.append(ReportLine(row.where("student"), Outcome.REFUSED, subject))


def _short_credits(made: MarkRow, course: Course) -> str:
    return gettext_noop("fewer credits than the curriculum gives") if made.credits < course.credits else ""


def _student(row: Row, roster: Roster) -> Student | None:
    number = row.text("student")
    if not number:
        return None
    student = roster.students.get(number)
    if student is None:
        row.problem("student", gettext_noop("no student with number %(number)s is expected here"), number=number)
        return None
    name = row.text("name", required=False) if "name" in row.cells else ""
    if name and not _words(name) & {word for known in student.names for word in _words(known)}:
        row.problem(
            "name",
            gettext_noop("number %(number)s belongs to “%(known)s”; marks are matched by number, never by name"),
            number=number,
            known=str(student.called),
        )
    return student


def _words(name: str) -> set[str]:
    return set(fold(name).replace(",", " ").split())


def _same_name(row: Row, student: Student) -> bool:
    name = row.text("name", required=False) if "name" in row.cells else ""
    return not name or any(_words(name) == _words(known) for known in student.names)


def _course(row: Row, student: Student | None) -> Course | None:
    code = row.text("code")
    if not code or student is None:
        return None
    course = student.courses.get(code)
    if course is None:
        row.problem("code", gettext_noop("course “%(code)s” is not in the curriculum"), code=code)
    return course


def _term(row: Row, roster: Roster) -> AcademicTerm | None:
    if roster.term:
        return roster.term
    year, semester = row.text("year"), row.integer("semester", low=1, high=12)
    if not year or not semester:
        return None
    term = roster.term_of(year, semester)
    if term is None:
        row.problem(
            "year", gettext_noop("the calendar has no such term: %(year)s, %(semester)s"), year=year, semester=semester
        )
    return term


def _credits(row: Row, course: Course | None) -> Decimal | None:
    credits = row.decimal("credits", low=Decimal("0.5"), high=MAX_CREDITS, places=2)
    if credits and course and credits > course.credits:
        row.problem(
            "credits",
            gettext_noop("the curriculum gives this course %(known)s credits, got “%(value)s”"),
            known=course.credits,
            value=credits,
        )
    return credits


def _mark(row: Row, student: Student | None) -> tuple[str, Decimal | None, bool, str] | None:
    """The mark as written, its number if it has one, whether it passes, and its kind."""
    text = row.text("mark")
    if not text or student is None:
        return None
    scale = scale_of(student.scale)
    word = scale.word(text)
    if word is not None:
        return text, None, word, MarkKind.PASSED if word else MarkKind.FAILED
    number = parse_decimal(text)
    if number is None:
        row.problem("mark", gettext_noop("“%(value)s” is no mark of this scale"), value=text)
    elif not scale.holds(number):
        row.problem(
            "mark",
            gettext_noop("must lie between %(low)s and %(high)s, got “%(value)s”"),
            low=min(scale.best, scale.worst),
            high=max(scale.best, scale.worst),
            value=text,
        )
    elif number != round(number, 2):
        row.problem("mark", gettext_noop("a mark has two decimals at most, got “%(value)s”"), value=text)
    else:
        return text, number, scale.passes(number), MarkKind.NUMBER
    return None


def _day_fits(row: Row, day: date, term: AcademicTerm | None, attempt: int) -> None:
    days = Term(term, term.starts_on, term.ends_on) if term else None
    for fault in examination_faults(day, term=days, attempt=attempt, today=today()):
        row.problem(fault.field, fault.text, **fault.params)


def _home_mark_agrees(row: Row, mark: tuple[str, Decimal | None, bool, str], day: date) -> None:
    """A home mark is a whole percent, and the letter beside it, if there is one, the one that the scale gives."""
    number = mark[1]
    if number is None:
        return
    if number != number.to_integral_value():
        row.problem("mark", gettext_noop("must be a whole number, got “%(value)s”"), value=mark[0])
        return
    letter = row.text("letter", required=False) if "letter" in row.cells else ""
    known = band_of(int(number), day).letter
    if letter and letter != known:
        row.problem(
            "letter",
            gettext_noop("%(percent)s is %(known)s, not “%(value)s”"),
            percent=mark[0],
            known=known,
            value=letter,
        )
