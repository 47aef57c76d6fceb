"""An exception to a rule names the rule and says why; files and functions stay small."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, modules

NOQA = re.compile(r"#\s*(?:ruff:\s*)?noqa\b", re.IGNORECASE)
NOQA_WITH_REASON = re.compile(r"#\s*(?:ruff:\s*)?noqa: [A-Z]+[0-9]+(?:, [A-Z]+[0-9]+)* -- \S.{3,}")
IGNORE = re.compile(r"#\s*type:\s*ignore")
IGNORE_WITH_REASON = re.compile(r"#\s*type: ignore\[[a-z-]+(?:, ?[a-z-]+)*\]  # \S.{3,}")
LONGEST_FILE = 450
LONGEST_FUNCTION = 60


def comments(text: str) -> Iterator[str]:
    return (
        token.string for token in tokenize.generate_tokens(io.StringIO(text).readline) if token.type == tokenize.COMMENT
    )


def sources() -> Iterator[Path]:
    own = [module.path for module in modules()]
    yield from own
    yield from sorted((ROOT / "tests").rglob("*.py"))


def unexplained(text: str) -> list[str]:
    return [
        comment
        for comment in comments(text)
        if (NOQA.search(comment) and not NOQA_WITH_REASON.search(comment))
        or (IGNORE.search(comment) and not IGNORE_WITH_REASON.search(comment))
    ]


def test_every_exception_names_its_rule_and_its_reason() -> None:
    texts = ((path, path.read_text(encoding="utf-8")) for path in sources())
    found = [f"{path.relative_to(ROOT)}: {comment}" for path, text in texts for comment in unexplained(text)]

    assert found == []


@pytest.mark.parametrize(
    "comment",
    [
        "# noqa",
        "# noqa: S101",
        "# noqa: S101 --",
        "# type: ignore",
        "# type: ignore[arg-type]",
        "# type: ignore  # why not",
    ],
)
def test_a_bare_exception_is_seen(comment: str) -> None:
    assert unexplained(f"x = 1  {comment}\n") == [comment]


@pytest.mark.parametrize(
    "comment", ["# noqa: S101, ANN001 -- a check of ours", "# type: ignore[arg-type]  # Django's own signature"]
)
def test_an_explained_one_passes(comment: str) -> None:
    assert unexplained(f"x = 1  {comment}\n") == []


def test_no_file_is_too_long() -> None:
    lengths = {module.name: module.text.count("\n") for module in modules()}

    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}


def test_no_function_is_too_long() -> None:
    found = {
        f"{module.at(node)} {node.name}": length
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or node.lineno) - node.lineno + 1) > LONGEST_FUNCTION
    }

    assert found == {}
