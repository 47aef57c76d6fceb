"""Who holds a place of an intake: everybody from the order (in) or the list (out) on, also who has come or gone."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from admissions.enums import ApplicationState as S
from admissions.selectors.places import free_places, taken_places
from admissions.workflow.incoming import INCOMING
from admissions.workflow.outgoing import OUTGOING
from agreements.enums import Direction
from institutions.enums import Role
from institutions.models import User
from tests.admissions.coming import Guests
from tests.factories import admissions, agreements, institutions, programmes

pytestmark = pytest.mark.django_db


@pytest.mark.clause("7.4-a")
@pytest.mark.parametrize("direction", [Direction.INCOMING, Direction.OUTGOING])
def test_from_the_first_state_that_holds_a_place_on_every_state_does(direction: str) -> None:
    machine = INCOMING if direction == Direction.INCOMING else OUTGOING
    intake = admissions.intake(agreements.open_pathway(), direction, seats=50)
    first = S.ORDER_DRAFTED if direction == Direction.INCOMING else S.NOMINATED
    held = []

    for state in machine.path:
        before = taken_places([intake.pk]).get(intake.pk, 0)
        admissions.application(intake, state=state)
        held.append(taken_places([intake.pk]).get(intake.pk, 0) > before)

    assert held == [machine.path.index(state) >= machine.path.index(first) for state in machine.path]


@pytest.mark.parametrize("state", sorted(S.closed()))
def test_whoever_is_out_holds_none(state: str) -> None:
    intake = admissions.intake(agreements.open_pathway(), Direction.INCOMING, seats=1)

    admissions.application(intake, state=state)

    assert free_places(intake) == 1


@pytest.mark.clause("7.4-a")
def test_the_page_of_the_intake_counts_who_was_invited_and_who_has_arrived(client_as: Callable[[User], Client]) -> None:
    guests = Guests(seats=4)
    guests.arrived()
    guests.invited()
    guests.admitted()

    page = client_as(guests.ipd).get(reverse("admissions:intake", args=[guests.intake.pk]))

    assert b"4, of them free: 1" in page.content


@pytest.mark.clause("8.1")
def test_who_applies_where_no_place_is_free_is_told_before(client_as: Callable[[User], Client]) -> None:
    intake = admissions.intake(agreements.open_pathway(), seats=1)
    student = institutions.user(Role.STUDENT)
    programmes.enrolment(intake.pathway.home_programme, student.person)
    address, says = reverse("admissions:intake", args=[intake.pk]), "No place is free now."

    free = client_as(student).get(address).content.decode()
    admissions.application(intake, state=S.NOMINATED)
    taken = client_as(student).get(address).content.decode()

    assert (says in free, says in taken) == (False, True)
