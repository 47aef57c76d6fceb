"""A three-party contract is in force from the last of its three signatures on, and not a moment before (its clause 5.1)."""

import pytest

from admissions.models import Application
from admissions.services import contract
from documents.enums import DocumentState
from documents.models import OfficialDocument
from tests.admissions.coming import Guests
from tests.admissions.road import Case, Cast


def _state(application: Application) -> str:
    return OfficialDocument.objects.get(kind="three_party_contract", subject_id=application.pk).state


@pytest.mark.clause("6.12-b")
def test_an_outgoing_students_contract_is_in_force_with_the_third_signature(cast: Cast, invited: Case) -> None:
    application, student = invited
    contract.make_contract(application_id=application.pk, actor=cast.ipd)
    states = [_state(application)]

    for signer in (cast.signatory, cast.partner, student):
        contract.sign_contract(application_id=application.pk, actor=signer)
        states.append(_state(application))

    assert states == [*[DocumentState.AWAITS_SIGNATURES] * 3, DocumentState.ISSUED]


@pytest.mark.django_db
@pytest.mark.clause("6.12-b")
def test_an_incoming_students_contract_says_who_signed_last() -> None:
    guests = Guests()
    application = guests.proposed()
    contract.make_contract(application_id=application.pk, actor=guests.ipd)

    for signer in (guests.partner, guests.student(application), guests.signatory):
        contract.sign_contract(application_id=application.pk, actor=signer)

    assert _state(application) == DocumentState.ISSUED
