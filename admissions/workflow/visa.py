"""The visa case beside both roads: the IPD coordinates collecting and applying (7.6 for ours, 8.5 for the partner's country)."""

from dataclasses import dataclass

from django.utils.translation import gettext_noop

from admissions.enums import VisaState as V
from agreements.enums import Direction
from core.machine import Machine, Step
from institutions.enums import Role


@dataclass(frozen=True)
class VisaFacts:
    """Nothing stands in the way of writing down what a consulate did."""


def _machine(name: str, clause: str) -> Machine[VisaFacts]:
    return Machine(
        name=name,
        initial=V.COLLECTING,
        steps=(
            Step(
                "submit",
                (V.COLLECTING,),
                V.SUBMITTED,
                by=(Role.IPD_COORDINATOR, Role.STUDENT),
                clause=clause,
                label=gettext_noop("The visa file is submitted"),
                done=gettext_noop("visa file submitted"),
            ),
            Step(
                "grant",
                (V.SUBMITTED,),
                V.GRANTED,
                by=(Role.IPD_COORDINATOR, Role.STUDENT),
                clause=clause,
                label=gettext_noop("The visa is granted"),
                done=gettext_noop("visa granted"),
            ),
            Step(
                "waive",
                (V.COLLECTING,),
                V.NOT_NEEDED,
                by=(Role.IPD_COORDINATOR,),
                clause=clause,
                label=gettext_noop("No visa is needed"),
                done=gettext_noop("no visa is needed"),
                way_out=True,
                needs_reason=True,
            ),
            Step(
                "refuse",
                (V.SUBMITTED,),
                V.REFUSED,
                by=(Role.IPD_COORDINATOR, Role.STUDENT),
                clause=clause,
                label=gettext_noop("The visa is refused"),
                done=gettext_noop("visa refused"),
                way_out=True,
                needs_reason=True,
            ),
            Step(
                "collect_again",
                (V.REFUSED, V.NOT_NEEDED),
                V.COLLECTING,
                by=(Role.IPD_COORDINATOR,),
                clause=clause,
                label=gettext_noop("Collect the documents again"),
                done=gettext_noop("visa documents are collected again"),
                way_out=True,
            ),
        ),
        path=(V.COLLECTING, V.SUBMITTED, V.GRANTED),
    )


VISA: dict[str, Machine[VisaFacts]] = {
    Direction.OUTGOING: _machine("visa", "8.5"),
    Direction.INCOMING: _machine("visa_incoming", "7.6"),
}
