"""Marks typed in a table: expected ones stand there, faults beside their cells, what was typed is kept and is the source."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from agreements.models import Pathway
from core.workflow import NotAllowedError
from documents.models import Upload
from institutions.enums import Role
from institutions.models import User
from mobility.models import StudyPlan
from tests.conftest import ClientAs
from tests.factories import institutions, mobility, programmes
from tests.factories import transcripts as factory
from tests.transcripts.road import guest
from transcripts.imports.typed import TypedMark
from transcripts.models import Result, ResultFile
from transcripts.selectors.expected import expected_marks, groups_of
from transcripts.services import results
from transcripts.tables.marks import marks_table, totals_of

pytestmark = pytest.mark.django_db


def _pathway(plan: StudyPlan) -> Pathway:
    return plan.placement.application.intake.pathway


def _url(plan: StudyPlan) -> str:
    return reverse("transcripts:results-table", args=[factory.host_term(plan).pk, _pathway(plan).pk])


def _line(plan: StudyPlan, code: str, mark: str, key: str = "e1", **other: str) -> dict[str, str]:
    day = f"{factory.host_term(plan).ends_on:%d.%m.%Y}"
    cells = {"student": plan.enrolment.student_number, "code": code, "credits": "5", "mark": mark, "day": day}
    return {f"{name}-{key}": text for name, text in {**cells, "attempt": "1", **other}.items()}


def _coordinator(plan: StudyPlan) -> User:
    return institutions.partner_user(plan.placement.host)


@pytest.mark.clause("5.10")
def test_a_term_expects_the_courses_of_the_plan_that_are_taught_there() -> None:
    plan, visiting = mobility.approved(), guest()
    term, here = factory.host_term(plan), factory.host_term(visiting)

    away = expected_marks(term, _pathway(plan))
    at_home = expected_marks(here, _pathway(visiting))

    assert {one.number for one in away} == {plan.enrolment.student_number}
    assert {one.course.curriculum_id for one in away} == {_pathway(plan).partner_curriculum_id}
    assert {one.number for one in at_home} == {visiting.placement.host_student_number}
    assert {one.course.curriculum_id for one in at_home} == {_pathway(visiting).home_curriculum_id}
    assert [(group.pathway, group.students) for group in groups_of([term])] == [(_pathway(plan), 1)]


@pytest.mark.clause("5.10")
def test_marks_are_counted_by_course_and_unlike_credits_are_told() -> None:
    plan = mobility.approved()
    expected = expected_marks(factory.host_term(plan), _pathway(plan))
    first, second = (TypedMark(one.number, one.course.code, "5,0", "1,7") for one in expected[:2])
    typed = {"e1": replace(first, credits="6"), "e2": second, "b1": TypedMark("99"), "b2": TypedMark(attempt="1")}

    lines = marks_table(expected, typed)
    totals = totals_of(lines)

    assert [line.differs for line in lines] == [True, False, False, False]
    assert {row.bucket: dict(row.sums) for row in totals.rows} == {
        first.code: {"marked": 1, "credits": 6},
        second.code: {"marked": 1, "credits": 5},
        "—": {"unmarked": 1},
    }
    assert dict(totals_of(marks_table(expected)).whole.sums) == {"unmarked": len(expected)}


@pytest.mark.clause("5.10")
@pytest.mark.clause("5.12")
def test_typed_marks_are_kept_looked_at_and_posted_with_who_typed_them(client_as: ClientAs) -> None:
    plan = mobility.approved()
    who = _coordinator(plan)
    client = client_as(who)
    page = client.get(_url(plan)).content.decode()
    assert plan.enrolment.student_number in page

    dry = client.post(_url(plan), {**_line(plan, "INF4", "1,7"), **_line(plan, "INF2", "", "e2")}, follow=True)
    upload = Upload.objects.get(purpose="partner_marks")
    assert not Result.objects.exists()
    assert "Post these marks" in dry.content.decode()
    client.post(reverse("transcripts:results-check", args=[upload.pk]))

    mark = Result.objects.get()
    assert (mark.mark_text, mark.course.code, mark.enrolment) == ("1,7", "INF4", plan.enrolment)
    assert mark.file.upload.original_name.startswith(str(who))
    assert mark.file_row.endswith(".csv, 2")
    assert mark.source == f"{mark.file.upload.original_name}, 2"
    again = client.get(_url(plan)).content.decode()
    assert 'name="attempt-e1" id="attempt-e1" value="2"' in again or 'id="attempt-e2" value="2"' in again


def test_the_same_table_posted_twice_has_one_effect() -> None:
    plan = mobility.approved()
    term, who = factory.host_term(plan), _coordinator(plan)
    line = TypedMark(plan.enrolment.student_number, "INF4", "5", "1.7", f"{term.ends_on:%d.%m.%Y}", "1")

    for name in ("one.csv", "two.csv"):
        upload, _report = results.keep_typed_marks(lines=[line], term=term, name=name, actor=who)
        assert upload is not None
        results.post_marks(upload=upload, actor=who)

    assert (Result.objects.count(), ResultFile.objects.count()) == (1, 1)


@pytest.mark.clause("5.10")
def test_faults_stand_beside_their_cells_nothing_is_kept_and_nothing_lost(client_as: ClientAs) -> None:
    plan = mobility.approved()
    tomorrow = f"{factory.host_term(plan).ends_on + timedelta(days=400):%d.%m.%Y}"
    wrong = {
        **_line(plan, "INF4", "sehr gut", day=tomorrow),
        **_line(plan, "INF999", "1,0", "b1"),
        **_line(plan, "INF2", "=1+1", "e2", credits="10"),
    }

    page = client_as(_coordinator(plan)).post(_url(plan), wrong)

    html = page.content.decode()
    assert (page.status_code, Upload.objects.filter(purpose="partner_marks").exists()) == (422, False)
    for cell, value in (("mark-e1", "sehr gut"), ("day-e1", tomorrow), ("code-b1", "INF999"), ("mark-e2", "=1+1")):
        assert f'href="#{cell}"' in html
        assert f'id="{cell}" value="{value}"' in html
        assert f'aria-describedby="{cell}-fault"' in html
        assert html.count(f'<li id="{cell}-fault">') == 1
    whole = page.context["totals"].whole.sums
    assert whole.get("marked", 0) == 1  # INF999 has a mark that may stand; what was refused is as if not typed


def test_no_mark_at_all_is_told_and_more_lines_lose_nothing(client_as: ClientAs) -> None:
    plan = mobility.approved()
    client = client_as(_coordinator(plan))

    nothing = client.post(_url(plan), _line(plan, "INF4", ""))
    more = client.post(_url(plan), {**_line(plan, "INF4", "1,0"), "do": "more"})

    assert nothing.status_code == 422
    assert "There is no row with a mark" in nothing.content.decode()
    assert 'value="1,0"' in more.content.decode()


@pytest.mark.clause("5.12")
def test_the_university_types_marks_of_its_guests(client_as: ClientAs) -> None:
    factory.home_scale()
    plan = guest()
    client = client_as(institutions.user(Role.REGISTRAR))
    line = _line(plan, "CSE2", "88", student=plan.placement.host_student_number)

    upload = client.post(_url(plan), line).headers["Location"]
    client.post(upload)

    assert [(mark.mark_text, mark.university.is_home) for mark in Result.objects.all()] == [("88", True)]


def test_nobody_types_marks_of_another_university(client_as: ClientAs) -> None:
    plan = mobility.approved()
    stranger = institutions.partner_user(institutions.partner("Another University"))
    advisor = mobility.parties(plan.placement)["advisor"]

    for who in (stranger, advisor):
        assert client_as(who).get(_url(plan)).status_code == 404
        assert client_as(who).get(reverse("transcripts:results-type")).status_code == 404
        with pytest.raises(NotAllowedError):
            results.keep_typed_marks(lines=[], term=factory.host_term(plan), name="x.csv", actor=who)


def test_who_has_nothing_to_type_is_not_led_there(client_as: ClientAs) -> None:
    plan = mobility.approved()
    another = institutions.partner("Another University")
    programmes.term(another, starts_in=-30)
    new, address = reverse("transcripts:results-new"), reverse("transcripts:results-type")

    assert address in client_as(_coordinator(plan)).get(new).content.decode()
    page = client_as(institutions.partner_user(another)).get(new)
    assert page.status_code == 200
    assert address not in page.content.decode()


def test_the_table_asks_as_often_for_three_students_as_for_one(
    client_as: ClientAs, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    plan = mobility.approved()
    client = client_as(_coordinator(plan))
    client.get(_url(plan))

    with django_assert_num_queries(11):
        client.get(_url(plan))
    for _more in range(2):
        mobility.approved(mobility.placement(_pathway(plan)))
    with django_assert_num_queries(11):
        client.get(_url(plan))
    with django_assert_num_queries(8):
        client.get(reverse("transcripts:results-type"))
