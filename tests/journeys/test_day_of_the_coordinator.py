"""A day of the IPD's coordinator: the inbox, ten decisions at once, an official letter, an order asked of the Registrar's Office.

Of the demo: Nordtal's list of today, Yangtze's third list, and 20250114, whose package is complete.
"""

import pytest
from playwright.sync_api import Page, expect

from core.values import today
from tests.journeys.steps import (
    Person,
    address,
    card,
    confirm,
    follow,
    main,
    not_for,
    paper,
    press,
    previewed,
    row,
    says,
    stands,
    take_up,
    told,
    waits,
    waits_no_more,
    write,
)

TO_REVIEW = "Send the candidate to department and institute"
TEN = (
    *("ABENDROTH JULIA", "BRÜCKNER TOBIAS", "DE LA CRUZ INÉS", "EĞİLMEZ BARAN", "FÖRSTER LUKAS"),
    *("GIRAUD CAMILLE", "HOLUB ONDŘEJ", "IVANOVSKA ELENA", "JANSEN SANNE", "GRÖẞLER MAXIMILIAN"),
)
SENT_BACK, ADMITTED = "KRÜGER PHILIPP", "MA RUI"
ON_THE_LIST = "SUYINDIK ADILKHAN"
COMPLETE, NUMBER = "IBRAGIMOVA ZUKHRA", "20250114"


@pytest.mark.clause("7.2-a")
@pytest.mark.clause("8.2-b")
@pytest.mark.clause("8.5-a")
@pytest.mark.clause("8.6-a")
def test_a_day_of_the_coordinator(person: Person) -> None:
    """Each thing is found in the inbox, done, and has left the inbox; whose move it is next finds it in theirs."""
    _ten_go_to_department_and_institute(person)
    _letter_of_a_list(person)
    _order_is_asked_for_and_issued(person)


def _ten_go_to_department_and_institute(person: Person) -> None:
    ipd = person("ipd")
    waiting = waits(ipd, TO_REVIEW)
    for name in TEN:
        expect(row(ipd, TO_REVIEW, name)).to_have_count(1)
    expect(row(ipd, TO_REVIEW, SENT_BACK)).to_have_count(0)
    follow(waiting, f"{TO_REVIEW}:", exact=False)
    for name in (*TEN, SENT_BACK, ADMITTED):
        row(ipd, name).get_by_role("checkbox").check()
    says(ipd, "Picked: 12")
    press(ipd, "Send to department and institute…")
    says(ipd, "Will be done: 10. Will not: 2.")
    _not_sent(ipd, SENT_BACK, "The photograph is older than six months.", whose="partner coordinator")
    _not_sent(ipd, ADMITTED, "Now it stands at “admitted”")
    press(ipd, "Send to department and institute (10)")
    told(ipd, "Done for 10 rows.")
    expect(row(ipd, SENT_BACK)).to_contain_text("on the candidate list")
    for name in TEN:
        expect(row(ipd, name)).to_have_count(0)
    waits_no_more(ipd, TO_REVIEW, TEN[0])
    waits(person("head.se"), "Agree on the candidate", TEN[0])


def _not_sent(page: Page, name: str, why: str, *, whose: str = "") -> None:
    refused = card(page, "Will not be done").get_by_role("row").filter(has_text=name)
    expect(refused).to_contain_text(why)
    expect(refused).to_contain_text(whose)


def _letter_of_a_list(person: Person) -> None:
    ipd, partner = person("ipd"), person("yangtze")
    take_up(ipd, "Send the official letter", "No. 3")
    says(ipd, ON_THE_LIST)
    the_list = address(ipd)
    not_for(partner, the_list)
    previewed(ipd)
    confirm(ipd, "Send the official letter")
    told(ipd, "Official letter No.")
    follow(card(ipd, "Official letters"), "No.", exact=False)
    number = paper(ipd)
    waits_no_more(ipd, "Send the official letter", "No. 3")
    waits(partner, "Answer: invite or refuse the candidate", ON_THE_LIST)
    partner.goto(the_list)
    says(partner, ON_THE_LIST, f"No. {number}")


def _order_is_asked_for_and_issued(person: Person) -> None:
    ipd, registrar, rector = person("ipd"), person("registrar"), person("rector")
    take_up(ipd, "Submit the visa file", COMPLETE)
    case = address(ipd)
    follow(card(ipd, "Visa"), "The visa file is submitted")
    write(ipd, submitted_on=f"{today():%d.%m.%Y}", category="X1")
    press(ipd, "The visa file is submitted")
    take_up(ipd, "Send the package to the Registrar's Office", COMPLETE)
    press(ipd, "Send the package to the Registrar's Office")
    told(ipd, "package sent to the Registrar's Office")
    waits_no_more(ipd, "Send the package to the Registrar's Office", COMPLETE)

    take_up(registrar, "Draft the order", COMPLETE)
    follow(registrar, "Draft the order")
    for other in main(registrar).get_by_role("row").filter(has_not_text=NUMBER).get_by_role("checkbox").all():
        other.uncheck()
    press(registrar, "Draft the order")
    order = address(registrar)
    says(registrar, NUMBER)
    previewed(registrar)
    press(registrar, "Send for signature", exact=False)
    told(registrar, "The order lies before the signatory.")
    rector.goto(order)
    follow(rector, "Sign", exact=False)
    press(rector, "Sign")
    told(rector, "The order is signed: No.")
    follow(card(rector, "Paper"), "No.", exact=False)
    paper(rector)
    ipd.goto(case)
    stands(ipd, "admitted", mover="IPD coordinator")
