"""Plain values of the Agreement road."""

from decimal import Decimal

import pytest

from admissions.enums import DocumentKind
from agreements.convert import conversion_complete, relation_of, table_covers
from agreements.enums import AskedDocument, Relation
from agreements.pdf import span_at

GERMAN = (Decimal(1), Decimal(4), Decimal("0.1"))


def _range(low: str, high: str) -> dict[str, str]:
    return {"from": low, "to": high, "percent": "90"}


@pytest.mark.parametrize(
    ("table", "whole"),
    [
        ([_range("1.0", "1.5"), _range("1.6", "4.0")], True),
        ([_range("1.6", "4.0"), _range("1.0", "1.5")], True),
        ([_range("1.0", "1.5"), _range("1.7", "4.0")], False),
        ([_range("1.0", "1.5"), _range("1.5", "4.0")], False),
        ([_range("1.0", "1.5"), _range("1.6", "3.9")], False),
        ([_range("1.1", "4.0")], False),
        ([], False),
    ],
)
def test_a_table_covers_the_scale_without_gap_or_overlap(*, table: list[dict[str, str]], whole: bool) -> None:
    assert table_covers(GERMAN, table) is whole


def test_a_conversion_says_all_that_it_needs() -> None:
    assert conversion_complete("linear", has_scale=True, table_is_whole=False)
    assert not conversion_complete("linear", has_scale=False, table_is_whole=False)
    assert not conversion_complete("table", has_scale=True, table_is_whole=False)
    assert not conversion_complete("", has_scale=True, table_is_whole=True)


@pytest.mark.parametrize(
    ("home", "partner", "relation"),
    [
        (1, 1, Relation.ONE_TO_ONE),
        (1, 2, Relation.ONE_TO_MANY),
        (2, 1, Relation.MANY_TO_ONE),
        (2, 2, Relation.MANY_TO_MANY),
        (1, 0, Relation.TAKEN_THERE),
        (0, 1, Relation.TAKEN_THERE),
    ],
)
@pytest.mark.clause("A1-b")
def test_relations(home: int, partner: int, relation: str) -> None:
    assert relation_of(home, partner) == relation


@pytest.mark.parametrize(
    ("count", "height", "spans"),
    [(1, 2, [2, 0]), (2, 2, [1, 1]), (0, 2, [2, 0]), (2, 3, [1, 2, 0])],
)
def test_a_course_reaches_over_the_rest_of_its_row(count: int, height: int, spans: list[int]) -> None:
    assert [span_at(count, at, height) for at in range(height)] == spans


@pytest.mark.clause("6.12-a")
def test_pathways_ask_for_documents_that_admissions_know() -> None:
    assert set(AskedDocument.values) <= set(DocumentKind.values)
