"""Many applications at once: contracts signed as they were shown, one candidate too many told before it matters."""

import pytest
from django.urls import reverse

from admissions.enums import ContractParty
from admissions.models import ContractSignature, Intake
from admissions.services import contract
from institutions.enums import Role
from tests.admissions.coming import Guests
from tests.conftest import ClientAs
from tests.factories import institutions
from tests.many import confirm, foresee, told

pytestmark = pytest.mark.django_db


def test_the_signatory_and_the_partner_sign_many_contracts_as_they_were_shown(client_as: ClientAs) -> None:
    guests = Guests()
    first, second, unmade = (guests.proposed() for _ in range(3))
    for one in (first, second):
        contract.make_contract(application_id=one.pk, actor=guests.ipd)
    client, address = client_as(institutions.user(Role.SIGNATORY)), reverse("admissions:applications-bulk")

    page = foresee(client, address, "applications.sign_contract.university", first.pk, second.pk, unmade.pk)
    assert [one.pk for one in page.context["will"]] == [first.pk, second.pk]
    assert [one.reasons[0][0] for one in page.context["will_not"]] == ["There is no contract to sign as things stand."]
    assert all("No. " in one.more for one in page.context["will"])
    stale = page.context["rows"].replace(f"{second.pk}:", f"{second.pk}:old-")
    answer = confirm(client, address, page, rows=stale)

    assert told(answer) == [
        "Done for 1 row.",
        "The contract was made anew after you opened it. Please read it again. (1 row)",
    ]
    signed = ContractSignature.objects.get()
    assert (signed.contract.application_id, signed.party) == (first.pk, ContractParty.UNIVERSITY)
    theirs = foresee(client_as(guests.partner), address, "applications.sign_contract.partner", first.pk)
    assert [one.pk for one in theirs.context["will"]] == [first.pk]
    assert foresee(client_as(guests.head), address, "applications.sign_contract.partner", first.pk).status_code == 404


@pytest.mark.clause("7.4")
def test_one_candidate_too_many_is_told_before_he_is_proposed(client_as: ClientAs) -> None:
    guests = Guests()
    Intake.objects.filter(pk=guests.intake.pk).update(seats=1)
    agreed = [guests.agreed() for _ in range(2)]
    client = client_as(guests.director)

    page = foresee(client, reverse("admissions:incoming-many"), "applications.propose", *(one.pk for one in agreed))

    assert ["more candidates than places: 2 for 1" in one.more for one in page.context["will"]] == [False, True]
    facts = dict(client.get(reverse("admissions:incoming-propose", args=[agreed[0].pk])).context["promise"])
    assert facts["Places"] == "1; proposed or admitted so far: 0"
