"""What was signed on paper, for tests."""

from datetime import date

from admissions.enums import ContractParty
from admissions.models import Application
from admissions.services import contract
from tests.admissions.road import Cast, pdf


def signed_on_paper(cast: Cast, application: Application, day: date) -> None:
    """The IPD enters the partner's signature of the contract from a scan."""
    contract.enter_signature(
        application_id=application.pk,
        party=ContractParty.PARTNER,
        signed_on=day,
        signed_by="Katarina Brandt",
        file=pdf(),
        name="contract.pdf",
        actor=cast.ipd,
    )
