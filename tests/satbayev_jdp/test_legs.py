"""A student's first page goes on after the order, and says what was returned."""

from collections.abc import Iterable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from admissions.services.outgoing import return_to_student
from institutions.enums import Role
from institutions.models import Membership, User
from institutions.permissions import standing_of
from mobility.models import StudyPlan
from satbayev_jdp.desk.mine import own_cases
from tests.admissions.road import Cast
from tests.conftest import ClientAs
from tests.factories import institutions, mobility, programmes
from tests.factories import transcripts as factory
from tests.transcripts.road import guest
from transcripts.models import RecognitionProtocol
from transcripts.services.transcripts import issue_transcript

pytestmark = pytest.mark.django_db


def _student(plan: StudyPlan) -> User:
    account = User.objects.get(person=plan.enrolment.person)
    Membership.objects.create(user=account, role=Role.STUDENT, university=institutions.home(), starts_on="2020-01-01")
    return account


def _legs(client: Client) -> list[tuple[str, str, tuple[str, ...]]]:
    """What the only case shows; each leg opens for its student."""
    (case,) = client.get(reverse("inbox")).context["cases"]
    assert {client.get(leg.url).status_code for leg in case.legs} == {200}
    return [(leg.label, leg.state, leg.movers) for leg in case.legs]


def _of(legs: Iterable[Any], label: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(state, movers) for name, state, movers in legs if name.startswith(label)]


@pytest.mark.clause("5.11", "5.12")
def test_a_student_who_went_sees_recognition_and_transcript_with_whose_move(client_as: ClientAs) -> None:
    plan = mobility.approved()
    client = client_as(_student(plan))

    waiting = _legs(client)
    page = client.get(reverse("inbox")).content.decode()

    assert [name for name, _state, _movers in waiting][:2] == ["Stay at the partner", "Individual study plan"]
    assert _of(waiting, "Individual") == [("approved", ())]
    assert _of(waiting, "Recognition: ") == [("waits for the partner's marks", ("partner coordinator",))]
    assert _of(waiting, "Transcript") == [("not issued yet", ())]
    assert plan.placement.host.name in page
    assert "Whose move: partner coordinator" in page


@pytest.mark.clause("5.11", "5.12")
def test_what_is_certified_and_issued_stands_there_by_its_number(client_as: ClientAs) -> None:
    protocol = factory.certified()
    client = client_as(_student(protocol.plan))

    certified = _legs(client)
    issued = issue_transcript(enrolment_id=protocol.plan.enrolment_id, actor=institutions.user(Role.REGISTRAR))

    assert _of(certified, "Recognition: ") == [("certified", ("Registrar's Office",))]
    assert _of(_legs(client), "Recognition: ") == [("certified", ())]
    assert _of(_legs(client), "Transcript") == [(f"No. {issued.document.number_text}", ())]


@pytest.mark.clause("9.2")
def test_a_guest_sees_until_when_the_registration_is(client_as: ClientAs) -> None:
    plan = guest()
    plan.placement.registered_until = plan.placement.ends_on
    plan.placement.save(update_fields=["registered_until"])
    client = client_as(_student(plan))

    legs = _legs(client)

    assert [name for name, _state, _movers in legs] == [
        "My arrival, step by step",
        "Individual study plan",
        "Transcript",
    ]
    assert "registered until" in client.get(reverse("inbox")).content.decode()


@pytest.mark.clause("8.1")
def test_a_returned_application_says_by_whom_why_and_where_to_go_on(client_as: ClientAs) -> None:
    cast = Cast()
    application, student = cast.submitted()
    client = client_as(student)
    Membership.objects.create(user=student, role=Role.STUDENT, university=institutions.home(), starts_on="2020-01-01")
    return_to_student(application_id=application.pk, reason="Мотивация тым қысқа", actor=cast.coordinator)

    answer = client.get(reverse("inbox"))

    (case,) = answer.context["cases"]
    page = answer.content.decode()
    draft = reverse("admissions:application-draft", args=[application.pk])
    assert (case.returned.reason, case.legs) == ("Мотивация тым қысқа", ())
    assert (str(cast.coordinator) in page, "Мотивация тым қысқа" in page) == (True, True)
    assert f'<a class="button button-main" href="{draft}">Correct and submit anew</a>' in page


@pytest.mark.parametrize("terms", [1, 3])
def test_the_legs_of_several_terms_cost_the_same(terms: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    plan = mobility.approved()
    standing = standing_of(_student(plan))
    for number in range(1, terms):
        other = programmes.term(plan.placement.host, starts_in=400 * number)
        RecognitionProtocol.objects.create(plan=plan, term=other)

    with django_assert_num_queries(14):
        (case,) = own_cases(standing)

    assert len(case.legs) == 3 + terms
