"""Mover and button agree on the road in: passport too short, a returned document, days of lists and their candidates."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from admissions.enums import ApplicationState as S
from admissions.models import Application
from admissions.services import incoming, nominations, package
from core.models import OutgoingEmail
from core.values import today
from core.workflow import BlockedError
from core.worklist import open_items_of
from institutions.models import User
from satbayev_jdp.demo.scans import scan
from tests.admissions.coming import Guests, fresh

pytestmark = pytest.mark.django_db
As = Callable[[User], Client]


def _waits(application: Application) -> set[tuple[str, str]]:
    return {(item.queue.split("@")[0], item.clause) for item in open_items_of(application)}


def _bring_anew(guests: Guests, application: Application) -> None:
    item = application.package.get(kind="passport")
    assert item.status == "returned"
    guests.hand_in(application, content=scan("A better copy").getvalue())


@pytest.mark.clause("7.6-a", "7.1-c")
def test_a_passport_too_short_is_the_partners_to_correct(client_as: As) -> None:
    guests = Guests()
    application = guests.draft(passport_valid_until=guests.intake.last_term.ends_on - timedelta(days=5))
    guests.hand_in(application)

    case = client_as(guests.partner).get(reverse("admissions:application", args=[application.pk]))

    assert _waits(application) == {("partner_coordinator", "7.6")}
    assert case.context["movers"] == ["You: partner coordinator"]
    assert case.context["action"].url == reverse("admissions:candidate-correct", args=[application.pk])


@pytest.mark.clause("6.12-a", "7.1-c", "7.2-a")
def test_a_returned_document_goes_to_the_partners_inbox_and_holds_the_candidate_back(client_as: As) -> None:
    guests = Guests()
    application = guests.nominated()
    package.return_document(application_id=application.pk, kind="passport", reason="blurred", actor=guests.ipd)

    with pytest.raises(BlockedError, match="The copy of the passport was returned: “blurred”"):
        incoming.send_to_review(application_id=application.pk, actor=guests.ipd)

    assert _waits(application) == {("partner_coordinator", "6.12")}
    case = client_as(guests.ipd).get(reverse("admissions:application", args=[application.pk]))
    assert case.context["movers"] == ["partner coordinator"]
    assert [blocker.clause for blocker in case.context["blockers"]] == ["6.12"]
    _bring_anew(guests, application)
    assert incoming.send_to_review(application_id=application.pk, actor=guests.ipd).state == S.IN_REVIEW


@pytest.mark.clause("6.12-a", "7.3-a")
def test_what_is_returned_later_holds_up_department_and_institute_too() -> None:
    guests = Guests()
    application = guests.in_review()
    package.return_document(application_id=application.pk, kind="passport", reason="blurred", actor=guests.ipd)
    with pytest.raises(BlockedError, match="was returned"):
        incoming.agree(application_id=application.pk, actor=guests.head)
    assert _waits(application) == {("partner_coordinator", "6.12")}

    _bring_anew(guests, application)
    incoming.agree(application_id=application.pk, actor=guests.head)
    package.return_document(application_id=application.pk, kind="passport", reason="too dark", actor=guests.ipd)
    with pytest.raises(BlockedError, match="was returned"):
        incoming.propose(application_id=application.pk, actor=guests.director)

    assert fresh(application).state == S.DEPARTMENT_AGREED


@pytest.mark.clause("7.1-c")
def test_a_candidate_who_was_returned_is_the_partners_to_send_anew_or_to_take_back(client_as: As) -> None:
    guests = Guests()
    application, ipd = guests.nominated(), client_as(guests.ipd)
    first = guests.listed(application)
    back = reverse("admissions:application-step", args=[application.pk, "return_to_partner"])

    assert ipd.post(back, {"reason": "another spelling"}).status_code == 302

    second = guests.listed(application)
    assert (fresh(application).state, second.number, second.state) == (S.DRAFT, first.number + 1, "draft")
    assert [item.queue.split("@")[0] for item in open_items_of(second)] == ["partner_coordinator"]
    nominations.send_list(list_id=second.pk, actor=guests.partner)
    assert (fresh(application).state, open_items_of(second)) == (S.NOMINATED, [])

    ipd.post(back, {"reason": "once more"})
    student = incoming.open_account(application, actor=guests.ipd)  # of an earlier stay
    assert student is not None
    address = reverse("admissions:candidate-withdraw", args=[application.pk])
    told = [b"stays in the University" in client_as(user).get(address).content for user in (student, guests.partner)]
    assert told == [True, False]
    assert client_as(student).post(address, {"reason": "illness"}).status_code == 302

    assert (fresh(application).state, open_items_of(guests.listed(application))) == (S.WITHDRAWN, [])
    (mail,) = OutgoingEmail.objects.filter(key__startswith="application.closed")
    assert (mail.to, "illness" in mail.body) == (guests.partner.email, False)


@pytest.mark.clause("7.1-c")
def test_a_list_and_its_candidates_are_due_on_the_same_day() -> None:
    guests = Guests()
    application = guests.draft()

    dues = {item.due for item in (*open_items_of(application), *open_items_of(guests.listed(application)))}

    assert dues == {guests.intake.closes_on}
    assert guests.intake.closes_on > today()
