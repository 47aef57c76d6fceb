"""What a register of papers shows and exports, and what can be done with many of them."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from core.bulk import Deed, Prospect
from core.exports import Column
from core.machine import Blocker
from core.templatetags.written import as_date
from core.values import numbered
from documents.models import OfficialDocument
from documents.selectors import papers_opened_by
from documents.services import start_download

PAPERS: tuple[Column[OfficialDocument], ...] = (
    Column(_("Number"), lambda paper: paper.number_text, order="number", name="number"),
    Column(_("Paper"), lambda paper: paper.name, order="kind", width=50, name="paper"),
    Column(
        _("Holder"),
        lambda paper: str(paper.holder) if paper.holder else "",
        order="holder__name_cyrillic",
        otherwise="holder__surname",
        width=30,
        name="holder",
    ),
    Column(_("Issued"), lambda paper: as_date(paper.issued_at), order="issued_at", name="issued"),
    Column(_("State"), lambda paper: paper.get_state_display(), order="state", name="state"),
    Column(_("Code"), lambda paper: paper.code, name="code", optional=True),
    Column(_("SHA-256"), lambda paper: paper.sha256, width=66, name="sha256", optional=True),
)

_NOT_SEALED = gettext_noop("The paper is still being sealed.")
_NOT_THEIRS = gettext_noop("It bears the number of a passport: those alone open it whose work needs it.")


def _foresee(standing: Any, papers: Sequence[OfficialDocument]) -> list[Prospect]:
    found = papers_opened_by(standing).filter(pk__in=[paper.pk for paper in papers])
    opened = set(found.values_list("pk", flat=True))
    return [
        Prospect(
            paper.pk,
            numbered(paper.number_text),
            f"{paper.name}{f' · {paper.holder}' if paper.holder else ''}",
            () if paper.pk in opened else (Blocker("", _NOT_THEIRS if paper.sha256 else _NOT_SEALED, ""),),
        )
        for paper in papers
    ]


DEEDS: tuple[Deed, ...] = (
    Deed(
        "papers.download",
        label=gettext_noop("Download as ZIP"),
        will=gettext_noop("These papers are packed into one ZIP, each under its number."),
        foresee=_foresee,
        begin=start_download,
    ),
)
