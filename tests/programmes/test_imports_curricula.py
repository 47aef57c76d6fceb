"""Curricula as departments and partners send them."""

from decimal import Decimal

import pytest
from django.utils import translation

from core.imports import UnreadableFileError
from programmes.enums import Component, CourseKind
from programmes.imports.curricula import read_curriculum
from tests.programmes.files import sent, workbook

HEAD = ("Коды", "Пәннің атауы", "Кредиттер саны", "Сағаттар", "Семестр", "Пререквизиттер")


@pytest.mark.parametrize(
    ("name", "total", "courses"),
    [
        ("curriculum_7M06102.xlsx", 120, 19),
        ("curriculum_6B07203.xlsx", 240, 43),
        ("curriculum_nordtal_informatik.xlsx", 120, 16),
        ("curriculum_yangtze_mining.csv", 182, 41),
    ],
)
@pytest.mark.clause("5.2")
def test_what_offices_send_is_read_whole(name: str, total: int, courses: int) -> None:
    read = read_curriculum(sent(name), name, total=Decimal(total))

    assert [str(problem) for problem in read.problems] == []
    assert len(read.rows) == courses


def test_a_line_in_three_languages_with_its_prerequisite() -> None:
    read = read_curriculum(sent("curriculum_7M06102.xlsx"), "c.xlsx", total=Decimal(120))
    row = next(row for row in read.rows if row.code == "CSE6301")

    assert (row.name_kk, row.name_ru, row.name_en) == ("Терең оқыту", "Глубокое обучение", "Deep Learning")
    assert row.prerequisites == ("CSE5301",)
    assert row.component == Component.ELECTIVE


def test_a_partners_german_file_tells_kinds_by_names_and_keeps_a_lab_a_course() -> None:
    read = read_curriculum(sent("curriculum_nordtal_informatik.xlsx"), "c.xlsx", total=Decimal(120))
    kinds = {row.code: row.kind for row in read.rows}

    assert kinds["INF-M-390"] == CourseKind.PRACTICE
    assert kinds["INF-M-400"] == CourseKind.THESIS
    assert kinds["INF-M-301"] == CourseKind.COURSE
    assert read.kinds_guessed == {"INF-M-390", "INF-M-400"}


def test_all_problems_at_once_each_with_its_cell() -> None:
    file = workbook(
        [
            HEAD,
            ("A1", "Бірінші", -5, 150, 1, ""),
            ("A2", "Екінші", 5, "көп", 1, ""),
            ("A3", "", 5, 150, 1, ""),
            ("A4", "Төртінші", 5, 150, 1, "A9, A9,"),
            ("A4", "Бесінші", 5, 150, 1, ""),
            ("A5", "Алтыншы", 5, 150, 1, "A6"),
            ("A6", "Жетінші 공학", 5, 150, 2, ""),
            ("<b>A7", "Сегізінші", 5, 150, 2, ""),
        ]
    )

    problems = [str(problem) for problem in read_curriculum(file, "c.xlsx", total=Decimal(30)).problems]

    assert problems == [
        "“Sheet”, C2: must lie between 0.5 and 60, got “-5”",
        "“Sheet”, D3: must be a number, got “көп”",
        "“Sheet”, A4: the course has no name in any language",
        "“Sheet”, B8: “공학” cannot be printed on papers: write it in Latin, Cyrillic or Chinese letters.",
        "“Sheet”, A9: a code begins with a letter or a digit and has letters, digits, spaces and . , : ( ) / + & № – - _ only",
        "“Sheet”, A6: the code A4 stands here twice; first at “Sheet”, A5",
        "“Sheet”, F5: its prerequisite A9 is not in this curriculum",
        "“Sheet”, F7: its prerequisite A6 comes in a later semester",
    ]


def test_a_prerequisite_in_a_row_that_could_not_be_read_is_not_unknown() -> None:
    file = workbook([HEAD, ("A1", "Бірінші", -5, 150, 1, ""), ("A2", "Екінші", 5, 150, 2, "A1")])

    problems = [str(problem) for problem in read_curriculum(file, "c.xlsx", total=Decimal(10)).problems]

    assert problems == ["“Sheet”, C2: must lie between 0.5 and 60, got “-5”"]


def test_a_formula_is_named_by_cell() -> None:
    file = workbook([HEAD, ("A1", "Бірінші", "=2+3", 150, 1, "")])

    problems = [str(problem) for problem in read_curriculum(file, "c.xlsx", total=Decimal(5)).problems]

    assert problems[0] == "“Sheet”, C2: holds a formula; paste its value instead"


def test_a_name_with_signs_that_are_no_text_is_one_problem() -> None:
    file = workbook([HEAD, ("A1", "Бірінші\u202e", 5, 150, 1, "")])

    problems = [str(problem) for problem in read_curriculum(file, "c.xlsx", total=Decimal(5)).problems]

    assert problems == ["“Sheet”, B2: holds signs that are no text: U+202E"]


def test_credits_must_add_up_to_the_programmes() -> None:
    file = workbook([HEAD, ("A1", "Бірінші", 5.5, 150, 1, "")])

    problem = read_curriculum(file, "c.xlsx", total=Decimal(120)).problems[0]

    assert str(problem) == "“Sheet”: The credits add up to 5.5; the programme has 120."
    with translation.override("ru"):
        assert "5,5" in str(problem)


def test_another_table_is_refused_with_what_it_lacks() -> None:
    with pytest.raises(UnreadableFileError, match="columns are missing"):
        read_curriculum(workbook([("A", "B"), (1, 2)]), "c.xlsx", total=Decimal(5))


def test_the_same_content_has_the_same_hash_and_another_has_another() -> None:
    rows = [HEAD, ("A1", "Бірінші", 5, 150, 1, "")]
    one = read_curriculum(workbook(rows), "one.xlsx", total=Decimal(5)).hash
    two = read_curriculum(workbook([("тақырып",), *rows]), "two.xlsx", total=Decimal(5)).hash
    other = read_curriculum(workbook([HEAD, ("A1", "Бірінші", 5, 180, 1, "")]), "o.xlsx", total=Decimal(5)).hash

    assert one == two
    assert one != other
