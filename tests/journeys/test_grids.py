"""Tables that are typed into: keyboard, paste from a spreadsheet, totals as one types, and the same without JavaScript."""

import re
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys.steps import Person, address, fits_a_phone, follow, main, press, row, says, told

_PASTE = """(text) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
  document.activeElement.dispatchEvent(event);
}"""


def paste(page: Page, *rows: tuple[str, ...]) -> None:
    """Paste cells as a spreadsheet copies them."""
    page.evaluate(_PASTE, "\n".join("\t".join(row) for row in rows) + "\n")


@pytest.fixture
def plain(browser: Browser, person: Person, site: str) -> Iterator[Person]:
    """`plain("ipd")`: that account's page in a browser that runs no scripts."""
    with ExitStack() as opened:

        def signed_in(login: str) -> Page:
            known = person(login).context.storage_state()
            context = browser.new_context(base_url=site, java_script_enabled=False, storage_state=known)
            return opened.enter_context(context).new_page()

        yield signed_in


def cell(page: Page, column: str, line: int) -> Locator:
    """The cell of a column in a line, by the name that a screen reader says."""
    return main(page).get_by_label(f"{column}, {line}", exact=True)


def focused(page: Page, column: str, line: int) -> None:
    """The keyboard stands in this cell."""
    expect(cell(page, column, line)).to_be_focused()


@pytest.mark.clause("A1-b")
@pytest.mark.clause("A1-c")
def test_annex_1_is_typed_pasted_and_written(person: Person) -> None:
    """From the agreed version: moved by keyboard, undone, pasted into, checked, written as the next version."""
    ipd = person("ipd")
    ipd.goto("/agreements/pathways/2/")
    follow(ipd, re.compile("^Version"), exact=False)
    follow(ipd, "New version as a table")
    fits_a_phone(ipd, address(ipd))
    _is_read_before_anything_is_typed(ipd)
    _moves_by_keyboard(ipd)
    _pastes_a_line_that_is_wrong(ipd)
    _mends_and_writes(ipd)


def _is_read_before_anything_is_typed(page: Page) -> None:
    """Names that are longer than their cells are whole, and the totals are in sight though the rows are not scrolled through."""
    main(page).locator("td[data-whole]").first.wait_for()
    heights = page.locator("[data-col=home]").evaluate_all(
        "cells => cells.filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.parentElement.clientHeight)"
    )
    assert heights
    assert min(heights) > 45
    expect(main(page).locator("[data-grid-live]")).to_contain_text("Whole programme: credits")
    expect(main(page).locator("[data-grid-live]")).to_be_in_viewport()


def _moves_by_keyboard(page: Page) -> None:
    bar = main(page).locator("[data-grid-live]")
    cell(page, "Course, the University", 2).click()
    page.keyboard.press("ArrowRight")
    focused(page, "Credits, the University", 2)
    page.keyboard.type("7,5")
    page.keyboard.press("Enter")
    focused(page, "Credits, the University", 3)
    expect(bar).to_contain_text("Semester 1: credits 32.5")
    page.keyboard.press("Control+z")
    focused(page, "Credits, the University", 2)
    expect(cell(page, "Credits, the University", 2)).to_have_value("5")
    expect(bar).to_contain_text("Semester 1: credits 30")
    page.keyboard.type("9")
    page.keyboard.press("Escape")
    expect(cell(page, "Credits, the University", 2)).to_have_value("5")
    for cannot in ("1e1", "-7", "61"):
        cell(page, "Credits, the University", 2).fill(cannot)
        expect(bar).to_contain_text("Semester 1: credits 25")
    page.keyboard.press("Escape")
    expect(bar).to_contain_text("Semester 1: credits 30")
    page.keyboard.press("End")
    focused(page, "Reason", 2)
    page.keyboard.press("Control+Home")
    focused(page, "No.", 1)


def _pastes_a_line_that_is_wrong(page: Page) -> None:
    """The last line is typed anew from a spreadsheet; one of its courses is no course of the curriculum."""
    last = main(page).locator("tr[data-row]").count() - 4
    cell(page, "No.", last).click()
    page.keyboard.press("ArrowRight")
    paste(
        page,
        ("4", "", '"Магистрлік диссертацияны рәсімдеу\nжәне қорғау"', "8,0", "240"),
        ("4", "", "Botany", "5", "150"),
    )
    expect(cell(page, "Course, the University", last)).to_have_value("Магистрлік диссертацияны рәсімдеу және қорғау")
    expect(cell(page, "Course, the University", last + 1)).to_have_value("Botany")
    press(page, "Write as a draft version")
    says(page, "1 thing has to be corrected", "“Botany” is not in the University's curriculum")
    expect(cell(page, "Course, the University", last + 1)).to_have_attribute("aria-invalid", "true")
    under = main(page).locator("tr[data-row] + .row-faults")
    expect(under).to_contain_text("Course, the University: “Botany”")
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 740})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    cell(page, "Course, the University", last + 1).click()
    press(page, "Delete the line")
    expect(under).to_have_count(0)
    press(page, "Undo")
    expect(under).to_have_count(1)


def _mends_and_writes(page: Page) -> None:
    follow(page, re.compile("Course, the University"), exact=False)
    page.keyboard.press("Control+a")
    press(page, "Delete the line")
    cell(page, "Credits, the partner", 3).fill("6")
    cell(page, "No.", 16).fill("99")
    cell(page, "Semester", 16).fill("4")
    press(page, "Write as a draft version")
    told(page, re.compile(r"Version \d+ is written"))
    says(page, "Changes to version 1", "semester: 3 → 4")


@pytest.mark.clause("A1-e")
def test_without_javascript_it_is_a_plain_form(plain: Person) -> None:
    """More lines, a check, the writing: each by a button."""
    page = plain("ipd")
    page.goto("/agreements/pathways/1/annex/table/")
    before = main(page).locator("tr[data-row]").count()
    press(page, "Add a line")
    expect(main(page).locator("tr[data-row]")).to_have_count(before + 4)
    cell(page, "Semester", 1).fill("2")
    press(page, "Check")
    says(page, "Nothing has to be corrected")
    cell(page, "Hours, the University", 1).fill("many")
    press(page, "Write as a draft version")
    says(page, "hours must be a whole number, got “many”")
    cell(page, "Hours, the University", 1).fill("150")
    press(page, "Write as a draft version")
    told(page, re.compile(r"Version \d+ is written"))


@pytest.mark.clause("6.8-a")
def test_lines_of_a_plan_are_saved_together(person: Person) -> None:
    """A column is pasted; one line that cannot be keeps all of them from being saved."""
    advisor = person("advisor.me")
    advisor.goto("/mobility/plans/?state=draft")
    follow(row(advisor, "WANG"), "", exact=False)
    follow(advisor, "Edit the lines as a table")
    fits_a_phone(advisor, address(advisor))
    main(advisor).get_by_label(re.compile("^Difference: why, ")).first.click()
    paste(advisor, ("In summer, as agreed",), ("99",))
    bar = main(advisor).locator("[data-grid-live]")
    expect(bar).to_contain_text("Whole plan: at the University")
    main(advisor).get_by_label(re.compile("^Semester, ")).first.click()
    paste(advisor, ("77",))
    advisor.keyboard.type("99")
    press(advisor, "Save")
    says(advisor, "1 thing has to be corrected")
    follow(advisor, re.compile(", Semester$"), exact=False)
    advisor.keyboard.press("Control+a")
    advisor.keyboard.type("2")
    press(advisor, "Save")
    told(advisor, "Saved.")
    says(advisor, "In summer, as agreed")


@pytest.mark.clause("5.10")
def test_marks_are_typed_pasted_taken_back_and_made_again(person: Person) -> None:
    """By keyboard alone, lines too; what cannot be a mark is told beside its cell."""
    partner = person("nordtal")
    _marks_of_a_term(partner)
    fits_a_phone(partner, address(partner))
    bar = main(partner).locator("[data-grid-live]")
    rows = main(partner).locator("tr[data-row]")
    before = rows.count()
    cell(partner, "Mark", 1).focus()
    partner.keyboard.type("1,3")
    partner.keyboard.press("Enter")
    focused(partner, "Mark", 2)
    expect(bar).to_contain_text("with a mark 1, still without a mark 5")
    paste(partner, ("1,7", "nobody knows"), ("2,0", ""))
    expect(bar).to_contain_text("All courses: with a mark 3, still without a mark 3")
    partner.keyboard.press("ArrowLeft")
    partner.keyboard.type("7")
    partner.keyboard.press("Enter")
    expect(main(partner).get_by_text("in the curriculum: 30").nth(1)).to_be_visible()
    for _ in range(before - 3):
        partner.keyboard.press("ArrowDown")
    partner.keyboard.press("Enter")  # after the last line comes a new one
    expect(rows).to_have_count(before + 1)
    focused(partner, "Credits", before + 1)
    _steps_back_and_forth(partner, before)
    press(partner, "Check the marks")
    says(partner, "Nothing can be posted yet", "nobody knows")
    expect(cell(partner, "Date of examination", 2)).to_have_attribute("aria-invalid", "true")
    cell(partner, "Mark", 1).fill("abc")
    press(partner, "Check the marks")
    says(partner, "abc")
    expect(bar).to_contain_text("All courses: with a mark 2, still without a mark 4")
    cell(partner, "Mark", 1).fill("1,3")
    expect(bar).to_contain_text("All courses: with a mark 3, still without a mark 3")


def _marks_of_a_term(page: Page) -> None:
    page.goto("/transcripts/marks/new/")
    follow(page, "Type them in a table")
    main(page).locator("tbody").get_by_role("link").first.click()


def _steps_back_and_forth(page: Page, before: int) -> None:
    """The new line, the credits, the paste, the first mark: back to the beginning, then all of it again."""
    rows = main(page).locator("tr[data-row]")
    page.keyboard.press("Control+z")
    expect(rows).to_have_count(before)
    page.keyboard.press("Control+z")
    focused(page, "Credits", 2)
    expect(main(page).get_by_text("in the curriculum: 30").nth(1)).to_be_hidden()
    page.keyboard.press("Control+z")
    expect(cell(page, "Mark", 3)).to_have_value("")
    page.keyboard.press("Control+z")
    expect(cell(page, "Mark", 1)).to_have_value("")
    expect(main(page).get_by_role("button", name="Undo")).to_be_disabled()
    for way in ("Control+y", "Control+Shift+z", "Control+y", "Control+y"):
        page.keyboard.press(way)
    expect(rows).to_have_count(before + 1)
    expect(main(page).get_by_role("button", name="Redo")).to_be_disabled()
    expect(cell(page, "Date of examination", 2)).to_have_value("nobody knows")
    press(page, "Delete the line")
    expect(rows).to_have_count(before)
    press(page, "Undo")
    expect(rows).to_have_count(before + 1)


@pytest.mark.clause("5.10")
def test_marks_are_typed_without_javascript(plain: Person) -> None:
    """A fault, more lines, the check: what was typed stays."""
    partner = plain("nordtal")
    _marks_of_a_term(partner)
    before = main(partner).locator("tr[data-row]").count()
    cell(partner, "Mark", 1).fill("1,3")
    press(partner, "Add a line")
    expect(main(partner).locator("tr[data-row]")).to_have_count(before + 3)
    says(partner, "with a mark")
    press(partner, "Check the marks")
    says(partner, "Nothing can be posted yet", "must not be empty")
    expect(cell(partner, "Date of examination", 1)).to_have_attribute("aria-invalid", "true")
    expect(cell(partner, "Mark", 1)).to_have_value("1,3")


@pytest.mark.clause("5.11-b")
def test_a_protocol_is_decided_in_its_table(person: Person) -> None:
    """A refusal typed by keyboard, taken back and made again; the removal pasted; a day that cannot be keeps all unsaved."""
    director = person("director.gm")
    _decisions(director)
    fits_a_phone(director, address(director))
    bar = main(director).locator("[data-grid-live]")
    cell(director, "Decision", 1).focus()
    director.keyboard.type("ref")
    expect(bar).to_contain_text("Whole protocol: recognised 18, refused 6")
    expect(main(director).get_by_text("a difference: 6").first).to_be_visible()
    director.keyboard.press("Tab")
    focused(director, "Reason of the refusal", 1)
    director.keyboard.type("Other contents")
    director.keyboard.press("Control+z")
    expect(cell(director, "Reason of the refusal", 1)).to_have_value("")
    director.keyboard.press("Control+z")
    expect(bar).to_contain_text("Whole protocol: recognised 24, refused 0")
    expect(main(director).get_by_text("a difference: 6").first).to_be_hidden()
    director.keyboard.press("Control+y")
    director.keyboard.press("Control+y")
    expect(cell(director, "Reason of the refusal", 1)).to_have_value("Other contents")
    focused(director, "Reason of the refusal", 1)
    director.keyboard.press("ArrowRight")
    paste(director, ("in the summer semester", "31.02.2027"))
    press(director, "Save")
    says(director, "1 thing has to be corrected")
    expect(cell(director, "Until", 1)).to_have_attribute("aria-invalid", "true")
    follow(director, re.compile(", Until$"), exact=False)
    director.keyboard.press("Control+a")
    director.keyboard.type("01.07.2027")
    press(director, "Save")
    told(director, "Saved.")
    says(director, "Other contents")


@pytest.mark.clause("5.11-b")
def test_a_protocol_is_decided_without_javascript(plain: Person) -> None:
    """A refusal without a reason is told beside its cell; with one it is saved."""
    director = plain("director.gm")
    _decisions(director)
    cell(director, "Decision", 2).select_option("refuse")
    press(director, "Save")
    says(director, "1 thing has to be corrected", "a difference: 6")
    expect(cell(director, "Decision", 2)).to_have_value("refuse")
    cell(director, "Reason of the refusal", 2).fill("Too few hours")
    press(director, "Save")
    told(director, "Saved.")
    says(director, "Too few hours")


def _decisions(page: Page) -> None:
    page.goto("/transcripts/protocols/?state=draft")
    follow(row(page, "KOZHAKHMET", "autumn"), "", exact=False)
    follow(page, "Decide as a table")
