"""What an import tells its reader: counts, rows and problems, the first of many."""

from dataclasses import dataclass
from decimal import Decimal

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from core.imports import ImportReport, Outcome, Problem, ReportLine, parse_date, parse_decimal, place_shown


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("1\xa0000,5", Decimal("1000.5")),
        ("", None),
        ("Infinity", None),
        ("5 кредит", None),
        ("1e999999", None),
        ("9" * 41, None),
    ],
)
def test_a_decimal_is_finite_or_nothing(raw: str, value: Decimal | None) -> None:
    assert parse_decimal(raw) == value
    assert parse_date("") is None


def test_a_report_counts_and_tells_in_the_readers_language() -> None:
    line = ReportLine("«x», A2", Outcome.HELD, "Әсел", "must not be empty")
    report = ImportReport(lines=[line, ReportLine("«x», A3", Outcome.CREATED, "Ия")])

    assert (report.ok, report.count(Outcome.HELD), report.count(Outcome.CHANGED)) == (True, 1, 0)
    with translation.override("ru"):
        assert (line.note, report.lines[1].note) == ("не должно быть пустым", "")
    report.problems.append(Problem("«x», A2", "must not be empty"))
    assert not report.ok


def test_a_row_with_a_fault_is_refused_and_so_is_the_first_of_two_that_are_the_same() -> None:
    report = ImportReport(
        problems=[
            Problem("«x», B3", "must not be empty"),
            Problem("«x», C3", "must not be empty"),
            Problem(
                "«x», A4",
                "the number %(value)s stands here twice; first at %(first)s",
                {"value": 7, "first": "«x», A2"},
            ),
            Problem("«x», A5", "the passport of %(number)s has expired", {"number": 1}, is_note=True),
            Problem("«x»", "There is no course in this file."),
        ],
        lines=[ReportLine(f"«x», A{number}", Outcome.CREATED, "Әсел") for number in range(2, 6)],
    )

    assert [(line.outcome, line.note) for line in report.first_lines] == [
        (Outcome.REFUSED, "“x”, A4: the number 7 stands here twice; first at “x”, A2"),
        (Outcome.REFUSED, "B3: must not be empty; C3: must not be empty"),
        (Outcome.REFUSED, "A4: the number 7 stands here twice; first at “x”, A2"),
        (Outcome.CREATED, ""),
    ]


@pytest.mark.parametrize(
    ("language", "place", "first"),
    [("en", "“x, y”, A4", "“x, y”, A2"), ("ru", "«x, y», A4", "«x, y», A2"), ("kk", "«x, y», A4", "«x, y», A2")],
)
def test_a_place_in_a_file_is_named_in_one_way_in_each_language(language: str, place: str, first: str) -> None:
    twice = Problem("«x, y», A4", "first at %(first)s", {"first": "«x, y», A2"})
    line = ReportLine("«x, y», A4", Outcome.CREATED, "Әсел")

    with translation.override(language):
        assert (line.place, str(twice)) == (place, f"{place}: first at {first}")
        assert place_shown("«x, y»") == place[:6]
        assert place_shown("line 3, Hours") == "line 3, Hours"


@dataclass
class Upload:
    """A kept file, as a page sees it."""

    original_name: str


def test_a_page_shows_the_first_of_endless_faults_and_counts_the_rest() -> None:
    report = ImportReport(
        problems=[Problem(f"A{number}", "is empty") for number in range(36_000)],
        lines=[ReportLine(f"B, {number}", Outcome.CREATED, "somebody") for number in range(6_000)],
    )

    context = {"report": report, "file": Upload(original_name="all.xlsx"), "subtitle": "", "again": "/", "back": "/"}
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    page = render_to_string("ui/dry_run.html", context, request)

    assert "A49: is empty" in page
    assert "A50: is empty" not in page
    assert "Not shown: 35950 more." in page
    assert page.count("in order, waits for the rest") == len(report.first_lines)
    assert "Not shown: 5500 rows more." in page


@pytest.mark.parametrize(
    ("outcomes", "offers"),
    [
        ((Outcome.UNCHANGED, Outcome.UNCHANGED), False),
        ((Outcome.UNCHANGED, Outcome.HELD), False),  # a course that stands in no row of an Annex
        ((Outcome.UNCHANGED, Outcome.CHANGED), True),
        ((Outcome.UNCHANGED, Outcome.CREATED), True),
        ((Outcome.HELD,), True),  # a candidate who is held back is written
    ],
)
def test_a_file_that_changes_nothing_is_not_offered_to_be_written(
    outcomes: tuple[Outcome, ...], *, offers: bool
) -> None:
    report = ImportReport(lines=[ReportLine("A2", outcome, "somebody") for outcome in outcomes])
    context = {"report": report, "file": Upload(original_name="all.xlsx"), "again": "/again", "back": "/back"}
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    page = render_to_string("ui/dry_run.html", {**context, "here": "/here", "confirm": "Write it"}, request)

    assert ("Write it" in page) is offers
    assert ("there is nothing to write" in page) is not offers
    assert 'href="/back"' in page


def test_problems_are_told_from_the_first_row_on_whichever_rule_found_them() -> None:
    wheres = ["«x», C10", "«x», A2", "«x»", "«x», AB3"]
    report = ImportReport(problems=[Problem(where, "is empty") for where in wheres])

    assert [problem.where for problem in report.first_problems] == ["«x»", "«x», A2", "«x», AB3", "«x», C10"]
