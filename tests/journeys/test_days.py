"""The demo was lived, not only made: its papers stand in the registers of their years, in the order of their days."""

import sqlite3
from itertools import pairwise

from tests.journeys.running import Demo

PAPERS = """
    select r.series, r.year, d.number, d.issued_at
    from documents_officialdocument d join documents_register r on r.id = d.register_id
    order by r.series, r.year, d.number
"""


def test_numbers_follow_the_days(demo: Demo) -> None:
    """No register has a gap, and none has an older paper under a higher number."""
    with sqlite3.connect(f"file:{demo.data / 'jdp.sqlite3'}?mode=ro", uri=True) as database:
        papers = database.execute(PAPERS).fetchall()

    assert {year for _, year, _, _ in papers} >= {2023, 2024, 2025}
    for (series, year, number, at), (next_series, next_year, next_number, next_at) in pairwise(papers):
        if (series, year) == (next_series, next_year):
            assert (next_number, next_at >= at) == (number + 1, True), f"{series} {year}: № {next_number}"
