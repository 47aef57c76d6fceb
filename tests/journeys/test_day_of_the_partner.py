"""A day of a partner's coordinator: names candidates, answers, reads answers, sends marks, fetches the report of a semester.

Of the demo: Yangtze's third list with the returned PENG ZHIYUAN, 20250106 who waits for an answer, 20240107 who studies there.
"""

import csv
import io
import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, expect

from core.values import today
from tests.journeys.steps import (
    Person,
    address,
    attach,
    follow,
    main,
    menu,
    not_for,
    not_to_be_done_by,
    paper,
    pdf,
    press,
    row,
    says,
    stands,
    take_up,
    told,
    waits_no_more,
    write,
)

HEADS = (
    *("Family name", "Given names", "Date of birth", "Sex", "Citizenship (ISO)", "Passport No", "Passport valid until"),
    *("E-mail", "Matriculation no.", "Programme at Satbayev", "Semester at Satbayev", "Language certificate"),
)
RETURNED, REFUSED, ASKED = "PENG ZHIYUAN", "TANG YIFAN", "UZAKBAY TANIRBERGEN"
STUDENT = "20240107"
MARKS = ("student_id", "course_code", "credits", "score_100", "exam_date")
# Whose move it is not: the other partner, and a student of the partner itself.
OTHERS = ("nordtal", "student.y23071101")


@pytest.mark.clause("7.1-a")
@pytest.mark.clause("7.1-c")
@pytest.mark.clause("8.3-a")
@pytest.mark.clause("5.11-a")
@pytest.mark.clause("6.9-a")
def test_a_day_of_the_partner(person: Person) -> None:
    """All of it in the program, and nothing of anyone else's."""
    _candidates_are_named(person)
    _returned_list_is_sent(person)
    _answers_are_read_and_given(person)
    _marks_are_sent(person)
    _report_is_fetched(person)
    _nothing_of_others(person)


# --- candidates -----------------------------------------------------------------------------------------------------------


def _candidates_are_named(person: Person) -> None:
    partner = person("yangtze")
    menu(partner, "Applications")
    follow(partner, "Incoming candidates")
    call = row(partner, "Mining Engineering", "Import a list")
    semester = int((re.search(r"semester (\d)", call.inner_text()) or [""])[1])
    follow(call, "Import a list")
    not_for(person(OTHERS[0]), address(partner))
    attach(partner, _list(semester, ("LEI", "ZIXUAN", "Y24071107", "31.02.2004"), ("NIU", "YUHAN", "Y24071108", "")))
    press(partner, "Check the file")
    says(partner, "Nothing can be imported yet", "31.02.2004")
    expect(main(partner).get_by_role("button", name="Put them on the list")).to_have_count(0)
    follow(partner, "Another file")
    attach(
        partner,
        _list(semester, ("LEI", "ZIXUAN", "Y24071107", "29.02.2004"), ("NIU", "YUHAN", "Y24071108", "06.07.2004")),
    )
    press(partner, "Check the file")
    press(partner, "Put them on the list")
    told(partner, "2 candidates are on the list.")
    _one_is_typed(partner)
    for name in ("LEI ZIXUAN", "NIU YUHAN", "REN KEYI"):
        expect(row(partner, name)).to_contain_text("incomplete")
    not_for(person(OTHERS[0]), address(partner))


def _returned_list_is_sent(person: Person) -> None:
    partner, ipd = person("yangtze"), person("ipd")
    take_up(partner, "Correct the returned documents", RETURNED)
    case = address(partner)
    says(partner, "The scan of the passport is cut off at the machine-readable lines.")
    follow(row(partner, "Passport"), "Replace")
    attach(partner, pdf("Passport, whole"))
    press(partner, "Hand in a document", exact=False)
    told(partner, "Handed in:")
    waits_no_more(partner, "Correct the returned documents", RETURNED)
    take_up(partner, "Send the list of candidates", "No. 3")
    press(partner, "Send the list to Satbayev University")
    told(partner, "1 candidate is sent.")
    waits_no_more(partner, "Send the list of candidates", "No. 3")
    not_to_be_done_by(partner, f"{case}review/")
    ipd.goto("/admissions/incoming/")
    expect(row(ipd, RETURNED)).to_contain_text("on the candidate list")


def _list(semester: int, *candidates: tuple[str, str, str, str]) -> FilePayload:
    """A list as the partner's office keeps it: surname, given names, number and date of birth differ."""
    rows = [
        (
            *(surname, given_names, born, "F", "CN", f"EJ60{number[-5:]}", "30.06.2032"),
            *(f"{surname.lower()}@example.org", number, "6B07203", semester, "IELTS 6.0"),
        )
        for surname, given_names, number, born in candidates
    ]
    return _csv("nominations.csv", HEADS, *rows)


def _csv(name: str, *rows: tuple[object, ...]) -> FilePayload:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return {"name": name, "mimeType": "text/csv", "buffer": text.getvalue().encode("utf-8-sig")}


def _one_is_typed(partner: Page) -> None:
    the_list = address(partner)
    follow(partner, "Name a candidate")
    write(partner, surname="REN", given_names="KEYI", date_of_birth="14.03.2004", citizenship="CN")
    main(partner).get_by_label("female").check()
    write(partner, student_number="Y24071109", passport_number="EJ6071109", passport_valid_until="01.01.2020")
    write(partner, language_certificate="IELTS 6.5")
    main(partner).get_by_label("E-mail").fill("ren@example.org")
    press(partner, "Save")
    says(partner, "The passport has expired")
    write(partner, passport_valid_until="30.06.2032")
    press(partner, "Save")
    partner.goto(the_list)


# --- answers --------------------------------------------------------------------------------------------------------------


def _answers_are_read_and_given(person: Person) -> None:
    partner = person("yangtze")
    partner.goto("/admissions/?direction=incoming&state=refused")
    follow(row(partner, REFUSED), REFUSED)
    stands(partner, "refused", mover="Nobody's")
    says(partner, "Пререквизиттер өтілмеген")
    take_up(partner, "Answer: invite or refuse the candidate", ASKED)
    follow(partner, "Invite, wait or refuse")
    main(partner).get_by_label("invited").check()
    attach(partner, pdf("Letter of invitation"))
    press(partner, "Answer")
    told(partner, "The answer is written down.")
    stands(partner, "invited")
    waits_no_more(partner, "Answer: invite or refuse the candidate", ASKED)


# --- marks and report -------------------------------------------------------------------------------------------------------


def _marks_are_sent(person: Person) -> None:
    """Of the semester that runs: two courses are over already."""
    partner, day = person("yangtze"), f"{today() - timedelta(days=1):%Y-%m-%d}"
    partner.goto("/transcripts/marks/")
    follow(partner, "Bring a file of marks")
    attach(partner, _csv("marks.csv", MARKS, (STUDENT, "MIN501", 5, 171, day), (STUDENT, "MIN502", 5, 84, day)))
    press(partner, "Check the file")
    says(partner, "Nothing can be posted yet", "171")
    partner.goto("/transcripts/marks/new/")
    attach(partner, _csv("marks.csv", MARKS, (STUDENT, "MIN501", 5, 71, day), (STUDENT, "MIN502", 5, 84, day)))
    press(partner, "Check the file")
    says(partner, "To be posted: 2.")
    check = address(partner)
    for other in (*OTHERS, f"student.{STUDENT}"):
        not_for(person(other), check)
    press(partner, "Post these marks")
    told(partner, "Posted marks: 2")
    partner.goto(f"/transcripts/marks/?q={STUDENT}")
    for course, mark in (("MIN501", "71"), ("MIN502", "84")):
        expect(row(partner, STUDENT, course).get_by_role("cell", name=mark, exact=True)).to_be_visible()


def _report_is_fetched(person: Person) -> None:
    partner = person("yangtze")
    partner.goto("/transcripts/reports/?state=acknowledged")
    follow(row(partner, "Yangtze Institute of Technology"), "Yangtze", exact=False)
    report = address(partner)
    says(partner, "TIAN RUOLAN", "Credits earned", "GPA")
    with partner.expect_download() as download:
        follow(partner, "XLSX")
    assert Path(download.value.path()).read_bytes().startswith(b"PK")
    follow(partner, "No.", exact=False)
    paper(partner)
    not_for(person(OTHERS[0]), report, f"{report}xlsx/")


def _nothing_of_others(person: Person) -> None:
    """What is Nordtal's is not there, though it is on the pages of Nordtal; nor is what others decide."""
    partner, other = person("yangtze"), person(OTHERS[0])
    theirs = []
    for page in (
        "/admissions/",
        "/admissions/nominations/",
        "/mobility/plans/",
        "/transcripts/reports/",
        "/documents/",
    ):
        other.goto(page)
        found = main(other).locator("tbody a[href^='/']").first.get_attribute("href") or ""
        partner.goto(page)
        expect(main(partner).locator(f"a[href='{found}']")).to_have_count(0)
        theirs.append(found)
    not_for(partner, *theirs)
    not_for(partner, "/admissions/intakes/new/", "/moves/", "/openings/", "/outbox/")
    partner.goto("/programmes/students/")
    expect(row(partner, "M.Sc. Informatik")).to_have_count(0)
