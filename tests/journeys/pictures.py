"""Makes the pictures of README.md and docs/tour.md from a demo of its own: `bin/pictures`.

Every page stands in the tour once, as the first of `PEOPLE` who gets there by links sees it, in one language each.
README shows `SHOTS`: what somebody sees who has just begun, in the three languages, at a desk and on a phone.
"""

import io
import os
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.journeys.crawl import Crawl, Findings, speak
from tests.journeys.doors import sign_in
from tests.journeys.running import ROOT, running_demo

PICTURES, TOUR = ROOT / "docs/pictures", ROOT / "docs/tour.md"
COLOURS = 128
DESK, PHONE = 1280, 360
TALLEST = 1400  # what is longer is cut: a picture of a page is not its print
TALL = 960  # in README
TOUR_WIDTH = 800  # a tour is leafed through
A_PAPER = 70  # dots an inch
LANGUAGES = ("kk", "ru", "en")
# Whose work a page is first: the desk that has most of it, then offices, institutes, partners, students.
PEOPLE = (
    *("ipd", "registrar", "director.gm", "head.me", "advisor.me", "coordinator.gm", "vicerector", "rector"),
    *("lawyer", "finance", "methodical", "auditor", "admin", "yangtze", "nordtal"),
    *("student.20260101", "student.20250103", "student.20230101", "student.y23071112", ""),
)


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture of README: what somebody sees who starts at an address and follows these links (CSS), in one language."""

    name: str
    login: str
    start: str
    links: tuple[str, ...]
    language: str
    width: int = DESK


_FIRST = "main table tbody a"
SHOTS = (
    Shot("inbox", "ipd", "/", (), "kk"),
    Shot("case", "ipd", "/admissions/?direction=outgoing&state=invited", (_FIRST,), "kk"),
    Shot("readiness", "ipd", "/agreements/pathways/?state=prepared", (_FIRST, "a[href$='/readiness/']"), "ru"),
    Shot("annex", "director.gm", "/agreements/annex/", (_FIRST,), "en"),
    Shot("overview", "ipd", "/overview/", (), "ru"),
    Shot("phone", "head.me", "/", (), "kk", PHONE),
)


def main() -> None:
    """Walk a fresh demo and write pictures and tour anew."""
    (PICTURES / "tour").mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, running_demo(Path(folder)) as demo, sync_playwright() as playwright:
        path = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        for shot in SHOTS:
            _of_readme(browser, demo.url, shot)
        _paper(browser, demo.url)
        _tour(browser, demo.url)
        browser.close()


def _of_readme(browser: Browser, site: str, shot: Shot) -> None:
    page = browser.new_page(base_url=site, viewport={"width": shot.width, "height": 900})
    sign_in(page, shot.login)
    speak(page, shot.language)
    page.goto(shot.start)
    for link in shot.links:
        page.locator(link).first.click()
    _save(page.screenshot(full_page=True), PICTURES / f"{shot.name}.png", tallest=TALL)
    page.close()


def _paper(browser: Browser, site: str) -> None:
    """The first page of the first paper that the demo has sealed: a semester report."""
    page = browser.new_page(base_url=site)
    sign_in(page, "ipd")
    page.goto("/transcripts/reports/?state=acknowledged")
    page.locator(_FIRST).first.click()
    page.locator("main a[href*='/documents/']").first.click()
    with page.expect_download() as download:
        page.locator("main a[href$='/file/']").first.click()
    drawn = subprocess.run(  # noqa: S603 -- our own file
        ["pdftoppm", "-png", "-r", str(A_PAPER), "-f", "1", "-l", "1", str(download.value.path())],  # noqa: S607 -- Debian's
        check=True,
        capture_output=True,
    )
    _save(drawn.stdout, PICTURES / "paper.png", tallest=TALL)
    page.close()


def _save(shot: bytes, to: Path, *, tallest: int, width: int | None = None) -> None:
    """Keep a picture, cut and made as wide as asked, in few colours: the repository carries them all."""
    with Image.open(io.BytesIO(shot)) as taken:
        shown = taken.crop((0, 0, taken.width, min(taken.height, tallest))).convert("RGB")
        if width:
            shown = shown.resize((width, round(shown.height * width / shown.width)), Image.Resampling.LANCZOS)
        shown.quantize(COLOURS).save(to, optimize=True)


def _tour(browser: Browser, site: str) -> None:
    """A page for each name of an address, in the order of the addresses; languages take turns."""
    for old in (PICTURES / "tour").glob("*.png"):
        old.unlink()
    crawl = Crawl({}, look=False)
    pages = dict(_signed_in(browser, site))
    for login, page in pages.items():
        crawl.walk(login, page, "/" if login else "/login/")
    told = [
        "# A tour of every page",
        "",
        "Made by `bin/pictures` from the running demo: each page once, in one language; of a long page its beginning.",
    ]
    room = ""
    shown = [one for one in _in_order(crawl.findings) if _is_page(pages[one[1][0]], one[1][1])]
    for (name, (login, address)), language in zip(shown, cycle(LANGUAGES), strict=False):
        if name.partition(":")[0] != room and ":" in name:
            room = name.partition(":")[0]
            told += ["", f"## {room}"]
        title = _picture(pages[login], address, language, PICTURES / "tour" / f"{name.replace(':', '-')}.png")
        told += ["", f"### {title}", f"`{name}`, {login or 'nobody signed in'}, {language}", ""]
        told += [f"![{title}](pictures/tour/{name.replace(':', '-')}.png)"]
    TOUR.write_text("\n".join(told) + "\n", encoding="utf-8")


def _signed_in(browser: Browser, site: str) -> Iterator[tuple[str, Page]]:
    for login in PEOPLE:
        page = browser.new_context(base_url=site, viewport={"width": DESK, "height": 900}).new_page()
        if login:
            sign_in(page, login)
        else:
            page.goto("/login/")
        speak(page, "kk")
        yield login, page


def _is_page(page: Page, address: str) -> bool:
    """False for files, and for what is a part of pages."""
    answer = page.request.get(address)
    return "text/html" in answer.headers.get("content-type", "") and "<html" in answer.text()


def _in_order(findings: Findings) -> list[tuple[str, tuple[str, str]]]:
    """Pages of the frame first, then app by app as the road goes."""
    from django.conf import settings  # noqa: PLC0415 -- set up by then

    rooms = ["", *settings.HOUSE]
    return sorted(
        findings.reached.items(), key=lambda pair: rooms.index(pair[0].partition(":")[0]) if ":" in pair[0] else 0
    )


def _picture(page: Page, address: str, language: str, to: Path) -> str:
    speak(page, language)
    page.goto(address)
    _save(page.screenshot(full_page=True), to, tallest=TALLEST, width=TOUR_WIDTH)
    return page.title().removesuffix(" · Satbayev JDP")


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "satbayev_jdp.settings")
    django.setup()
    main()
