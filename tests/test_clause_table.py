"""The marks that tie tests to the regulation: counted, and wrong ones fail."""

import os
import sys
from collections import Counter
from pathlib import Path
from subprocess import run

from tests import clause_table

ROOT = Path(__file__).resolve().parent.parent


def pytest_says(folder: Path, source: str, *options: str) -> str:
    """What pytest prints for one test file with this plugin alone: a start with all that are installed takes much longer."""
    (folder / "test_marked.py").write_text(f"import pytest\n{source}", encoding="utf-8")
    plugins = ("-p", "no:cacheprovider", "-W", "ignore", "-p", "xdist", "-p", "tests.clause_table")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "--rootdir",
        str(folder),
        "-c",
        "/dev/null",
        *plugins,
        *options,
        str(folder),
    ]
    alone = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    return run(command, cwd=ROOT, env=alone, check=False, capture_output=True, text=True).stdout  # noqa: S603 -- our own words


WRONG = '@pytest.mark.clause("99.9")\ndef test_wrong(): ...\n@pytest.mark.clause\ndef test_nameless(): ...\n'


# A start of pytest costs a second: each of the two tells several things.
def test_a_wrong_mark_fails_its_test_in_a_worker(tmp_path: Path) -> None:
    said = pytest_says(tmp_path, f'@pytest.mark.clause("7.3-a")\ndef test_right(): ...\n{WRONG}', "-n", "1")

    assert "not in requirements.csv: 99.9" in said
    assert "a clause mark names what it holds" in said
    assert "1 passed, 2 errors" in said


def test_the_table_counts_each_test_once_a_mark_and_a_wrong_mark_fails_its_test(tmp_path: Path) -> None:
    source = (
        '@pytest.mark.clause("7.3-a", "8.1")\n@pytest.mark.clause("7.3-a")\n'
        '@pytest.mark.parametrize("n", [1, 2])\ndef test_two(n): ...\n'
    )

    said = pytest_says(tmp_path, source + WRONG, "--clause-table")

    assert "2 passed, 2 errors" in said
    ends, told = said.split("test_wrong: ")[-1], said.split("test_nameless: ")[-1]
    assert ends.startswith("not in requirements.csv: 99.9")
    assert told.startswith("a clause mark names what it holds")
    lines = [line.split()[:2] for line in said.splitlines()]
    assert ["2", "7.3-a"] in lines
    assert ["2", "8.1"] in lines
    assert ["-", "7.3-b"] in lines


def test_the_table_has_every_requirement_once_and_fits() -> None:
    width = 60

    lines = list(clause_table.table(Counter(), width))

    assert [line.split()[1] for line in lines[1:-1]] == [one.id for one in clause_table.requirements()]
    assert max(len(line) for line in lines[:-1]) <= width
