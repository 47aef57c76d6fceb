"""Tables that are typed into: keyboard, paste from a spreadsheet, totals as one types, and the same without JavaScript."""

import re

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
    _moves_by_keyboard(ipd)
    _pastes_a_line_that_is_wrong(ipd)
    _mends_and_writes(ipd)


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
    page.keyboard.press("End")
    focused(page, "Reason", 2)
    page.keyboard.press("Control+Home")
    focused(page, "№", 1)


def _pastes_a_line_that_is_wrong(page: Page) -> None:
    """The last line is typed anew from a spreadsheet; one of its courses is no course of the curriculum."""
    last = main(page).locator("tr[data-row]").count() - 4
    cell(page, "№", last).click()
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


def _mends_and_writes(page: Page) -> None:
    follow(page, re.compile("Course, the University"), exact=False)
    page.keyboard.press("Control+a")
    press(page, "Delete the line")
    cell(page, "Credits, the partner", 3).fill("6")
    cell(page, "№", 16).fill("99")
    cell(page, "Semester", 16).fill("4")
    press(page, "Write as a draft version")
    told(page, re.compile(r"Version \d+ is written"))
    says(page, "Changes to version 1", "semester: 3 → 4")


@pytest.mark.clause("A1-e")
def test_without_javascript_it_is_a_plain_form(browser: Browser, person: Person, site: str) -> None:
    """More lines, a check, the writing: each by a button."""
    known = person("ipd").context.storage_state()
    with browser.new_context(base_url=site, java_script_enabled=False, storage_state=known) as context:
        page = context.new_page()
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
def test_a_column_of_marks_is_pasted(person: Person) -> None:
    """What cannot be a mark is told beside its cell."""
    partner = person("nordtal")
    partner.goto("/transcripts/marks/new/")
    follow(partner, "Type them in a table")
    main(partner).locator("tbody").get_by_role("link").first.click()
    fits_a_phone(partner, address(partner))
    free = main(partner).locator("tr[data-row]").filter(has=partner.locator("input[id^='attempt-e'][value='1']"))
    line = free.first.locator("[data-col=mark]")
    line.click()
    paste(partner, ("1,3",), ("nobody knows",))
    expect(line).to_have_value("1,3")
    press(partner, "Check the marks")
    says(partner, "is no mark of this scale", "must not be empty")
