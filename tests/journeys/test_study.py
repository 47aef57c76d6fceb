"""Study and recognition (5.10–5.12, 6.9, 6.11): late marks come from Nordtal, are recognised, certified, printed, reported."""

from datetime import timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import Page, expect

from core.values import today
from tests.journeys.steps import (
    DATA,
    SEALED_WITHIN,
    Person,
    address,
    attach,
    blocked,
    confirm,
    fits_a_phone,
    follow,
    main,
    menu,
    not_for,
    not_to_be_done_by,
    paper,
    press,
    reads,
    row,
    says,
    stands,
    told,
    write,
)

MARKS = DATA / "results_nordtal_2025_winter.xlsx"
STUDENTS = tuple(f"2024010{number}" for number in range(1, 7))


@pytest.mark.clause("5.10-a")
def test_a_plan_is_approved_by_four(person: Person) -> None:
    """The advisor sends the plan that Annex 1 made; student, advisor, head of department and partner agree to it."""
    _four_agree(person)


@pytest.mark.clause("5.7.3-a")
@pytest.mark.clause("5.10-a")
@pytest.mark.clause("5.11-a")
@pytest.mark.clause("5.11-b")
@pytest.mark.clause("5.11-d")
@pytest.mark.clause("5.12-a")
@pytest.mark.clause("6.11-a")
@pytest.mark.clause("6.11-b")
def test_marks_of_nordtal_become_a_transcript(person: Person) -> None:
    """From the partner's file to the chain behind a credit, each step by the one whose move it is."""
    _student_reads_the_plan(person)
    _partner_brings_marks(person)
    protocols = _director_makes(person)
    _vice_rector_certifies(person, protocols)
    transcript = _registrar_issues_one(person)
    _a_credit_opens_to_its_chain(person, transcript)
    _registrar_issues_many(person)
    fits_a_phone(person("registrar"), "/transcripts/marks/")
    reads(person("vicerector"), "/transcripts/protocols/", kk="хаттама", ru="Протоколы")
    reads(person("registrar"), transcript, kk="Транскрипт", ru="Транскрипт")


@pytest.mark.clause("6.9-a")
@pytest.mark.clause("6.9-b")
@pytest.mark.clause("6.9-d")
def test_a_semester_is_reported_to_the_partner(person: Person) -> None:
    """The IPD makes the report of the semester that has ended and sends it; the partner acknowledges it."""
    ipd, partner = person("ipd"), person("yangtze")
    ipd.goto("/transcripts/reports/")
    follow(row(ipd, "Yangtze", "due"), "Yangtze", exact=False)
    report = address(ipd)
    says(ipd, "mark missing")
    not_for(partner, report)
    not_for(person("nordtal"), report)
    not_to_be_done_by(person("registrar"), f"{report}make/")
    confirm(ipd, "Make the report")
    told(ipd, "Done.")
    follow(ipd, "No.", exact=False)
    paper(ipd)
    ipd.goto(report)
    confirm(ipd, "Send to the partner")
    stands(ipd, "sent", mover="partner coordinator")
    with ipd.expect_download() as download:
        follow(ipd, "XLSX")
    assert download.value.suggested_filename.endswith(".xlsx")
    partner.goto("/transcripts/reports/?state=sent")
    follow(partner, "Yangtze", exact=False)
    press(partner, "Acknowledge receipt")
    stands(partner, "acknowledged")
    reads(partner, report, kk="есеп", ru="тчёт")


def _four_agree(person: Person) -> None:
    advisor, student = person("advisor.me"), person("student.20250104")
    advisor.goto("/mobility/plans/?state=draft")
    follow(row(advisor, "HASHIMOVA"), "", exact=False)
    plan = address(advisor)
    stands(advisor, "being made", mover="advisor")
    not_for(person("advisor.se"), plan)
    not_for(person("nordtal"), plan)
    not_to_be_done_by(student, f"{plan}propose/")
    press(advisor, "Send for approval")
    told(advisor, "Done. The plan is sent to those who have to agree to it.")
    agreeing = (student, advisor, person("head.me"), person("yangtze"))
    for page in agreeing:
        page.goto(plan)
        stands(page, "awaits approvals")
        press(page, "Agree to the plan")
        told(page, "You have agreed")
    stands(agreeing[-1], "approved", mover="Nobody's")
    reads(student, plan, kk="Жеке оқу жоспары", ru="Индивидуальный учебный план")


def _student_reads_the_plan(person: Person) -> None:
    student = person("student.20240101")
    menu(student, "Study")
    follow(row(student, "Nordtal University"), "", exact=False)
    plan = address(student)
    stands(student, "approved")
    says(student, "Annex 1")
    not_for(person("student.20240102"), plan)
    not_for(person("yangtze"), plan)


def _partner_brings_marks(person: Person) -> None:
    partner, director = person("nordtal"), person("director.ai")
    director.goto("/transcripts/protocols/")
    says(director, "waits for the partner's marks")
    not_for(person("director.gm"), "/transcripts/marks/new/")
    not_for(person("student.20240101"), "/transcripts/marks/new/")
    partner.goto("/transcripts/marks/")
    follow(partner, "Bring a file of marks")
    source = main(partner).get_by_label("Whose marks, of which term")
    wanted = source.locator("option").filter(has_text="2025/26").filter(has_text="autumn").first.inner_text()
    assert source.evaluate("list => list.selectedOptions[0].innerText") == wanted  # what is late
    attach(partner, DATA / "results_yangtze_2025_autumn.csv")
    press(partner, "Check the file")
    says(partner, "Nothing can be posted yet")
    expect(main(partner).get_by_role("button", name="Post these marks")).to_have_count(0)
    partner.goto("/transcripts/marks/new/")
    other = source.locator("option").filter(has_text="2025/26").filter(has_text="spring").first.inner_text()
    source.select_option(label=other)
    attach(partner, MARKS)
    press(partner, "Check the file")
    says(partner, "A1: the file says", "but the semester chosen for it is 2025/26, spring semester", "To be posted: 0.")
    partner.goto("/transcripts/marks/new/")
    attach(partner, MARKS)
    press(partner, "Check the file")
    says(partner, "will be posted")
    check = address(partner)
    not_for(person("yangtze"), check)
    press(partner, "Post these marks")
    told(partner, "Posted marks:")
    says(partner, "bestanden")
    partner.goto(check)
    says(partner, "To be posted: 0. Posted already: 24.")


def _director_makes(person: Person) -> list[str]:
    director, vice_rector = person("director.ai"), person("vicerector")
    director.goto("/transcripts/protocols/")
    protocols = []
    for number in STUDENTS:
        line = row(director, number, "autumn semester")
        protocols.append(line.get_by_role("link").first.get_attribute("href") or "")
    not_for(person("director.gm"), *protocols)
    director.goto(protocols[0])
    says(director, "linear between the lowest pass and the best mark", "Passed without a number")
    differences = 0
    for protocol in protocols:
        director.goto(protocol)
        differences += _sets_ways(director)
        if protocol == protocols[0]:
            vice_rector.goto(protocol)
            expect(main(vice_rector).get_by_role("link", name="Certify")).to_have_count(0)
            not_to_be_done_by(vice_rector, f"{protocol}make/")
        press(director, "Make the protocol")
        stands(director, "awaits certification", mover="vice-rector")
    assert differences  # the file has a 5,0
    return protocols


def _sets_ways(director: Page) -> int:
    """Each difference gets a way of removal and a day; without them the protocol cannot be made. How many there were."""
    says(director, "Differences")
    lines = _differences(director)
    if lines:
        blocked(director, "Make the protocol", "5.11")
    for line in lines:
        director.goto(line)
        main(director).get_by_label("way of removal").select_option(index=1)
        write(director, until=f"{today() + timedelta(days=200):%d.%m.%Y}")
        press(director, "Save")
        told(director, "Done.")
    return len(lines)


def _differences(director: Page) -> list[str]:
    links = main(director).get_by_role("link", name="Set way and date").all()
    return [link.get_attribute("href") or "" for link in links]


def _vice_rector_certifies(person: Person, protocols: list[str]) -> None:
    vice_rector, director = person("vicerector"), person("director.ai")
    not_to_be_done_by(director, f"{protocols[0]}certify/")
    vice_rector.goto(protocols[0])
    confirm(vice_rector, "Certify")
    stands(vice_rector, "certified")
    follow(vice_rector, "No.", exact=False)
    paper(vice_rector)
    vice_rector.goto("/transcripts/protocols/?state=made")
    for number in STUDENTS[1:]:
        row(vice_rector, number).get_by_role("checkbox").check()
    press(vice_rector, "Certify…")
    press(vice_rector, "Certify (5)")
    told(vice_rector, "Done for 5 rows.")


def _registrar_issues_one(person: Person) -> str:
    registrar = person("registrar")
    registrar.goto("/transcripts/")
    follow(row(registrar, STUDENTS[0]), "", exact=False)
    student = address(registrar)
    says(registrar, "What the transcript would hold today")
    not_to_be_done_by(person("ipd"), f"{student}issue/")
    not_for(person("student.20240102"), student)
    tab = registrar.context.new_page()
    tab.goto(student)
    confirm(registrar, "Issue the transcript")
    transcript = address(registrar)
    confirm(tab, "Issue the transcript")  # the same form from another tab
    told(tab, "This transcript is issued already")
    assert address(tab) == transcript
    tab.close()
    says(registrar, "Nordtal University of Applied Sciences:", "bestanden")
    follow(registrar, "The paper")
    paper(registrar)
    return transcript


def _a_credit_opens_to_its_chain(person: Person, transcript: str) -> None:
    registrar = person("registrar")
    registrar.goto(transcript)
    follow(row(registrar, "Nordtal University of Applied Sciences:").get_by_role("cell").first, "", exact=False)
    says(
        registrar,
        "Line of the transcript",
        "Recognition protocol",
        "Mark",
        "Row of the file",
        MARKS.name,
        "Row of Annex 1",
        "Annex 1, version 1",
        "Agreement",
        "17-К",
    )
    chain = address(registrar)
    not_for(person("yangtze"), transcript, chain)
    follow(registrar, "17-К")
    says(registrar, "Agreement on running a double-degree programme")
    student = person("student.20240101")
    student.goto(chain)
    says(student, "17-К")
    expect(main(student).get_by_role("link", name="17-К")).to_have_count(0)
    follow(student, MARKS.name, exact=False)


def _registrar_issues_many(person: Person) -> None:
    registrar = person("registrar")
    registrar.goto("/transcripts/")
    programmes = main(registrar).get_by_role("combobox", name="Programme")
    programmes.select_option(label=programmes.locator("option").filter(has_text="7M06102").inner_text())
    press(registrar, "Show")
    main(registrar).get_by_label("Pick all").check()
    press(registrar, "Issue transcripts…")
    press(registrar, "Issue transcripts (", exact=False)
    bar = main(registrar).get_by_role("progressbar")
    expect(bar).to_be_visible()
    job = address(registrar)
    not_for(person("ipd"), job, f"{job}result/")
    ready = main(registrar).get_by_role("link", name="Download the result")
    expect(ready).to_be_visible(timeout=SEALED_WITHIN)
    with registrar.expect_download() as download:
        ready.click()
    with ZipFile(Path(download.value.path())) as archive:
        papers = [name for name in archive.namelist() if name.endswith(".pdf")]
        assert len(papers) >= len(STUDENTS)
        assert all(archive.read(name).startswith(b"%PDF") for name in papers)
    says(registrar, "What came of it", f"· {STUDENTS[0]}", "issued already: No.")
    menu(registrar, "My work")
    follow(registrar, "All my long work")
    follow(registrar, "Transcripts")
    assert address(registrar) == job
