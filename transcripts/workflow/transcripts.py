"""What a transcript rests on: recognitions that are certified, of protocols that are in force (5.11, 5.12).

A transcript has no steps of its own, it is a paper; its rules are asked when it is issued and ever after.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_noop

from core.machine import Blocker, guard
from institutions.enums import Role
from transcripts.enums import ProtocolState


@dataclass(frozen=True, slots=True)
class PrintableFacts:
    """What a student's transcript would hold today: how many lines, and the states of protocols that would add some."""

    lines: int = 0
    open_protocols: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class IssuedFacts:
    """What is known of an issued transcript: whether it is in force, and all protocols behind its lines are."""

    in_force: bool = True
    protocols_in_force: bool = True


@dataclass(frozen=True, slots=True)
class CertifiedFacts:
    """What became of a certified protocol: its paper revoked, a correction opened, what counts of it on a transcript in force."""

    revoked: bool = False
    corrected: bool = False
    on_transcript: bool = True


@guard(
    "5.12",
    gettext_noop("what the partner's marks give is recognised and certified"),
    ask=gettext_noop("Certify the recognition protocol"),
)
def recognition_is_certified(facts: PrintableFacts) -> Blocker | None:
    """R-5.12-a: with nothing to print yet, whoever's move the protocol is."""
    if facts.lines or not facts.open_protocols:
        return None
    if ProtocolState.MADE in facts.open_protocols:
        text = gettext_noop(
            "There is no mark to print yet: the recognition protocol awaits the Vice-Rector's certification."
        )
        return Blocker("5.12", text, Role.VICE_RECTOR)
    text = gettext_noop("There is no mark to print yet: the institute director has not made the recognition protocol.")
    return Blocker("5.12", text, Role.INSTITUTE_DIRECTOR, ask=gettext_noop("Make the protocol"))


@guard(
    "5.11",
    gettext_noop("the protocols behind a transcript in force are in force themselves"),
    ask=gettext_noop("Issue the transcript anew"),
)
def stands_on_protocols_in_force(facts: IssuedFacts) -> Blocker | None:
    """R-5.11-d: a correction supersedes what it corrects; a transcript that says the old is issued anew or revoked."""
    if not facts.in_force or facts.protocols_in_force:
        return None
    text = gettext_noop(
        "A protocol behind this transcript was corrected or revoked: issue the transcript anew, or revoke it."
    )
    return Blocker("5.11", text, Role.REGISTRAR)


@guard(
    "5.11",
    gettext_noop("a revoked protocol is corrected by a new one"),
    ask=gettext_noop("Open a correction of the protocol"),
)
def revoked_is_corrected(facts: CertifiedFacts) -> Blocker | None:
    """R-5.11-d: what was recalculated is lost to the student until a correction is made and certified."""
    if not facts.revoked or facts.corrected:
        return None
    text = gettext_noop("The protocol's paper was revoked and its credits do not count: open a correction.")
    return Blocker("5.11", text, Role.INSTITUTE_DIRECTOR)


@guard(
    "6.11", gettext_noop("what is certified stands on a transcript in force"), ask=gettext_noop("Issue the transcript")
)
def recognised_is_on_a_transcript(facts: CertifiedFacts) -> Blocker | None:
    """5.12: recalculated credits are entered in the transcript; the Registrar's Office includes them (6.11)."""
    if facts.on_transcript:
        return None
    text = gettext_noop("Recognised credits stand on no transcript in force: a transcript is to be issued.")
    return Blocker("6.11", text, Role.REGISTRAR)


def lacking_of_certified(facts: CertifiedFacts) -> tuple[Blocker, ...]:
    """Everything that a certified protocol has come to lack."""
    return (*revoked_is_corrected(facts), *recognised_is_on_a_transcript(facts))
