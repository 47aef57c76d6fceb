"""Files of marks: dry run then write, matched by number, every problem with its cell, nothing half-written, one effect."""

import io
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils.translation import override
from openpyxl import Workbook

from agreements.enums import Direction
from core.imports import Outcome
from core.values import today
from core.workflow import NotAllowedError
from documents.services import FileRefusedError
from institutions.enums import Role
from mobility.models import StudyPlan
from programmes.enums import TermKind
from programmes.models import AcademicTerm
from tests.conftest import ClientAs
from tests.factories import agreements, institutions, mobility, programmes
from tests.factories import transcripts as factory
from tests.transcripts.road import autumn_of_2024
from transcripts.models import Result, ResultFile
from transcripts.services import results
from transcripts.workflow.days import SESSION

pytestmark = pytest.mark.django_db
WINTER = Path(settings.BASE_DIR) / "satbayev_jdp/demo/data/results_nordtal_2025_winter.xlsx"


def problems(rows: list[Any]) -> list[str]:
    plan = mobility.approved()
    who = institutions.partner_user(plan.placement.host)
    real = [row(plan) if callable(row) else row for row in rows]
    upload = factory.partner_upload(factory.host_term(plan), real, actor=who)
    report = results.post_marks(upload=upload, actor=who)
    assert not report.written
    assert not Result.objects.exists()
    return [str(problem) for problem in report.problems]


@pytest.mark.clause("5.10")
@pytest.mark.parametrize(
    ("row", "said"),
    [
        (lambda plan: ("99999999", "X", *factory.row(plan, "INF2", "1,0")[2:]), "A3: no student with number 99999999"),
        (lambda plan: factory.row(plan, "INF999", "1,0"), "C3: course “INF999” is not in the curriculum"),
        (lambda plan: factory.row(plan, "INF2", "0,7"), "E3: must lie between 1 and 5, got “0,7”"),
        (lambda plan: factory.row(plan, "INF2", "sehr gut"), "E3: “sehr gut” is no mark of this scale"),
        (lambda plan: factory.row(plan, "INF2", "1,0", credits=-5), "D3: must lie between 0.5 and 60, got “-5”"),
        (lambda plan: factory.row(plan, "INF2", "1,0", credits=400), "D3: must lie between"),
        (lambda plan: factory.row(plan, "INF2", "1,0", credits=50), "gives this course 10 credits, got “50”"),
        (lambda plan: factory.row(plan, "INF2", "=1+1"), "E3: holds a formula"),
        (lambda plan: factory.row(plan, "INF2", "1,0", attempt=0), "G3: must lie between 1 and 9"),
        (
            lambda plan: (plan.enrolment.student_number, "Somebody Else", *factory.row(plan, "INF2", "1,0")[2:]),
            "marks are matched by number, never by name",
        ),
    ],
)
def test_what_is_wrong_is_named_by_its_cell_and_nothing_is_written(row: object, said: str) -> None:
    good = lambda plan: factory.row(plan, "INF4", "1,0", credits=5)  # noqa: E731 -- a row of a table

    found = problems([row, good])

    assert any(said in text for text in found), found


@pytest.mark.clause("5.10")
@pytest.mark.parametrize(
    ("shift", "attempt", "said"),
    [
        (timedelta(days=1), 1, "F3: an examination on"),
        (timedelta(days=-1), 1, "is not of this semester"),
        (timedelta(days=-1), 2, "is not of this semester"),
    ],
)
def test_an_examination_lies_in_its_semester_and_not_ahead(shift: timedelta, attempt: int, said: str) -> None:
    def bad(plan: StudyPlan) -> object:
        day = today() + shift if shift > timedelta(0) else factory.host_term(plan).starts_on + shift
        return factory.row(plan, "INF2", "1,0", attempt=attempt, day=day)

    (found,) = problems([bad])

    assert said in found


def test_a_resit_may_come_after_the_session_a_first_examination_may_not() -> None:
    plan = mobility.approved()
    late = factory.host_term(plan).ends_on + SESSION + timedelta(days=1)
    term = factory.host_term(plan)
    AcademicTerm.objects.filter(pk=term.pk).update(
        starts_on=term.starts_on - timedelta(days=60), ends_on=term.ends_on - timedelta(days=60)
    )
    term.refresh_from_db()
    late -= timedelta(days=60)
    assert late <= today()

    first = factory.post(term, [factory.row(plan, "INF2", "1,0", day=late)])
    resit = factory.post(term, [factory.row(plan, "INF2", "1,0", day=late, attempt=2)])

    assert (first.written, resit.written) == (False, True)
    assert "is not of this semester" in str(first.problems[0])


@pytest.mark.clause("5.10")
@pytest.mark.parametrize(
    ("title", "wrong"),
    [
        ("Nordtal — Examination results, %(other)s", True),
        ("Prüfungsergebnisse, Sommersemester", True),
        ("Оценки за весенний семестр", True),
        ("Көктемгі семестр бағалары", True),
        ("Examination results, winter semester %(year)s", False),
        ("Күзгі семестр, %(year)s оқу жылы", False),
        ("Results of the winter and summer semesters", False),
        ("Programme of 2024–2026, printed on 24.11.2026", False),
    ],
)
def test_a_title_that_speaks_of_another_semester_is_a_problem_with_its_cell(title: str, *, wrong: bool) -> None:
    plan = mobility.approved()
    term = factory.host_term(plan)  # an autumn one
    who = institutions.partner_user(plan.placement.host)
    names = {"other": f"{term.year - 1}/{term.year % 100:02d}", "year": term.academic_year}
    book = factory.workbook(factory.PARTNER_HEAD, [factory.row(plan, "INF2", "1,7")], title % names)

    upload = results.keep_marks_file(file=book, name="marks.xlsx", term=term, actor=who)
    report = results.post_marks(upload=upload, actor=who)

    assert report.written is not wrong
    told = [str(problem) for problem in report.problems]
    assert told == (
        [f"“Marks”, A1: the file says “{title % names}”, but the semester chosen for it is {term}"] if wrong else []
    )


@pytest.mark.clause("5.10")
@pytest.mark.parametrize("kind", [TermKind.SPRING, TermKind.AUTUMN])
def test_the_real_file_of_winter_is_checked_against_winter_only(kind: str) -> None:
    host = mobility.approved().placement.host
    who = institutions.partner_user(host)
    ends = date(2026, 3, 31) if kind == TermKind.AUTUMN else date(2026, 9, 30)
    term, _ = AcademicTerm.objects.update_or_create(
        university=host, year=2025, kind=kind, defaults={"starts_on": ends - timedelta(days=182), "ends_on": ends}
    )
    content = io.BytesIO(WINTER.read_bytes())

    upload = results.keep_marks_file(file=content, name=WINTER.name, term=term, actor=who)
    report = results.check_marks(upload=upload, actor=who)
    told = [str(problem) for problem in report.problems]

    said = [text for text in told if "but the semester chosen for it is" in text]
    assert len(said) == (kind == TermKind.SPRING)
    assert not [text for text in told if "is not of this semester" in text]
    assert kind == TermKind.AUTUMN or not report.lines  # no row is right in another semester


def test_a_checked_file_is_found_again_until_one_is_posted(client_as: ClientAs) -> None:
    plan = mobility.approved()
    who = institutions.partner_user(plan.placement.host)
    first, last = (
        factory.partner_upload(factory.host_term(plan), [factory.row(plan, "INF2", mark)], actor=who)
        for mark in ("9,9", "1,0")
    )
    page = reverse("transcripts:results-new")
    checks = [reverse("transcripts:results-check", args=[one.pk]) for one in (first, last)]

    before = client_as(who).get(page).content.decode()
    results.post_marks(upload=last, actor=who)
    after = client_as(who).get(page).content.decode()

    assert [address in before for address in checks] == [True, True]
    assert [address in after for address in checks] == [False, False]


def test_whose_file_is_refused_is_led_to_another_file(client_as: ClientAs) -> None:
    plan = mobility.approved()
    who = institutions.partner_user(plan.placement.host)
    upload = factory.partner_upload(factory.host_term(plan), [factory.row(plan, "INF2", "9,9")], actor=who)

    page = client_as(who).get(reverse("transcripts:results-check", args=[upload.pk]))

    assert page.status_code == 200
    assert f'<a href="{reverse("transcripts:results-new")}">Another file</a>' in page.content.decode()


def test_a_formula_is_one_problem_and_its_row_is_not_in_order() -> None:
    plan = mobility.approved()
    rows = [factory.row(plan, "INF2", "=1+1"), factory.row(plan, "INF4", "1,0", credits=5)]
    named = (plan.enrolment.student_number, '="Some"&"body"', *factory.row(plan, "INF2", "1,0", attempt=2)[2:])
    who = institutions.partner_user(plan.placement.host)

    upload = factory.partner_upload(factory.host_term(plan), [*rows, named], actor=who)
    report = results.check_marks(upload=upload, actor=who)

    assert [problem.where for problem in report.problems] == ["«Marks», E3", "«Marks», B5"]
    assert [(line.where, line.outcome) for line in report.first_lines] == [
        ("«Marks», A3", Outcome.REFUSED),
        ("«Marks», A4", Outcome.CREATED),
        ("«Marks», A5", Outcome.REFUSED),
    ]


@pytest.mark.parametrize(("language", "said"), [("kk", "0,5"), ("ru", "0,5"), ("en", "0.5")])
def test_a_bound_is_written_as_the_reader_writes_numbers(language: str, said: str) -> None:
    plan = mobility.approved()
    who = institutions.partner_user(plan.placement.host)
    upload = factory.partner_upload(factory.host_term(plan), [factory.row(plan, "INF2", "1,0", credits=-5)], actor=who)

    (problem,) = results.check_marks(upload=upload, actor=who).problems

    with override(language):
        assert said in str(problem)


def test_the_same_mark_twice_in_a_file_is_a_problem() -> None:
    found = problems([lambda plan: factory.row(plan, "INF2", "1,0"), lambda plan: factory.row(plan, "INF2", "1,3")])

    assert ["stands in the file twice" in text for text in found] == [True]


def test_a_dry_run_writes_nothing() -> None:
    plan = mobility.approved()
    who = institutions.partner_user(plan.placement.host)
    upload = factory.partner_upload(factory.host_term(plan), [factory.row(plan, "INF2", "bestanden")], actor=who)

    report = results.check_marks(upload=upload, actor=who)

    assert (report.ok, report.count(Outcome.CREATED), report.written) == (True, 1, False)
    assert not Result.objects.exists()


def test_the_same_file_twice_has_one_effect() -> None:
    plan = mobility.approved()
    who = institutions.partner_user(plan.placement.host)
    book = factory.workbook(factory.PARTNER_HEAD, [factory.row(plan, "INF2", "1,7")]).read()
    uploads = [
        results.keep_marks_file(file=io.BytesIO(book), name="marks.xlsx", term=factory.host_term(plan), actor=who)
        for _ in range(2)
    ]

    reports = [results.post_marks(upload=upload, actor=who) for upload in uploads]

    assert [report.written for report in reports] == [True, False]
    assert reports[1].ok
    (line,) = reports[1].lines
    assert (line.place, line.outcome) == ("“Marks”, 3", Outcome.UNCHANGED)
    assert line.subject.endswith("INF2 · 1,7")
    assert "this very file was imported on" in line.note
    assert (Result.objects.count(), ResultFile.objects.count()) == (1, 1)


def test_the_same_marks_in_another_file_are_unchanged_and_another_mark_is_refused() -> None:
    plan = mobility.approved()
    term = factory.host_term(plan)
    factory.post(term, [factory.row(plan, "INF2", "1,7")])

    same = factory.post(term, [factory.row(plan, "INF2", "1.7"), factory.row(plan, "INF4", "1,0", credits=5)])
    other = factory.post(term, [factory.row(plan, "INF2", "1,0")])

    assert (same.count(Outcome.UNCHANGED), same.count(Outcome.CREATED)) == (1, 1)
    assert not other.written
    assert "a posted mark never changes" in str(other.problems[0])


@pytest.mark.clause("6.9")
def test_a_later_attempt_says_whose_place_it_takes_and_comes_after_the_earlier_one() -> None:
    """What is posted never changes: a transcript lost a passed mark to an attempt that the check had shown like any first one."""
    plan = mobility.approved()
    term = factory.host_term(plan)
    day = term.ends_on - timedelta(days=5)
    factory.post(term, [factory.row(plan, "INF2", "1,7", day=day)])
    second = [factory.row(plan, "INF2", "3,0", attempt=2, day=day + timedelta(days=1))]

    told = factory.post(term, second)
    before = factory.post(term, [factory.row(plan, "INF2", "2,0", attempt=3, day=day)])
    alone = factory.post(term, [factory.row(plan, "INF4", "1,0", credits=5, attempt=2)])

    assert [line.note for line in told.lines] == ["attempt 2: it takes the place of a passed mark, 1,7 of attempt 1"]
    assert [problem.words for problem in before.problems] == [
        f"attempt 2 is of {day + timedelta(days=1):%d.%m.%Y}, attempt 3 of {day:%d.%m.%Y}: one follows the other"
    ]
    assert [line.note for line in alone.lines] == ["attempt 2; no earlier one is here"]


def test_attempts_of_one_file_follow_one_another_too() -> None:
    plan = mobility.approved()
    term = factory.host_term(plan)
    day = term.ends_on - timedelta(days=5)
    first, second = (
        factory.row(plan, "INF2", mark, attempt=attempt, day=day - timedelta(days=attempt))
        for attempt, mark in ((1, "5,0"), (2, "2,0"))
    )

    report = factory.post(term, [first, second])

    assert not report.written
    assert "one follows the other" in str(report.problems[0])


def test_each_mark_keeps_file_sheet_and_row() -> None:
    plan = factory.passed_plan()

    mark = Result.objects.get(course__code="INF4")

    assert (mark.file.upload.original_name, mark.file_row) == ("marks.xlsx", "Marks, 4")
    assert mark.enrolment == plan.enrolment


def test_the_same_name_leads_nowhere_the_number_does() -> None:
    pathway = agreements.open_pathway()
    one, other = (mobility.approved(mobility.placement(pathway)) for _ in range(2))
    assert one.enrolment.person.name_cyrillic == other.enrolment.person.name_cyrillic

    factory.post(factory.host_term(one), [factory.row(one, "INF2", "1,0")])

    assert set(Result.objects.values_list("enrolment", flat=True)) == {one.enrolment_id}


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.INSTITUTE_DIRECTOR, Role.VICE_RECTOR, Role.FINANCE_OFFICER])
def test_marks_are_brought_by_partner_ipd_and_registrar_only(role: str) -> None:
    plan = mobility.approved()
    unit = institutions.institute() if role == Role.INSTITUTE_DIRECTOR else None

    with pytest.raises(NotAllowedError):
        factory.partner_upload(factory.host_term(plan), [], actor=institutions.user(role, unit=unit))


def test_a_partner_brings_neither_home_marks_nor_anothers() -> None:
    plan = mobility.approved()
    stranger = institutions.partner_user(institutions.partner("Elsewhere", "PL"))

    with pytest.raises(NotAllowedError):
        factory.partner_upload(factory.host_term(plan), [], actor=stranger)
    with pytest.raises(NotAllowedError):
        factory.home_upload([], actor=institutions.partner_user(plan.placement.host))


def test_a_file_of_another_kind_is_refused() -> None:
    plan = mobility.approved()
    who = institutions.partner_user(plan.placement.host)

    with pytest.raises(FileRefusedError):
        results.keep_marks_file(
            file=io.BytesIO(b"%PDF-1.7"), name="marks.xlsx", term=factory.host_term(plan), actor=who
        )


def test_a_broken_workbook_is_told_not_thrown() -> None:
    plan = mobility.approved()
    who = institutions.partner_user(plan.placement.host)
    stream = io.BytesIO()
    Workbook().save(stream)
    upload = results.keep_marks_file(
        file=io.BytesIO(stream.getvalue()), name="marks.xlsx", term=factory.host_term(plan), actor=who
    )

    report = results.check_marks(upload=upload, actor=who)

    assert "These columns are missing" in str(report.problems[0])


def home_row(number: str, code: str, percent: object, *, attempt: int = 1, credits: int = 5) -> tuple[object, ...]:
    return (number, "", code, credits, "2024/25", 1, percent, "11.01.2025", attempt)


def test_home_marks_by_the_registrar_and_the_last_attempt() -> None:
    pathway = agreements.open_pathway()
    student = programmes.enrolment(pathway.home_programme)
    autumn_of_2024()

    report = factory.post_home(
        [home_row(student.student_number, "CSE1", 41), home_row(student.student_number, "CSE1", 72, attempt=2)]
    )

    assert report.written, report.problems
    assert list(Result.objects.order_by("attempt").values_list("mark", "is_pass")) == [
        (Decimal(41), False),
        (Decimal(72), True),
    ]


def test_home_marks_of_an_incoming_student_by_the_number_here() -> None:
    stay = mobility.placement(direction=Direction.INCOMING, number_here="20269001")
    term = stay.application.intake.term
    row = ("20269001", "", "CSE2", 5, term.academic_year, 3, 88, term.ends_on, 1)

    assert factory.post_home([row]).written
    assert Result.objects.get().enrolment == stay.application.enrolment


def test_a_home_mark_is_a_whole_percent_with_the_letter_of_the_scale() -> None:
    pathway = agreements.open_pathway()
    student = programmes.enrolment(pathway.home_programme)
    autumn_of_2024()
    factory.home_scale()
    registrar = institutions.user(Role.REGISTRAR)
    book = factory.workbook((*factory.HOME_HEAD, "Әріп"), [(*home_row(student.student_number, "CSE1", 72), "B")])

    upload = results.keep_marks_file(file=book, name="home.xlsx", term=None, actor=registrar)

    assert "72 is C+, not “B”" in str(results.post_marks(upload=upload, actor=registrar).problems[0])
    # Without a letter as well: 72,5 would be printed as a whole percent that nobody gave.
    assert "must be a whole number" in str(
        factory.post_home([home_row(student.student_number, "CSE1", 72.5)]).problems[0]
    )


# --- the page -----------------------------------------------------------------------------------------------------------


def test_the_list_of_terms_opens_on_the_one_whose_marks_are_late(client_as: ClientAs) -> None:
    plan = mobility.approved()
    late = factory.host_term(plan)
    newer = programmes.term(plan.placement.host, starts_in=-10, kind=TermKind.SPRING)
    client = client_as(institutions.partner_user(plan.placement.host))

    form = client.get("/transcripts/marks/new/").context["form"]

    assert [value for value, _ in form.fields["source"].choices] == [str(newer.pk), str(late.pk)]
    assert form.fields["source"].initial == str(late.pk)
    assert form.fields["source"].choices[1][1].endswith("marks are waited for")
    factory.post(late, [factory.row(plan, "INF2", "1,7")])
    form = client.get("/transcripts/marks/new/").context["form"]
    assert form.fields["source"].initial is None


def test_nothing_is_said_to_be_posted_of_a_file_with_a_problem(client_as: ClientAs) -> None:
    plan = mobility.approved()
    who = institutions.partner_user(plan.placement.host)
    rows = [factory.row(plan, "INF2", "0,7"), factory.row(plan, "INF4", "1,0", credits=5)]
    upload = factory.partner_upload(factory.host_term(plan), rows, actor=who)

    answer = client_as(who).get(f"/transcripts/marks/check/{upload.pk}/")

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "To be posted: 0." in page
    assert "will be posted" not in page
    assert "in order, waits for the rest" in page
    assert "Post these marks" not in page


def test_an_english_reader_reads_the_names_in_the_passports_spelling(client_as: ClientAs) -> None:
    plan = mobility.approved()
    who = institutions.partner_user(plan.placement.host)
    person = plan.enrolment.person
    upload = factory.partner_upload(factory.host_term(plan), [factory.row(plan, "INF2", "1,0")], actor=who)

    page = client_as(who).get(f"/transcripts/marks/check/{upload.pk}/").content.decode()

    assert person.names.kk != person.passport_name
    assert f"{plan.enrolment.student_number} {person.passport_name} · " in page
    assert person.names.kk not in page
