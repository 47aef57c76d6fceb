"""The life of a pathway: it opens only when everything that sections 4–6 demand holds, each demand with its clause."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_noop

from agreements.enums import AgreementKind, AgreementState, PathwayKind
from agreements.enums import PathwayState as S
from agreements.workflow.agreement import (
    ENDS_SOON,
    ENTER_COUNCIL,
    ENTER_LICENCE,
    SIGNED_OR_LATER,
    CouncilFacts,
    LicenceFacts,
    lapsed_licence,
)
from agreements.workflow.annex import AGREE_ON_ANNEX, CORRECT_ANNEX, AnnexStand, said_of
from agreements.workflow.words import RENEW_AGREEMENT
from core.machine import Blocker, Machine, Step, guard
from core.terms import ending
from core.values import Localized
from institutions.enums import Role
from programmes.enums import CourseKind


@dataclass(frozen=True, slots=True)
class PathwayFacts:
    """What is known of a pathway on a day. `teachers`: the sides that named a teacher; `conversion_agreed`: scale and rule.

    `licence_ends`: the last day that the licences cover without a gap, or covered; None: without end, or there is none.
    """

    on: date
    kind: str
    agreement_kind: str
    agreement_state: str
    valid_from: date | None
    valid_until: date | None
    signed_on: date | None
    award: str
    licensed: bool
    direction: str
    partner: Localized
    annex: AnnexStand
    councils: tuple[CouncilFacts, ...]
    epvo_number: str
    epvo_date: date | None
    conversion_agreed: bool
    home_semesters: int
    partner_semesters: int
    home_teachers: int
    partner_teachers: int
    degrees_named: bool
    curricula_linked: bool
    money_fixed: bool
    standard_gaps: tuple[str, ...] = ()
    licence_ends: date | None = None


@guard("4.2", gettext_noop("the partner's licence covers the direction and level"), ask=ENTER_LICENCE)
def licence_valid(facts: PathwayFacts) -> Blocker | None:
    """On the day that is asked about; a licence that ends closes the pathway to new admissions."""
    return lapsed_licence(_licence(facts))


def _licence(facts: PathwayFacts) -> LicenceFacts:
    return LicenceFacts(facts.partner, facts.direction, facts.licensed, facts.licence_ends)


@guard(
    "4.2",
    gettext_noop("the partner's licence is renewed before it ends"),
    ask=gettext_noop("Ask the partner for a new licence"),
)
def licence_runs_on(facts: PathwayFacts) -> Blocker | None:
    """What the IPD is asked to do beforehand. Says the same every day of a stage, so that nobody is asked twice."""
    lapsed = lapsed_licence(_licence(facts))
    if lapsed is not None or facts.licence_ends is None or facts.licence_ends > facts.on + ENDS_SOON:
        return lapsed
    text = gettext_noop("The licence of %(partner)s for %(direction)s ends on %(day)s.")
    params = {"partner": facts.partner, "direction": facts.direction, **ending(facts.licence_ends, facts.on)}
    return Blocker("4.2", text, Role.IPD_COORDINATOR, params)


@guard("3", gettext_noop("it rests on an agreement, not on a memorandum alone"), ask=gettext_noop("Make an agreement"))
def not_a_memorandum(facts: PathwayFacts) -> Blocker | None:
    """A memorandum alone opens nothing."""
    if facts.agreement_kind == AgreementKind.AGREEMENT:
        return None
    return Blocker("3", gettext_noop("A memorandum alone opens nothing: an agreement is needed."), Role.IPD_COORDINATOR)


@guard("6.12", gettext_noop("the agreement is signed and in force"), ask=gettext_noop("Sign the agreement"))
def agreement_in_force(facts: PathwayFacts) -> Blocker | None:
    """Signed, not ended, and the day lies within its term."""
    if facts.agreement_state not in SIGNED_OR_LATER:
        return Blocker("6.12", gettext_noop("The agreement is not signed yet."), Role.SIGNATORY)
    if in_force(facts.agreement_state, facts.valid_from, facts.valid_until, facts.on):
        return None
    if facts.agreement_state == AgreementState.SIGNED and facts.valid_from and facts.on < facts.valid_from:
        text = gettext_noop("The agreement is in force from %(day)s on.")
        return Blocker("6.12", text, "", {"day": f"{facts.valid_from:%d.%m.%Y}"})  # nobody's move: the day will come
    text = gettext_noop("The agreement is not in force on %(day)s.")
    return Blocker("6.12", text, Role.IPD_COORDINATOR, {"day": f"{facts.on:%d.%m.%Y}"}, RENEW_AGREEMENT)


def in_force(state: str, valid_from: date | None, valid_until: date | None, on: date) -> bool:
    """Whether a signed agreement covers a day, its first and last included."""
    if state != AgreementState.SIGNED or valid_from is None or valid_until is None:
        return False
    return valid_from <= on <= valid_until


@guard(
    "5.2",
    gettext_noop("curricula of both sides are tied and keep to the State Standard"),
    ask=gettext_noop("Import and tie the curricula"),
)
def curricula_tied(facts: PathwayFacts) -> Iterator[Blocker]:
    """Credits of the level, practice and final attestation stand in the University's curriculum (5.2, 5.6)."""
    if not facts.curricula_linked:
        text = gettext_noop("The curricula of both sides have not been imported and tied.")
        yield Blocker("5.2", text, Role.IPD_COORDINATOR)
    for gap in facts.standard_gaps:
        ask = gettext_noop("Correct the curriculum of the University")
        yield Blocker("5.2", gap, Role.METHODICAL_SECTION, ask=ask)


@guard("5.4", gettext_noop("every party's Academic Council has approved"), ask=ENTER_COUNCIL)
def councils_approved(facts: PathwayFacts) -> Iterator[Blocker]:
    """Opens only when every party's decision is positive."""
    for council in facts.councils:
        if council.decided_on is None or not council.approved:
            mover = Role.IPD_COORDINATOR if council.is_home else Role.PARTNER_COORDINATOR
            text = gettext_noop("The Academic Council of %(party)s has not approved.")
            yield Blocker("5.4", text, mover, {"party": council.university, "university": council.university_id})


@guard(
    "5.3",
    gettext_noop("the programme is entered into EPVO after signature"),
    ask=gettext_noop("Enter the programme into EPVO"),
)
def entered_into_epvo(facts: PathwayFacts) -> Iterator[Blocker]:
    """Number and date; EPVO asks for the agreement's dates, so it follows the signature."""
    if not facts.epvo_number or facts.epvo_date is None:
        yield Blocker("5.3", gettext_noop("The EPVO number and date are missing."), Role.IPD_COORDINATOR)
    elif facts.signed_on and facts.epvo_date < facts.signed_on:
        text = gettext_noop("The entry into EPVO lies before the signature of the agreement.")
        yield Blocker("5.3", text, Role.IPD_COORDINATOR)


@guard("A1", gettext_noop("Annex 1 is agreed by both sides and frozen"), ask=AGREE_ON_ANNEX)
def annex_is_frozen(facts: PathwayFacts) -> Blocker | None:
    """Its latest frozen version is what new students are admitted under."""
    if facts.annex.frozen:
        return None
    text, ask = gettext_noop("Annex 1 is not agreed by both sides."), AGREE_ON_ANNEX
    if facts.annex.returned:
        text, ask = gettext_noop("Annex 1 was returned and is to be corrected. Remarks: “%(remarks)s”"), CORRECT_ANNEX
    return Blocker("A1", text, facts.annex.mover, said_of(facts.annex), ask)


@guard(
    "5.7",
    gettext_noop("agreed programmes are developed and approved by both partners"),
    ask=gettext_noop("Agree on the programmes with the partner"),
)
def agreed_programmes(facts: PathwayFacts) -> Blocker | None:
    """The first condition: Annex 1 ties both programmes and both Councils stand behind it."""
    both = len([council for council in facts.councils if council.approved]) >= 2
    if facts.annex.frozen and both:
        return None
    text = gettext_noop("Both partners have not yet developed and approved agreed programmes.")
    if not facts.annex.frozen:
        return Blocker("5.7", text, facts.annex.mover, said_of(facts.annex))
    return Blocker("5.7", text, Role.IPD_COORDINATOR)


@guard(
    "5.7",
    gettext_noop("every student masters a part of the programme at the partner"),
    ask=gettext_noop("Plan a semester at the partner"),
)
def part_at_partner(facts: PathwayFacts) -> Blocker | None:
    """The second condition: at least one semester there."""
    if facts.partner_semesters >= 1:
        return None
    text = gettext_noop("No semester at the partner is planned.")
    return Blocker("5.7", text, Role.IPD_COORDINATOR)


@guard(
    "5.7.3",
    gettext_noop("the conversion of marks is agreed, so that recognition is automatic"),
    ask=gettext_noop("Agree on the conversion of marks"),
)
def conversion_agreed(facts: PathwayFacts) -> Blocker | None:
    """The third condition: scale and rule are part of the text that both sides agree to."""
    if facts.conversion_agreed:
        return None
    text = gettext_noop("The conversion of the partner's marks is not agreed.")
    return Blocker("5.7.3", text, Role.IPD_COORDINATOR)


@guard("5.7.4", gettext_noop("teachers of both sides take part"), ask=gettext_noop("Name a teacher"))
def teachers_take_part(facts: PathwayFacts) -> Iterator[Blocker]:
    """The fourth condition: development, teaching, joint commissions."""
    if not facts.home_teachers:
        text = gettext_noop("No teacher of the University is named with a part in the programme.")
        yield Blocker("5.7.4", text, Role.IPD_COORDINATOR)
    if not facts.partner_teachers:
        text = gettext_noop("No teacher of the partner is named with a part in the programme.")
        yield Blocker("5.7.4", text, Role.PARTNER_COORDINATOR)


@guard(
    "5.7.5",
    gettext_noop("the award and the degrees of both sides are named"),
    ask=gettext_noop("Name the award and the degrees"),
)
def degrees_named(facts: PathwayFacts) -> Blocker | None:
    """The fifth condition: each partner's degree, or one joint degree by agreement."""
    if facts.award and facts.degrees_named:
        return None
    text = gettext_noop("The award or a degree of one of the sides is not named.")
    return Blocker("5.7.5", text, Role.IPD_COORDINATOR)


@guard(
    "6.5",
    gettext_noop("it is fixed who pays whom, or that nobody pays"),
    ask=gettext_noop("Fix the terms of money"),
)
def money_fixed(facts: PathwayFacts) -> Blocker | None:
    """Tuition at the partner follows what is agreed: at least one term, a waived one too."""
    if facts.money_fixed:
        return None
    return Blocker("6.5", gettext_noop("Who pays whom, and what, is not fixed."), Role.FINANCE_OFFICER)


def _two_approvals(facts: PathwayFacts) -> Iterator[Blocker]:
    if facts.kind == PathwayKind.JOINT and len([council for council in facts.councils if council.approved]) < 2:
        text = gettext_noop("It may not be called joint: two partners have not approved it.")
        yield Blocker("5.5", text, Role.IPD_COORDINATOR)


@guard(
    "5.5",
    gettext_noop("a programme that is called joint passes the three tests"),
    ask=gettext_noop("Meet the conditions of a joint programme"),
)
def joint_test(facts: PathwayFacts) -> Iterator[Blocker]:
    """Two approvals, a part at the partner, equal length on both sides. A double degree is not asked."""
    if facts.kind != PathwayKind.JOINT:
        return
    yield from _two_approvals(facts)
    if facts.partner_semesters < 1:
        text = gettext_noop("It may not be called joint: no part is studied at the partner.")
        yield Blocker("5.5", text, Role.IPD_COORDINATOR)
    if facts.home_semesters != facts.partner_semesters:
        text = gettext_noop(
            "It may not be called joint: %(home)s semesters at the University, %(partner)s at the partner."
        )
        params = {"home": facts.home_semesters, "partner": facts.partner_semesters}
        yield Blocker("5.5", text, Role.IPD_COORDINATOR, params)


def later(facts: PathwayFacts) -> list[Blocker]:
    """What opening asks for and nobody can do yet, in the order of 5.3: Councils, signature, EPVO."""
    state, found = facts.agreement_state, list[Blocker]()
    if facts.annex.frozen:
        found += agreed_programmes(facts)  # the Councils alone are missing, and are asked for by themselves
    if state in (AgreementState.DRAFT, AgreementState.AGREED):
        found += [*councils_approved(facts), *_two_approvals(facts)]
    if state in (AgreementState.DRAFT, AgreementState.AGREED, AgreementState.APPROVED):
        found += agreement_in_force(facts)
    if state not in SIGNED_OR_LATER:
        found += entered_into_epvo(facts)
    return found


def not_open() -> Blocker:
    """Why a pathway that lacks nothing takes nobody: it was not opened, or was closed by hand."""
    return Blocker(
        "6.12", gettext_noop("The pathway is not open."), Role.IPD_COORDINATOR, ask=gettext_noop("Open the pathway")
    )


def standard_gaps(credits_by_kind: Mapping[str, Decimal], total: Decimal) -> Iterator[str]:
    """What a curriculum lacks of the State Standard: credits of the level, practice, final attestation (5.2-a)."""
    if sum(credits_by_kind.values(), Decimal(0)) != total:
        yield gettext_noop("The credits of the University's curriculum do not add up to those of the programme.")
    if not credits_by_kind.get(CourseKind.PRACTICE):
        yield gettext_noop("The University's curriculum has no practice.")
    if not credits_by_kind.get(CourseKind.FINAL_ATTESTATION):
        yield gettext_noop("The University's curriculum has no final attestation.")


# Everything that opening asks for, in the order of the clauses.
DEMANDS = (
    not_a_memorandum,
    licence_valid,
    curricula_tied,
    entered_into_epvo,
    councils_approved,
    joint_test,
    agreed_programmes,
    part_at_partner,
    conversion_agreed,
    teachers_take_part,
    degrees_named,
    money_fixed,
    agreement_in_force,
    annex_is_frozen,
)
# What may fail later while the pathway is open: it then takes nobody new, those who are on their way stay.
ADMISSION = (not_a_memorandum, licence_valid, agreement_in_force, annex_is_frozen)
PATHWAY: Machine[PathwayFacts] = Machine(
    name="pathway",
    initial=S.PREPARED,
    steps=(
        Step(
            "open",
            (S.PREPARED,),
            S.OPEN,
            by=(Role.IPD_COORDINATOR,),
            clause="6.12",
            label=gettext_noop("Open the pathway"),
            done=gettext_noop("opened to students"),
            needs=DEMANDS,
        ),
        Step(
            "close",
            (S.OPEN,),
            S.CLOSED,
            by=(Role.IPD_COORDINATOR,),
            clause="4.2",
            label=gettext_noop("Close to new admissions"),
            done=gettext_noop("closed to new admissions"),
            way_out=True,
            needs_reason=True,
        ),
        Step(
            "reopen",
            (S.CLOSED,),
            S.OPEN,
            by=(Role.IPD_COORDINATOR,),
            clause="6.12",
            label=gettext_noop("Open again"),
            done=gettext_noop("opened again"),
            needs=DEMANDS,
            way_out=True,
        ),
    ),
    path=(S.PREPARED, S.OPEN),
)
