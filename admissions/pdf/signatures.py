"""The sheet of signatures of a three-party contract (6.12): who signed for which party, when and how.

The contract itself never changes after it is numbered: lines left for pens stay empty when its parties sign in the
program. The sheet carries their names and dates, and the contract's own number and hash.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from admissions.enums import ContractParty
from admissions.models import ContractSignature
from admissions.pdf.package import of_visible_applications
from core.values import LANGUAGES, Localized
from documents.kinds import PaperKind, register_paper
from documents.models import OfficialDocument
from institutions.enums import Role

TITLE = Localized(
    "Үшжақты шартқа қол қою парағы",
    "Лист подписания трёхстороннего договора",
    "Signature sheet of the three-party contract",
)


@dataclass(frozen=True)
class SignatureOnPaper:
    """A party's signature: whose, the office where the signer holds one, the day, and whether it stands on paper."""

    party: str
    name: Localized
    position: Localized
    on: date
    on_paper: bool


@dataclass(frozen=True)
class SheetContext:
    """The contract by number, date and seal, the student's names, and the three signatures in the order of their days."""

    contract: str
    contract_date: str
    contract_code: str
    contract_sha256: str
    student: Localized
    partner: Localized
    signatures: tuple[SignatureOnPaper, ...]


SIGNATURE_SHEET = register_paper(
    PaperKind(
        "contract_signatures",
        "CONTRACT-SIGNATURES",
        "ҚП",
        "admissions/pdf/contract_signatures",
        visible=of_visible_applications,
        revoked_by=frozenset({Role.IPD_COORDINATOR}),
        label=_("signature sheet of the three-party contract"),
    )
)


def sheet_context(contract: OfficialDocument, signatures: Sequence[ContractSignature]) -> SheetContext:
    """Copy a sealed contract and its signatures, loaded with `entered_by__person`."""
    said = contract.context["contract"]
    return SheetContext(
        contract=contract.number_text,
        contract_date=contract.context["paper"]["date"],
        contract_code=contract.code,
        contract_sha256=contract.sha256,
        student=Localized(**said["student"]["names"]),
        partner=Localized(**said["pathway"]["partner"]),
        signatures=tuple(
            _signature(one, contract) for one in sorted(signatures, key=lambda one: (one.signed_on, one.pk))
        ),
    )


def _signer(one: ContractSignature) -> Localized:
    """As the contract names whoever signs for its parties: a partner's signatory in the passport's letters in every language."""
    by_account = one.party == ContractParty.PARTNER and not one.scan_id
    return Localized(one.entered_by.person.passport_name) if by_account else one.signer


def _signature(one: ContractSignature, contract: OfficialDocument) -> SignatureOnPaper:
    office = contract.context["paper"]["signatory"] if one.party == ContractParty.UNIVERSITY else None
    position = Localized(**{name: office["position"][name] for name in LANGUAGES}) if office else Localized("")
    return SignatureOnPaper(
        party=one.party,
        name=_signer(one),
        position=position,
        on=one.signed_on,
        on_paper=one.scan_id is not None,
    )
