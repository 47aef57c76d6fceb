"""A stay (6.3, 9): opened by the signed order, begun by arrival or departure, ended when its period is over.

What section 9 asks of an incoming student after arrival are guards of the last step: nobody is let go without them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext_noop

from agreements.enums import Direction
from core.machine import Blocker, Machine, Step, guard
from institutions.enums import Role
from mobility.enums import PlacementState as S

# Of a message to the advisor: longer ones are letters. Sent again so soon, it was a second click.
LONGEST_MESSAGE, SENT_TWICE = 2_000, timedelta(minutes=1)

# The institute ensures that the student comes to the IPD (9.1); either writes it down.
CAME_BY = (Role.INSTITUTE_COORDINATOR, Role.IPD_COORDINATOR)
NO_ARRIVAL = gettext_noop("Arrivals are recorded for incoming students.")
VISA_PENDING = gettext_noop("The visa has not been granted.")
VISA_REFUSED = gettext_noop("The visa was refused: have the documents collected again, or cancel the case.")
AFTER_REFUSAL = gettext_noop("Decide how to go on after the visa refusal")
ENTER_REGISTRATION = gettext_noop("Enter the migration registration")
EXTEND_REGISTRATION = gettext_noop("Extend the migration registration")
NOT_INVITED = gettext_noop("Invitation and order have not been sent.")


@dataclass(frozen=True)
class StayFacts:
    """What is known of a stay on a day. What is not said is not there: every default blocks."""

    on: date | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    is_invited: bool = False
    visa_settled: bool = False
    visa_refused: bool = False
    has_advisor: bool = False
    came_to_ipd: bool = False
    needs_registration: bool = True
    registered: bool = False
    registration_due: date | None = None
    registered_until: date | None = None
    acknowledged: bool = False
    crossed_border_on: date | None = None
    visa_until: date | None = None
    passport_until: date | None = None
    transcripts_received: frozenset[tuple[str, str]] = frozenset()  # academic year, office

    @property
    def registration_overdue(self) -> bool:
        """True when the migration registration was due before this day and is not done (9.2)."""
        due = self.registration_due
        return self.needs_registration and not self.registered and bool(due and self.on and due < self.on)

    @property
    def registration_ended(self) -> bool:
        """True when the migration registration that was entered has run out before this day (9.2)."""
        until = self.registered_until
        return self.registered and bool(until and self.on and until < self.on)

    @property
    def is_over(self) -> bool:
        """True when the period of the order has passed (6.3)."""
        return bool(self.on and self.ends_on and self.on > self.ends_on)


@guard("7.5b", gettext_noop("invitation and order have been sent"), ask=gettext_noop("Send invitation and order"))
def invited(facts: StayFacts) -> Blocker | None:
    """Both go to the student after the order and before the journey."""
    if facts.is_invited:
        return None
    return Blocker("7.5b", NOT_INVITED, Role.IPD_COORDINATOR)


@guard("7.6", gettext_noop("the visa is granted or none is needed"), ask=gettext_noop("Enter how the visa was decided"))
def visa_settled(facts: StayFacts) -> Iterator[Blocker]:
    """Nobody arrives without the right to enter. The student applies, the IPD coordinates it; a refusal is the IPD's to answer."""
    if facts.visa_refused:
        yield Blocker("7.6", VISA_REFUSED, Role.IPD_COORDINATOR, ask=AFTER_REFUSAL)
    elif not facts.visa_settled:
        yield Blocker("7.6", VISA_PENDING, Role.STUDENT)
        yield Blocker("7.6", VISA_PENDING, Role.IPD_COORDINATOR)


@guard("9.4", gettext_noop("an advisor of the department is assigned"), ask=gettext_noop("Assign an advisor"))
def advisor_assigned(facts: StayFacts) -> Blocker | None:
    """Before arrival: no student without an advisor."""
    if facts.has_advisor:
        return None
    return Blocker("9.4", gettext_noop("No advisor of the department is assigned."), Role.DEPARTMENT_HEAD)


@guard("9.1", gettext_noop("the student has come to the IPD"), ask=gettext_noop("Record the visit to the IPD"))
def came_to_ipd(facts: StayFacts) -> Blocker | None:
    """The institute ensures it, and writes the day down as the IPD may."""
    if facts.came_to_ipd:
        return None
    text = gettext_noop("The visit to the IPD has not been recorded.")
    return Blocker("9.1", text, Role.INSTITUTE_COORDINATOR, _since(facts))


@guard(
    "9.2", gettext_noop("the migration registration is done"), ask=gettext_noop("Register with the migration service")
)
def registered(facts: StayFacts) -> Iterator[Blocker]:
    """The student passes the procedure, the IPD writes number and term down; what runs out before the stay does is extended."""
    if facts.registration_overdue:
        text, params = gettext_noop("The migration registration is overdue: it was due on %(day)s."), _due_day(facts)
        yield Blocker("9.2", text, Role.STUDENT, params)
        yield Blocker("9.2", text, Role.IPD_COORDINATOR, params, ENTER_REGISTRATION)
    elif facts.needs_registration and not facts.registered:
        days = _since(facts)
        yield Blocker("9.2", gettext_noop("The migration registration is not done."), Role.STUDENT, days)
        text = gettext_noop("The migration registration is not entered.")
        yield Blocker("9.2", text, Role.IPD_COORDINATOR, days, ENTER_REGISTRATION)
    elif facts.registration_ended and not facts.is_over:
        text = gettext_noop("The migration registration ended on %(day)s: it is to be extended.")
        until = {"day": f"{facts.registered_until:%d.%m.%Y}"}
        yield Blocker("9.2", text, Role.STUDENT, until, EXTEND_REGISTRATION)
        yield Blocker("9.2", text, Role.IPD_COORDINATOR, until, EXTEND_REGISTRATION)


def _since(facts: StayFacts) -> dict[str, str]:
    """The terms run from this day: where it is corrected, the worklist asks anew, until another day."""
    return {"crossed_border_on": facts.crossed_border_on.isoformat()} if facts.crossed_border_on else {}


def _due_day(facts: StayFacts) -> dict[str, str]:
    return {"day": f"{facts.registration_due:%d.%m.%Y}"}


@guard(
    "9.7",
    gettext_noop("the student has acknowledged the rules of arrival"),
    ask=gettext_noop("Read the rules of arrival"),
)
def rules_acknowledged(facts: StayFacts) -> Blocker | None:
    """With the note that the University does not answer for unlawful acts."""
    if facts.acknowledged:
        return None
    return Blocker("9.7", gettext_noop("The rules of arrival are not acknowledged."), Role.STUDENT)


@guard("6.3", gettext_noop("the period of the order is over"), ask=gettext_noop("Wait for the end of the stay"))
def period_over(facts: StayFacts) -> Blocker | None:
    """Until then nobody is waited for."""
    if facts.is_over:
        return None
    text = gettext_noop("The stay lasts until %(day)s.")
    return Blocker("6.3", text, "", {"day": f"{facts.ends_on:%d.%m.%Y}" if facts.ends_on else "—"})


ARRIVAL_DUTIES = (came_to_ipd, registered, rules_acknowledged)


def _cancel(clause: str) -> Step[StayFacts]:
    return Step(
        "cancel",
        (S.PLANNED,),
        S.CANCELLED,
        by=(Role.IPD_COORDINATOR,),
        clause=clause,
        label=gettext_noop("Cancel the stay"),
        done=gettext_noop("stay cancelled"),
        way_out=True,
        needs_reason=True,
    )


INCOMING_STAY: Machine[StayFacts] = Machine(
    name="stay_incoming",
    initial=S.PLANNED,
    steps=(
        Step(
            "arrive",
            (S.PLANNED,),
            S.PRESENT,
            by=CAME_BY,
            clause="9.1",
            label=gettext_noop("Record the arrival"),
            done=gettext_noop("arrived"),
            needs=(invited, visa_settled, advisor_assigned),
        ),
        Step(
            "end",
            (S.PRESENT,),
            S.ENDED,
            by=(Role.IPD_COORDINATOR,),
            clause="6.3",
            label=gettext_noop("End the stay"),
            done=gettext_noop("stay ended"),
            needs=(*ARRIVAL_DUTIES, period_over),
        ),
        _cancel("7.6"),
    ),
    path=(S.PLANNED, S.PRESENT, S.ENDED),
    title=gettext_noop("Stay of an incoming student"),
)
OUTGOING_STAY: Machine[StayFacts] = Machine(
    name="stay_outgoing",
    initial=S.PLANNED,
    steps=(
        Step(
            "depart",
            (S.PLANNED,),
            S.PRESENT,
            by=(Role.IPD_COORDINATOR,),
            clause="6.3",
            label=gettext_noop("Record the departure"),
            done=gettext_noop("departed"),
        ),
        Step(
            "end",
            (S.PRESENT,),
            S.ENDED,
            by=(Role.IPD_COORDINATOR,),
            clause="6.3",
            label=gettext_noop("End the stay"),
            done=gettext_noop("stay ended"),
            needs=(period_over,),
        ),
        _cancel("8.5"),
    ),
    path=(S.PLANNED, S.PRESENT, S.ENDED),
    title=gettext_noop("Stay of an outgoing student"),
)
STAY: dict[str, Machine[StayFacts]] = {Direction.INCOMING: INCOMING_STAY, Direction.OUTGOING: OUTGOING_STAY}
