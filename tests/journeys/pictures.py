"""Makes the pictures of README.md and docs/tour.md from a demo of its own: `bin/pictures`.

Every page stands in the tour once, as the first of `PEOPLE` who gets there by links sees it, in one language each.
"""

import io
import os
import tempfile
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.journeys.crawl import Crawl, Findings, speak
from tests.journeys.doors import sign_in
from tests.journeys.running import ROOT, running_demo

PICTURES, TOUR = ROOT / "docs/pictures", ROOT / "docs/tour.md"
COLOURS = 128
DESK = 1280
TALLEST = 1800  # what is longer is cut: a picture of a page is not its print
LANGUAGES = ("kk", "ru", "en")
# Whose work a page is first: the desk that has most of it, then offices, institutes, partners, students.
PEOPLE = (
    *("ipd", "registrar", "director.gm", "head.me", "advisor.me", "coordinator.gm", "vicerector", "rector"),
    *("lawyer", "finance", "methodical", "auditor", "admin", "yangtze", "nordtal"),
    *("student.20260101", "student.20250103", "student.20230101", "student.y23071112", ""),
)


def main() -> None:
    """Walk a fresh demo and write pictures and tour anew."""
    with tempfile.TemporaryDirectory() as folder, running_demo(Path(folder)) as demo, sync_playwright() as playwright:
        path = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        _tour(browser, demo.url)
        browser.close()


def _tour(browser: Browser, site: str) -> None:
    """A page for each name of an address, in the order of the addresses; languages take turns."""
    (PICTURES / "tour").mkdir(parents=True, exist_ok=True)
    for old in (PICTURES / "tour").glob("*.png"):
        old.unlink()
    crawl = Crawl(frozenset(), look=False)
    pages = dict(_signed_in(browser, site))
    for login, page in pages.items():
        crawl.walk(login, page, "/" if login else "/login/")
    told = [
        "# A tour of every page",
        "",
        "Made by `bin/pictures` from the running demo: each page once, in one language.",
    ]
    room = ""
    for (name, (login, address)), language in zip(_in_order(crawl.findings), cycle(LANGUAGES), strict=False):
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
    with Image.open(io.BytesIO(page.screenshot(full_page=True))) as shot:
        shown = shot.crop((0, 0, shot.width, min(shot.height, TALLEST)))
        shown.convert("RGB").quantize(COLOURS).save(to, optimize=True)
    return page.title().removesuffix(" · Satbayev JDP")


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "satbayev_jdp.settings")
    django.setup()
    main()
