"""The text of a clause as blocks that a page can set: paragraphs, lists, tables (see the head of edition_1.toml)."""

from dataclasses import dataclass
from itertools import groupby

CELL = " — "
ITEM = "- "


@dataclass(frozen=True, slots=True)
class Block:
    """Some lines that belong together. `kind`: text, list or table; a table has rows of cells and perhaps a head."""

    kind: str
    lines: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...] = ()
    head: tuple[str, ...] = ()


def blocks(text: str) -> tuple[Block, ...]:
    """Take a clause's text apart: a blank line parts paragraphs, “- ” begins an item, “ — ” stands between cells."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return tuple(_block(kind, list(group)) for kind, group in groupby(lines, key=_kind))


def _block(kind: str, lines: list[str]) -> Block:
    plain = tuple(line.removeprefix(ITEM) for line in lines)
    if kind != "table":
        return Block(kind, plain)
    rows = tuple(tuple(line.split(CELL)) for line in plain)
    has_head = len(rows) > 1 and not lines[0].startswith(ITEM)
    return Block(kind, (), rows[1:] if has_head else rows, rows[0] if has_head else ())


def _kind(line: str) -> str:
    if CELL in line:
        return "table"
    return "list" if line.startswith(ITEM) else "text"


def shortened(text: str, length: int = 420) -> str:
    """The beginning of a text up to `length` characters, cut between words and marked with “…” where it goes on."""
    whole = " ".join(line.strip() for line in text.split("\n") if line.strip())
    if len(whole) <= length:
        return whole
    return whole[:length].rsplit(" ", 1)[0].rstrip(" ,;:–-") + " …"
