"""The life of a semester report to a partner (6.9): due when the term ends, made by the IPD, sent, acknowledged there."""

from dataclasses import dataclass

from django.utils.translation import gettext_noop

from core.machine import Blocker, Machine, Step, guard
from institutions.enums import Role
from transcripts.enums import ReportState as S


@dataclass(frozen=True)
class ReportFacts:
    """What is known of a report: its term has ended, how many marks it tells, how its paper and the numbers before it stand."""

    term_ended: bool = False
    lines: int = 0
    sealed: bool = False
    revoked: bool = False
    earlier_sent: bool = True


@guard("6.9", gettext_noop("the semester has ended"), ask=gettext_noop("Wait for the end of the semester"))
def semester_has_ended(facts: ReportFacts) -> Blocker | None:
    """R-6.9-a: a report is due when the semester of the calendar ends."""
    if facts.term_ended:
        return None
    return Blocker("6.9", gettext_noop("The semester has not ended."), "")


@guard("6.9", gettext_noop("there are courses to report on"), ask=gettext_noop("Have the study plan approved"))
def has_lines(facts: ReportFacts) -> Blocker | None:
    """R-6.9-b: a report names each student's courses, with the mark or with the gap."""
    if facts.lines:
        return None
    text = gettext_noop("No approved study plan has a course in this semester.")
    return Blocker("6.9", text, Role.ADVISOR)


@guard("6.9", gettext_noop("the report's paper is sealed"), ask=gettext_noop("Wait until the paper is ready"))
def paper_is_sealed(facts: ReportFacts) -> Blocker | None:
    """Only a sealed paper is sent."""
    if facts.sealed:
        return None
    return Blocker("6.9", gettext_noop("The report's paper is being made; please wait a moment."), Role.IPD_COORDINATOR)


@guard("6.9", gettext_noop("the report's paper is in force"), ask=gettext_noop("Make the report anew"))
def paper_in_force(facts: ReportFacts) -> Blocker | None:
    """A revoked paper is neither sent nor acknowledged: the next number becomes due and tells everything anew."""
    if not facts.revoked:
        return None
    return Blocker("6.9", gettext_noop("The report's paper was revoked: the next number tells it anew."), "")


@guard(
    "6.9",
    gettext_noop("the report that this one supplements has been sent"),
    ask=gettext_noop("Send the earlier report"),
)
def earlier_numbers_are_sent(facts: ReportFacts) -> Blocker | None:
    """R-6.9-c: a supplement goes to nobody before the report itself."""
    if facts.earlier_sent:
        return None
    return Blocker(
        "6.9", gettext_noop("The report that this one supplements has not been sent yet."), Role.IPD_COORDINATOR
    )


REPORT: Machine[ReportFacts] = Machine(
    name="report",
    title=gettext_noop("semester report"),
    initial=S.DUE,
    steps=(
        Step(
            "make",
            (S.DUE,),
            S.MADE,
            by=(Role.IPD_COORDINATOR,),
            clause="6.9",
            label=gettext_noop("Make the report"),
            done=gettext_noop("made and sealed"),
            needs=(semester_has_ended, has_lines),
        ),
        Step(
            "send",
            (S.MADE,),
            S.SENT,
            by=(Role.IPD_COORDINATOR,),
            clause="6.9",
            label=gettext_noop("Send to the partner"),
            done=gettext_noop("sent to the partner"),
            needs=(paper_is_sealed, paper_in_force, earlier_numbers_are_sent),
            ask=gettext_noop("Send the report to the partner"),
        ),
        Step(
            "acknowledge",
            (S.SENT,),
            S.ACKNOWLEDGED,
            by=(Role.PARTNER_COORDINATOR,),
            clause="6.9",
            label=gettext_noop("Acknowledge receipt"),
            done=gettext_noop("acknowledged by the partner"),
            needs=(paper_in_force,),
            ask=gettext_noop("Acknowledge the report"),
        ),
    ),
    path=(S.DUE, S.MADE, S.SENT, S.ACKNOWLEDGED),
)
