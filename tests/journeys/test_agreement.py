"""Agreement (4.2, 5.3, 5.4, 6.12, A1): the renewal with Nordtal from its draft to a pathway that is open."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from core.values import today
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
    not_to_be_done_by,
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

WORKBOOK = DATA / "annex1_7M06102_nordtal.xlsx"
TODAY = today()


@pytest.mark.clause("4.2-a")
@pytest.mark.clause("4.2-c")
@pytest.mark.clause("4.2-d")
@pytest.mark.clause("5.3-a")
@pytest.mark.clause("5.3-b")
@pytest.mark.clause("5.4-a")
@pytest.mark.clause("5.7-a")
@pytest.mark.clause("6.12-c")
@pytest.mark.clause("6.12-e")
@pytest.mark.clause("A1-a")
@pytest.mark.clause("A1-b")
@pytest.mark.clause("A1-c")
@pytest.mark.clause("A1-d")
@pytest.mark.clause("A1-e")
def test_the_nordtal_agreement_is_renewed(person: Person) -> None:
    """From the draft without its Annex 1 to an open pathway, each step by the one whose move it is."""
    agreement, pathway = _draft_and_what_it_lacks(person)
    _ipd_writes_terms(person, agreement)
    _lawyer_reviews(person, agreement)
    _annex_is_agreed(person, agreement, pathway)
    _text_is_agreed(person, agreement)
    _university_approves(person, agreement)
    _councils_decide(person, agreement, pathway)
    _rector_signs(person, agreement)
    _pathway_opens(person, pathway)
    for login, path in (("ipd", agreement), ("nordtal", pathway)):
        reads(person(login), path, kk="1-қосымша", ru="Приложение 1")


def _draft_and_what_it_lacks(person: Person) -> tuple[str, str]:
    ipd = person("ipd")
    menu(ipd, "Agreements")
    renewal = main(ipd).get_by_role("row").filter(has_text="no number yet").filter(has_text="Nordtal")
    follow(renewal, "no number yet")
    agreement = address(ipd)
    stands(ipd, "draft", mover="IPD coordinator")
    follow(card(ipd, "Pathways and Annex 1"), "Readiness by clause")
    says(
        ipd,
        "Annex 1 is not agreed by both sides.",
        "waits for the internal approval",
        "The agreement is not signed yet.",
    )
    for clause in ("4.2", "5.3", "5.4", "6.12", "Annex 1"):
        expect(main(ipd).get_by_role("link", name=f"clause {clause}", exact=True).first).to_be_visible()
    follow(ipd, "7M06102", exact=False)
    pathway = address(ipd)
    blocked(ipd, "Open the pathway", "Annex 1", "Annex 1 is not agreed by both sides.")
    for stranger in ("yangtze", "ertis", "student.20260101"):
        not_for(person(stranger), agreement, pathway, f"{pathway}readiness/")
    return agreement, pathway


def _ipd_writes_terms(person: Person, agreement: str) -> None:
    ipd = person("ipd")
    not_for(person("vicerector"), f"{agreement}edit/", f"{agreement}terms/finance/")
    ipd.goto(f"{agreement}terms/finance/")
    write(ipd, text_in_english="Each side bears its own costs; students pay the semester fee of the host only.")
    press(ipd, "Save")
    says(ipd, "students pay the semester fee of the host only")
    press(ipd, "Offer this text to the partner")
    blocked(ipd, "Agree on the text", "5.3", "Nordtal University of Applied Sciences has not agreed to this text.")
    _old_page_decides_nothing(person, agreement)


def _old_page_decides_nothing(person: Person, agreement: str) -> None:
    """The partner presses the button of a page that shows the text as it was before."""
    ipd, partner = person("ipd"), person("nordtal")
    partner.goto(agreement)
    ipd.goto(f"{agreement}terms/other/")
    write(ipd, text_in_english="Disputes are settled by talks between the two coordinators first.")
    press(ipd, "Save")
    press(ipd, "Offer this text to the partner")
    press(partner, "Agree on the text")
    warned(partner, "The text was changed after you opened it. Please read it again.")
    says(
        partner, "Disputes are settled by talks", "Nordtal University of Applied Sciences has not agreed to this text."
    )


def _lawyer_reviews(person: Person, agreement: str) -> None:
    lawyer = person("lawyer")
    lawyer.goto("/")
    expect(row(lawyer, "There is no legal review", "Nordtal")).to_be_visible()
    for country, law in (("Kazakhstan", "«Білім туралы» ҚР Заңы"), ("Germany", "Hochschulrahmengesetz")):
        lawyer.goto(agreement)
        follow(card(lawyer, "Legal review"), "Record a review")
        not_for(person("ipd"), address(lawyer))
        not_for(person("nordtal"), address(lawyer))
        main(lawyer).get_by_label("Country").select_option(label=country)
        write(lawyer, law_examined=law, date=f"{TODAY:%d.%m.%Y}")
        main(lawyer).get_by_label("does not contradict").check()
        press(lawyer, "Save")
        says(lawyer, "Attach the opinion.")
        attach(lawyer, pdf(f"Legal opinion {country}"))
        press(lawyer, "Save")
        expect(card(lawyer, "Legal review")).to_contain_text(law)


def _annex_is_agreed(person: Person, agreement: str, pathway: str) -> None:
    ipd, partner = person("ipd"), person("nordtal")
    not_for(person("lawyer"), f"{pathway}annex/import/")
    not_for(person("rector"), f"{pathway}annex/import/")
    ipd.goto(pathway)
    follow(card(ipd, "Annex 1"), "Import from a workbook")
    attach(ipd, DATA / "annex1_6B07203_yangtze.xlsx")
    press(ipd, "Check the file")
    says(ipd, "Nothing can be written yet")
    follow(ipd, "Another file")
    attach(ipd, WORKBOOK)
    press(ipd, "Check the file")
    says(ipd, "What the file would do", "Row by row", "credits: 120", "credits: 106")
    press(ipd, "Write as a draft version")
    told(ipd, "Version 1 is written.")
    version = address(ipd)
    says(ipd, "difference at the partner: credits", "106")
    not_for(partner, version)
    press(ipd, "Propose to the other side")
    stands(ipd, "proposed", mover="partner coordinator")
    _annex_is_the_partners_move(partner, agreement, pathway, version)
    expect(main(ipd).get_by_role("link", name="Agree to this version")).to_have_count(0)
    not_for(person("yangtze"), version)
    not_to_be_done_by(person("yangtze"), f"{version}agree/")
    partner.goto(version)
    confirm(partner, "Agree to this version")
    stands(partner, "frozen")
    with partner.expect_download() as download:
        follow(partner, "XLSX")
    assert download.value.suggested_filename.endswith(".xlsx")
    ipd.goto(version)
    confirm(ipd, "Issue as a paper")
    told(ipd, "is issued.")
    follow(ipd, "No.", exact=False)
    paper(ipd)


def _annex_is_the_partners_move(partner: Page, agreement: str, pathway: str, version: str) -> None:
    """What a proposed Annex 1 lacks is the move of the side that has not agreed, and leads to the version."""
    for page in (agreement, pathway):
        partner.goto(page)
        missing = main(partner).locator("#blockers li").filter(has_text=re.compile("Annex 1 .*not agreed"))
        expect(missing).to_contain_text("Whose move: you (partner coordinator)")
        follow(missing, "go there")
        assert address(partner) == version


def _text_is_agreed(person: Person, agreement: str) -> None:
    ipd, partner = person("ipd"), person("nordtal")
    partner.goto(agreement)
    press(partner, "Agree on the text")
    stands(partner, "agreed", mover="vice-rector")
    ipd.goto(agreement)
    expect(main(ipd).get_by_role("button", name="Approve at the University")).to_have_count(0)


def _university_approves(person: Person, agreement: str) -> None:
    vice_rector = person("vicerector")
    vice_rector.goto("/")
    vice_rector.goto(agreement)
    press(vice_rector, "Approve at the University")
    stands(vice_rector, "approved")


def _councils_decide(person: Person, agreement: str, pathway: str) -> None:
    ipd = person("ipd")
    ipd.goto(agreement)
    blocked(ipd, "Record that the Councils have approved", "5.4", "has not decided on")
    follow(main(ipd).locator("#blockers"), "go there")
    assert address(ipd).startswith(f"{pathway}councils/")
    _council_decides(ipd, pathway, "Satbayev University", "Ғылыми кеңес", "11")
    partner = person("nordtal")
    partner.goto(pathway)
    ours = card(partner, "Academic Councils").locator("p").filter(has_text="Satbayev University")
    expect(ours.get_by_role("link", name=re.compile("(Record|Correct) the decision"))).to_have_count(0)
    _council_decides(partner, pathway, "Nordtal University of Applied Sciences", "Senat der Hochschule", "S-7/26")
    ipd.goto(agreement)
    stands(ipd, "confirmed by both Councils")


def _council_decides(page: Page, pathway: str, university: str, council: str, protocol: str) -> None:
    page.goto(pathway)
    line = card(page, "Academic Councils").locator("p").filter(has_text=university)
    follow(line, "Record the decision")
    write(page, council=council, protocol_number=protocol, date=f"{TODAY:%d.%m.%Y}")
    main(page).get_by_label("approved", exact=True).check()
    attach(page, pdf("Protocol of the Council"))
    press(page, "Save")
    expect(card(page, "Academic Councils")).to_contain_text(protocol)


def _rector_signs(person: Person, agreement: str) -> None:
    rector = person("rector")
    rector.goto(agreement)
    follow(rector, "Sign the agreement")
    form = address(rector)
    not_for(person("ipd"), form)
    not_for(person("vicerector"), form)
    write(rector, number="41-К", date_of_signature=f"{TODAY:%d.%m.%Y}", valid_from=f"{TODAY:%d.%m.%Y}")
    write(rector, valid_until=f"{TODAY - timedelta(days=1):%d.%m.%Y}")
    press(rector, "Save")
    says(rector, "The term of validity ends before it begins.")
    write(rector, valid_until=f"{TODAY + timedelta(days=1825):%d.%m.%Y}")
    press(rector, "Save")
    stands(rector, "signed")
    says(rector, "No. 41-К")
    rector.goto(form)
    told(rector, "The agreement is signed already.")
    assert address(rector) == agreement


def _pathway_opens(person: Person, pathway: str) -> None:
    ipd = person("ipd")
    ipd.goto(pathway)
    blocked(ipd, "Open the pathway", "5.3", "The EPVO number and date are missing.")
    follow(card(ipd, "EPVO"), "Enter number and date")
    write(ipd, EPVO_number="ЕПВО-061-0988", date=f"{TODAY:%d.%m.%Y}")
    press(ipd, "Save")
    not_to_be_done_by(person("yangtze"), f"{pathway}steps/open/")
    press(ipd, "Open the pathway")
    stands(ipd, "open")
    expect(main(ipd).get_by_role("link", name="Open an intake")).to_be_visible()
    follow(ipd, "Readiness by clause")
    heading = main(ipd).get_by_role("heading", level=1)
    met, total = heading.inner_text().removeprefix("Readiness to admit: ").split(" of ")
    assert met == total, heading.inner_text()
    expect(row(ipd, "entered into EPVO")).to_contain_text("ЕПВО-061-0988")
