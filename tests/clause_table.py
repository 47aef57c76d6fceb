"""Which tests hold which requirement of the regulation: a pytest plugin that counts `@pytest.mark.clause("7.3-a")`.

A mark names a requirement (7.3-a) or a whole clause (7.3). The test that bears a mark which is not in
regulation/data/requirements.csv fails. `pytest --collect-only -qqq --clause-table` prints the table and runs nothing.
"""

import csv
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

REQUIREMENTS = Path(__file__).resolve().parent.parent / "regulation/data/requirements.csv"
_COLLECTED = pytest.StashKey[list[pytest.Item]]()


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing that a clause asks of the program."""

    id: str
    clause: str
    text: str


@cache
def requirements() -> tuple[Requirement, ...]:
    """All of them, in the regulation's order."""
    with REQUIREMENTS.open(encoding="utf-8", newline="") as lines:
        return tuple(Requirement(row["id"], row["clause"], row["text"]) for row in csv.DictReader(lines))


@cache
def _known() -> frozenset[str]:
    return frozenset(name for one in requirements() for name in (one.id, one.clause))


def marks(item: pytest.Item) -> set[str]:
    """The requirements and clauses that a test is marked with, each once."""
    return {str(name) for mark in item.iter_markers("clause") for name in mark.args}


def mistake(item: pytest.Item) -> str | None:
    """What is wrong with a test's clause marks, in words, or nothing."""
    if any(not mark.args or mark.kwargs for mark in item.iter_markers("clause")):
        return 'a clause mark names what it holds: @pytest.mark.clause("7.3-a")'
    if unknown := sorted(marks(item) - _known()):
        return f"not in {REQUIREMENTS.name}: {', '.join(unknown)}"
    return None


def table(counts: Counter[str], width: int) -> Iterator[str]:
    """The lines of the table: a clause's own line where whole-clause tests exist, then each of its requirements."""
    yield f"{'tests':>5}  {'id':<8}what the regulation asks of the program"
    seen: set[str] = set()
    for one in requirements():
        if one.clause not in seen and counts[one.clause]:
            yield _line(counts[one.clause], one.clause, "(the clause as a whole)", width)
        seen.add(one.clause)
        yield _line(counts[one.id], one.id, one.text, width)
    held = sum(1 for one in requirements() if counts[one.id] or counts[one.clause])
    yield f"{held} of {len(requirements())} requirements have a test of their own or of their clause."


def _line(count: int, name: str, text: str, width: int) -> str:
    line = f"{count or '-':>5}  {name:<8}{' '.join(text.split())}"
    return line if len(line) <= width else line[: width - 1] + "…"


# --- pytest's hooks -----------------------------------------------------------------------------------------------


def pytest_addoption(parser: pytest.Parser) -> None:
    """One option more."""
    parser.addoption("--clause-table", action="store_true", help="print the regulation's requirements with their tests")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A wrong mark fails the test that bears it, in whichever process it runs."""
    if wrong := mistake(item):
        pytest.fail(wrong, pytrace=False)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Remember what was collected, after others have taken out what they do not want."""
    if config.getoption("clause_table"):
        config.stash[_COLLECTED] = list(items)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the table, if it was asked for."""
    items = config.stash.get(_COLLECTED, None)
    if items is None:
        return
    terminalreporter.section("the regulation's requirements")
    for line in table(count(items), shutil.get_terminal_size((120, 24)).columns):
        terminalreporter.write_line(line)
    for item in items:
        if wrong := mistake(item):
            terminalreporter.write_line(f"{item.nodeid}: {wrong}", red=True)


def count(items: Iterable[pytest.Item]) -> Counter[str]:
    """How many tests bear each mark."""
    return Counter(name for item in items for name in marks(item))
