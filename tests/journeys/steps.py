"""What people do and see on pages, so that a journey reads as a story. Pages are found by what a reader sees: role, label, text."""

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import FilePayload, Locator, Page, expect

from satbayev_jdp.demo.scans import scan

DATA = Path(__file__).resolve().parent.parent.parent / "satbayev_jdp/demo/data"
Person = Callable[[str], Page]
SEALED_WITHIN = 60_000  # milliseconds, on two busy cores


# --- moving about -------------------------------------------------------------------------------------------------------


def main(page: Page) -> Locator:
    """The page without its frame."""
    return page.get_by_role("main")


def menu(page: Page, label: str) -> None:
    """Follow a word of the main menu."""
    link = page.get_by_role("navigation", name="Main menu").get_by_role("link", name=re.compile(f"^{re.escape(label)}"))
    link.first.click()


def follow(where: Page | Locator, name: str | re.Pattern[str], *, exact: bool = True) -> None:
    """Follow a link of the page's own content."""
    content = main(where) if isinstance(where, Page) else where
    content.get_by_role("link", name=name, exact=exact).first.click()


def press(where: Page | Locator, name: str, *, exact: bool = True) -> None:
    """Press a button of the page's own content."""
    content = main(where) if isinstance(where, Page) else where
    content.get_by_role("button", name=name, exact=exact).first.click()


def confirm(page: Page, name: str) -> None:
    """Go to the page that says what a step does which cannot be taken back, and press its button there."""
    main(page).get_by_role("link", name=name, exact=True).first.click()
    says(page, "What will happen")
    press(page, name)


def row(page: Page, *texts: str) -> Locator:
    """The first row of a table that says each of `texts`."""
    rows = main(page).get_by_role("row")
    for text in texts:
        rows = rows.filter(has_text=text)
    return rows.first


def card(page: Page, heading: str) -> Locator:
    """The part of a page under a heading."""
    return main(page).locator("section, form").filter(has=page.get_by_role("heading", name=heading)).last


def address(page: Page) -> str:
    """Where the page is, without the host: what a colleague may be sent."""
    return urlsplit(page.url).path


# --- filling in ---------------------------------------------------------------------------------------------------------


def write(page: Page, **fields: str) -> None:
    """Fill fields by label; `date_of_birth` is the label "Date of birth"."""
    for label, value in fields.items():
        main(page).get_by_label(re.compile(f"^{label.replace('_', ' ')}", re.IGNORECASE)).first.fill(value)


def choose(page: Page, **fields: str) -> None:
    """Choose in lists by label and by the word that stands in the list."""
    for label, word in fields.items():
        main(page).get_by_label(re.compile(f"^{label.replace('_', ' ')}", re.IGNORECASE)).first.select_option(
            label=word
        )


def pdf(title: str) -> FilePayload:
    """A small real PDF that says what it is."""
    return {
        "name": f"{title.lower().replace(' ', '-')}.pdf",
        "mimeType": "application/pdf",
        "buffer": scan(title).read(),
    }


def attach(page: Page, file: Path | FilePayload) -> None:
    """Give the page's one file field a file."""
    main(page).locator("input[type=file]").set_input_files(file)


# --- the inbox ----------------------------------------------------------------------------------------------------------


def waits(page: Page, what: str, *texts: str) -> Locator:
    """The row of the first page with what waits: what is to be done, and with whom."""
    page.goto("/")
    found = row(page, what, *texts)
    expect(found).to_be_visible()
    return found


def take_up(page: Page, what: str, whose: str) -> None:
    """Open from the first page what waits with one thing; where several of a kind are one row, from its list."""
    found = waits(page, what, whose)
    if (several := found.locator("summary")).count():
        several.click()
        follow(found, whose, exact=False)
    else:
        follow(found, what, exact=False)


def waits_no_more(page: Page, what: str, *texts: str) -> None:
    """The first page no longer asks for it."""
    page.goto("/")
    expect(main(page).get_by_role("heading", level=1)).to_be_visible()
    expect(row(page, what, *texts)).to_have_count(0)


# --- seeing -------------------------------------------------------------------------------------------------------------


def told(page: Page, text: str | re.Pattern[str]) -> None:
    """The page tells that it is done."""
    expect(main(page).get_by_role("status").filter(has_text=text).first).to_be_visible()


def warned(page: Page, text: str | re.Pattern[str]) -> None:
    """The page says why it is not done."""
    expect(main(page).get_by_role("alert").filter(has_text=text).first).to_be_visible()


def fits_a_phone(page: Page, path: str) -> None:
    """Nothing on the page is wider than the narrowest screen (360 px)."""
    wide = page.viewport_size
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
    if wide is not None:
        page.set_viewport_size(wide)


def stands(page: Page, where: str, *, mover: str = "") -> None:
    """The strip says where the case stands and whose move it is."""
    strip = main(page).get_by_role("region", name="Where it stands")
    expect(strip).to_contain_text(where)
    if mover:
        expect(strip).to_contain_text(mover, ignore_case=True)


def says(page: Page, *texts: str | re.Pattern[str]) -> None:
    """The page says each of these."""
    for text in texts:
        expect(main(page)).to_contain_text(text)


def blocked(page: Page, action: str, clause: str, reason: str = "") -> None:
    """The action is there, cannot be taken, and the page says by which clause and why."""
    button = main(page).get_by_role("button", name=action, exact=True).first
    expect(button).to_be_visible()
    expect(button).to_be_disabled()
    reasons = main(page).locator("#blockers")
    expect(reasons.get_by_role("link", name=f"clause {clause}", exact=True).first).to_be_visible()
    if reason:
        expect(reasons).to_contain_text(reason)


def not_for(page: Page, *paths: str) -> None:
    """These addresses do not exist for this person."""
    for path in paths:
        answer = page.request.get(path, max_redirects=0)
        assert answer.status == 404, f"{path}: {answer.status}"


def not_to_be_done_by(page: Page, *paths: str, **form: str | float | bool) -> None:
    """These verbs are refused to this person: what he may not see is not there (404), of what he sees the page says why not.

    `form`: what is sent with them.
    """
    for path in paths:
        token = next(str(one["value"]) for one in page.context.cookies() if one.get("name") == "csrftoken")
        headers = {"X-CSRFToken": token, "Referer": page.url}
        answer = page.request.post(path, headers=headers, form=form or None, max_redirects=0)
        assert answer.status in {302, 404, 422}, f"{path}: {answer.status}"
        if answer.status == 302:
            page.goto(answer.headers["location"])
            expect(main(page).get_by_role("alert").first).to_be_visible()


def reads(page: Page, path: str, *, kk: str, ru: str) -> None:
    """The page is written in Kazakh and in Russian, one click away; then English again."""
    page.goto(path)
    for language, label, word in (("kk", "Қаз", kk), ("ru", "Рус", ru)):
        _language(page, label)
        expect(page.locator("html")).to_have_attribute("lang", language)
        expect(main(page)).to_contain_text(word)
    _language(page, "Eng")
    expect(page.locator("html")).to_have_attribute("lang", "en")


def _language(page: Page, label: str) -> None:
    """Press a language of the frame; the style writes them in capitals with a dot between."""
    page.get_by_role("button", name=re.compile(rf"^\W*{label}$", re.IGNORECASE)).first.click()


# --- papers -------------------------------------------------------------------------------------------------------------


def previewed(page: Page) -> None:
    """The paper is seen before it is issued."""
    link = main(page).get_by_role("link", name="Preview", exact=True).first.get_attribute("href") or ""
    answer = page.request.get(link)
    assert (answer.status, answer.body()[:5]) == (200, b"%PDF-"), f"{link}: {answer.status}"


def paper(page: Page) -> str:
    """On the page of a paper: the PDF is downloaded, and anybody can check its code without signing in. Its number comes back."""
    button = main(page).get_by_role("link", name="Download PDF")
    expect(button).to_be_visible(timeout=SEALED_WITHIN)
    with page.expect_download() as download:
        button.click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF")
    number = main(page).get_by_role("heading", level=1).inner_text().split()[1]
    public = main(page).locator("a[href^='/v/']").get_attribute("href") or ""
    browser = page.context.browser
    assert browser is not None
    with browser.new_context(base_url=f"{urlsplit(page.url).scheme}://{urlsplit(page.url).netloc}") as stranger:
        answer = stranger.request.get(public, headers={"Accept-Language": "en"})
        assert answer.status == 200, f"{public}: {answer.status}"
        assert number in answer.text()
    return number
