"""Outgoing (8, then 6.3): a first-year applies to Nordtal, is ranked, invited, papered, ordered, and departs."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from core.values import today
from tests.journeys.steps import (
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
    not_to_be_done_by,
    paper,
    pdf,
    press,
    reads,
    row,
    says,
    stands,
    told,
    write,
)

STUDENT, NUMBER, OTHER = "student.20260101", "20260101", "student.20260102"
NORDTAL = "Nordtal University of Applied Sciences"


@pytest.mark.clause("8.1-a")
@pytest.mark.clause("8.1-c")
@pytest.mark.clause("8.2-a")
@pytest.mark.clause("8.2-b")
@pytest.mark.clause("8.3-a")
@pytest.mark.clause("8.4-a")
@pytest.mark.clause("8.4-b")
@pytest.mark.clause("8.5-a")
@pytest.mark.clause("8.6-a")
@pytest.mark.clause("8.6-b")
@pytest.mark.clause("8.6-c")
@pytest.mark.clause("6.3-b")
@pytest.mark.clause("6.12-a")
@pytest.mark.clause("6.12-b")
@pytest.mark.clause("7.5a-a")
def test_a_first_year_goes_to_nordtal(person: Person) -> None:
    """From the open intake to the day of departure, each step by the one whose move it is."""
    case = _applies(person)
    _institute_ranks_and_sends(person, case)
    _letter_goes_out(person)
    _partner_invites(person, case)
    _package_is_collected(person, case)
    _three_sign(person, case)
    _order_is_signed(person, case)
    _departs(person, case)
    reads(person(STUDENT), case, kk="Өтініш", ru="Заявлен")
    reads(person("ipd"), "/admissions/", kk="Өтініш", ru="Заявлен")


def _applies(person: Person) -> str:
    student = person(STUDENT)
    menu(student, "My application")
    follow(row(student, NORDTAL), "Look and apply")
    says(student, "Language certificate", "IELTS 6.0")
    press(student, "Apply")
    says(student, "The motivation is empty.")
    press(student, "Submit the application")
    says(student, "The motivation is empty.")
    write(student, why="Ірі жүйелердің сенімділігін зерттегім келеді, Nordtal зертханасы осы салада жұмыс істейді.")
    press(student, "Submit the application")
    told(student, "The application is with your institute.")
    stands(student, "submitted", mover="Institute coordinator")
    case = address(student)
    not_for(person(OTHER), case)
    not_for(person("coordinator.gm"), case)
    not_for(person("nordtal"), case)
    return case


def _institute_ranks_and_sends(person: Person, case: str) -> None:
    coordinator = person("coordinator.ai")
    menu(coordinator, "Applications")
    follow(coordinator, "Intakes")
    follow(row(coordinator, "outgoing", NORDTAL), "7M06102")
    says(coordinator, "Waiting to be put on a list: 1")
    intake = address(coordinator)
    not_to_be_done_by(person("coordinator.gm"), f"{intake}gather/")
    press(coordinator, "Gather the candidates")
    the_list = address(coordinator)
    says(coordinator, NUMBER)
    write(coordinator, request_of="Үміткерді серіктеске ұсынуды сұраймыз.")
    press(coordinator, "Send the list to the IPD")
    told(coordinator, "The list is with the IPD.")
    not_for(person("coordinator.gm"), the_list)
    not_for(person("nordtal"), the_list)
    coordinator.goto(case)
    stands(coordinator, "on the candidate list")


def _letter_goes_out(person: Person) -> None:
    ipd = person("ipd")
    menu(ipd, "Applications")
    follow(ipd, "Candidate lists")
    follow(row(ipd, NORDTAL), f"{NORDTAL}, No. 1")
    the_list = address(ipd)
    not_for(person("coordinator.ai"), f"/documents/drafts/official_letter/{the_list.rstrip('/').rpartition('/')[2]}/")
    not_to_be_done_by(person("coordinator.gm"), f"{the_list}letter/")
    confirm(ipd, "Send the official letter")
    told(ipd, "Official letter No.")
    follow(card(ipd, "Official letters"), "No.", exact=False)
    paper(ipd)


def _partner_invites(person: Person, case: str) -> None:
    partner = person("nordtal")
    not_for(person("yangtze"), case, f"{case}answer/")
    not_for(person(STUDENT), f"{case}answer/")
    menu(partner, "Applications")
    follow(partner, "Candidate lists")
    follow(row(partner, "7M06102"), f"{NORDTAL}, No. 1")
    follow(row(partner, NUMBER), "Answer")
    main(partner).get_by_label("invited").check()
    press(partner, "Answer")
    says(partner, "Please attach the letter or its scan.")
    attach(partner, pdf("Letter of invitation"))
    press(partner, "Answer")
    told(partner, "The answer is written down.")
    stands(partner, "invited")


def _package_is_collected(person: Person, case: str) -> None:
    ipd, student, institute = person("ipd"), person(STUDENT), person("coordinator.ai")
    ipd.goto(case)
    blocked(ipd, "The package is complete", "8.4", "The package has not been asked for")
    follow(ipd, "Ask for the package")
    press(ipd, "Ask for the package")
    told(ipd, "Department, institute and student have been asked.")
    head = person("head.se")
    head.goto("/")
    says(head, "The department and the institute were asked for the package: documents of theirs are missing.")
    for kind in ("passport", "motivation", "language", "medical"):
        student.goto(f"{case}documents/{kind}/")
        attach(student, pdf(f"{kind} of 20260101"))
        main(student).get_by_role("button", name="Hand in a document", exact=False).click()
        told(student, "Handed in:")
    not_for(student, f"{case}documents/transcript/")
    institute.goto(case)
    follow(row(institute, "Transcript"), "Hand in")
    attach(institute, pdf("Transcript"))
    press(institute, "Hand in a document", exact=False)
    told(institute, "Handed in:")
    ipd.goto(case)
    follow(row(ipd, "Medical certificate"), "Return")
    write(ipd, reason="мөрі жоқ")
    press(ipd, "Return a document", exact=False)
    student.goto(case)
    says(student, "мөрі жоқ")
    follow(row(student, "Medical certificate"), "Replace")
    attach(student, pdf("Medical certificate with stamp"))
    press(student, "Hand in a document", exact=False)
    not_to_be_done_by(institute, f"{case}documents/passport/accept/")
    ipd.goto(case)
    press(ipd, "Accept all that was handed in")
    says(ipd, "5 of 5 accepted")


def _three_sign(person: Person, case: str) -> None:
    ipd, student = person("ipd"), person(STUDENT)
    student.goto(case)
    follow(student, "Write and sign")
    follow(student, "Kazakh")
    press(student, "Sign")
    told(student, "The application is signed.")
    ipd.goto(case)
    blocked(ipd, "The package is complete", "6.12")
    confirm(ipd, "Make the contract")
    told(ipd, "The contract is made: three signatures are asked for.")
    for login in (STUDENT, "rector", "nordtal"):
        signer = person(login)
        signer.goto(case)
        follow(signer, "Sign the contract")
        press(signer, "Sign the contract")
        told(signer, "The contract is signed for your party.")
    not_for(person("coordinator.ai"), f"{case}contract/sign/")
    ipd.goto(case)
    press(ipd, "The package is complete")
    told(ipd, "package complete")
    blocked(ipd, "Send the package to the Registrar's Office", "8.5")
    follow(card(ipd, "Visa"), "The visa file is submitted")
    write(ipd, submitted_on=f"{today():%d.%m.%Y}", category="D")
    press(ipd, "The visa file is submitted")
    press(ipd, "Send the package to the Registrar's Office")
    told(ipd, "package sent to the Registrar's Office")
    follow(card(ipd, "Three-party contract"), "No.", exact=False)
    paper(ipd)


def _order_is_signed(person: Person, case: str) -> None:
    registrar, rector = person("registrar"), person("rector")
    not_for(person("ipd"), "/admissions/orders/new/departure_out/1/")
    registrar.goto(case)
    follow(registrar, "Draft the order")
    says(registrar, NUMBER)
    press(registrar, "Draft the order")
    order = address(registrar)
    not_to_be_done_by(person("nordtal"), f"{order}send/")
    not_for(registrar, f"{order}sign/")
    press(registrar, "Send for signature", exact=False)
    told(registrar, "The order lies before the signatory.")
    rector.goto("/")
    rector.goto(order)
    follow(rector, "Sign", exact=False)
    press(rector, "Sign")
    told(rector, "The order is signed: No.")
    registrar.goto(order)
    follow(card(registrar, "Paper"), "No.", exact=False)
    paper(registrar)


def _departs(person: Person, case: str) -> None:
    ipd, student = person("ipd"), person(STUDENT)
    ipd.goto(case)
    blocked(ipd, "Record the departure", "8.5")
    follow(card(ipd, "Visa"), "The visa is granted")
    _first, last = _stay_at_nordtal()
    write(ipd, valid_from="01.01.1900", valid_until="01.01.1901", category="D")
    press(ipd, "The visa is granted")
    says(ipd, "after the visa has ended")
    write(ipd, valid_from=f"{today():%d.%m.%Y}", valid_until=f"{last + timedelta(days=30):%d.%m.%Y}")
    press(ipd, "The visa is granted")
    not_for(person("registrar"), f"{case}departure/")
    not_for(student, f"{case}departure/")
    follow(ipd, "Record the departure")
    write(ipd, departed_on="01.01.1900")
    press(ipd, "Record the departure")
    says(ipd, "nobody departs before")
    write(ipd, departed_on=f"{today():%d.%m.%Y}")
    press(ipd, "Record the departure")
    student.goto(case)
    stands(student, "departed")
    expect(card(student, "The way")).to_contain_text("Departed (done)")


def _stay_at_nordtal() -> tuple[date, date]:
    """From the first day of Nordtal's next term until the last of the one after: its terms begin in April and in October."""
    starts = [date(year, month, 1) for year in (today().year, today().year + 1) for month in (4, 10)]
    first = min(day for day in starts if day > today())
    return first, first.replace(year=first.year + 1) - timedelta(days=1)
