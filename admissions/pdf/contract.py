"""The three-party contract of student, University and partner, made from a template (6.12)."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from admissions.models import Application
from admissions.pdf.case import (
    PathwayOnPaper,
    PeriodOnPaper,
    StudentOnPaper,
    pathway_on_paper,
    period_on_paper,
    student_on_paper,
)
from admissions.pdf.package import of_numbered_applications, of_visible_applications
from core.values import Localized
from documents.kinds import PaperKind, register_paper
from institutions.enums import Role

TITLE = Localized("Үшжақты шарт", "Трёхсторонний договор", "Three-party contract")


@dataclass(frozen=True)
class ContractContext:
    """What the contract says: the three parties, the programme, the period, the direction of the stay."""

    student: StudentOnPaper
    pathway: PathwayOnPaper
    period: PeriodOnPaper
    direction: str
    partner_signer: str


CONTRACT = register_paper(
    PaperKind(
        "three_party_contract",
        "CONTRACT",
        "ҮШ",
        "admissions/pdf/contract",
        visible=of_visible_applications,
        revoked_by=frozenset({Role.IPD_COORDINATOR}),
        opened_by=of_numbered_applications,
        label=_("three-party contract"),
        signed_by_parties=True,
    )
)


def contract_context(application: Application, *, partner_signer: str) -> ContractContext:
    """Copy a loaded application."""
    return ContractContext(
        student=student_on_paper(application),
        pathway=pathway_on_paper(application.intake.pathway),
        period=period_on_paper(application.intake),
        direction=application.direction,
        partner_signer=partner_signer,
    )
