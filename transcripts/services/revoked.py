"""A paper was revoked: the history of the thing it stood for tells by whom and why, so that its page says so."""

from django.db import models
from django.utils.translation import gettext_noop

from core.history import history_of, record
from documents.models import OfficialDocument

# The action of that entry.
PAPER_REVOKED = "transcripts.paper_revoked"


def note_revoked(subject: models.Model, document_id: int) -> None:
    """Write into a thing's history that its paper was revoked, with who did it and the reason from the paper's own history."""
    paper = OfficialDocument.objects.get(pk=document_id)
    told = history_of(paper).filter(action="paper.revoke").last()
    record(
        actor=told.actor if told else None,
        action=PAPER_REVOKED,
        subject=subject,
        text=gettext_noop("the paper No. %(number)s was revoked"),
        params={"number": paper.number_text},
        clause=told.clause if told else "",
        role=told.role if told else "",
        reason=told.reason if told else "",
    )
