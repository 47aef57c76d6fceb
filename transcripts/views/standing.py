"""How a thing with a paper stands: its own state, until its paper is superseded or revoked."""

from collections.abc import Mapping, Sequence

from core.story import Told
from documents.enums import DocumentState
from transcripts.models import RecognitionProtocol, SemesterReport
from transcripts.phrases import undone
from transcripts.services.revoked import PAPER_REVOKED

PAPER_TONES: Mapping[str, str] = {
    DocumentState.ISSUED: "good",
    DocumentState.SUPERSEDED: "attention",
    DocumentState.REVOKED: "bad",
}


def standing(thing: RecognitionProtocol | SemesterReport, tones: Mapping[str, str]) -> tuple[str, str]:
    """The word of a state and its tone: of a paper that stands no longer its own, else by `tones` of the thing's state."""
    words = undone(thing.document)
    if words and thing.document:
        return words, PAPER_TONES[thing.document.state]
    return str(thing.get_state_display()), tones[thing.state]


def revocation(story: Sequence[Told]) -> Told | None:
    """Who revoked the paper, and why; None: nobody did."""
    return next((entry for entry in story if entry.action == PAPER_REVOKED), None)
