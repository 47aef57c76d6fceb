"""A day of the Registrar's Office: forty transcripts as one ZIP with a live bar, and an order of somebody who waits for it.

Of the demo: everybody who has marks, and 20250105, for whom the order is asked.
"""

import re
from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.steps import (
    Person,
    address,
    card,
    follow,
    main,
    menu,
    not_for,
    paper,
    press,
    previewed,
    row,
    says,
    take_up,
    told,
    waits_no_more,
)

AS_MANY = 40
ALL_SEALED_WITHIN = 180_000  # milliseconds, on two busy cores
# Marks of Yangtze that nobody has certified, and no others.
NOT_CERTIFIED = "DUYSENBI GULNAZ"
ORDERED, NUMBER = "KUATKYZY ASEM", "20250105"


@pytest.mark.clause("6.11-a")
@pytest.mark.clause("6.11-b")
@pytest.mark.clause("8.6-a")
def test_a_day_of_the_registrar(person: Person) -> None:
    """The transcripts are made while the office does something else: the order."""
    job, many = _transcripts_are_asked_for(person)
    _order_is_drafted_and_signed(person)
    _all_of_them_come_as_one_zip(person("registrar"), job, many)


def _transcripts_are_asked_for(person: Person) -> tuple[str, int]:
    registrar = person("registrar")
    menu(registrar, "Students")
    follow(registrar, "Transcripts")
    main(registrar).get_by_label("Pick all").check()
    press(registrar, "Issue transcripts…")
    many = _announced(registrar)
    assert many >= AS_MANY
    refused = card(registrar, "Will not be done").get_by_role("row").filter(has_text=NOT_CERTIFIED)
    expect(refused).to_contain_text("the recognition protocol awaits the Vice-Rector's certification")
    expect(refused.get_by_role("link", name="clause 5.12")).to_be_visible()
    press(registrar, f"Issue transcripts ({many})")
    says(registrar, f"of {many}", "You may leave this page: the work goes on.")
    bar = main(registrar).get_by_role("progressbar")
    seen = bar.evaluate("bar => bar.value")
    expect(bar).not_to_have_js_property("value", seen)  # it moves by itself
    job = address(registrar)
    not_for(person("ipd"), job, f"{job}result/")
    return job, many


def _announced(registrar: Page) -> int:
    """How many transcripts the page says it will make."""
    told_on_top = main(registrar).get_by_text(re.compile(r"^Will be done: \d+\.")).inner_text()
    return int(told_on_top.removeprefix("Will be done: ").partition(".")[0])


def _order_is_drafted_and_signed(person: Person) -> None:
    registrar, rector = person("registrar"), person("rector")
    take_up(registrar, "Draft the order", ORDERED)
    case = address(registrar)
    follow(registrar, "Draft the order")
    for other in main(registrar).get_by_role("row").filter(has_not_text=NUMBER).get_by_role("checkbox").all():
        other.uncheck()
    press(registrar, "Draft the order")
    order = address(registrar)
    previewed(registrar)
    press(registrar, "Send for signature", exact=False)
    told(registrar, "The order lies before the signatory.")
    waits_no_more(registrar, "Draft the order", ORDERED)
    rector.goto(order)
    follow(rector, "Sign", exact=False)
    press(rector, "Sign")
    told(rector, "The order is signed: No.")
    registrar.goto(order)
    follow(card(registrar, "Paper"), "No.", exact=False)
    number = paper(registrar)
    registrar.goto(case)
    says(registrar, f"No. {number}")


def _all_of_them_come_as_one_zip(registrar: Page, job: str, many: int) -> None:
    """The work is found again from the first page, and says what became of each row."""
    menu(registrar, "My work")
    follow(card(registrar, "Long work"), "Transcripts")
    assert address(registrar) == job
    ready = main(registrar).get_by_role("link", name="Download the result")
    expect(ready).to_be_visible(timeout=ALL_SEALED_WITHIN)
    says(registrar, f"{many} of {many}")
    with registrar.expect_download() as download:
        ready.click()
    with ZipFile(Path(download.value.path())) as archive:
        papers = archive.namelist()
        assert len(papers) == len(set(papers)) == many
        assert all(name.endswith(".pdf") and archive.read(name).startswith(b"%PDF") for name in papers)
    registrar.goto("/transcripts/")
    expect(row(registrar, NUMBER).get_by_role("link", name="-ТР")).to_be_visible()
    expect(row(registrar, NOT_CERTIFIED)).to_contain_text("—")
