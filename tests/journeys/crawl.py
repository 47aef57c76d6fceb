"""Walks the demo by its links as one person after another: what is reached, what leads nowhere, what axe and a phone say.

A page is looked at in the browser when its like has not been: the same address pattern built of the same kinds of elements.
"""

import re
from collections import Counter, defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from axe_playwright_python.sync_playwright import Axe
from django.urls import Resolver404, resolve
from playwright.sync_api import Page

# Pages whose steps depend on where the thing stands: whoever moves many of them opens them all.
CASES = frozenset(
    {
        *("admissions:application", "admissions:applications", "mobility:placement", "mobility:stays"),
        *("agreements:agreement", "agreements:annexversion", "agreements:pathway"),
        *("transcripts:student", "transcripts:transcripts", "transcripts:recognitionprotocol"),
        *("mobility:studyplan", "mobility:studyplans"),
    }
)
SHAPES = 4  # shapes of one pattern that are looked at, whoever sees them
WIDTHS = (1280, 768, 640, 360)  # 640: 1,280 at 200 % zoom
HEIGHT = 900
_OTHERS = ("ru", "en")
# What is well needs no telling; the size of targets is of WCAG 2.2, which axe looks at where it is asked to.
_VIOLATIONS = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
_LEFT_OUT = re.compile(r"^/(static/|logout/|language/)|[?&]export=")
_SPOKEN = ("aria-label", "placeholder", "title", "alt", "data-label")
_VOID = frozenset({"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})


class Reader(HTMLParser):
    """What a page says in its own language, where it leads, and of which kinds of elements it is built."""

    def __init__(self, language: str) -> None:
        super().__init__(convert_charrefs=True)
        self.language = language
        self.links: list[str] = []
        self.texts: set[str] = set()
        self.elements: set[tuple[str, str, str]] = set()
        self._open: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element, its link and what it says in attributes."""
        found = {name: value or "" for name, value in attrs}
        language = found.get("lang") or (self._open[-1][1] if self._open else self.language)
        if tag == "a" and "href" in found and "download" not in found:
            self.links.append(found["href"])
        self.elements.add((tag, found.get("class", ""), found.get("type", "")))
        if tag not in _VOID:
            self._open.append((tag, language))
        for name in _SPOKEN:
            self._say(found.get(name, ""), language)

    def handle_endtag(self, tag: str) -> None:
        """Close the element; what HTML lets stand open within it closes with it."""
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        """Note a text."""
        if self._open and self._open[-1][0] not in {"script", "style"}:
            self._say(data, self._open[-1][1])

    def _say(self, text: str, language: str) -> None:
        if language == self.language and (words := " ".join(text.split())):
            self.texts.add(words)


@dataclass
class Findings:
    """What was found, by kind; a kind without a page is not there. `reached`: who opened a name of an address first, and where."""

    by_kind: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    reached: dict[str, tuple[str, str]] = field(default_factory=dict)
    opened: int = 0
    looked_at: int = 0

    def add(self, kind: str, where: str) -> None:
        """Note one finding."""
        self.by_kind[kind].append(where)

    def __str__(self) -> str:
        told = [f"{kind}: {len(places)}\n    " + "\n    ".join(places[:8]) for kind, places in self.by_kind.items()]
        return "\n".join(told)


class Crawl:
    """One walk over the whole program; what one person has shown is not looked at again for the next."""

    def __init__(self, untranslated: Mapping[str, frozenset[str]], language: str = "kk", *, look: bool = True) -> None:
        """`untranslated`: what no page may say in a language. `look`: with axe and at each width, else links alone."""
        self.findings = Findings()
        self.look = look
        self.language = language
        self._untranslated = untranslated
        self._axe = Axe()
        self._seen: set[object] = set()
        self._shapes = Counter[str]()
        self._measured: set[str] = set()

    def walk(self, login: str, page: Page, start: str, *, each: int = 2, all_cases: bool = False) -> None:
        """Follow every link of the program that this person sees, `each` pages of a pattern; all of `CASES` where asked."""
        waiting, known, opened = deque([start]), {start}, Counter[str]()
        while waiting:
            address = waiting.popleft()
            name = self._name_of(address)
            if name is None or (opened[name] >= each and not (all_cases and name in CASES)):
                continue
            opened[name] += 1
            answer = page.request.get(address)
            self.findings.opened += 1
            self.findings.reached.setdefault(name, (login, address))
            if answer.status >= 400:
                self.findings.add(f"leads to {answer.status}", f"{login} {address}")
            if "text/html" not in answer.headers.get("content-type", ""):
                continue
            reader = self._read(login, address, answer.text(), self.language)
            self._look(login, page, address, name, reader)
            for link in self._onward(answer.url, reader, opened):
                if link not in known:
                    known.add(link)
                    waiting.append(link)

    def _read(self, login: str, address: str, text: str, language: str) -> Reader:
        reader = Reader(language)
        reader.feed(text)
        for words in sorted(reader.texts & self._untranslated.get(language, frozenset())):
            self.findings.add(f"not translated ({language})", f"{login} {address}: {words}")
        return reader

    def _onward(self, here: str, reader: Reader, opened: Counter[str]) -> list[str]:
        """The links of the program's own pages; of a page's own views (filters, sorting) the first, and what follows."""
        found = []
        for link in reader.links:
            parts = urlsplit(urljoin(here, link))
            address = parts.path + (f"?{parts.query}" if parts.query else "")
            if parts.netloc != urlsplit(here).netloc or _LEFT_OUT.search(address):
                continue
            name = self._name_of(address)
            if name is None:
                self.findings.add("leads out of the program", address)
            elif not parts.query or opened[name] < 2 or parts.query.startswith("page="):
                found.append(address)
        return found

    def _name_of(self, address: str) -> str | None:
        try:
            return resolve(urlsplit(address).path).view_name
        except Resolver404:
            return None

    def _look(self, login: str, page: Page, address: str, name: str, reader: Reader) -> None:
        like = (name, frozenset(reader.elements))
        if not self.look or like in self._seen or self._shapes[name] == SHAPES:
            return
        self._seen.add(like)
        self._shapes[name] += 1
        self.findings.looked_at += 1
        page.set_viewport_size({"width": WIDTHS[0], "height": HEIGHT})
        page.goto(address)
        self._ask_axe(login, page, address)
        self._measure(login, page, address)
        self._ask_axe(login, page, address)  # once more as the last and narrowest window shows it
        if name not in self._measured:
            self._measured.add(name)
            self._in_other_languages(login, page, address)

    def _ask_axe(self, login: str, page: Page, address: str) -> None:
        for violation in self._axe.run(page, options=_VIOLATIONS).response["violations"]:
            shown = violation["nodes"][0]["html"][:160]
            self.findings.add(f"axe {violation['id']}", f"{login} {address}: {shown}")

    def _measure(self, login: str, page: Page, address: str) -> None:
        """Nothing is wider than the window: a reader scrolls down, never sideways."""
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": HEIGHT})
            if (wide := page.evaluate("document.documentElement.scrollWidth")) > width:
                self.findings.add(f"wider than {width} px", f"{login} {address}: {wide} px")

    def _in_other_languages(self, login: str, page: Page, address: str) -> None:
        """Words are longer elsewhere: once for each pattern."""
        for language in (*_OTHERS, self.language):
            speak(page, language)
            if language != self.language:
                page.goto(address)
                if (spoken := page.evaluate("document.documentElement.lang")) != language:
                    self.findings.add(f"speaks {spoken}", f"{login} {address}: asked for {language}")
                self._read(login, address, page.content(), language)
                self._measure(f"{login} ({language})", page, address)


def speak(page: Page, language: str) -> None:
    """Let the program answer this browser in a language, whatever page is open: the cookie of a page's address is that page's."""
    page.context.add_cookies([{"name": "django_language", "value": language, "url": urljoin(page.url, "/")}])
