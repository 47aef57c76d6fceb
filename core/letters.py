"""A message's text, read as blocks: what stands in its HTML is made of the very words of its text, so each is written once.

Blocks are parted by empty lines. A line of hyphens under a line makes it a heading, "• " begins an entry of a list, and an
address alone on its line is a link: of its entry, or a button; one that ends a line is a link within it. Addresses of the
program's own pages alone are: somebody else's, in words that people typed, stands as words. Pure: no template, no database.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_ADDRESS = re.compile(r"https?://\S+")
_RULE = re.compile(r"-{3,}")
_ENDING = re.compile(r"(.*\s)(https?://\S+)")
_ENTRY = "• "


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a list, and the page that it leads to; or a line, and the address that ends it."""

    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, some lines, entries of a list, or a button's address: one of them."""

    heading: str = ""
    lines: tuple[Entry, ...] = ()
    entries: tuple[Entry, ...] = ()
    url: str = ""


def blocks_of(text: str, *, site: str) -> list[Block]:
    """The blocks of a text, in order; `site`: the beginning of the addresses that are links.

    >>> blocks_of("Late\\n----\\n• Sign (7.3)\\n  https://x/1/\\n\\nHere:\\nhttps://x/", site="https://x")
    ... # doctest: +NORMALIZE_WHITESPACE
    [Block(heading='Late', lines=(), entries=(), url=''),
     Block(heading='', lines=(), entries=(Entry(text='Sign (7.3)', url='https://x/1/'),), url=''),
     Block(heading='', lines=(Entry(text='Here:', url=''),), entries=(), url=''),
     Block(heading='', lines=(), entries=(), url='https://x/')]
    """
    parts = re.split(r"\n\s*\n", text.strip())
    return [block for part in parts for block in _of_part(part.splitlines(), site.rstrip("/"))]


def _of_part(lines: list[str], site: str) -> Iterator[Block]:
    if len(lines) > 1 and _RULE.fullmatch(lines[1].strip()):
        yield Block(heading=lines[0].strip())
        lines = lines[2:]
    plain: list[str] = []
    entries: list[Entry] = []
    for line in (one.strip() for one in lines):
        if line.startswith(_ENTRY):
            entries.append(Entry(line.removeprefix(_ENTRY)))
        elif entries and _is_own(line, site):
            entries[-1] = Entry(entries[-1].text, line)
        elif _is_own(line, site):
            yield from _lines(plain, site)
            plain = []
            yield Block(url=line)
        else:
            plain.append(line)
    yield from _lines(plain, site)
    if entries:
        yield Block(entries=tuple(entries))


def _is_own(written: str, site: str) -> bool:
    return bool(_ADDRESS.fullmatch(written)) and f"{written}/".startswith(f"{site}/")


def _lines(lines: list[str], site: str) -> Iterator[Block]:
    if lines:
        yield Block(lines=tuple(_line(line, site) for line in lines))


def _line(line: str, site: str) -> Entry:
    found = _ENDING.fullmatch(line)
    return Entry(*found.groups()) if found and _is_own(found[2], site) else Entry(line)
