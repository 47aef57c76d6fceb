"""The register of students by itself."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from core.values import today
from programmes.imports.students import read_students
from tests.programmes.files import sent, workbook

NAME = "students_registrar.csv"
HEAD = (
    "ID", "Тегі, аты", "Surname", "Given names", "Туған күні", "Жынысы", "ЖСН", "Азаматтығы", "Паспорт", "БББ коды",
    "Түскен жылы", "Оқу тілі", "Қаржыландыру", "GPA", "E-mail",
)  # fmt: skip
GOOD = (
    "1", "Әбдіғалиев Әлихан", "ABDIGALIEV", "ALIKHAN", "03.09.2002", "ер", "020903503011", "KZ", "N1", "7M06102", 2024,
    "ағылшын", "грант", "3,055", "a@example.org",
)  # fmt: skip


def _problems(*rows: tuple[object, ...]) -> list[str]:
    return [str(problem) for problem in read_students(workbook([HEAD, *rows]), "s.xlsx")[1]]


def _with(**changes: object) -> tuple[object, ...]:
    return tuple(changes.get(f"c{at}", value) for at, value in enumerate(GOOD))


def test_the_registrars_file_is_read_whole() -> None:
    rows, problems = read_students(sent(NAME), NAME)

    assert [str(problem) for problem in problems] == []
    assert len(rows) == 23
    assert {row.number for row in rows if row.debts} == {"20240104", "20250102"}
    assert {row.number[:4] for row in rows if row.gpa is None} == {"2026"}


def test_commas_words_and_days_are_typed() -> None:
    rows, _problems = read_students(sent(NAME), NAME)
    first = rows[0]

    assert (first.gpa, first.birth_date, first.sex) == (Decimal("3.06"), date(2002, 9, 3), "M")
    assert (first.funding, first.language, first.passport_until) == ("grant", "en", date(2029, 12, 15))


def test_two_people_of_one_name_are_two_rows() -> None:
    rows, _problems = read_students(sent(NAME), NAME)
    namesakes = [row.number for row in rows if row.name_cyrillic == "Әбдіғалиев Әлихан"]

    assert namesakes == ["20240101", "20230105"]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"c6": "020903503012"}, "G2: This is not an IIN: twelve digits, the last of which is a control digit."),
        ({"c5": "әйел"}, "G2: The IIN says another sex."),
        ({"c4": "04.09.2002"}, "G2: The IIN says another date of birth."),
        ({"c7": "Атлантида"}, "H2: must be a country's code of two letters, such as KZ, or its name"),
        ({"c13": "4,5"}, "N2: must lie between 0 and 4, got “4,5”"),
        ({"c10": "биыл"}, "K2: must be a number, got “биыл”"),
        ({"c10": 2100}, f"K2: must lie between 1990 and {today().year + 1}, got “2100”"),
        ({"c0": ""}, "A2: must not be empty"),
        (
            {"c0": 20269016.5},
            "A2: a student number has no decimal point, got “20269016.5”: enter the number anew as text",
        ),
        ({"c4": "03.09.2999", "c6": ""}, "E2: This day lies ahead."),
        ({"c2": "A" * 101}, "C2: must have at most 100 signs, has 101"),
        ({"c1": "Ә" * 2500}, "B2: must have at most 200 signs, has 2500"),
        ({"c2": "ALI\u202eX"}, "C2: holds signs that are no text: U+202E"),
        ({"c2": "Тест"}, "C2: must be in Latin letters, as in the passport"),
        ({"c2": "-TIRE"}, "C2: must begin with a letter"),
        ({"c2": "A=CMD\u200b"}, "C2: no such signs can stand here: = U+200B"),
        ({"c0": "-1+1"}, "A2: a number begins with a letter or a digit and has letters, digits and - / . only"),
        ({"c8": "00000"}, "I2: a number of zeros alone is no passport's number"),
        ({"c3": "A\U0001f600"}, "D2: no such signs can stand here: 😀"),
        ({"c1": "+7 имя"}, "B2: no such signs can stand here: + 7"),
        (
            {"c1": "김민수 Ә"},
            "B2: “김민수” cannot be printed on papers: write it in Latin, Cyrillic or Chinese letters.",
        ),
        ({"c14": "nobody"}, "O2: “nobody” is no e-mail address"),
    ],
)
def test_what_is_wrong_is_named_by_cell(changes: dict[str, object], problem: str) -> None:
    assert _problems(_with(**changes)) == [f"“Sheet”, {problem}"]


def test_a_passport_that_never_ends_is_named_by_cell() -> None:
    problems = read_students(workbook([(*HEAD, "Паспорт мерзімі"), (*GOOD, "31.12.2199")]), "s.xlsx")[1]

    assert [str(problem).split(" at")[0].split(": ", 1) for problem in problems] == [
        ["“Sheet”, P2", f"no passport is valid for so long: {today() + timedelta(days=20 * 365 + 5):%d.%m.%Y}"]
    ]


def test_a_certificate_that_begins_as_a_formula_is_named_by_cell() -> None:
    rows = [(*HEAD, "Тіл сертификаты"), (*GOOD, "@SUM(A1)"), (*GOOD, "IELTS 6.5 = B2")]

    problems = map(str, read_students(workbook(rows), "s.xlsx")[1])

    assert [told for told in problems if "P" in told] == ["“Sheet”, P2: must not begin with one of the signs = + - @"]


def test_the_same_number_iin_or_passport_twice() -> None:
    problems = _problems(GOOD, GOOD)

    assert [problem.split(": ")[1].split(" stands")[0] for problem in problems] == [
        "the number 1",
        "the IIN 020903503011",
        "the passport N1",
        "the e-mail a@example.org",
    ]


def test_what_no_column_and_no_cell_tells_is_empty() -> None:
    rows, problems = read_students(workbook([HEAD, _with(c3="", c6="", c8="", c13="", c14="")]), "s.xlsx")

    row = rows[0]
    assert problems == []
    assert (row.given_names, row.iin, row.passport, row.email, row.certificate) == ("", "", "", "", "")
    assert (row.gpa, row.debts, row.passport_until) == (None, None, None)


def test_who_enters_next_year_is_in_the_register_already() -> None:
    assert _problems(_with(c10=today().year + 1)) == []


def test_a_gpa_is_rounded_as_people_do() -> None:
    rows, _none = read_students(workbook([HEAD, GOOD]), "s.xlsx")

    assert [row.gpa for row in rows] == [Decimal("3.06")]
