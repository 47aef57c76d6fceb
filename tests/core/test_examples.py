"""Examples in docstrings are what the code answers."""

import doctest
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
APPS = sorted(path.parent.name for path in ROOT.glob("*/apps.py"))


def _with_examples() -> list[ModuleType]:
    paths = sorted(path for app in APPS for path in (ROOT / app).rglob("*.py") if ">>> " in path.read_text("utf-8"))
    return [import_module(".".join(path.relative_to(ROOT).with_suffix("").parts)) for path in paths]


@pytest.mark.parametrize("module", _with_examples(), ids=lambda module: module.__name__)
def test_examples_of_docstrings_hold(module: ModuleType) -> None:
    told = doctest.testmod(module)

    assert (told.failed, told.attempted > 0) == (0, True)
