"""The life of an order on movement (6.3): drafted by its office, signed by the signatory, who may return it with a reason.

What blocks an order stands here once (7.4, 8.6): the order's page, its signature and its draft read the same guards.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext_noop

from admissions.enums import ApplicationState as A
from admissions.enums import OrderKind as K
from admissions.enums import OrderState as S
from admissions.workflow import phrases, shared
from admissions.workflow.shared import CaseFacts
from core.faults import Fault, length_faults, letter_faults
from core.machine import Blocker, Guard, Machine, Step, guard
from core.values import Localized, joined
from institutions.enums import Role

# 6.3, 7.4, 8.6: the Registrar's Office drafts the orders of those who go, the IPD all others.
DRAFTER_OF_KIND: dict[str, str] = {
    kind.value: str(Role.REGISTRAR if kind is K.DEPARTURE_OUT else Role.IPD_COORDINATOR) for kind in K
}
# EPVO: orderTypeId and categoryId of each kind that the platform knows (epvo.md); one table, nowhere else.
EPVO_CODES: dict[str, tuple[int, int | None]] = {
    K.ADMISSION_IN: (2, 43),
    K.DEPARTURE_OUT: (32, None),
}
LONGEST_BASIS = 4_000  # a page of print
ADMITTING = frozenset({K.ADMISSION_IN, K.DEPARTURE_OUT})
# An incoming candidate can be in these states only after the institute's proposal (7.3).
_PROPOSED = frozenset({A.RECOMMENDED, A.DOCUMENTS_COMPLETE, A.ORDER_DRAFTED, A.ADMITTED, A.INVITED, A.ARRIVED})


@dataclass(frozen=True)
class LineFacts:
    """One student of an order: name, shared facts, state of the application, courses counted from the chosen rows."""

    student: Localized = field(default=Localized(""))
    case: CaseFacts = field(default_factory=CaseFacts)
    state: str = ""
    courses: int = 0


@dataclass(frozen=True)
class OrderFacts:
    """An order: its kind, its students, the places of the intake and how many of them other students hold."""

    kind: str = ""
    lines: tuple[LineFacts, ...] = ()
    seats: int = 0
    held_by_others: int = 0

    @property
    def drafter(self) -> str:
        """The office whose move a mistake in the order is."""
        return DRAFTER_OF_KIND.get(self.kind, Role.IPD_COORDINATOR)


def basis_faults(in_kazakh: str, in_russian: str) -> Iterator[Fault]:
    """A further basis is said in both languages of an order, in letters that papers have."""
    written = {"basis_kk": in_kazakh, "basis_ru": in_russian}
    for name, text in written.items():
        yield from length_faults(name, text, LONGEST_BASIS)
    yield from letter_faults(**written)
    if bool(in_kazakh) != bool(in_russian):
        text = gettext_noop("An order is issued in Kazakh and in Russian: say this in both.")
        yield Fault("basis_ru" if in_kazakh else "basis_kk", text)


def _students(facts: OrderFacts, failing: Callable[[LineFacts], object]) -> Localized | None:
    names = [line.student for line in facts.lines if failing(line)]
    return joined(*names, by=", ") if names else None


def _named(
    facts: OrderFacts, failing: Callable[[LineFacts], object], clause: str, text: str, mover: str
) -> Iterator[Blocker]:
    """One blocker that names every student for whom something is missing; names stand in the nominative after a colon."""
    if facts.kind in ADMITTING and (names := _students(facts, failing)):
        yield Blocker(clause, text, mover, {"students": names})


@guard("6.3", gettext_noop("the order names at least one student"), ask=gettext_noop("Name the students in the order"))
def names_somebody(facts: OrderFacts) -> Blocker | None:
    """An empty order moves nobody."""
    if facts.lines:
        return None
    return Blocker("6.3", gettext_noop("The order names no student."), facts.drafter)


@guard("7.4", gettext_noop("the document package of every student is full"), ask=gettext_noop("Complete the packages"))
def packages_full(facts: OrderFacts) -> Iterator[Blocker]:
    """7.4, 8.6: with the full package."""
    text = gettext_noop("The document package is not full: %(students)s.")
    return _named(facts, shared.package_complete, "7.4", text, Role.IPD_COORDINATOR)


@guard("7.3", gettext_noop("the institute has proposed every student"), ask=gettext_noop("Propose for admission"))
def proposed_by_institute(facts: OrderFacts) -> Iterator[Blocker]:
    """No order without the institute's proposal (incoming)."""
    if facts.kind != K.ADMISSION_IN:
        return iter(())
    text = gettext_noop("The institute has not proposed: %(students)s.")
    return _named(facts, lambda line: line.state not in _PROPOSED, "7.3", text, Role.INSTITUTE_DIRECTOR)


@guard("5.8", gettext_noop("the agreement is in force on the day of the order"), ask=phrases.FORCE_AGREEMENT)
def agreement_in_force(facts: OrderFacts) -> Iterator[Blocker]:
    """None is admitted under an agreement that is not in force on that day."""
    text = gettext_noop("The agreement is not in force on the day of the order: %(students)s.")
    return _named(facts, shared.agreement_in_force, "5.8", text, Role.IPD_COORDINATOR)


@guard(
    "5.8",
    gettext_noop("every student has signed the application to the Chair of the Board"),
    ask=phrases.SIGN_APPLICATION,
)
def applications_signed(facts: OrderFacts) -> Iterator[Blocker]:
    """A student enters on his or her own application (5.8, 7.5a)."""
    text = gettext_noop("The application to the Chair of the Board – Rector is not signed: %(students)s.")
    return _named(facts, shared.chair_application_signed, "5.8", text, Role.STUDENT)


@guard(
    "6.12",
    gettext_noop("every three-party contract is signed by all three"),
    ask=gettext_noop("Have the contracts signed"),
)
def contracts_signed(facts: OrderFacts) -> Iterator[Blocker]:
    """The contract is needed before the order."""
    text = gettext_noop("The three-party contract is not signed by all three parties: %(students)s.")
    return _named(facts, shared.contract_signed_by_three, "6.12", text, Role.IPD_COORDINATOR)


@guard(
    "7.4",
    gettext_noop("the places of the intake suffice"),
    ask=gettext_noop("Take the students beyond the quota off the order"),
)
def within_quota(facts: OrderFacts) -> Blocker | None:
    """Counted again under the lock of the intake when the order is signed."""
    wanted = facts.held_by_others + len(facts.lines)
    if facts.kind not in ADMITTING or wanted <= facts.seats:
        return None
    text = gettext_noop("The quota is exceeded: %(wanted)s students for %(seats)s places.")
    return Blocker("7.4", text, facts.drafter, {"wanted": wanted, "seats": facts.seats})


@guard("5.9", gettext_noop("courses and credits are counted for every incoming student"), ask=phrases.CHOOSE_COURSES)
def courses_counted(facts: OrderFacts) -> Iterator[Blocker]:
    """The mark “included education” states courses and credits; they come from the rows the department chose (7.3)."""
    if facts.kind != K.ADMISSION_IN:
        return iter(())
    text = gettext_noop("The department has chosen no courses for: %(students)s.")
    return _named(facts, lambda line: line.courses == 0, "5.9", text, Role.DEPARTMENT_HEAD)


_visa_file = shared.visa_file_ready("8.6")


@guard(
    "8.6", gettext_noop("the visa file of every outgoing student is submitted or not needed"), ask=phrases.SUBMIT_VISA
)
def visa_files_ready(facts: OrderFacts) -> Iterator[Blocker]:
    """The Registrar's Office gets a package only when the visa file is submitted or not needed."""
    if facts.kind != K.DEPARTURE_OUT:
        return iter(())
    text = gettext_noop("The visa file has not been submitted: %(students)s.")
    return _named(facts, _visa_file, "8.6", text, Role.IPD_COORDINATOR)


GUARDS: tuple[Guard[OrderFacts], ...] = (
    names_somebody,
    packages_full,
    proposed_by_institute,
    agreement_in_force,
    applications_signed,
    contracts_signed,
    courses_counted,
    within_quota,
    visa_files_ready,
)
DRAFTERS = (Role.IPD_COORDINATOR, Role.REGISTRAR)
ORDER: Machine[OrderFacts] = Machine(
    name="order",
    initial=S.DRAFT,
    steps=(
        Step(
            "send_for_signature",
            (S.DRAFT,),
            S.FOR_SIGNATURE,
            by=DRAFTERS,
            clause="6.3",
            label=gettext_noop("Send for signature"),
            done=gettext_noop("sent for signature"),
            needs=GUARDS,
            ask=gettext_noop("Send the order for signature"),
        ),
        Step(
            "sign",
            (S.FOR_SIGNATURE,),
            S.SIGNED,
            by=(Role.SIGNATORY,),
            clause="6.3",
            label=gettext_noop("Sign the order"),
            done=gettext_noop("signed; the order got its number"),
            needs=GUARDS,
        ),
        Step(
            "return",
            (S.FOR_SIGNATURE,),
            S.DRAFT,
            by=(Role.SIGNATORY,),
            clause="6.3",
            label=gettext_noop("Return the draft"),
            done=gettext_noop("returned without signature"),
            way_out=True,
            needs_reason=True,
        ),
        Step(
            "cancel",
            (S.DRAFT,),
            S.CANCELLED,
            by=DRAFTERS,
            clause="6.3",
            label=gettext_noop("Give the draft up"),
            done=gettext_noop("draft given up"),
            way_out=True,
            needs_reason=True,
        ),
    ),
    path=(S.DRAFT, S.FOR_SIGNATURE, S.SIGNED),
)
