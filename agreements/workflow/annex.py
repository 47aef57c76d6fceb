"""The life of a version of Annex 1: one side proposes it, both agree to the same content by its hash, it freezes (A1)."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext_noop

from agreements.enums import AnnexState as S
from agreements.enums import Side
from core.machine import Blocker, Machine, Step, guard
from institutions.enums import Role

AGREE_ON_ANNEX = gettext_noop("Agree on Annex 1")
CORRECT_ANNEX = gettext_noop("Correct Annex 1")


@dataclass(frozen=True, slots=True)
class AnnexFacts:
    """What is known of a version. `agreed`: the sides whose last word on this very hash is yes; `hash_holds`: it recomputes;
    `courses_tied`: its courses are of the curricula that the pathway ties.
    """

    rows: int
    proposed_by: str
    agreed: frozenset[str]
    hash_holds: bool
    is_latest: bool
    courses_tied: bool


@dataclass(frozen=True, slots=True)
class AnnexStand:
    """How Annex 1 of a pathway stands: frozen or not, the version (key) that is on its way, whose move it is.

    `content_hash`: of the latest frozen version. No version on its way: the IPD begins one, or whose version was returned
    corrects it; `returned`: the remarks.
    """

    frozen: bool = False
    version: int | None = None
    mover: str = Role.IPD_COORDINATOR
    content_hash: str = ""
    returned: str = ""


def coordinator_of(side: str) -> Role:
    """Who speaks for a side."""
    return Role.PARTNER_COORDINATOR if side == Side.PARTNER else Role.IPD_COORDINATOR


def is_on_its_way(state: str, proposed_by: str) -> bool:
    """Whether a version moves towards its yes for both sides: a partner's draft is its own until it is proposed."""
    return state == S.PROPOSED or (state == S.DRAFT and proposed_by == Side.HOME)


def mover_of(state: str, proposed_by: str) -> Role:
    """Whose move a version on its way is: a draft's own side; of a proposed one the other, for who proposed has agreed."""
    other = Side.HOME if proposed_by == Side.PARTNER else Side.PARTNER
    return coordinator_of(other if state == S.PROPOSED else proposed_by)


def said_of(stand: AnnexStand) -> dict[str, int | str]:
    """What a blocker says of Annex 1: the version that is on its way, which waits with its own page, or why it was returned."""
    if stand.version is not None:
        return {"version": stand.version}
    return {"remarks": stand.returned} if stand.returned else {}


@guard("A1", gettext_noop("the table has rows"), ask=gettext_noop("Enter the rows of Annex 1"))
def has_rows(facts: AnnexFacts) -> Blocker | None:
    """An empty table is no Annex 1."""
    if facts.rows:
        return None
    return Blocker("A1", gettext_noop("Annex 1 has no rows."), coordinator_of(facts.proposed_by))


@guard("A1", gettext_noop("no newer version stands beside it"), ask=gettext_noop("Go on with the newer version"))
def is_latest(facts: AnnexFacts) -> Blocker | None:
    """Both sides speak about one version at a time."""
    if facts.is_latest:
        return None
    return Blocker("A1", gettext_noop("There is a newer version."), coordinator_of(facts.proposed_by))


@guard("A1", gettext_noop("the rows are those that were proposed"), ask=gettext_noop("Propose the rows anew"))
def content_unchanged(facts: AnnexFacts) -> Blocker | None:
    """The hash that was agreed to must recompute from the rows."""
    if facts.hash_holds:
        return None
    return Blocker("A1", gettext_noop("The rows are not those that were proposed."), Role.IPD_COORDINATOR)


@guard(
    "A1", gettext_noop("the courses are those of the curricula that are tied"), ask=gettext_noop("Import Annex 1 anew")
)
def courses_tied(facts: AnnexFacts) -> Blocker | None:
    """Who ties other curricula asks for another version: marks come back to the courses of the curricula."""
    if facts.courses_tied:
        return None
    text = gettext_noop("Other curricula were tied after this version was written: import it anew.")
    return Blocker("A1", text, coordinator_of(facts.proposed_by))


@guard(
    "A1",
    gettext_noop("both sides have agreed to the same version, by its hash"),
    ask=gettext_noop("Agree to Annex 1"),
)
def both_sides_agreed(facts: AnnexFacts) -> Iterator[Blocker]:
    """Each side decides through its coordinator."""
    if Side.HOME not in facts.agreed:
        text = gettext_noop("The University has not agreed to this version.")
        yield Blocker("A1", text, Role.IPD_COORDINATOR)
    if Side.PARTNER not in facts.agreed:
        text = gettext_noop("The partner has not agreed to this version.")
        yield Blocker("A1", text, Role.PARTNER_COORDINATOR)


def before_agreeing(step: Step[AnnexFacts], facts: AnnexFacts) -> tuple[Blocker, ...]:
    """What a step lacks beside the yes that its own button gives."""
    return tuple(blocker for rule in step.needs if rule is not both_sides_agreed for blocker in rule(facts))


ANNEX: Machine[AnnexFacts] = Machine(
    name="annex",
    initial=S.DRAFT,
    steps=(
        Step(
            "propose",
            (S.DRAFT,),
            S.PROPOSED,
            by=(Role.IPD_COORDINATOR, Role.PARTNER_COORDINATOR),
            clause="A1",
            label=gettext_noop("Propose to the other side"),
            done=gettext_noop("proposed to the other side"),
            needs=(has_rows, is_latest, content_unchanged, courses_tied),
            ask=gettext_noop("Propose Annex 1 to the other side"),
        ),
        Step(
            "freeze",
            (S.PROPOSED,),
            S.FROZEN,
            by=(Role.PARTNER_COORDINATOR, Role.IPD_COORDINATOR),
            clause="A1",
            label=gettext_noop("Agree to this version"),
            done=gettext_noop("agreed by both sides and frozen"),
            needs=(has_rows, is_latest, content_unchanged, courses_tied, both_sides_agreed),
            ask=gettext_noop("Agree to Annex 1"),
        ),
        Step(
            "withdraw",
            (S.DRAFT, S.PROPOSED),
            S.WITHDRAWN,
            by=(Role.IPD_COORDINATOR, Role.PARTNER_COORDINATOR),
            clause="A1",
            label=gettext_noop("Return or withdraw this version"),
            done=gettext_noop("version withdrawn"),
            way_out=True,
            needs_reason=True,
        ),
    ),
    path=(S.DRAFT, S.PROPOSED, S.FROZEN),
)
