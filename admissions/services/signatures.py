"""After the third signature: the sheet that carries all three beside the contract (6.12)."""

from admissions.models import Application, Contract
from admissions.pdf.signatures import SIGNATURE_SHEET, TITLE, sheet_context
from documents.models import OfficialDocument
from documents.services import issue
from institutions.models import User


def issue_sheet(application: Application, contract: Contract, *, actor: User) -> OfficialDocument:
    """Number and seal the sheet of signatures of a contract that all three have signed, in the caller's transaction."""
    signatures = contract.signatures.select_related("entered_by__person").order_by("pk")
    return issue(
        kind=SIGNATURE_SHEET.name,
        subject=application,
        title=TITLE,
        context={"sheet": sheet_context(contract.document, list(signatures))},
        languages=contract.document.languages.split(","),
        actor=actor,
        holder=application.enrolment.person,
    )
