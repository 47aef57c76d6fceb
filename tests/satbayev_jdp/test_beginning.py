"""A new installation leads from one thing to be entered to the next, until students are called to apply."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from agreements.enums import PathwayState
from agreements.models import Pathway
from institutions.enums import Role
from institutions.models import User
from institutions.permissions import standing_of
from satbayev_jdp.desk.beginning import Begun, beginning
from tests.factories import admissions, agreements, institutions, programmes

pytestmark = pytest.mark.django_db
ClientAs = Callable[[User], Client]


def needs(role: Role) -> list[Begun]:
    return beginning(standing_of(institutions.user(role)))


def test_what_is_entered_is_done_and_the_rest_names_who_enters_it() -> None:
    institutions.department()

    units, calendar, partner, *_rest = needs(Role.ADMINISTRATOR)

    assert (units.done, units.url) == (True, reverse("institutions:home"))
    assert (calendar.done, calendar.whose) == (False, "administrator, IPD coordinator")
    assert calendar.url == reverse("programmes:calendar", args=[institutions.home().pk])
    assert (partner.done, partner.url, partner.whose) == (False, "", "IPD coordinator")


def test_both_universities_have_to_have_their_curricula() -> None:
    def done() -> bool:
        return next(need.done for need in needs(Role.METHODICAL_SECTION) if need.clause == "5.2")

    programmes.curriculum(programmes.programme())
    assert not done()

    programmes.curriculum(programmes.programme(institutions.partner()))
    assert done()


def test_a_pathway_counts_with_its_annex_and_opening_is_asked_for_apart() -> None:
    def done() -> list[bool]:
        shown = {need.label: need.done for need in needs(Role.IPD_COORDINATOR)}
        return [shown[label] for label in shown if "pathway" in label]

    assert done() == [False, False]

    agreements.open_pathway()
    assert done() == [True, True]

    Pathway.objects.update(state=PathwayState.PREPARED)
    assert done() == [True, False]


def test_the_partners_terms_are_asked_for_as_well() -> None:
    def done() -> list[bool]:
        return [need.done for need in needs(Role.IPD_COORDINATOR) if need.clause == "3"]

    programmes.term(institutions.partner())
    assert done() == [False, True]


def test_it_stands_on_the_first_page_and_is_gone_once_students_are_called(client_as: ClientAs) -> None:
    client = client_as(institutions.user(Role.IPD_COORDINATOR))
    page = client.get(reverse("inbox")).content.decode()
    assert "What to begin with" in page
    assert "When somebody needs your decision" not in page

    admissions.intake()

    assert "What to begin with" not in client.get(reverse("inbox")).content.decode()


@pytest.mark.parametrize("role", [Role.STUDENT, Role.VICE_RECTOR, Role.AUDITOR])
def test_who_enters_nothing_of_it_is_not_led(role: Role) -> None:
    assert needs(role) == []
