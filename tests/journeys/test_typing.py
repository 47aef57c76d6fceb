"""Nothing typed is lost when the login runs out while somebody writes; nobody finds what somebody else typed."""

from playwright.sync_api import Browser, Page, expect

from tests.journeys.doors import DOMAIN, PASSWORD, sign_in
from tests.journeys.steps import Person, follow, main, menu, press

STUDENT = "student.20260104"
GUEST = "student.n760808"
WORDS = "Жер асты кеніштерін цифрлық жобалауды үйренгім келеді."
QUESTION = "May I take the laboratory course in the second month?"
KEPT = "Object.keys(sessionStorage).filter(name => name.startsWith('kept:')).length"


def test_a_login_that_runs_out_takes_nothing_along(person: Person) -> None:
    page = person(STUDENT)
    menu(page, "My application")
    follow(page, "Go on writing")
    draft = page.url
    main(page).locator("textarea").first.fill(WORDS)

    page.context.clear_cookies(name="sessionid")
    press(page, "Save")
    expect(page.locator("input[name=password]")).to_be_visible()
    expect(page.get_by_text("What you typed is kept in this tab and comes back then.")).to_be_visible()
    sign_in(page, STUDENT)
    page.goto(draft)

    expect(main(page).locator("textarea").first).to_have_value(WORDS)
    expect(page.get_by_text("What you typed before has been brought back.")).to_be_visible()

    page.context.clear_cookies(name="sessionid")
    sign_in(page, "ipd")
    assert page.evaluate(KEPT) == 0


def test_what_is_typed_into_a_small_form_of_a_page_comes_back_on_that_page(person: Person) -> None:
    """Where it is sent to there is no page: whoever signs in again stands where the form is; also after a refusal there."""
    page = person(GUEST)
    page.goto("/")
    stay_link = main(page).locator("a[href^='/mobility/stays/']").first  # folded: what was done lately
    page.goto(stay_link.get_attribute("href") or "")
    stay = page.url
    words = main(page).locator("#advisor textarea")
    words.fill(QUESTION)
    _signed_out_while_sending(page, stay)
    expect(words).to_have_value(QUESTION)

    words.fill(" ")
    press(page, "Send")
    assert page.url != stay
    main(page).locator("textarea").fill(QUESTION)
    _signed_out_while_sending(page, stay)

    expect(words).to_have_value(QUESTION)
    press(page, "Send")
    expect(main(page).locator("#advisor li").last).to_contain_text(QUESTION)


def _signed_out_while_sending(page: Page, back: str) -> None:
    page.context.clear_cookies(name="sessionid")
    main(page).locator("form:has(textarea) button[type=submit]").first.click()
    expect(page.get_by_text("What you typed is kept in this tab and comes back then.")).to_be_visible()
    page.fill("input[name=username]", f"{GUEST}@{DOMAIN}")
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(back)


def test_a_draft_saves_itself_and_a_second_phone_goes_on(person: Person, browser: Browser, site: str) -> None:
    page = person(STUDENT)
    menu(page, "My application")
    follow(page, "Go on writing")
    main(page).locator("textarea").first.fill(WORDS)
    main(page).locator("textarea").first.blur()
    expect(page.locator("[data-autosaved]")).to_contain_text("Saved")

    phone = browser.new_context(locale="en", base_url=site).new_page()
    sign_in(phone, STUDENT)
    phone.goto(page.url)
    expect(main(phone).locator("textarea").first).to_have_value(WORDS)
    assert page.evaluate(KEPT) == 0
    phone.context.close()
