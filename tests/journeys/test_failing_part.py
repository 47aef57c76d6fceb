"""A part of a page that does not come: said in its place, asked for again by its button, and never the page loaded for ever."""

from collections import Counter

from playwright.sync_api import Browser, Route, expect

from tests.journeys.doors import sign_in


def test_a_part_that_fails_or_breaks_off_says_so_and_comes_when_asked_again(browser: Browser, site: str) -> None:
    page = browser.new_context(base_url=site).new_page()
    sign_in(page, "ipd")
    asked: Counter[str] = Counter()

    def breaks_off(route: Route) -> None:
        asked["page"] += 1
        route.abort()

    def fails(route: Route) -> None:
        asked["part"] += 1
        route.fulfill(status=500, content_type="text/html", body="<!doctype html><title>broken</title>")

    page.route("**/rest/", breaks_off)
    page.route("**/overview/cards/", fails)
    page.goto("/")
    notes = page.locator(".part-failed")
    expect(notes).to_have_count(2)
    page.wait_for_timeout(1000)  # time enough for the page to be loaded again, were it so

    assert asked == {"page": 1, "part": 1}
    page.unroute("**/rest/")
    page.unroute("**/overview/cards/")
    for left in (1, 0):
        notes.first.get_by_role("button").click()
        expect(notes).to_have_count(left)
    page.context.close()


def test_a_clause_whose_text_does_not_come_says_so_and_leads_to_its_page(browser: Browser, site: str) -> None:
    page = browser.new_context(base_url=site).new_page()
    sign_in(page, "ipd")
    page.route("**/peek/", lambda route: route.abort())
    page.goto("/")
    clause = page.locator(".inbox [data-clause]").first

    clause.get_by_role("link").first.focus()

    told = clause.locator(".peek")
    expect(told).to_be_visible()
    expect(told).not_to_be_empty()
    number = clause.get_by_role("link").first.get_attribute("href")
    assert str(told.get_by_role("link").get_attribute("href")).endswith(str(number))
    page.context.close()
