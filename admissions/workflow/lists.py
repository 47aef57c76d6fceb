"""The institute's list of candidates: gathered, ranked by agreed criteria, sent whole with the request (8.1)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext_noop

from admissions.enums import ListState
from admissions.workflow import phrases
from agreements.enums import Direction
from core.machine import Blocker, Machine, Step, guard
from core.values import Localized
from institutions.enums import Role


@dataclass(frozen=True)
class ListFacts:
    """What is known of a list. `unexplained`: who stands elsewhere than the criteria put them, without a reason."""

    candidates: int = 0
    has_request: bool = False
    places: int = 0
    proposed: int = 0
    unexplained: tuple[Localized, ...] = ()
    agreement_in_force: bool = False
    annex_agreed: bool = False


@guard("8.1", gettext_noop("the list names candidates"), ask=gettext_noop("Name the candidates"))
def has_candidates(facts: ListFacts) -> Blocker | None:
    """An empty list asks for nothing."""
    if facts.candidates:
        return None
    return Blocker("8.1", gettext_noop("The list names no candidate."), Role.INSTITUTE_COORDINATOR)


@guard("8.1", gettext_noop("the agreement is in force and Annex 1 agreed"), ask=phrases.AGREE_ON_ANNEX)
def ground_is_laid(facts: ListFacts) -> Iterator[Blocker]:
    """Within a signed agreement and an approved joint working plan only."""
    if not facts.agreement_in_force:
        text = gettext_noop("The agreement with the partner is not in force.")
        yield Blocker("5.8", text, Role.IPD_COORDINATOR, ask=phrases.FORCE_AGREEMENT)
    if not facts.annex_agreed:
        text = gettext_noop("The joint working plan (Annex 1) is not agreed by both sides.")
        yield Blocker("8.1", text, Role.IPD_COORDINATOR)


@guard(
    "8.1", gettext_noop("whoever exceeds the places is in reserve"), ask=gettext_noop("Move candidates to the reserve")
)
def within_the_quota(facts: ListFacts) -> Blocker | None:
    """Places are the intake's, less those that earlier lists hold."""
    if facts.proposed <= facts.places:
        return None
    text = gettext_noop("%(proposed)s candidates are proposed, but only %(places)s places are free.")
    numbers = {"proposed": facts.proposed, "places": facts.places}
    return Blocker("8.1", text, Role.INSTITUTE_COORDINATOR, numbers)


@guard(
    "8.1", gettext_noop("a rank that departs from the criteria has its reason"), ask=gettext_noop("Explain the ranks")
)
def ranks_explained(facts: ListFacts) -> Iterator[Blocker]:
    """The criteria suggest an order; people may depart from it and say why."""
    for name in facts.unexplained:
        text = gettext_noop("%(name)s: the rank departs from the criteria without a reason.")
        yield Blocker("8.1", text, Role.INSTITUTE_COORDINATOR, {"name": name})


@guard("8.1", gettext_noop("the request is written"), ask=gettext_noop("Write the request"))
def request_written(facts: ListFacts) -> Blocker | None:
    """The list goes with the institute's request (8.2 rests on it)."""
    if facts.has_request:
        return None
    return Blocker("8.1", gettext_noop("The request of the institute is empty."), Role.INSTITUTE_COORDINATOR)


CLOSING_SOON = timedelta(days=14)


def closing_of(*, direction: str, opens_on: date, closes_on: date, on: date, candidates: int) -> Iterator[Blocker]:
    """An intake that closes within two weeks and has nobody: whoever names candidates is reminded (7.1, 8.1)."""
    if candidates or not max(opens_on, closes_on - CLOSING_SOON) <= on <= closes_on:
        return
    words = {"day": f"{closes_on:%d.%m.%Y}"}
    if direction == Direction.OUTGOING:
        text = gettext_noop("The intake closes on %(day)s and nobody has applied: tell the students.")
        yield Blocker("8.1", text, Role.INSTITUTE_COORDINATOR, words, gettext_noop("Tell the students of the intake"))
    else:
        text = gettext_noop("The intake closes on %(day)s: name your candidates.")
        yield Blocker("7.1", text, Role.PARTNER_COORDINATOR, words, gettext_noop("Name your candidates"))


CANDIDATE_LIST: Machine[ListFacts] = Machine(
    name="candidate_list",
    initial=ListState.DRAFT,
    steps=(
        Step(
            "send",
            (ListState.DRAFT,),
            ListState.SENT,
            by=(Role.INSTITUTE_COORDINATOR,),
            clause="8.1",
            label=gettext_noop("Send the list to the IPD"),
            done=gettext_noop("list sent to the IPD with the request"),
            needs=(has_candidates, ground_is_laid, within_the_quota, ranks_explained, request_written),
        ),
    ),
    path=(ListState.DRAFT, ListState.SENT),
)
