"""A day of two students: one is asked for the package, one has been abroad and comes for what is hers.

Of the demo: 20250115, whom Yangtze has invited; 20240103, who was at Nordtal.
"""

import json
from pathlib import Path
from urllib.parse import urlsplit
from zipfile import ZipFile

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.doors import DOMAIN, sign_in
from tests.journeys.steps import (
    SEALED_WITHIN,
    Person,
    address,
    attach,
    card,
    follow,
    main,
    menu,
    not_for,
    paper,
    pdf,
    press,
    row,
    says,
    stands,
    take_up,
    told,
    waits,
    waits_no_more,
)

INVITED, OTHER = "student.20250115", "student.20250114"
RETURNED, NUMBER, NAME = "student.20240103", "20240103", "GABITOVA AYGERIM"
ASKED = ("motivation", "language", "medical")


@pytest.mark.clause("8.4-b")
@pytest.mark.clause("7.5a-a")
@pytest.mark.clause("6.12-a")
def test_a_student_does_what_is_next(person: Person) -> None:
    """The first page says what to do, until when and on which clause; what is done leaves it, and the paper is there."""
    student = person(INVITED)
    student.goto("/")
    stands(student, "invited", mover="You: student")
    says(student, "step 5 of 9")
    take_up(student, "Hand in the documents", "Motivation letter, language certificate")
    case = address(student)
    not_for(person(OTHER), case)
    for kind in ASKED:
        student.goto(f"{case}documents/{kind}/")
        attach(student, pdf(f"{kind} of mine"))
        press(student, "Hand in a document", exact=False)
        told(student, "Handed in:")
    waits_no_more(student, "Hand in the documents")

    take_up(student, "Sign the application to the Chair of the Board", "")
    follow(student, "Write and sign")
    follow(student, "Kazakh")
    press(student, "Sign")
    told(student, "The application is signed.")
    student.goto(case)
    follow(row(student, "Application to the Chair of the Board"), "No.", exact=False)
    mine = address(student)
    number = paper(student)
    not_for(person(OTHER), mine, f"{mine}file/")
    waits_no_more(student, "Sign the application to the Chair of the Board")

    take_up(student, "Sign the three-party contract", "")
    follow(student, "Sign the contract")
    press(student, "Sign the contract")
    told(student, "The contract is signed for your party.")
    student.goto("/")
    stands(student, "invited", mover="IPD coordinator")
    menu(student, "Papers")
    expect(row(student, number)).to_contain_text("Application")


def test_a_student_comes_for_what_is_hers(person: Person) -> None:
    """Status, plan, marks, papers, all that is held about her, her calendar, and her language."""
    student = person(RETURNED)
    student.goto("/")
    stands(student, "stay: present", mover="You: student")
    waits(student, "Bring the transcript of the year", "the original of its transcript goes to the Registrar's Office")
    _plan_is_read(person)
    _transcript_is_downloaded(student)
    _all_that_is_held(person)
    _calendar_is_subscribed(student)
    _language_is_kept(student)


def _plan_is_read(person: Person) -> None:
    student = person(RETURNED)
    menu(student, "Study")
    follow(row(student, "Nordtal University"), "", exact=False)
    stands(student, "approved")
    says(student, "Annex 1, version 1", "Where it is mastered")
    not_for(person(OTHER), address(student))


def _transcript_is_downloaded(student: Page) -> None:
    menu(student, "Papers")
    follow(row(student, "Transcript of records", "issued"), "-ТР", exact=False)
    paper(student)


def _all_that_is_held(person: Person) -> None:
    student = person(RETURNED)
    student.goto("/account/")
    follow(card(student, "What is held about me"), "Look")
    says(student, NAME, "passport.pdf")
    press(student, "Make the file")
    job = address(student)
    ready = main(student).get_by_role("link", name="Download the result")
    expect(ready).to_be_visible(timeout=SEALED_WITHIN)
    with student.expect_download() as download:
        ready.click()
    with ZipFile(Path(download.value.path())) as archive:
        names = archive.namelist()
        told_about = "".join(archive.read(name).decode() for name in names if name.endswith(".json"))
        assert NUMBER in told_about
        assert any(name.endswith(".pdf") and archive.read(name).startswith(b"%PDF") for name in names)
        assert "20240102" not in told_about  # nobody else
        assert NUMBER in archive.read("data.html").decode()
        json.loads(archive.read(next(name for name in names if name.endswith(".json"))))
    not_for(person(OTHER), job, f"{job}result/")


def _calendar_is_subscribed(student: Page) -> None:
    student.goto("/account/mail/")
    press(student, "Make the address")
    feed = urlsplit(main(student).get_by_label("Your address.", exact=False).input_value()).path
    browser = student.context.browser
    assert browser is not None
    site = f"{urlsplit(student.url).scheme}://{urlsplit(student.url).netloc}"
    with browser.new_context(base_url=site) as calendar:  # a program that nobody has signed in
        answer = calendar.request.get(feed)
        assert answer.status == 200
        assert answer.text().startswith("BEGIN:VCALENDAR")
        assert "BEGIN:VEVENT" in answer.text()
        student.goto("/account/mail/")
        press(student, "Revoke the address")
        told(student, "The calendar address leads nowhere from now on.")
        assert calendar.request.get(feed).status == 404


def _language_is_kept(student: Page) -> None:
    """Chosen here, spoken in a browser where nobody has chosen anything."""
    browser = student.context.browser
    assert browser is not None
    site = f"{urlsplit(student.url).scheme}://{urlsplit(student.url).netloc}"
    for label, language, word in (("Рус", "ru", "Мои дела"), ("Қаз", "kk", "Менің істерім")):
        student.goto("/")
        student.get_by_role("button", name=label).first.click()
        expect(student.locator("html")).to_have_attribute("lang", language)
        with browser.new_context(base_url=site) as elsewhere:
            page = elsewhere.new_page()
            sign_in(page, f"{RETURNED}@{DOMAIN}")
            page.goto("/")
            expect(page.locator("html")).to_have_attribute("lang", language)
            expect(page.get_by_role("heading", level=1)).to_have_text(word)
