"""Incoming (7, 9): Nordtal nominates from its workbook; the University decides, orders, invites; the student comes."""

import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from core.values import today
from tests.journeys.doors import PASSWORD
from tests.journeys.running import Demo
from tests.journeys.steps import (
    DATA,
    Person,
    address,
    attach,
    blocked,
    card,
    confirm,
    follow,
    main,
    menu,
    not_for,
    paper,
    pdf,
    press,
    reads,
    row,
    says,
    stands,
    told,
    warned,
    write,
)

WORKBOOK = DATA / "nominations_nordtal_2027_spring.xlsx"
EMAIL = "j.weissenfels@example.org"
KINDS = ("passport", "transcript", "motivation", "language", "education", "photo", "insurance")


@pytest.mark.clause("5.8-a")
@pytest.mark.clause("5.9-a")
@pytest.mark.clause("6.12-a")
@pytest.mark.clause("6.12-b")
@pytest.mark.clause("7.1-a")
@pytest.mark.clause("7.1-c")
@pytest.mark.clause("7.2-a")
@pytest.mark.clause("7.2-b")
@pytest.mark.clause("7.3-a")
@pytest.mark.clause("7.3-c")
@pytest.mark.clause("7.3-d")
@pytest.mark.clause("7.4-a")
@pytest.mark.clause("7.4-b")
@pytest.mark.clause("7.5a-a")
@pytest.mark.clause("7.5b-a")
@pytest.mark.clause("7.5b-b")
@pytest.mark.clause("7.6-a")
@pytest.mark.clause("9.1-a")
@pytest.mark.clause("9.2-a")
@pytest.mark.clause("9.3-a")
@pytest.mark.clause("9.4-a")
@pytest.mark.clause("9.7-a")
def test_a_student_of_nordtal_comes(person: Person, demo: Demo) -> None:
    """From the partner's workbook to the migration registration, each step by the one whose move it is."""
    case, other = _partner_nominates(person)
    _department_and_institute_decide(person, case, other)
    _student_gets_an_account(person, demo)
    _application_and_contract(person, case)
    _order_is_signed(person, case)
    _invitation_and_order_go_together(person, case)
    stay = _visa_and_advisor(person, case)
    _arrival_and_registration(person, stay)
    reads(person("ipd"), case, kk="Шақыру", ru="Приглашение")
    reads(person(EMAIL), stay, kk="Менің келуім", ru="прибытие")


def _partner_nominates(person: Person) -> tuple[str, str]:
    partner = person("nordtal")
    menu(partner, "Applications")
    follow(partner, "Incoming candidates")
    follow(row(partner, "7M06102"), "Import a list")
    importing = address(partner)
    not_for(person("yangtze"), importing)
    not_for(person("ipd"), importing)
    attach(partner, DATA / "students_registrar.csv")
    press(partner, "Check the file")
    says(partner, "Nothing can be imported yet")
    follow(partner, "Another file")
    attach(partner, WORKBOOK)
    press(partner, "Check the file")
    expect(main(partner).get_by_text("goes on the list")).to_have_count(3)
    held = row(partner, "ukaszewicz")
    expect(held).to_contain_text("held back")
    expect(held.get_by_role("link", name="clause 7.6")).to_be_visible()
    press(partner, "Put them on the list")
    told(partner, "4 candidates are on the list.")
    the_list = address(partner)
    blocked(partner, "Send the list to Satbayev University", "7.1")
    not_for(person("yangtze"), the_list)
    cases = [_candidate(partner, the_list, number) for number in ("N781200", "N781207")]
    for case in cases:
        for kind in KINDS:
            partner.goto(f"{case}documents/{kind}/")
            attach(partner, pdf(f"{kind} scan"))
            press(partner, "Hand in a document", exact=False)
            told(partner, "Handed in:")
    partner.goto(the_list)
    says(partner, "2 candidates are incomplete")
    press(partner, "Send the list to Satbayev University")
    told(partner, "2 candidates are sent.")
    told(partner, "Stay behind")
    return cases[0], cases[1]


def _candidate(partner: Page, the_list: str, number: str) -> str:
    partner.goto(the_list)
    return row(partner, number).get_by_role("link").first.get_attribute("href") or ""


def _department_and_institute_decide(person: Person, case: str, other: str) -> None:
    ipd, head, director = person("ipd"), person("head.se"), person("director.ai")
    not_for(head, case)
    ipd.goto(case)
    press(ipd, "Send to department and institute")
    told(ipd, "Department and institute have the candidate now.")
    ipd.goto("/admissions/incoming/")
    row(ipd, "N781207").get_by_role("checkbox").check()
    press(ipd, "Send to department and institute…")
    press(ipd, "Send to department and institute (1)")
    told(ipd, "Done for 1 row.")
    not_for(person("head.me"), case)
    not_for(person("director.gm"), case)
    not_for(director, f"{case}agree/")
    director.goto(f"{case}propose/")
    blocked(director, "I propose admission", "7.3", "The department has not yet agreed.")
    for candidate in (case, other):
        head.goto(f"{candidate}agree/")
        for course in main(head).get_by_role("checkbox").all():
            course.uncheck()
        press(head, "I agree")
        warned(head, "No courses of that term are chosen from Annex 1.")
        for course in main(head).get_by_role("checkbox").all()[:5]:
            course.check()
        main(head).get_by_label("Comment").fill("Тілі мен үлгерімі жеткілікті.")
        press(head, "I agree")
        told(head, "The department has agreed.")
    not_for(head, f"{case}propose/")
    director.goto("/admissions/incoming/")
    follow(row(director, "N781200"), re.compile("Weißenfels|Вайсенфельс|Jörg"))
    press(director, "I propose admission")
    told(director, "Proposed. The student gets an account by e-mail.")


def _student_gets_an_account(person: Person, demo: Demo) -> None:
    """By the link "forgotten password", as the e-mail about the proposal says: nobody else ever knew a password."""
    browser = person("ipd").context.browser
    assert browser is not None
    with browser.new_context(base_url=demo.url, locale="en-GB") as context:
        context.add_cookies([{"name": "django_language", "value": "en", "url": demo.url}])
        page = context.new_page()
        page.goto("/password/reset/")
        page.locator("input[name=email]").fill(EMAIL)
        press(page, "Send", exact=False)
        page.wait_for_url("**/sent/")
    # In a browser that was never here: the link alone says that its reader reads English.
    with browser.new_context(base_url=demo.url) as context:
        page = context.new_page()
        page.goto(_link_in_mail(demo.data / "outbox"))
        says(page, "A new password")
        for field in main(page).get_by_label(re.compile("password", re.IGNORECASE)).all():
            field.fill(PASSWORD)
        main(page).get_by_role("button").first.click()
        page.wait_for_url("**/complete/")


def _link_in_mail(outbox: Path) -> str:
    letters = sorted(outbox.iterdir(), key=lambda letter: letter.stat().st_mtime, reverse=True)
    for letter in letters:
        found = re.search(
            r"https?://\S+/password/reset/[^/\s]+/[^/\s]+/\?language=en", letter.read_text(errors="replace")
        )
        if found and EMAIL in letter.read_text(errors="replace"):
            link = urlsplit(found.group())
            return f"{link.path}?{link.query}"
    raise AssertionError(f"no letter to {EMAIL} among {len(letters)}")


def _application_and_contract(person: Person, case: str) -> None:
    ipd, student = person("ipd"), person(EMAIL)
    ipd.goto(case)
    blocked(ipd, "The package is complete", "7.5", "is not signed")
    menu(student, "My application")
    student.goto(case)
    follow(student, "Write and sign")
    follow(student, "English")
    press(student, "Sign")
    told(student, "The application is signed.")
    ipd.goto(case)
    press(ipd, "Accept all that was handed in")
    confirm(ipd, "Make the contract")
    for login in (EMAIL, "rector", "nordtal"):
        signer = person(login)
        signer.goto(case)
        follow(signer, "Sign the contract")
        press(signer, "Sign the contract")
        told(signer, "The contract is signed for your party.")
    ipd.goto(case)
    press(ipd, "The package is complete")
    told(ipd, "package complete")


def _order_is_signed(person: Person, case: str) -> None:
    ipd, rector = person("ipd"), person("rector")
    follow(ipd, "Draft the order on admission")
    says(ipd, "Weißenfels" if main(ipd).get_by_text("Weißenfels").count() else "Courses and credits are counted")
    not_for(person("registrar"), address(ipd))
    press(ipd, "Draft the order")
    order = address(ipd)
    says(ipd, "“included education”")
    not_for(ipd, f"{order}sign/")
    press(ipd, "Send for signature")
    told(ipd, "The order lies before the signatory.")
    rector.goto(order)
    follow(rector, "Sign the order")
    press(rector, "Sign")
    told(rector, "The order is signed: No.")
    follow(card(rector, "Paper"), "No.", exact=False)
    paper(rector)
    ipd.goto(case)
    stands(ipd, "admitted", mover="IPD coordinator")


def _invitation_and_order_go_together(person: Person, case: str) -> None:
    ipd, student = person("ipd"), person(EMAIL)
    not_for(person("director.ai"), f"{case}invite/")
    follow(ipd, "Send invitation and order")
    press(ipd, "Send both")
    told(ipd, "Invitation and order are sent.")
    student.goto(case)
    papers = card(student, "Invitation and order").get_by_role("link", name="No.")
    expect(papers).to_have_count(2)
    papers.first.click()
    paper(student)


def _visa_and_advisor(person: Person, case: str) -> str:
    ipd, head, institute = person("ipd"), person("head.se"), person("coordinator.ai")
    institute.goto(case)
    follow(institute, "Arrival, registration, advisor")
    stay = address(institute)
    blocked(institute, "Record the arrival", "9.4", "No advisor of the department is assigned.")
    not_for(person("coordinator.gm"), stay)
    not_for(institute, f"{stay}advisor/")
    head.goto(stay)
    follow(head, "Assign an advisor")
    main(head).get_by_label("Advisor").select_option(index=1)
    press(head, "Save")
    institute.goto(stay)
    blocked(institute, "Record the arrival", "7.6")
    ipd.goto(case)
    follow(card(ipd, "Visa"), "The visa file is submitted")
    write(ipd, submitted_on=f"{today():%d.%m.%Y}", invitation_number="KZ-27-0815")
    press(ipd, "The visa file is submitted")
    follow(card(ipd, "Visa"), "The visa is granted")
    write(ipd, valid_from=f"{today():%d.%m.%Y}", valid_until=f"{today() + timedelta(days=300):%d.%m.%Y}")
    press(ipd, "The visa is granted")
    return stay


def _arrival_and_registration(person: Person, stay: str) -> None:
    ipd, institute, student = person("ipd"), person("coordinator.ai"), person(EMAIL)
    not_for(person("head.se"), f"{stay}arrival/")
    institute.goto(stay)
    follow(institute, "Record the arrival")
    write(institute, entered_the_country_on="01.02.2020", met_by="Тұрсынбек Үміт")
    press(institute, "Save")
    warned(institute, "at the earliest")
    write(institute, entered_the_country_on=f"{today():%d.%m.%Y}")
    press(institute, "Save")
    told(institute, "Written down.")
    expect(main(institute).locator("#blockers").get_by_role("link", name="clause 9.1").first).to_be_visible()
    not_for(institute, f"{stay}registration/")
    follow(institute, "Record the visit to the IPD")
    write(institute, came_to_the_IPD_on=f"{today():%d.%m.%Y}")
    press(institute, "Save")
    not_for(institute, f"{stay}arrival/correct/")
    ipd.goto(stay)
    follow(ipd, "Enter the migration registration")
    write(ipd, registered_on=f"{today():%d.%m.%Y}", registration_number="RV-90112")
    write(ipd, registered_until=f"{today() + timedelta(days=250):%d.%m.%Y}")
    press(ipd, "Save")
    student.goto(stay)
    press(student, "I have read and will follow this")
    says(student, "Acknowledged")
    write(student, message="Where do I find my timetable?")
    press(student, "Send")
    says(student, "Where do I find my timetable?")
    ipd.goto(stay)
    says(ipd, "RV-90112")
    expect(main(ipd).get_by_role("link", name="Enter the migration registration")).to_have_count(0)
