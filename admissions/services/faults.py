"""A refusal that names the fields at fault, so that a form can say each where it was typed."""

from collections.abc import Iterable

from django.utils.translation import gettext

from admissions.workflow.faults import Fault
from core.workflow import RefusedError


class FaultyError(RefusedError):
    """Something entered cannot be so: `faults` name the fields, in their order."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(faults[0].text, faults[0].params)
        self.faults = faults

    def __str__(self) -> str:
        return " ".join(gettext(fault.text) % fault.params for fault in self.faults)


def refuse_faults(faults: Iterable[Fault]) -> None:
    """Raise FaultyError where there is a fault."""
    if found := tuple(faults):
        raise FaultyError(found)
