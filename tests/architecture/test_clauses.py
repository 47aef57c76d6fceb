"""Every clause that the program cites stands in the regulation."""

import ast
import re
from collections.abc import Iterator

import pytest

from core.machine import MACHINES
from regulation.files import edition_paths, read_edition, read_requirements
from tests.architecture.source import Module, called, calls, modules, templates

CITES_FIRST = {"guard", "Guard", "Blocker"}
KNOWN = frozenset(clause.key for clause in read_edition(edition_paths()[-1]).clauses)


def cited(module: Module) -> Iterator[tuple[str, ast.Call]]:
    """Every clause that a file names: `clause="7.3"`, `guard("7.3", …)`, `Blocker("7.3", …)`."""
    for call in calls(module):
        named = [keyword.value for keyword in call.keywords if keyword.arg == "clause"]
        first = call.args[:1] if called(call) in CITES_FIRST else []
        for node in [*named, *first]:
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
                yield node.value, call


def test_machines_cite_only_clauses_that_exist() -> None:
    found = {
        name: sorted(machine.clauses() - KNOWN) for name, machine in MACHINES.items() if not name.startswith("test")
    }

    assert {name: clauses for name, clauses in found.items() if clauses} == {}


def test_code_cites_only_clauses_that_exist() -> None:
    found = [
        f"{module.at(call)} {clause}" for module in modules() for clause, call in cited(module) if clause not in KNOWN
    ]

    assert found == []


def test_pages_cite_only_clauses_that_exist() -> None:
    found = [
        f"{name} {clause}"
        for name, text in templates().items()
        for clause in re.findall(r"{%\s*clause\s+[\"']([^\"']+)[\"']", text)
        if clause not in KNOWN
    ]

    assert found == []


def test_requirements_belong_to_clauses_that_exist() -> None:
    assert {one.clause for one in read_requirements()} <= KNOWN


@pytest.mark.parametrize("code", ['perform(clause="99.9")', 'Blocker("99.9", "x", "y")', 'guard("99.9", "x")'])
def test_the_look_out_sees_every_way(code: str) -> None:
    module = Module(modules()[0].path, code, ast.parse(code))

    assert [clause for clause, _ in cited(module)] == ["99.9"]
