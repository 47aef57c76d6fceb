"""What the law asks of an incoming student's entry, as data (admissions/data/visa.toml)."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils.timezone import localdate

from admissions.enums import OrderState
from admissions.models import Application, Order
from admissions.workflow.days import VisaLaw
from agreements.enums import Direction
from core.values import in_latin_capitals

_FILE = Path(__file__).resolve().parent.parent / "data" / "visa.toml"


@dataclass(frozen=True)
class VisaRules:
    """The category of visa that students get, for how long, how far the passport outlasts it; who (ISO) needs none."""

    category: str
    longest_months: int
    passport_outlasts_months: int
    not_needed_for: frozenset[str]

    def needed(self, citizenship: str) -> bool:
        """True when a citizen of this country needs a visa."""
        return citizenship not in self.not_needed_for

    def concerns(self, category: str) -> bool:
        """True of a visa of this category, whichever letters it is typed in, and of one whose category is not known."""
        typed = in_latin_capitals("".join(filter(str.isalnum, category)))
        return typed in {"", in_latin_capitals(self.category)}


@cache
def visa_rules() -> VisaRules:
    """The rules in force."""
    raw = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return VisaRules(
        category=raw["category"],
        longest_months=raw["longest_months"],
        passport_outlasts_months=raw["passport_outlasts_months"],
        not_needed_for=frozenset(raw["not_needed_for"]),
    )


def visa_law(application: Application, category: str) -> VisaLaw | None:
    """What Kazakhstan asks of a guest's visa of this category (7.6). None where another country gives it (8.5)."""
    if application.direction != Direction.INCOMING:
        return None
    rules = visa_rules()
    # Of several orders the first: later ones correct or prolong what it began.
    signed = Order.objects.filter(lines__application=application, state=OrderState.SIGNED, signed_at__isnull=False)
    first = signed.order_by("signed_at").first()
    return VisaLaw(
        ordered_on=localdate(first.signed_at) if first else None,
        passport_until=application.enrolment.person.passport_valid_until,
        passport_outlasts_months=rules.passport_outlasts_months,
        longest_months=rules.longest_months if rules.concerns(category) else None,
    )
