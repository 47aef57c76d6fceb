"""Annex 1 typed as a table: the same checks as a file's, faults beside their cells, nothing lost, changes in words."""

from dataclasses import replace

import pytest
from django.urls import reverse
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from agreements.enums import AnnexState, Relation, Side
from agreements.imports.typed import COLUMNS, TypedLine
from agreements.models import AnnexRow, AnnexVersion, Pathway
from agreements.selectors.annex import agreed_before, courses_to_tie, entries_of, rows_of
from agreements.services.annex import try_typed_annex, write_annex
from agreements.tables.changes import changes_between
from agreements.tables.typing import (
    TypedRow,
    agreed_list,
    lines_of,
    lines_of_curricula,
    names_to_read,
    to_read,
    totals_of,
    typed_table,
    words_for_script,
)
from core.story import story_of
from core.workflow import ChangedMeanwhileError, RefusedError
from institutions.permissions import standing_of
from programmes.models import Course
from tests.agreements.road import Road
from tests.conftest import ClientAs
from tests.factories import institutions


def _sent(lines: list[TypedLine], do: str = "save", seen: str = "") -> dict[str, str]:
    cells = {f"{name}-{n}": getattr(line, name) for n, line in enumerate(lines, start=1) for name in COLUMNS}
    return {**cells, "do": do, "seen": seen}


def _problems(road: Road, pathway: Pathway, *lines: TypedLine) -> list[str]:
    report = try_typed_annex(pathway_id=pathway.pk, lines=lines, actor=road.ipd)
    return [str(problem) for problem in report.problems]


GOOD = TypedLine("1", "3", "", "Терең оқыту", "5", "150", "Deep Learning Lab", "10", "300")
SECOND = TypedLine("1", "3", "", "Компьютерлік көру", "5", "150")


@pytest.mark.clause("A1-b")
@pytest.mark.clause("A1-e")
def test_a_version_typed_again_is_the_same_version(road: Road, drafted: Pathway) -> None:
    version = road.imported(drafted)

    report = write_annex(pathway_id=drafted.pk, lines=lines_of(rows_of(version)), actor=road.ipd)

    assert (report.problems, report.version, report.written) == ([], version, False)


@pytest.mark.clause("A1-b")
def test_lines_of_one_number_stand_for_each_other_whatever_lies_between_them(road: Road, drafted: Pathway) -> None:
    alone = TypedLine("", "1", "", "Жоғары мектеп педагогикасы", "5", "150", relation="difference", reason="in summer")

    report = write_annex(pathway_id=drafted.pk, lines=[GOOD, alone, TypedLine(), SECOND], actor=road.ipd)

    assert report.problems == []
    entries = entries_of(rows_of(report.made))
    assert [(entry.semester, entry.relation, entry.reason) for entry in entries] == [
        (1, Relation.DIFFERENCE, "in summer"),
        (3, Relation.MANY_TO_ONE, ""),
    ]
    assert [line.printed_number for line in entries[1].side(Side.HOME)] == ["2", "3"]
    assert story_of(report.made)[0].text == "typed as a table: 2 rows"
    assert story_of(report.made)[0].who == str(road.ipd)


@pytest.mark.clause("A1-e")
@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ({"home": "Ботаника"}, "line 1, Course, the University: “Ботаника” is not in the University's curriculum"),
        ({"home_credits": "4"}, "line 1, Credits, the University: has 4 credits; the curriculum gives"),
        ({"home_credits": "=5"}, "line 1, Credits, the University: holds a formula; paste its value instead"),
        ({"partner_hours": "1\ud800"}, "line 1, Hours, the partner: holds signs that are no text: U+D800"),
        ({"semester": ""}, "line 1, Semester: the semester is missing"),
        ({"semester": "0"}, "line 1, Semester: there is no semester 0"),
        ({"semester": "x"}, "line 1, Semester: the semester must be a whole number, got “x”"),
        ({"reason": "why"}, "line 1, Reason: a reason belongs to an additional row or to a difference: say which"),
        ({"relation": "difference"}, "line 1, Relation: only a row of one side can be additional or a difference"),
        (
            {"relation": "additional", "partner": "", "partner_credits": "", "partner_hours": ""},
            "line 1, Reason: an additional row or a difference needs a reason",
        ),
    ],
)
def test_what_is_wrong_is_named_by_line_and_column(
    road: Road, drafted: Pathway, line: dict[str, str], problem: str
) -> None:
    (told,) = _problems(road, drafted, replace(GOOD, **line))

    assert told.startswith(problem)


def test_all_that_is_wrong_with_a_line_is_told_at_once(road: Road, drafted: Pathway) -> None:
    of_both_sides = replace(
        GOOD, home_credits="4", home_hours="-1", partner="", partner_hours="x", relation="additional"
    )
    alone = TypedLine("2", "x", "", "Ботаника", "-7", "", relation="difference")
    tied = [replace(SECOND, semester=semester) for semester in ("15", "3", "y", "4")]

    told = [problem.split(": ")[0] for problem in _problems(road, drafted, of_both_sides, alone)]
    assert sorted(told) == [
        "line 1, Credits, the University",
        "line 1, Credits, the partner",
        "line 1, Hours, the University",
        "line 1, Hours, the partner",
        "line 1, Relation",
        "line 2, Course, the University",
        "line 2, Credits, the University",
        "line 2, Hours, the University",
        "line 2, Reason",
        "line 2, Semester",
    ]
    told = [problem for problem in _problems(road, drafted, *tied) if "Semester" in problem]
    assert told == [
        "line 1, Semester: there is no semester 15",
        "line 3, Semester: the semester must be a whole number, got “y”",
        "line 4, Semester: lines of one No. stand in one semester; above stands 3",
    ]


def test_lines_of_one_number_stand_in_one_semester_and_a_course_once(road: Road, drafted: Pathway) -> None:
    assert _problems(road, drafted, GOOD, replace(SECOND, semester="4")) == [
        "line 2, Semester: lines of one No. stand in one semester; above stands 3"
    ]
    assert _problems(
        road, drafted, GOOD, replace(GOOD, number="2", partner="", partner_credits="", partner_hours="")
    ) == [
        "line 2, Course, the University: “Терең оқыту” stands in the table twice; first at line 1, Course, the University"
    ]
    assert _problems(road, drafted, TypedLine("1", "3")) == ["the table: There is no row of courses in it."]


def test_a_fault_writes_nothing_stands_beside_its_cell_and_nothing_typed_is_lost(
    road: Road, drafted: Pathway, client_as: ClientAs
) -> None:
    url = reverse("agreements:annex-table", args=[drafted.pk])
    wrong = [GOOD, replace(SECOND, home_credits="жеті", reason="")]

    page = client_as(road.ipd).post(url, _sent(wrong))

    html = page.content.decode()
    assert (page.status_code, AnnexVersion.objects.count(), AnnexRow.objects.count()) == (422, 0, 0)
    assert 'href="#home_credits-2">line 2, Credits, the University</a>' in html
    assert 'id="home_credits-2" value="жеті"' in html
    assert 'aria-describedby="home_credits-2-fault"' in html
    under = html.index('<tr class="row-faults">')  # in the width of the table: the column of numbers holds no sentence
    assert html.index('id="home_credits-2"') < under < html.index('<li id="home_credits-2-fault">')
    assert html.count('class="row-faults"') == 1
    assert 'value="Компьютерлік көру"' in html


def test_more_lines_and_a_check_write_nothing(road: Road, drafted: Pathway, client_as: ClientAs) -> None:
    url = reverse("agreements:annex-table", args=[drafted.pk])
    client = client_as(road.ipd)

    more = client.post(url, _sent([GOOD], "more")).content.decode()
    checked = client.post(url, _sent([GOOD, SECOND], "check")).content.decode()

    assert 'value="Терең оқыту"' in more
    assert 'name="home-5"' in more
    assert "Rows that would be written: 1." in checked
    assert AnnexVersion.objects.count() == 0


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_a_version_read_in_any_language_and_typed_again_is_the_same_version(
    road: Road, drafted: Pathway, language: str
) -> None:
    version = road.imported(drafted)
    home = courses_to_tie(drafted)[0]
    as_printed = lines_of(rows_of(version))

    with translation.override(language):
        lines = to_read(as_printed, names_to_read(home))
    read = {line.home for line in lines}
    report = write_annex(pathway_id=drafted.pk, lines=lines, actor=road.ipd)

    assert (report.problems, report.version, report.written) == ([], version, False)
    assert {
        "kk": "Ақпараттық қауіпсіздік",
        "ru": "Информационная безопасность",
        "en": "Information Security",
    }[language] in read
    assert [line.partner for line in lines] == [line.partner for line in as_printed]


def test_a_name_in_another_language_is_printed_as_before_or_in_kazakh(road: Road, drafted: Pathway) -> None:
    def printed(name: str) -> list[str]:
        report = write_annex(pathway_id=drafted.pk, lines=[replace(GOOD, home=name), SECOND], actor=road.ipd)
        return [line.printed_name for line in report.entries[0].side(Side.HOME)]

    assert printed("deep  learning") == ["Терең оқыту", "Компьютерлік көру"]
    assert printed("терең оқыту") == ["терең оқыту", "Компьютерлік көру"]
    assert printed("Глубокое обучение") == ["терең оқыту", "Компьютерлік көру"]


def test_names_that_would_not_tell_a_course_stay_in_kazakh(road: Road, drafted: Pathway) -> None:
    home, _partner = courses_to_tie(drafted)
    one, other = home[:2]
    one.name_en = other.name_en

    assert "Information Security" in names_to_read(home).values()
    assert other.name_en not in names_to_read(home).values()


def test_pages_name_the_universitys_courses_in_the_readers_language(
    road: Road, drafted: Pathway, client_as: ClientAs
) -> None:
    first = write_annex(pathway_id=drafted.pk, lines=[GOOD, SECOND], actor=road.ipd).made
    report = write_annex(pathway_id=drafted.pk, lines=[GOOD, replace(SECOND, number="2")], actor=road.ipd)
    client = client_as(road.ipd)

    pages = [
        client.get(reverse(f"agreements:{name}", args=args)).content.decode()
        for name, args in (
            ("annexversion", [report.made.pk]),
            ("annex-row", [report.made.pk, 2]),
            ("annex-edit", [report.made.pk]),
            ("annex-table", [drafted.pk]),
        )
    ]

    assert all("Computer Vision" in page for page in pages)
    assert [
        line for page in pages for line in page.splitlines() if "Компьютерлік" in line and "<option" not in line
    ] == []
    assert "the University: Deep Learning + Computer Vision → Deep Learning" in pages[0]
    assert report.lines[1].subject == "Computer Vision ↔ —"
    assert first.number == 1


@pytest.mark.clause("A1-d")
def test_a_draft_edited_as_a_table_becomes_the_next_draft(road: Road, drafted: Pathway, client_as: ClientAs) -> None:
    version = road.imported(drafted)
    client = client_as(road.ipd)
    url = reverse("agreements:annex-edit", args=[version.pk])
    shown = client.get(reverse("agreements:annexversion", args=[version.pk])).content.decode()
    assert url in shown
    # as cards, on a phone, each side is told by name
    assert all(f'data-label="{side}"' in shown for side in ("The University", "Partner", "Credits, partner"))
    lines = lines_of(rows_of(version))[:-2]

    page = client.post(url, _sent(lines, seen=str(version.pk)), follow=True)

    made = AnnexVersion.objects.get(number=2)
    version.refresh_from_db()
    assert (made.state, version.state) == (AnnexState.DRAFT, AnnexState.WITHDRAWN)
    assert "Changes to version 1" in page.content.decode()


def test_what_another_wrote_meanwhile_is_told_and_saving_again_goes_on(
    road: Road, drafted: Pathway, client_as: ClientAs
) -> None:
    first = write_annex(pathway_id=drafted.pk, lines=[GOOD, SECOND], actor=road.ipd).made
    other = institutions.user("ipd_coordinator")
    write_annex(pathway_id=drafted.pk, lines=[replace(GOOD, number="7"), TypedLine()], actor=other)
    url = reverse("agreements:annex-table", args=[drafted.pk])
    mine = [GOOD, replace(SECOND, number="2", semester="2")]

    with pytest.raises(ChangedMeanwhileError, match="Version 2 was written"):
        write_annex(pathway_id=drafted.pk, lines=mine, actor=road.ipd, seen=str(first.pk))
    client = client_as(road.ipd)
    told = client.post(url, _sent(mine, seen=str(first.pk)))
    latest = AnnexVersion.objects.get(number=2)

    assert (told.status_code, AnnexVersion.objects.count()) == (422, 2)
    assert f'name="seen" value="{latest.pk}"' in told.content.decode()
    assert client.post(url, _sent(mine, seen=str(latest.pk))).status_code == 302


def test_a_table_is_its_own_sides_alone(road: Road, drafted: Pathway, client_as: ClientAs) -> None:
    version = road.imported(drafted)

    stranger = institutions.partner_user(institutions.partner("Yangtze Institute"))
    for who, known in ((road.coordinator, True), (stranger, False), (road.vice_rector, False)):
        found = client_as(who).get(reverse("agreements:annex-table", args=[drafted.pk])).status_code
        assert found == (200 if known else 404)
    assert client_as(road.coordinator).get(reverse("agreements:annex-edit", args=[version.pk])).status_code == 404
    with pytest.raises((RefusedError, Pathway.DoesNotExist)):
        write_annex(pathway_id=drafted.pk, lines=[GOOD], actor=road.vice_rector)


def test_an_agreed_text_has_no_table(road: Road, agreed: Pathway, client_as: ClientAs) -> None:
    page = client_as(road.ipd).get(reverse("agreements:annex-table", args=[agreed.pk]), follow=True)

    assert "return the agreement to the draft" in page.content.decode()


@pytest.mark.clause("A1-b")
def test_curricula_begin_with_what_was_agreed_before(road: Road, drafted: Pathway) -> None:
    version = road.frozen(drafted)
    home, partner = courses_to_tie(drafted)

    lines = lines_of_curricula(home, partner, agreed_before(drafted, standing_of(road.ipd)))

    beside = {line.home: line.partner for line in lines}
    assert beside["Ақпараттық қауіпсіздік"] == "IT-Sicherheit"
    numbers = [line.number for line in lines if line.home in {"Терең оқыту", "Компьютерлік көру"}]
    assert len(numbers) == 2
    assert len(set(numbers)) == 1
    report = try_typed_annex(pathway_id=drafted.pk, lines=lines, actor=road.ipd)
    assert report.problems == []
    assert len(report.entries) >= len(rows_of(version))


@pytest.mark.clause("A1-b")
def test_what_was_agreed_before_is_told_once_in_the_readers_language_and_fits_the_programme(
    road: Road, drafted: Pathway, client_as: ClientAs
) -> None:
    road.frozen(drafted)
    Course.objects.filter(name_kk="Ақпараттық қауіпсіздік").update(name_ru="Информационная безопасность")
    home, partner = courses_to_tie(drafted)
    before = agreed_before(drafted, standing_of(road.ipd))

    with translation.override("ru"):
        once, twice = (agreed_list(rows, home, partner) for rows in (before, [*before, *before]))
        assert "Информационная безопасность" in [one.home for one in once]
    assert [(one.home, one.partner) for one in once] == [(one.home, one.partner) for one in twice]
    assert {one.times for one in twice} == {2}
    assert len({(one.home, one.partner) for one in twice}) == len(twice)
    assert agreed_list(before, home[:0], partner) == []
    page = client_as(road.ipd).get(reverse("agreements:annex-table", args=[drafted.pk])).content.decode()
    assert page.count("<li data-for=") == len(once) > 8
    assert f"<summary>The rest: {len(once) - 8}</summary>" in page


def test_a_course_is_offered_with_its_name_in_the_readers_language(
    road: Road, drafted: Pathway, client_as: ClientAs
) -> None:
    course = next(one for one in courses_to_tie(drafted)[0] if one.name_kk == "Ақпараттық қауіпсіздік")
    Course.objects.filter(pk=course.pk).update(name_ru="Информационная безопасность", name_en="Information Security")
    client = client_as(road.ipd)

    for language, name in (
        ("ru", "Информационная безопасность"),
        ("en", "Information Security"),
        ("kk", course.name_kk),
    ):
        client.cookies["django_language"] = language
        page = client.get(reverse("agreements:annex-table", args=[drafted.pk])).content.decode()
        offered = [one for one in page.split("<option ") if f">{course.code} · " in one]
        assert [name in one for one in offered] == [True]
        assert (course.name_kk in offered[0]) == (language == "kk")


def _rows(road: Road, pathway: Pathway, *lines: TypedLine, checked: bool = False) -> list[TypedRow]:
    problems = try_typed_annex(pathway_id=pathway.pk, lines=lines, actor=road.ipd).problems if checked else []
    return typed_table({str(n): line for n, line in enumerate(lines, start=1)}, problems)


@pytest.mark.clause("A1-c")
def test_totals_are_counted_before_the_table_is_right(road: Road, drafted: Pathway) -> None:
    lines = [
        GOOD,
        SECOND,
        TypedLine("2", "1", "1", "?", "2,5", "x"),
        TypedLine("3", "", "", "", "", "", "P", "1", "30"),
    ]

    totals = totals_of(_rows(road, drafted, *lines), drafted)
    sides = (drafted.home_programme, drafted.partner_programme)
    assert [column.label for column in totals.columns] == [str(side.university.name) for side in sides]

    assert [(one.bucket, one.summer, one.words) for one in totals.rows] == [
        ("—", False, "difference at the partner: credits +1, hours +30 (at the partner only: 1)"),
        ("1", True, "difference at the partner: credits −2.5, hours 0 (at the University only: 2.5)"),
        ("3", False, "equal"),
    ]
    assert (str(totals.whole.sums["home-credits"]), totals.whole.sums["home-hours"]) == ("12.5", 300)
    assert '"1:0": "at the University only"' in words_for_script()


@pytest.mark.clause("A1-c")
@pytest.mark.parametrize("credits", ["1e9", "1000000000", "60,5", "-7"])
def test_what_cannot_stand_counts_for_nothing_before_it_is_refused(road: Road, drafted: Pathway, credits: str) -> None:
    line = replace(GOOD, semester="15", home_credits=credits, home_hours="150,5", partner_hours="2401")

    (row,) = rows = _rows(road, drafted, line)
    totals = totals_of(rows, drafted)

    sums = {"home-credits": 0, "home-hours": 0, "partner-credits": 10, "partner-hours": 0}
    assert [(one.bucket, one.sums) for one in (*totals.rows, totals.whole)] == [("—", sums), ("", sums)]
    assert row.words == "one to one · credits more at the partner: 10"


@pytest.mark.clause("A1-c")
def test_what_was_refused_counts_for_nothing(road: Road, drafted: Pathway) -> None:
    refused = replace(SECOND, home_credits="4", semester="4")  # the curriculum gives 5; above stands semester 3

    rows = _rows(road, drafted, GOOD, refused, checked=True)
    totals = totals_of(rows, drafted)

    assert [(one.bucket, one.sums["home-credits"], one.words) for one in totals.rows] == [
        ("3", 5, "difference at the partner: credits +5, hours 0")
    ]
    assert rows[0].words == "two to one · credits more at the partner: 5"


def test_changes_are_told_in_words(road: Road, drafted: Pathway) -> None:
    lines = lines_of(rows_of(road.imported(drafted)))
    before = try_typed_annex(pathway_id=drafted.pk, lines=lines, actor=road.ipd).entries
    moved = [replace(line, semester="4") if line.home == "Big Data" or line.number == "15" else line for line in lines]
    alone = [replace(line, relation="difference", reason="later") if line.number == "1" else line for line in moved]
    after = try_typed_annex(pathway_id=drafted.pk, lines=alone[:-2], actor=road.ipd).entries

    changes = changes_between(before, after, {})

    assert [(change.kind, change.words) for change in changes] == [
        ("changed", ("relation: at the University only → difference “later”",)),
        ("changed", ("semester: 3 → 4",)),
        ("gone", ()),
    ]
    assert [change.kind for change in changes_between(after, before, {})] == ["changed", "changed", "new"]


def test_the_table_asks_as_often_for_three_lines_as_for_one(
    road: Road, drafted: Pathway, client_as: ClientAs, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    url = reverse("agreements:annex-table", args=[drafted.pk])
    client = client_as(road.ipd)
    client.get(url)

    for lines in ([GOOD], [GOOD, SECOND, TypedLine("9", "1")]):
        with django_assert_num_queries(15):
            client.post(url, _sent(lines, "check"))
