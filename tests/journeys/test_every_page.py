"""Every page of every role, reached by links alone: axe finds nothing, nothing is wider than the window, no link is dead,
no English stands in a Kazakh page, and the first page is light."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from playwright.sync_api import Browser, Request

from satbayev_jdp.demo.cast import CAST
from tests.journeys.conftest import ACTION_WITHIN
from tests.journeys.crawl import Crawl, Findings, speak
from tests.journeys.doors import sign_in
from tests.journeys.running import ROOT
from tests.satbayev_jdp.walk import table

Tell = Callable[[str, object], None]
# Of each road somebody who has just begun, who is on the way, and who has it behind.
STUDENTS = (
    "20260103",
    "20260101",
    "20250103",
    "20250104",
    "20230101",
    "20240101",
    "y24070918",
    "y23071112",
    "y22061204",
)
LOGINS = ("", *(part.login for part in CAST), *(f"student.{number}" for number in STUDENTS))
ROLES = {part.login: str(part.role) for part in CAST}
MOVERS = {"ipd", "registrar", "nordtal", "yangtze"}  # who open every case: somewhere each step is to be taken
# The languages' own names are the same on every page.
NAMES = {"English", "Русский", "Қазақша"}
FIRST_LOAD = 200_000  # bytes, fonts aside (experience.md)


@pytest.fixture(scope="module")
def findings(browser: Browser, site: str) -> Findings:
    """What the whole walk has found."""
    crawl = Crawl({language: _untranslated(language) for language in ("kk", "ru")})
    roles: set[str] = set()
    for login in LOGINS:
        role = ROLES.get(login, login)
        context = browser.new_context(base_url=site)
        context.set_default_timeout(ACTION_WITHIN)
        page = context.new_page()
        if login:
            sign_in(page, login)
        else:
            page.goto("/login/")
        speak(page, "kk")  # now: signing in speaks the person's own language
        start, each = ("/" if login else "/login/"), (1 if role in roles and login not in MOVERS else 2)
        crawl.walk(login or "nobody", page, start, each=each, all_cases=login in MOVERS)
        roles.add(role)
        context.close()
    return crawl.findings


def _untranslated(language: str) -> frozenset[str]:
    """English message ids that read otherwise in the language: where one stands on a page, nobody translated it there."""
    return frozenset(text for path in _catalogues(language) for text in _ids(path)) - NAMES


def _catalogues(language: str) -> Iterator[Path]:
    yield from (ROOT / "locale").glob(f"*/{language}/LC_MESSAGES/django.po")


def _ids(path: Path) -> Iterator[str]:
    with path.open("rb") as opened:
        for message in read_po(opened):
            ids, said = _forms(message.id), _forms(message.string)
            if ids and said and len(ids[0]) > 2 and ids[0] != said[0]:
                yield " ".join(ids[0].split())


def _forms(text: str | tuple[str, ...] | list[str] | None) -> Sequence[str]:
    return (text,) if isinstance(text, str) else text or ()


@pytest.mark.timeout(1500)
def test_every_page_of_every_role(findings: Findings, record_testsuite_property: Tell) -> None:
    record_testsuite_property("pages opened", findings.opened)
    record_testsuite_property("unlike pages looked at", findings.looked_at)

    assert not findings.by_kind, f"\n{findings}"


def test_every_page_is_reached_by_links(findings: Findings) -> None:
    """A page that opens only for whoever types its address is a defect."""
    pages = {row.name for row in table() if row.method == "GET" and any(letter.isupper() for letter in row.own)}

    assert sorted(pages - set(findings.reached) - set(NOT_BY_A_LINK)) == []


# Why no link of the demo leads there.
NOT_BY_A_LINK = {
    "password_change_done": "follows the form",
    "password_reset_done": "follows the form",
    "password_reset_confirm": "from an e-mail",
    "password_reset_complete": "follows the form",
    "health:live": "for machines",
    "health:ready": "for machines",
    "rest": "a part of the first page",
    "cards": "a part of the first page",
    "search": "the form of every page leads there",
    "agreements:annex-workbook": "a file to be saved",
    "agreements:annex-check": "follows the file that was brought",
    "admissions:nomination-check": "follows the file that was brought",
    "programmes:curriculum-check": "follows the file that was brought",
    "programmes:students-check": "follows the file that was brought",
    "transcripts:results-check": "follows the file that was brought",
    "agreements:scale-correct": "a pathway names every scale of the demo",
    "institutions:remove-unit": "every unit of the demo is named",
    "programmes:programme-away": "every programme of the demo has a curriculum or a pathway",
    "regulation:peek": "a part of pages",
}


def test_the_first_load_is_light(browser: Browser, site: str, record_testsuite_property: Tell) -> None:
    """What a browser that was never here fetches for the sign-in page and then for the inbox, fonts aside."""
    context = browser.new_context(base_url=site)
    page = context.new_page()
    finished: list[Request] = []
    page.on("requestfinished", lambda request: finished.append(request))  # noqa: PLW0108 -- the driver marks the function
    sign_in(page, "ipd")
    page.wait_for_load_state("networkidle")
    fetched = {request.url: _bytes_of(request) for request in finished if "/fonts/" not in request.url}
    context.close()

    record_testsuite_property("bytes of the first load", sum(fetched.values()))
    assert 0 < sum(fetched.values()) < FIRST_LOAD, fetched


def _bytes_of(request: Request) -> int:
    """Head and body of the answer as they came over the line."""
    sizes = request.sizes()
    return sizes["responseBodySize"] + sizes["responseHeadersSize"]
