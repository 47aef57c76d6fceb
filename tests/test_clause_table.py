"""The marks that tie tests to the regulation: counted, and wrong ones fail."""

import sys
from collections import Counter
from pathlib import Path
from subprocess import run

import pytest

from tests import clause_table

ROOT = Path(__file__).resolve().parent.parent


def pytest_says(folder: Path, source: str, *options: str) -> str:
    """What pytest prints for one test file with this plugin alone."""
    (folder / "test_marked.py").write_text(f"import pytest\n{source}", encoding="utf-8")
    plugins = ("-p", "no:django", "-p", "no:cacheprovider", "-W", "ignore", "-p", "tests.clause_table")
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
    return run(command, cwd=ROOT, check=False, capture_output=True, text=True).stdout  # noqa: S603 -- our own words


@pytest.mark.parametrize("workers", ["0", "1"])
def test_a_mark_that_the_regulation_does_not_know_fails_its_test(tmp_path: Path, workers: str) -> None:
    source = '@pytest.mark.clause("7.3-a")\ndef test_right(): ...\n@pytest.mark.clause("99.9")\ndef test_wrong(): ...\n'

    said = pytest_says(tmp_path, source, "-n", workers)

    assert "not in requirements.csv: 99.9" in said
    assert "1 passed, 1 error" in said


def test_a_mark_without_a_name_fails_its_test(tmp_path: Path) -> None:
    said = pytest_says(tmp_path, "@pytest.mark.clause\ndef test_nameless(): ...\n")

    assert "a clause mark names what it holds" in said


def test_the_table_counts_each_test_once_a_mark(tmp_path: Path) -> None:
    source = (
        '@pytest.mark.clause("7.3-a", "8.1")\n@pytest.mark.clause("7.3-a")\n'
        '@pytest.mark.parametrize("n", [1, 2])\ndef test_two(n): ...\n'
    )

    said = pytest_says(tmp_path, source, "--collect-only", "--clause-table")

    lines = [line.split()[:2] for line in said.splitlines()]
    assert ["2", "7.3-a"] in lines
    assert ["2", "8.1"] in lines
    assert ["-", "7.3-b"] in lines


def test_the_table_has_every_requirement_once_and_fits() -> None:
    width = 60

    lines = list(clause_table.table(Counter(), width))

    assert [line.split()[1] for line in lines[1:-1]] == [one.id for one in clause_table.requirements()]
    assert max(len(line) for line in lines[:-1]) <= width
