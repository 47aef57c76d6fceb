"""Conversion of marks, by hand-computed examples and by properties over whole scales."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.values import Localized
from transcripts import convert
from transcripts.convert import Mark, Rule, Scale

DAY = date(2026, 2, 8)
GERMAN = Scale("DE", Localized("Неміс"), Decimal(1), Decimal(4), Decimal(5), ("bestanden",), ("nicht bestanden",))
CHINESE = Scale("CN", Localized("Қытай"), Decimal(100), Decimal(60), Decimal(0))
BRITISH = Scale("UK", Localized("Британ"), Decimal(100), Decimal(40), Decimal(0))
KAZAKH = Scale("KZ", Localized("Қазақ"), Decimal(100), Decimal(50), Decimal(0))
LINEAR, PERCENT = Rule("linear"), Rule("percent")
TABLE = Rule(
    "table",
    (
        {"from": 1, "to": "1.5", "percent": 97},
        {"from": "1.6", "to": "2.5", "percent": 85},
        {"from": "2.6", "to": 4, "percent": 55},
        {"from": "4.1", "to": 5, "percent": 60},
    ),
)


def of(number: str, scale: Scale = GERMAN, rule: Rule = LINEAR) -> convert.Conversion:
    mark = Decimal(number)
    return convert.convert(Mark(number, mark, scale.passes(mark)), scale, rule, DAY)


@pytest.mark.clause("3-e")
@pytest.mark.parametrize(
    ("percent", "letter", "points"),
    [
        (100, "A", "4.0"),
        (95, "A", "4.0"),
        (94, "A-", "3.67"),
        (89, "B+", "3.33"),
        (84, "B", "3.0"),
        (75, "B-", "2.67"),
        (74, "C+", "2.33"),
        (65, "C", "2.0"),
        (60, "C-", "1.67"),
        (55, "D+", "1.33"),
        (50, "D", "1.0"),
        (49, "FX", "0.5"),
        (25, "FX", "0.5"),
        (24, "F", "0"),
        (0, "F", "0"),
    ],
)
def test_the_kazakh_scale(percent: int, letter: str, points: str) -> None:
    band = convert.band_of(percent, DAY)

    assert (band.letter, band.points) == (letter, Decimal(points))


@pytest.mark.clause("3-e")
def test_an_older_edition_knows_no_fx_and_calls_c_plus_satisfactory() -> None:
    old = date(2015, 6, 1)

    assert convert.band_of(41, old).letter == "F"
    assert convert.band_of(72, old).traditional == convert.SATISFACTORY
    assert convert.band_of(72, DAY).traditional == convert.GOOD


@pytest.mark.clause("5.10")
@pytest.mark.parametrize(
    ("scale", "rule", "mark", "exact", "percent", "letter"),
    [
        (GERMAN, LINEAR, "1.0", "100", 100, "A"),
        (GERMAN, LINEAR, "1.7", "88.33", 88, "B+"),
        (GERMAN, LINEAR, "2.3", "78.33", 78, "B-"),
        (GERMAN, LINEAR, "4.0", "50", 50, "D"),
        (CHINESE, LINEAR, "60", "50", 50, "D"),
        (CHINESE, LINEAR, "85", "81.25", 81, "B"),
        (CHINESE, PERCENT, "85", "81.25", 81, "B"),
        (CHINESE, PERCENT, "100", "100", 100, "A"),
        (KAZAKH, PERCENT, "85", "85", 85, "B+"),
        (GERMAN, TABLE, "1.7", "85", 85, "B+"),
    ],
)
def test_examples_computed_by_hand(scale: Scale, rule: Rule, mark: str, exact: str, percent: int, letter: str) -> None:
    found = of(mark, scale, rule)

    assert (found.explanation["exact"], found.percent, found.letter) == (Decimal(exact), percent, letter)
    assert found.is_pass


@pytest.mark.clause("5.11")
def test_a_fail_stays_a_fail_even_where_a_table_says_otherwise() -> None:
    assert not of("5.0").is_pass
    assert of("4.7", rule=TABLE).percent == 49
    assert not of("59", CHINESE).is_pass
    assert of("59.9", CHINESE).percent == 49


@pytest.mark.parametrize("scale", [GERMAN, CHINESE, BRITISH, KAZAKH])
@pytest.mark.parametrize("rule", [LINEAR, PERCENT])
@given(share=st.integers(min_value=0, max_value=1000))
def test_passes_pass_and_fails_fail_on_every_scale(scale: Scale, rule: Rule, share: int) -> None:
    mark = scale.worst + (scale.best - scale.worst) * Decimal(share) / 1000

    found = convert.convert(Mark(str(mark), mark, scale.passes(mark)), scale, rule, DAY)

    assert found.is_pass == scale.passes(mark)
    assert found.percent is not None
    assert (found.percent >= 50) == scale.passes(mark)
    assert 0 <= found.percent <= 100


@given(one=st.integers(min_value=10, max_value=50), other=st.integers(min_value=10, max_value=50))
def test_a_better_mark_is_never_a_worse_percent(one: int, other: int) -> None:
    better, worse = (Decimal(min(one, other)) / 10, Decimal(max(one, other)) / 10)

    assert (of(str(better)).percent or 0) >= (of(str(worse)).percent or 0)


@pytest.mark.clause("5.7.3-a")
def test_two_partner_courses_for_one_are_weighed_by_credits_and_rounded_once() -> None:
    marks = (
        Mark("63", Decimal(63), True, Decimal(3), "Mining Machinery I"),
        Mark("82", Decimal(82), True, Decimal(3), "Mining Machinery II"),
    )

    found = convert.convert_cluster(marks, CHINESE, LINEAR, DAY)

    # 63 → 53.75, 82 → 77.5; (53.75·3 + 77.5·3) / 6 = 65.625 → 66
    assert (found.percent, found.letter) == (66, "C")
    assert [mark["exact"] for mark in found.explanation["marks"]] == [Decimal("53.75"), Decimal("77.50")]


def test_one_failed_course_of_two_fails_the_pair() -> None:
    marks = (Mark("58", Decimal(58), False, Decimal(3)), Mark("96", Decimal(96), True, Decimal(3)))

    assert not convert.convert_cluster(marks, CHINESE, LINEAR, DAY).is_pass


def test_a_pass_without_a_number_has_credits_and_no_points() -> None:
    found = convert.convert(Mark("bestanden", None, True), GERMAN, LINEAR, DAY)

    assert (found.is_pass, found.percent, found.points, found.letter) == (True, None, None, "P")


def test_a_mark_off_its_scale_is_refused() -> None:
    with pytest.raises(ValueError, match="not on the scale"):
        of("0.7")


@pytest.mark.clause("5.12")
def test_gpa_counts_f_as_nothing_and_leaves_passes_out() -> None:
    assert convert.gpa(
        [(Decimal("4.0"), Decimal(3)), (Decimal("3.0"), Decimal(2)), (Decimal(0), Decimal(3))]
    ) == Decimal("2.25")
    assert convert.gpa([(Decimal("4.0"), Decimal(5)), (None, Decimal(10))]) == Decimal("4.00")
    assert convert.gpa([(None, Decimal(10))]) is None


def test_gpa_is_rounded_half_up() -> None:
    # (3.33·1 + 3.0·1) / 2 = 3.165 → 3.17
    assert convert.gpa([(Decimal("3.33"), Decimal(1)), (Decimal("3.0"), Decimal(1))]) == Decimal("3.17")


def test_a_table_that_speaks_of_passes_only_leaves_fails_to_the_line() -> None:
    assert of("5.0", rule=Rule("table", TABLE.table[:-1])).letter == "FX"
