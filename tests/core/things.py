"""A small machine over agreements, for tests of the kernel: its steps ask of a facts dataclass, not of an agreement."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from agreements.enums import AgreementState
from agreements.models import Agreement
from core.machine import MACHINES, Blocker, Machine, Step, guard
from tests.factories import agreements


@dataclass(frozen=True)
class Facts:
    """What the guards ask."""

    text_is_whole: bool = True
    missing: tuple[str, ...] = ()


DRAFT, AGREED, SIGNED = AgreementState.DRAFT.value, AgreementState.values[1], AgreementState.SIGNED.value
ENDED = AgreementState.ENDED.value


@guard("6.12", "the text is whole")
def text_is_whole(facts: Facts) -> Blocker | None:
    """One thing."""
    return None if facts.text_is_whole else Blocker("6.12", "The text is not whole.", "lawyer")


@guard("7.1", "every document is there")
def documents_are_there(facts: Facts) -> list[Blocker]:
    """Several things at once."""
    return [Blocker("7.1", "%(name)s is missing.", "partner", {"name": name}) for name in facts.missing]


STEPS: tuple[Step[Facts], ...] = (
    Step(
        "agree",
        (DRAFT,),
        AGREED,
        ("editor", "chief"),
        "5.3",
        "Agree",
        "agreed by %(who)s",
        needs=(text_is_whole, documents_are_there),
    ),
    Step("sign", (AGREED,), SIGNED, ("chief",), "5.3", "Sign", "signed"),
    Step("give_up", (DRAFT, AGREED), ENDED, ("editor",), "1.6", "Give up", "given up", way_out=True, needs_reason=True),
)


@contextmanager
def machine(name: str = "test-thing") -> Iterator[Machine[Facts]]:
    """The machine, known to the kernel as long as the block runs."""
    yield Machine(name=name, initial=DRAFT, steps=STEPS, path=(DRAFT, AGREED, SIGNED))
    del MACHINES[name]


def thing() -> Agreement:
    """An agreement in draft."""
    return agreements.agreement(state=DRAFT, signed_on=None)
