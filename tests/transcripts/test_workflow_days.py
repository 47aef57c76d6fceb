"""Days that people write down about marks and differences: between which each may lie, without a database."""

from datetime import date, timedelta
from functools import partial

import pytest

from transcripts.enums import RemovalWay
from transcripts.workflow.days import SESSION, RemovalDays, Term, examination_faults, removal_faults

TODAY = date(2027, 4, 20)
TERM = Term("winter 2026/27", date(2026, 10, 1), date(2027, 2, 28))
DAY = timedelta(days=1)


@pytest.mark.clause("5.11-b")
@pytest.mark.parametrize(
    ("due", "why"),
    [
        (TODAY, "The day by which a difference is removed lies ahead: 21.04.2027 at the earliest."),
        (
            TODAY + 101 * DAY,
            "A difference is removed while the student still studies: by 29.07.2027 at the latest.",
        ),
    ],
)
def test_a_difference_is_removed_after_today_and_while_the_student_studies(due: date, why: str) -> None:
    last = TODAY + 100 * DAY
    faults_of = partial(removal_faults, way=RemovalWay.ONLINE, days=RemovalDays(last), today=TODAY)

    found = faults_of(due)

    assert [(fault.field, fault.text % fault.params) for fault in found] == [("due", why)]
    assert [list(faults_of(day)) for day in (TODAY + DAY, last)] == [[], []]


@pytest.mark.clause("5.11-b")
def test_what_is_removed_in_the_summer_has_a_day_in_a_summer_semester_where_the_calendar_has_one() -> None:
    summer = Term("2026/27, summer", date(2027, 7, 1), date(2027, 8, 31))
    days = RemovalDays(date(2028, 8, 31), (summer,))
    faults_of = partial(removal_faults, days=days, today=TODAY)

    (fault,) = faults_of(summer.first - DAY, way=RemovalWay.SUMMER)

    told = "This day lies in no summer semester of the University: 01.07.2027 – 31.08.2027."
    assert (fault.field, fault.text % fault.params) == ("due", told)
    assert [list(faults_of(day, way=RemovalWay.SUMMER)) for day in (summer.first, summer.last)] == [[], []]
    assert list(faults_of(summer.first - DAY, way=RemovalWay.BESIDE_STUDY)) == []
    unknown = RemovalDays(days.last)
    assert list(removal_faults(summer.first - DAY, way=RemovalWay.SUMMER, days=unknown, today=TODAY)) == []


@pytest.mark.clause("6.9")
@pytest.mark.parametrize(
    ("day", "attempt", "why"),
    [
        (TODAY + DAY, 1, "an examination on 21.04.2027 has not been yet"),
        (TERM.first - DAY, 2, "winter 2026/27, examinations from 01.10.2026 to 14.04.2027"),
        (TERM.last + SESSION + DAY, 1, "winter 2026/27, examinations from 01.10.2026 to 14.04.2027"),
    ],
)
def test_an_examination_has_been_in_its_term_or_the_session_after_it(day: date, attempt: int, why: str) -> None:
    ((field, text),) = [
        (fault.field, fault.text % fault.params)
        for fault in examination_faults(day, term=TERM, attempt=attempt, today=TODAY)
    ]

    assert (field, why in text) == ("day", True)


@pytest.mark.clause("6.9")
@pytest.mark.parametrize(
    ("day", "term", "attempt"),
    [(TERM.first, TERM, 1), (TERM.last + SESSION, TERM, 1), (TODAY, TERM, 2), (date(2020, 1, 1), None, 1)],
)
def test_an_examination_that_can_have_been(day: date, term: Term | None, attempt: int) -> None:
    assert list(examination_faults(day, term=term, attempt=attempt, today=TODAY)) == []
