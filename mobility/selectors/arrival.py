"""What the rules of arrival ask, as data (mobility/data/arrival.toml)."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from core.values import Localized

_FILE = Path(__file__).resolve().parent.parent / "data" / "arrival.toml"


@dataclass(frozen=True)
class ArrivalStep:
    """A line of the checklist that the student is shown, with its clause."""

    key: str
    clause: str
    text: Localized


@dataclass(frozen=True)
class ArrivalRules:
    """Terms in working days from crossing the border, the citizenships that need no registration, the checklist.

    `comes_weeks_before`: how long before the stay somebody without a visa may come.
    """

    registration_days: int
    come_to_ipd_days: int
    comes_weeks_before: int
    no_registration_for: frozenset[str]
    steps: tuple[ArrivalStep, ...]


@cache
def arrival_rules() -> ArrivalRules:
    """The rules in force."""
    raw = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return ArrivalRules(
        registration_days=raw["registration_working_days"],
        come_to_ipd_days=raw["come_to_ipd_working_days"],
        comes_weeks_before=raw["comes_weeks_before"],
        no_registration_for=frozenset(raw["no_registration_for"]),
        steps=tuple(
            ArrivalStep(one["key"], one["clause"], Localized(kk=one["kk"], ru=one["ru"], en=one["en"]))
            for one in raw["steps"]
        ),
    )
