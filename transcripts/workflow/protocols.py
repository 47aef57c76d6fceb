"""The life of a recognition protocol: made by the institute director, certified by the vice-rector (5.11)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_noop

from core.machine import Blocker, Machine, Step, guard
from institutions.enums import Role
from programmes.enums import TermKind
from transcripts.enums import ProtocolState as S


@dataclass(frozen=True, slots=True)
class DifferenceFact:
    """A difference: the home course, whether a way and a date of its removal are set."""

    course: str
    has_way: bool
    has_date: bool


@dataclass(frozen=True)
class ProtocolFacts:
    """What is known of a protocol. `makers`: who made it, and for whom they acted; `certifiers`: likewise of the actor."""

    results_posted: bool = False
    lines: int = 0
    differences: tuple[DifferenceFact, ...] = ()
    content_unchanged: bool = True
    makers: frozenset[int] = frozenset()
    certifiers: frozenset[int] = frozenset()
    academic_year: str = ""
    term_kind: str = TermKind.AUTUMN


# One sentence a kind of term: a text with parameters is translated when it is read, a term's name would not be.
MARKS_LATE: Mapping[str, str] = {
    TermKind.AUTUMN: gettext_noop("The partner's marks of the autumn semester %(year)s have not come."),
    TermKind.SPRING: gettext_noop("The partner's marks of the spring semester %(year)s have not come."),
    TermKind.SUMMER: gettext_noop("The partner's marks of the summer semester %(year)s have not come."),
}


@guard("6.9", gettext_noop("the partner has sent the marks of the term"), ask=gettext_noop("Send the marks"))
def marks_have_come(facts: ProtocolFacts) -> Blocker | None:
    """Nothing can be recalculated before the partner's marks are posted."""
    if facts.results_posted:
        return None
    return Blocker("6.9", MARKS_LATE[facts.term_kind], Role.PARTNER_COORDINATOR, {"year": facts.academic_year})


@guard(
    "5.11",
    gettext_noop("each difference has a way and a date of its removal"),
    ask=gettext_noop("Set how and when the difference is removed"),
)
def differences_have_an_end(facts: ProtocolFacts) -> Iterator[Blocker]:
    """R-5.11-b: order and dates of removing differences are part of the protocol."""
    for difference in facts.differences if facts.results_posted else ():
        if not difference.has_way or not difference.has_date:
            text = gettext_noop("The difference in %(course)s has no way or no date of removal.")
            yield Blocker("5.11", text, Role.INSTITUTE_DIRECTOR, {"course": difference.course})


@guard(
    "5.11",
    gettext_noop("who certifies is not who made the protocol"),
    ask=gettext_noop("Leave the certification to somebody else"),
)
def certified_by_somebody_else(facts: ProtocolFacts) -> Blocker | None:
    """R-5.11-a: never the same person, neither in an acting office nor for whom one acts."""
    if not facts.makers & facts.certifiers:
        return None
    text = gettext_noop("The protocol was made by the same person, or on that person's behalf.")
    return Blocker("5.11", text, Role.VICE_RECTOR)


@guard("5.11", gettext_noop("the protocol is as it was made"), ask=gettext_noop("Return the protocol"))
def content_is_as_made(facts: ProtocolFacts) -> Blocker | None:
    """What came after the protocol was made, a mark or a new version of the plan, is not certified unseen."""
    if facts.content_unchanged:
        return None
    text = gettext_noop(
        "Marks or the study plan have changed since the protocol was made: it must be returned and made again."
    )
    return Blocker("5.11", text, Role.VICE_RECTOR)


PROTOCOL: Machine[ProtocolFacts] = Machine(
    name="protocol",
    title=gettext_noop("recognition protocol"),
    initial=S.DRAFT,
    steps=(
        Step(
            "make",
            (S.DRAFT,),
            S.MADE,
            by=(Role.INSTITUTE_DIRECTOR,),
            clause="5.11",
            label=gettext_noop("Make the protocol"),
            done=gettext_noop("made by the institute director"),
            needs=(marks_have_come, differences_have_an_end),
        ),
        Step(
            "certify",
            (S.MADE,),
            S.CERTIFIED,
            by=(Role.VICE_RECTOR,),
            clause="5.11",
            label=gettext_noop("Certify"),
            done=gettext_noop("certified by the vice-rector"),
            needs=(content_is_as_made, differences_have_an_end, certified_by_somebody_else),
            ask=gettext_noop("Certify the recognition protocol"),
        ),
        Step(
            "return",
            (S.MADE,),
            S.DRAFT,
            by=(Role.VICE_RECTOR, Role.INSTITUTE_DIRECTOR),
            clause="5.11",
            label=gettext_noop("Return with a reason"),
            done=gettext_noop("returned to the institute director"),
            way_out=True,
            needs_reason=True,
        ),
    ),
    path=(S.DRAFT, S.MADE, S.CERTIFIED),
)
