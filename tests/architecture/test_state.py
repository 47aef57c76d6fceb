"""One door: nothing but `core.workflow.perform` writes a state."""

import ast
from collections.abc import Iterator

import pytest
from django.apps import apps

from tests.architecture.source import Module, called, calls, modules

DOOR = "core/workflow.py"
WRITERS = {"create", "acreate", "get_or_create", "update_or_create", "update", "aupdate"}


def models_with_state() -> set[str]:
    return {model.__name__ for model in apps.get_models() if any(field.name == "state" for field in model._meta.fields)}


def writes(module: Module, stateful: set[str]) -> Iterator[ast.AST]:
    """Every place in a file that writes a `state`, by assignment, update or creation."""
    for node in ast.walk(module.tree):
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if any(isinstance(target, ast.Attribute) and target.attr == "state" for target in targets):
            yield node
    for call in calls(module):
        name = called(call)
        if name == "setattr" and len(call.args) > 1 and _is_state(call.args[1]):
            yield call
        if name == "bulk_update" and any(_is_state(part) for part in ast.walk(call)):
            yield call
        if name in WRITERS | stateful and (_names_state(call) or _defaults_name_state(call)):
            yield call


def _is_state(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value == "state"


def _names_state(call: ast.Call) -> bool:
    return any(keyword.arg == "state" for keyword in call.keywords)


def _defaults_name_state(call: ast.Call) -> bool:
    defaults = [keyword.value for keyword in call.keywords if keyword.arg in {"defaults", "create_defaults"}]
    return any(_is_state(key) for part in defaults if isinstance(part, ast.Dict) for key in part.keys if key)


def test_a_state_is_written_by_the_one_door_alone() -> None:
    # A new thing starts in its field's default: nobody has to name a state to make it.
    stateful = models_with_state()
    found = [module.at(node) for module in modules() if module.name != DOOR for node in writes(module, stateful)]

    assert found == []


def test_every_state_field_is_closed_to_forms() -> None:
    fields = [field for model in apps.get_models() for field in model._meta.fields if field.name == "state"]

    assert [str(field) for field in fields if field.editable] == []


@pytest.mark.parametrize(
    "code",
    [
        'thing.state = "open"',
        'thing.state: str = "open"',
        'Thing.objects.filter(pk=1).update(state="open")',
        'Thing.objects.create(state="open")',
        'Thing(state="open")',
        'Thing.objects.get_or_create(pk=1, defaults={"state": "open"})',
        'Thing.objects.bulk_update(things, ["state"])',
        'setattr(thing, "state", "open")',
    ],
)
def test_the_look_out_sees_every_way(code: str) -> None:
    module = Module(modules()[0].path, code, ast.parse(code))

    assert len(list(writes(module, {"Thing"}))) == 1


@pytest.mark.parametrize("code", ['Facts(state="open")', 'Thing.objects.filter(state="open")', "x = thing.state"])
def test_reading_is_free(code: str) -> None:
    module = Module(modules()[0].path, code, ast.parse(code))

    assert list(writes(module, {"Thing"})) == []
