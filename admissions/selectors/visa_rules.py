"""What the law asks of an incoming student's entry, as data (admissions/data/visa.toml)."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FILE = Path(__file__).resolve().parent.parent / "data" / "visa.toml"


@dataclass(frozen=True)
class VisaRules:
    """The category of visa that students get, and the citizenships (ISO) that need none."""

    category: str
    not_needed_for: frozenset[str]

    def needed(self, citizenship: str) -> bool:
        """True when a citizen of this country needs a visa."""
        return citizenship not in self.not_needed_for


@cache
def visa_rules() -> VisaRules:
    """The rules in force."""
    raw = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return VisaRules(category=raw["category"], not_needed_for=frozenset(raw["not_needed_for"]))
