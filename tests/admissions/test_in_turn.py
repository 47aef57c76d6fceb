"""One candidate after the other: a decision leads to the next who waits for the same one, with how far it is (7.3)."""

import pytest
from django.urls import reverse

from admissions.enums import ApplicationState
from admissions.services import package
from tests.admissions.coming import Guests, fresh
from tests.conftest import ClientAs

pytestmark = [pytest.mark.django_db, pytest.mark.clause("7.3-a")]


def decide(page: str, pk: int) -> str:
    return reverse(f"admissions:incoming-{page}", args=[pk])


def test_a_head_goes_from_one_candidate_to_the_next(client_as: ClientAs) -> None:
    guests = Guests(seats=5)
    first, blocked, second, third = (guests.in_review() for _number in range(4))
    package.return_document(application_id=blocked.pk, kind="passport", reason="blurred", actor=guests.ipd)
    head = client_as(guests.head)

    shown = head.get(decide("agree", first.pk))
    place = shown.context["place"]
    agreed = head.post(decide("agree", first.pk), {"rows": shown.context["form"]["rows"].value(), "comment": ""})
    refusal = f"{decide('refuse', second.pk)}?decided=1"
    on_second = head.get(agreed["Location"])
    refused = head.post(refusal, {"reason": "No free place in the laboratory."})
    last = head.get(refused["Location"])

    assert (place.at, place.count, place.next_url) == (1, 3, decide("agree", second.pk))
    assert agreed["Location"] == f"{decide('agree', second.pk)}?decided=1"
    assert "candidate 2 of 3" in on_second.content.decode()
    assert f'formaction="{refusal}"' in on_second.content.decode()
    assert (fresh(second).state, last.context["place"].at) == (ApplicationState.REFUSED, 3)
    assert last.context["place"].next_url == ""
    done = head.post(decide("agree", third.pk), {"rows": shown.context["form"]["rows"].value(), "comment": ""})
    assert done["Location"] == reverse("admissions:application", args=[third.pk])


def test_a_director_is_led_on_too_and_one_candidate_alone_is_not_counted(client_as: ClientAs) -> None:
    guests = Guests(seats=5)
    first, second = guests.agreed(), guests.agreed()
    director = client_as(guests.director)

    answer = director.post(decide("propose", first.pk), {"comment": ""})

    assert answer["Location"] == f"{decide('propose', second.pk)}?decided=1"
    assert director.get(decide("propose", second.pk)).context["place"] is None
    assert director.get(answer["Location"]).context["place"].at == 2
