"""Annex 1 as coordinators fill it in."""

from collections.abc import Sequence
from decimal import Decimal
from zlib import crc32

import pytest

from agreements.convert import sums_of
from agreements.enums import Relation, Side
from agreements.imports.rows import AnnexTable
from agreements.imports.sheet import read_annex
from core.imports import UnreadableFileError
from programmes.imports.curricula import read_curriculum
from programmes.models import Course
from tests.programmes.files import sent, workbook

HEAD: tuple[object, ...] = (
    "№",
    "Пәннің атауы",
    "Кредиттер саны",
    "Сағаттар",
    "Пәннің атауы",
    "Кредиттер саны",
    "Сағаттар",
)
SEMESTER = ("1-семестр",)


def _courses(name: str, total: int) -> list[Course]:
    rows = read_curriculum(sent(name), name, total=Decimal(total)).rows
    return [
        Course(
            pk=crc32(f"{name} {row.code}".encode()),
            code=row.code,
            name_kk=row.name_kk,
            name_ru=row.name_ru,
            name_en=row.name_en,
            name_original=row.name_original,
            credits=row.credits,
            hours=row.hours,
            semester=row.semester,
        )
        for row in rows
    ]


def _read(name: str) -> AnnexTable:
    files = {
        "annex1_7M06102_nordtal.xlsx": (("curriculum_7M06102.xlsx", 120), ("curriculum_nordtal_informatik.xlsx", 120)),
        "annex1_6B07203_yangtze.xlsx": (("curriculum_6B07203.xlsx", 240), ("curriculum_yangtze_mining.csv", 182)),
    }
    home, partner = files[name]
    return read_annex(sent(name), name, home=_courses(*home), partner=_courses(*partner))


def _small(*rows: Sequence[object], merged: Sequence[str] = ()) -> AnnexTable:
    home = [
        Course(pk=1, code="H1", name_kk="Алгебра", credits=Decimal(5), hours=150, semester=1),
        Course(pk=2, code="H2", name_kk="Физика", credits=Decimal(5), hours=150, semester=1),
    ]
    partner = [
        Course(
            pk=3, code="P1", name_en="Algebra", name_original="Algebra (DE)", credits=Decimal(5), hours=150, semester=1
        ),
        Course(pk=4, code="P2", name_en="Physics", credits=Decimal(6), hours=180, semester=1),
    ]
    return read_annex(workbook([HEAD, *rows], merged=merged), "annex.xlsx", home=home, partner=partner)


def _problems(*rows: Sequence[object], merged: Sequence[str] = ()) -> list[str]:
    return [str(problem) for problem in _small(*rows, merged=merged).problems]


GOOD = (1, "Алгебра", 5, 150, "Algebra", 5, 150)


@pytest.mark.clause("A1-b")
def test_nordtals_annex_ties_two_home_courses_to_one() -> None:
    read = _read("annex1_7M06102_nordtal.xlsx")

    assert [str(problem) for problem in read.problems] == []
    relations = [row.entry.relation for row in read.rows]
    assert (len(relations), relations.count(Relation.MANY_TO_ONE), relations.count(Relation.TAKEN_THERE)) == (17, 2, 4)
    many = [row.entry for row in read.rows if row.entry.relation == Relation.MANY_TO_ONE]
    assert [[line.printed_number for line in entry.side(Side.HOME)] for entry in many] == [["13", "14"], ["18", "19"]]


@pytest.mark.clause("A1-c")
def test_nordtals_annex_sums_to_120_and_106() -> None:
    sums = sums_of(_read("annex1_7M06102_nordtal.xlsx").entries)

    assert [sums.home_credits, sums.partner_credits, sums.credit_difference] == [
        Decimal(120),
        Decimal(106),
        Decimal(-14),
    ]
    assert sums.alone == 20


@pytest.mark.clause("A1-b")
def test_yangtzes_annex_ties_one_home_course_to_two_and_checks_its_totals() -> None:
    read = _read("annex1_6B07203_yangtze.xlsx")

    assert [str(problem) for problem in read.problems] == []
    one = [row.entry for row in read.rows if row.entry.relation == Relation.ONE_TO_MANY]
    assert [[line.printed_name for line in entry.side(Side.PARTNER)] for entry in one] == [
        ["Mining Machinery I", "Mining Machinery II"]
    ]
    sums = sums_of(read.entries)
    assert [sums.home_credits, sums.partner_credits] == [Decimal(240), Decimal(168)]
    assert max(row.entry.semester for row in read.rows) == 8


def test_a_partners_course_is_found_by_any_of_its_names() -> None:
    read = _read("annex1_7M06102_nordtal.xlsx")
    (line,) = [
        line for row in read.rows for line in row.entry.lines if line.printed_name.startswith("Wissenschaftliches")
    ]

    (course,) = [one for one in _courses("curriculum_nordtal_informatik.xlsx", 120) if one.pk == line.course_id]
    assert line.printed_name == "Wissenschaftliches Schreiben / Academic Writing"
    assert (course.name_original, course.name_en) == ("Wissenschaftliches Schreiben", "Academic Writing")


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ((1, "Ботаника", 5, 150), "B3: “Ботаника” is not in the University's curriculum"),
        ((1, "Алгебра", 5, 150, "Botany", 5, 150), "E3: “Botany” is not in the partner's curriculum"),
        ((1, "Алгебра", -5, 150), "C3: credits must lie between 0.5 and 60, got -5"),
        ((1, "Алгебра", 500, 150), "C3: credits must lie between 0.5 and 60, got 500"),
        ((1, "Алгебра", "5+", 150), "C3: credits must be a number, got “5+”"),
        ((1, "Алгебра", 5, "көп"), "D3: hours must be a whole number, got “көп”"),
        ((1, "Алгебра", 5, "150,5"), "D3: hours must be a whole number, got “150,5”"),
        ((1, "Алгебра", 5, "-150"), "D3: hours must lie between 1 and 2400, got “-150”"),
        ((1, "Алгебра", 5, 999999), "D3: hours must lie between 1 and 2400, got “999999”"),
        ((1, "Алгебра", 6, 150), "C3: has 6 credits; the curriculum gives H1 5"),
        ((1, None, 5, 150), "C3: has no course beside it"),
    ],
)
@pytest.mark.clause("A1-e")
def test_what_is_wrong_is_named_by_cell(row: Sequence[object], problem: str) -> None:
    assert _problems(SEMESTER, row) == [f"“Sheet”, {problem}"]


def test_a_formula_is_named_by_cell() -> None:
    assert _problems(SEMESTER, (1, "Алгебра", "=5", 150)) == ["“Sheet”, C3: holds a formula; paste its value instead"]


def test_a_course_twice_is_named_with_its_first_place() -> None:
    assert _problems(SEMESTER, GOOD, (2, "Алгебра", 5, 150)) == [
        "“Sheet”, B4: “Алгебра” stands in the table twice; first at “Sheet”, B3"
    ]


def test_a_total_that_is_not_the_sum_is_named() -> None:
    total = (None, "Барлығы", 6, None, None, 5)

    assert _problems(SEMESTER, GOOD, total) == ["“Sheet”, C4: the total says 6, the rows above add up to 5"]


def test_rows_before_any_semester_and_an_empty_table() -> None:
    assert _problems(GOOD) == ["“Sheet”, B2: stands before the head of any semester"]
    assert _problems(SEMESTER) == ["“Sheet”: There is no row of courses in this file."]


def test_hours_that_differ_are_told_and_do_not_stop_the_file() -> None:
    read = _small(SEMESTER, (1, "Алгебра", 5, 120, "Algebra", 5, 150))

    assert read.problems == []
    assert read.rows[0].notes == ("hours differ from the curriculum's",)


@pytest.mark.clause("A1-b")
def test_merged_cells_of_both_sides_chain_into_many_to_many() -> None:
    read = _small(
        SEMESTER,
        (1, "Алгебра", 5, 150, "Algebra", 5, 150),
        (2, "Физика", 5, 150, None, None, None),
        (3, None, None, None, "Physics", 6, 180),
        merged=("E3:E4", "B4:B5"),
    )

    assert [str(problem) for problem in read.problems] == []
    assert [row.entry.relation for row in read.rows] == [Relation.MANY_TO_MANY]


@pytest.mark.clause("A1-b")
def test_a_one_sided_row_may_say_that_it_is_a_difference_and_must_say_why() -> None:
    said = _small(SEMESTER, (1, "Алгебра", 5, 150, None, None, None, "Difference: passed at home later"))
    silent = _problems(SEMESTER, (1, "Алгебра", 5, 150, None, None, None, "айырмашылық:"))
    both = _problems(SEMESTER, (*GOOD, "additional: no"))

    assert (said.rows[0].entry.relation, said.rows[0].entry.reason) == (Relation.DIFFERENCE, "passed at home later")
    assert silent == ["“Sheet”, H3: an additional row or a difference needs a reason"]
    assert both == ["“Sheet”, H3: only a row of one side can be additional or a difference"]


@pytest.mark.clause("A1-f")
@pytest.mark.parametrize("head", ["9-семестр, жазғы", "9-й семестр (летний)", "Семестр 9, летний"])
def test_more_than_eight_semesters_and_summer_ones(head: str) -> None:
    read = _small((head,), GOOD)

    assert [(row.entry.semester, row.entry.is_summer) for row in read.rows] == [(9, True)]


def test_another_form_is_refused() -> None:
    with pytest.raises(UnreadableFileError, match="not the form of Annex 1"):
        read_annex(workbook([("a", "b")]), "x.xlsx", home=[], partner=[])


def test_the_same_rows_have_the_same_hash() -> None:
    one, two = (_read("annex1_7M06102_nordtal.xlsx").hash for _ in range(2))
    other = _small(SEMESTER, GOOD).hash

    assert one == two
    assert one != other
