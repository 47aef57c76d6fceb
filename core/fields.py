"""Model fields of the house: names sorted by the Kazakh alphabet, states that only the one door writes."""

from typing import Any

from django.db import models

# One name on both databases, made by core.apps: on PostgreSQL of ICU's Kazakh order, on SQLite of values.kazakh_collation.
# Not "kk-x-icu" itself: Django writes a collation's name on SQLite without quotes, and a hyphen breaks it there.
COLLATION = "kazakh"


def name_field(verbose_name: Any, *, max_length: int = 300, blank: bool = False) -> "models.CharField[str, str]":
    """A name that sorts by the Kazakh alphabet on both databases."""
    return models.CharField(verbose_name, max_length=max_length, blank=blank, db_collation=COLLATION)


def state_field(choices: type[models.TextChoices], default: str) -> "models.CharField[str, str]":
    """The state of a thing. Written by `core.workflow.perform` alone: a test looks for any other writer."""
    return models.CharField(max_length=40, choices=choices.choices, default=default, editable=False, db_index=True)


def choice_field(
    choices: type[models.TextChoices], verbose_name: Any = "", **options: Any
) -> "models.CharField[str, str]":
    """A closed choice; the model adds `known_choice` so that the database refuses any other value."""
    return models.CharField(verbose_name, max_length=40, choices=choices.choices, **options)


def known_choice(field: str, choices: type[models.TextChoices], name: str) -> models.CheckConstraint:
    """A database constraint: `field` holds one of `choices`, or nothing where the field may be blank."""
    return models.CheckConstraint(condition=models.Q(**{f"{field}__in": [*choices.values, ""]}), name=name)
