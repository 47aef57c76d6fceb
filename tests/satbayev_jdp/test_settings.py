"""Settings are read from the environment alone, and README says what each of them is."""

import ast
import logging
import re
from pathlib import Path

import pytest
from celery import current_app
from django.conf import settings
from kombu import Connection

ROOT = Path(__file__).resolve().parent.parent.parent
TABLE = re.compile(r"^\| (`[A-Z0-9_]+`(?:, `[A-Z0-9_]+`)*) \|", re.MULTILINE)


def _read_by_settings() -> set[str]:
    """The variables that settings.py asks `env` for."""
    calls = [
        node
        for node in ast.walk(ast.parse((ROOT / "satbayev_jdp/settings.py").read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "env"
    ]
    return {str(ast.literal_eval(call.args[0])) for call in calls}


def _told_by_readme() -> set[str]:
    """The variables of README's table."""
    rows = TABLE.findall((ROOT / "README.md").read_text(encoding="utf-8"))
    return {name for row in rows for name in re.findall(r"`([A-Z0-9_]+)`", row)}


def test_every_setting_stands_in_readme_and_every_row_is_a_setting() -> None:
    assert _read_by_settings() == _told_by_readme()


def test_docker_hands_on_every_setting_that_is_not_its_own() -> None:
    compose = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    settings_of_all = compose.partition("environment: &settings")[2].partition("depends_on")[0]
    handed_on = set(re.findall(r"^    ([A-Z0-9_]+):", settings_of_all, re.MULTILINE))

    # The image says where data lies; what a demo or a developer needs has no place in a program for real.
    assert handed_on == _read_by_settings() - {"DATA_DIR", "DEBUG", "DEMO"}


@pytest.mark.parametrize("name", ["CLAMD_ADDRESS", "DATABASE_URL", "S3_BUCKET"])
def test_the_comparison_sees_what_it_compares(name: str) -> None:
    assert name in _read_by_settings()
    assert name in _told_by_readme()


def test_the_broker_is_named_with_its_host(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("kombu.connection").addHandler(caplog.handler)

    named = Connection(settings.CELERY_BROKER_URL).info()["hostname"]

    assert named
    assert caplog.messages == []


def test_the_scheduler_calls_tasks_that_are_there() -> None:
    asked = {str(row["task"]) for row in settings.CELERY_BEAT_SCHEDULE.values()}

    assert asked <= set(current_app.tasks)
    assert {"core.settle_due", "core.sweep"} <= asked
