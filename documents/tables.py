"""What a register of papers shows and exports."""

from django.utils.translation import gettext_lazy as _

from core.exports import Column
from core.templatetags.written import as_date
from documents.models import OfficialDocument

PAPERS: tuple[Column[OfficialDocument], ...] = (
    Column(_("Number"), lambda paper: paper.number_text, order="number"),
    Column(_("Paper"), lambda paper: paper.name, width=50),
    Column(
        _("Holder"), lambda paper: str(paper.holder) if paper.holder else "", order="holder__name_cyrillic", width=30
    ),
    Column(_("Issued"), lambda paper: as_date(paper.issued_at), order="issued_at"),
    Column(_("State"), lambda paper: paper.get_state_display(), order="state"),
    Column(_("Code"), lambda paper: paper.code),
    Column(_("SHA-256"), lambda paper: paper.sha256, width=66),
)
