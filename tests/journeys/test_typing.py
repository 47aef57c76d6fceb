"""Nothing typed is lost when the login runs out while somebody writes; nobody finds what somebody else typed."""

from playwright.sync_api import Browser, Page, expect

from tests.journeys.doors import DOMAIN, PASSWORD, sign_in
from tests.journeys.steps import Person, attach, follow, main, menu, pdf, press, row, says

STUDENT = "student.20260104"
GUEST = "student.n760808"
# The draft may have kept them by itself, where the first test takes longer than a pause in typing: the last one has its own.
WORDS = "Жер асты кеніштерін цифрлық жобалауды үйренгім келеді."
MORE = "Жер асты кеніштерін цифрлық жобалауды және 3D-модельдеуді үйренгім келеді."
QUESTION = "May I take the laboratory course in the second month?"
AGAIN = "May I take the seminar of the third month as well?"
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
    _sign_in_here(page, GUEST)
    page.wait_for_url(back)


def _sign_in_here(page: Page, login: str) -> None:
    page.fill("input[name=username]", f"{login}@{DOMAIN}")
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: "/login" not in address)


def test_a_file_that_was_sent_after_the_login_ran_out_is_asked_for_again(person: Person) -> None:
    page = person(STUDENT)
    menu(page, "My application")
    follow(page, "Go on writing")
    follow(row(page, "Medical certificate"), "Hand in")
    form = page.url
    attach(page, pdf("medical"))
    page.context.clear_cookies(name="sessionid")
    press(page, "Hand in a document", exact=False)
    says(page, "The file was not sent: choose it again after signing in.")
    _sign_in_here(page, STUDENT)

    says(page, "The file was not sent: you had been signed out. Choose it again.")
    assert page.url == form
    page.reload()
    expect(page.get_by_text("The file was not sent")).to_have_count(0)


def test_a_form_that_is_older_than_the_session_comes_back_filled_in(person: Person) -> None:
    """Signed in anew in a second tab: the first one's form is not taken, and nothing of it is lost."""
    page = person(GUEST)
    page.goto("/")
    page.goto(main(page).locator("a[href^='/mobility/stays/']").first.get_attribute("href") or "")
    words, stay = main(page).locator("#advisor textarea"), page.url
    sent = main(page).locator("#advisor li").filter(has_text=AGAIN)
    words.fill(AGAIN)
    second = page.context.new_page()
    page.context.clear_cookies(name="sessionid")
    sign_in(second, GUEST)
    second.close()
    main(page).locator("form:has(textarea) button[type=submit]").first.click()

    says(page, "Nothing was saved yet: you have signed in anew meanwhile. Look it through and send it again.")
    assert page.url == stay
    expect(words).to_have_value(AGAIN)
    expect(sent).to_have_count(0)
    press(page, "Send")
    expect(sent).to_have_count(1)
    assert page.evaluate(KEPT) == 0


def test_rows_picked_in_a_list_come_back_to_the_same_rows(person: Person) -> None:
    page = person("ipd")
    for address in ("/documents/?page=2", "/admissions/"):
        page.goto(address)
        boxes = main(page).locator("[data-bulk-item]")
        boxes.nth(1).check()
        picked = boxes.nth(1).get_attribute("value")
        page.context.clear_cookies(name="sessionid")
        main(page).locator("[data-bulk-bar] button").first.click()
        _sign_in_here(page, "ipd")

        expect(main(page).locator("[data-bulk-item]:checked")).to_have_count(1)
        expect(main(page).locator(f"[data-bulk-item][value='{picked}']")).to_be_checked()
        expect(main(page).locator("[data-bulk-count]")).to_have_text("1")
        page.goto(address.partition("?")[0] + "?page=3")
        expect(main(page).locator("[data-bulk-item]:checked")).to_have_count(0)


def test_a_draft_saves_itself_and_a_second_phone_goes_on(person: Person, browser: Browser, site: str) -> None:
    page = person(STUDENT)
    menu(page, "My application")
    follow(page, "Go on writing")
    main(page).locator("textarea").first.fill(MORE)
    main(page).locator("textarea").first.blur()
    expect(page.locator("[data-autosaved]")).to_contain_text("Saved")

    phone = browser.new_context(locale="en", base_url=site).new_page()
    sign_in(phone, STUDENT)
    phone.goto(page.url)
    expect(main(phone).locator("textarea").first).to_have_value(MORE)
    assert page.evaluate(KEPT) == 0
    phone.context.close()
