"""What import-linter cannot see: rules of the rooms, over the syntax tree."""

import ast

from django.apps import apps
from django.conf import settings
from django.db.models import DO_NOTHING, PROTECT, SET_DEFAULT, SET_NULL, ForeignKey

from tests.architecture.source import ROOT, imported, migrations, modules

WEB = ("django.http", "django.shortcuts", "django.views", "django.urls", "django.contrib.messages")
INNER = {"enums", "phrases", "workflow", "events", "models", "permissions", "selectors", "imports", "exports"}
VERBS = ("services", "views", "tasks", "selectors", "workflow", "permissions", "notifications", "forms")


def test_doors_hold_no_queries() -> None:
    managers = {"objects", "_default_manager", "_base_manager"}
    found = [
        module.at(node)
        for module in modules()
        if module.is_door
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and node.attr in managers
    ]

    assert found == []


def test_inner_rooms_and_verbs_know_no_web() -> None:
    rooms = INNER | {"services"}
    found = [
        f"{module.at(node)} {name}"
        for module in modules()
        if module.room in rooms and module.app != "satbayev_jdp"
        for name, node in imported(module)
        if name.startswith(WEB)
    ]

    assert found == []


def test_a_workflow_knows_no_models() -> None:
    found = [
        f"{module.at(node)} {name}"
        for module in modules()
        if module.room == "workflow" and module.app != "core"
        for name, node in imported(module)
        if name.startswith("django.db") or ".models" in name
    ]

    assert found == []


def test_an_app_itself_holds_no_code() -> None:
    found = [
        name
        for name in settings.HOUSE
        for statement in _statements(name)
        if not isinstance(statement, ast.Expr | ast.Constant)
    ]

    assert found == []


def _statements(app: str) -> list[ast.stmt]:
    return ast.parse((ROOT / app / "__init__.py").read_text(encoding="utf-8")).body


def test_a_migration_calls_no_verbs() -> None:
    # What a verb means changes; what a migration did must not.
    found = [
        f"{module.at(node)} {name}"
        for module in migrations()
        for name, node in imported(module)
        if name.split(".")[0] in settings.HOUSE and any(room in VERBS for room in name.split(".")[1:])
    ]

    assert found == []


def test_a_key_to_another_app_protects_what_it_points_to() -> None:
    found = [
        str(field)
        for name in settings.HOUSE
        for model in apps.get_app_config(name).get_models()
        for field in model._meta.local_fields
        if isinstance(field, ForeignKey)  # one-to-one keys are such, too
        and field.related_model._meta.app_label != name
        and field.remote_field.on_delete is not PROTECT
    ]

    assert found == []


def test_nothing_deletes_along_in_silence_but_the_parts_of_a_whole() -> None:
    # Within an app CASCADE is for rows that are nothing without their whole.
    found = {
        str(field)
        for name in settings.HOUSE
        for model in apps.get_app_config(name).get_models()
        for field in model._meta.local_fields
        if isinstance(field, ForeignKey) and field.remote_field.on_delete in {SET_NULL, SET_DEFAULT, DO_NOTHING}
    }

    assert found == set()
