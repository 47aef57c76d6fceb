"""A student's first page goes on after the order, and says what was returned."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from admissions.selectors.roads import REVOKE
from admissions.services import orders
from admissions.services.applications import take_step
from admissions.services.outgoing import return_to_student
from core.values import today
from core.worklist import open_items_of
from documents.services import revoke
from institutions.enums import Role
from institutions.models import Membership, User
from institutions.permissions import standing_of
from mobility.enums import PlacementState
from mobility.models import Placement, StudyPlan
from satbayev_jdp.desk.mine import closed_lately, own_cases
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
    revoke(document_id=issued.document_id, reason="A name was wrong.", actor=institutions.user(Role.REGISTRAR))
    assert _of(_legs(client), "Transcript") == [("revoked; not issued anew yet", ())]


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


@pytest.mark.clause("8.5-a")
def test_a_case_that_was_cancelled_stays_in_view_for_a_while_and_nobody_is_invited_there_anew(
    client_as: ClientAs,
) -> None:
    cast = Cast()
    application, student = cast.admitted()
    Membership.objects.create(user=student, role=Role.STUDENT, university=institutions.home(), starts_on="2020-01-01")
    client = client_as(student)
    before = client.get(reverse("inbox")).context["closed"]
    take_step(application_id=application.pk, name="cancel_admitted", actor=cast.ipd, reason="visa refused")

    answer = client.get(reverse("inbox"))

    context, page = answer.context, answer.content.decode()
    assert before is None
    assert (context["closed"].state, context["cases"], context["invited"], context["waited"]) == (
        "cancelled",
        [],
        [],
        [],
    )
    assert (
        f'<a href="{reverse("admissions:application", args=[application.pk])}">{application.host_programme.university.name}</a>'
        in page
    )
    assert ("visa refused" in page, "Nothing waits for you." in page) == (False, True)
    assert cast.intake in client.get(reverse("admissions:mine")).context["intakes"]
    assert [item.cause for item in open_items_of(application)] == [REVOKE]
    with time_machine.travel(timezone.now() + timedelta(days=61)):
        assert closed_lately(standing_of(student)) is None


@pytest.mark.clause("8.6")
def test_where_the_order_stands_is_said_with_the_case(client_as: ClientAs) -> None:
    cast = Cast()
    application, student = cast.requested()
    Membership.objects.create(user=student, role=Role.STUDENT, university=institutions.home(), starts_on="2020-01-01")
    client, page = client_as(student), reverse("admissions:application", args=[application.pk])

    def told() -> tuple[str, str]:
        (case,) = client.get(reverse("inbox")).context["cases"]
        return case.state, client.get(page).context["where"]

    asked = told()
    order = orders.draft_departure(applications=[application.pk], actor=cast.registrar)
    drafted = told()
    orders.send_for_signature(order_id=order.pk, actor=cast.registrar)
    sent = told()
    orders.sign(order_id=order.pk, actor=cast.signatory)

    assert asked == ("order requested",) * 2
    assert drafted == ("order requested · order: draft",) * 2
    assert sent == ("order requested · order: awaits signature",) * 2
    assert told() == ("admitted",) * 2


@pytest.mark.parametrize(
    ("state", "begins", "said"),
    [
        (PlacementState.PRESENT, 1, ("departed", 9)),
        (PlacementState.PRESENT, 0, ("stay: present", 0)),
        (PlacementState.ENDED, -90, ("stay: ended", 0)),
    ],
)
def test_from_the_first_day_of_study_the_case_says_how_the_stay_stands(
    state: str, begins: int, said: tuple[str, int], client_as: ClientAs
) -> None:
    plan = mobility.approved()
    first = today() + timedelta(days=begins)
    Placement.objects.filter(pk=plan.placement_id).update(
        state=state, starts_on=first, ends_on=first + timedelta(days=80)
    )

    answer = client_as(_student(plan)).get(reverse("inbox"))

    (case,) = answer.context["cases"]
    assert (case.state, case.at) == said
    assert ("step 9 of 9" in answer.content.decode()) == bool(case.at)


@pytest.mark.parametrize("terms", [1, 3])
def test_the_legs_of_several_terms_cost_the_same(terms: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    plan = mobility.approved()
    standing = standing_of(_student(plan))
    for number in range(1, terms):
        other = programmes.term(plan.placement.host, starts_in=400 * number)
        RecognitionProtocol.objects.create(plan=plan, term=other)

    with django_assert_num_queries(15):
        (case,) = own_cases(standing)

    assert len(case.legs) == 3 + terms
