"""A day of an auditor: any credit of a transcript back to its source, a student clause by clause, and nothing changed.

Of the demo: 20230101, who was at Yangtze and whose recognitions are certified.
"""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.steps import (
    Person,
    address,
    card,
    follow,
    main,
    not_for,
    not_to_be_done_by,
    row,
    says,
    stands,
)

STUDENT, NAME, PARTNER = "20230101", "ASKAROV IZBASAR", "Yangtze Institute of Technology"
AUTUMN_MARKS = "results_yangtze_2025_autumn.csv"


@pytest.mark.clause("5.11-b")
@pytest.mark.clause("5.12-a")
@pytest.mark.clause("6.11-b")
def test_a_day_of_the_auditor(person: Person) -> None:
    """Everything can be read and followed; every verb that is offered to others is refused."""
    auditor = person("auditor")
    transcript = _transcript_is_found(auditor)
    credit = _credit_is_followed_to_its_source(auditor, transcript)
    _each_credit_has_its_source(auditor, transcript)
    _student_is_read_clause_by_clause(auditor)
    _who_did_what_is_told(person)
    _nothing_is_changed(auditor, transcript)
    not_for(person("student.20230102"), transcript, credit)


def _transcript_is_found(auditor: Page) -> str:
    auditor.get_by_role("searchbox").first.fill(STUDENT)
    auditor.get_by_role("searchbox").first.press("Enter")
    follow(card(auditor, "Students"), NAME)
    auditor.goto(f"/transcripts/?q={STUDENT}")
    follow(row(auditor, STUDENT), "-ТР", exact=False)
    says(auditor, NAME, f"{PARTNER}:")
    return address(auditor)


def _credit_is_followed_to_its_source(auditor: Page, transcript: str) -> str:
    line = row(auditor, f"{PARTNER}:", "Underground Mining Methods")
    course, percent = "MIN3302", line.get_by_role("cell").nth(2).inner_text()
    follow(line.get_by_role("cell").first, "", exact=False)
    credit = address(auditor)
    says(
        auditor, "Line of the transcript", course, f"{percent} %", "Recognition protocol", "Row of Annex 1", "Agreement"
    )
    links = main(auditor).get_by_role("listitem")

    follow(links.filter(has_text="Recognition protocol"), "-ҚЕ", exact=False)
    stands(auditor, "certified", mover="Nobody's")
    protocol_row = row(auditor, course)
    expect(protocol_row).to_contain_text("MIN501")
    expect(protocol_row).to_contain_text(percent)

    auditor.goto(credit)
    place = links.filter(has_text="Row of Annex 1").get_by_role("link").first
    number = place.inner_text()
    place.click()
    expect(
        row(auditor, "Underground Mining Methods", "credits fewer at the partner: 1").get_by_role("cell").first
    ).to_have_text(number)

    auditor.goto(credit)
    mark = re.search(r" · (\d+) · ", links.filter(has_text="Mark").filter(has_text="MIN501").inner_text())
    assert mark is not None
    follow(links.filter(has_text="Row of the file"), AUTUMN_MARKS, exact=False)
    expect(row(auditor, STUDENT, "MIN501")).to_contain_text(mark[1])

    auditor.goto(credit)
    follow(links.filter(has_text="Agreement"), "09-К")
    says(auditor, "09-К", PARTNER)
    auditor.goto(credit)
    follow(auditor, "Transcript No.", exact=False)
    assert address(auditor) == transcript
    return credit


def _each_credit_has_its_source(auditor: Page, transcript: str) -> None:
    """No line of the transcript is without its chain: home marks end in the Registrar's file, the partner's in theirs."""
    auditor.goto(transcript)
    lines = main(auditor).locator("tbody tr")
    sources = lines.locator("a[href^='/transcripts/lines/']")
    expect(sources).to_have_count(lines.count())
    for source in [link.get_attribute("href") or "" for link in sources.all()]:
        answer = auditor.request.get(source)
        assert answer.status == 200, source
        assert "SHA-256" in answer.text(), source


def _student_is_read_clause_by_clause(auditor: Page) -> None:
    auditor.goto(f"/transcripts/?q={STUDENT}")
    follow(row(auditor, STUDENT), NAME)
    follow(auditor, "Dossier", exact=False)
    says(auditor, "Dossier", "What is missing")
    for step, clause, who in (
        ("Application submitted", "8.1", f"{NAME} (student)"),
        ("Official letter sent to the partner", "8.2", "SARSENBAYEVA AIGUL (IPD coordinator)"),
        ("The partner invited", "8.3", "CHEN MEILING (partner coordinator)"),
        ("Admitted by order", "8.6", "KUANDYKOV ADILET (Chair of the Board – Rector)"),
        ("Departed", "6.3", "SARSENBAYEVA AIGUL (IPD coordinator)"),
    ):
        told = row(auditor, step)
        expect(told.get_by_role("link", name=f"clause {clause}")).to_be_visible()
        expect(told).to_contain_text(who)
    course = row(auditor, "MIN3302", "MIN501")
    expect(course).to_contain_text(AUTUMN_MARKS)
    for link in ("MIN3302 (6) ↔ MIN501 (5)", "-ҚЕ", "-ТР"):
        expect(course.get_by_role("link", name=link).first).to_be_visible()


def _who_did_what_is_told(person: Person) -> None:
    """The history of a protocol that was corrected, and who has opened a passport."""
    auditor, ipd = person("auditor"), person("ipd")
    auditor.goto(f"/transcripts/protocols/?q={STUDENT}")
    follow(row(auditor, STUDENT, "superseded"), NAME)
    expect(card(auditor, "History")).to_contain_text("NURMAGAMBETOV BAUYRZHAN")
    ipd.goto(f"/admissions/?q={STUDENT}")
    follow(row(ipd, STUDENT), NAME)
    passport = main(ipd).get_by_role("link", name="passport.pdf").get_attribute("href") or ""
    assert ipd.request.get(passport).status == 200
    auditor.goto("/openings/")
    expect(row(auditor, "SARSENBAYEVA AIGUL", "passport.pdf")).to_contain_text("today")


def _nothing_is_changed(auditor: Page, transcript: str) -> None:
    """No page offers a verb, and none is taken."""
    auditor.goto(f"/transcripts/?q={STUDENT}")
    student = row(auditor, STUDENT).get_by_role("link").first.get_attribute("href") or ""
    auditor.goto("/transcripts/protocols/?state=made")
    protocol = main(auditor).locator("tbody a[href^='/transcripts/protocols/']").first.get_attribute("href") or ""
    auditor.goto("/admissions/?state=documents_complete")
    case = main(auditor).locator("tbody a[href^='/admissions/applications/']").first.get_attribute("href") or ""
    auditor.goto("/admissions/orders/?state=for_signature")
    order = main(auditor).locator("tbody a[href^='/admissions/orders/']").first.get_attribute("href") or ""
    for page in (transcript, student, protocol, case, order):
        auditor.goto(page)
        expect(main(auditor).locator("form[method=post]")).to_have_count(0)
    not_to_be_done_by(auditor, f"{student}issue/", f"{case}step/request_order/", f"{order}sign/")
    not_to_be_done_by(auditor, f"{protocol}return/", f"{order}return/", reason="Not mine to say.")
    for page, deed in (
        ("/transcripts/bulk/", "transcripts.issue"),
        ("/transcripts/protocols/many/", "protocols.certify"),
        ("/admissions/many/", "applications.accept_everything"),
        ("/admissions/incoming/many/", "applications.send_to_review"),
    ):
        not_to_be_done_by(auditor, page, action=deed, all="1")
