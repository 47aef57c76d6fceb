"""A page that was opened in a second window leads to how the case stands, and nothing typed on it is lost."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from admissions.enums import ApplicationState as S
from admissions.models import Application
from admissions.services import incoming
from core.workflow import MOVED_ON
from institutions.models import User
from tests.admissions.coming import Guests, fresh
from tests.admissions.road import Case, Cast

As = Callable[[User], Client]


def _told(client: Client, name: str, *args: object) -> tuple[list[str], bool]:
    """Where the page leads, and whether it says that somebody was first."""
    answer = client.get(reverse(f"admissions:{name}", args=args), follow=True)
    assert answer.status_code == 200
    return [address for address, _status in answer.redirect_chain], MOVED_ON in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.clause("7.3")
def test_the_page_that_refuses_leads_to_a_case_that_was_agreed_meanwhile(client_as: As) -> None:
    guests = Guests()
    case = guests.in_review()
    incoming.agree(application_id=case.pk, actor=guests.head)
    head, here = client_as(guests.head), reverse("admissions:application", args=[case.pk])

    opened = [_told(head, f"incoming-{name}", case.pk) for name in ("agree", "refuse")]
    late = head.post(reverse("admissions:incoming-refuse", args=[case.pk]), {"reason": "no place"}, follow=True)

    assert opened == [([here], True)] * 2
    assert (late.redirect_chain, MOVED_ON in late.content.decode()) == ([(here, 302)], True)
    assert fresh(case).state == S.DEPARTMENT_AGREED


@pytest.mark.django_db
@pytest.mark.clause("7.3")
def test_what_has_not_come_to_a_step_yet_was_taken_by_nobody(client_as: As) -> None:
    guests = Guests()
    case = guests.in_review()

    shown = _told(client_as(guests.ipd), "incoming-invite", case.pk)

    assert shown == ([reverse("admissions:application", args=[case.pk])], False)


@pytest.mark.django_db
def test_the_partners_pages_of_a_candidate_who_was_sent_lead_to_the_case(client_as: As) -> None:
    guests = Guests()
    case = guests.in_review()

    shown = _told(client_as(guests.partner), "candidate-correct", case.pk)

    assert shown == ([reverse("admissions:application", args=[case.pk])], True)
    assert client_as(guests.head).get(reverse("admissions:candidate-correct", args=[case.pk])).status_code == 404


def test_the_pages_of_a_departure_lead_to_the_case(cast: Cast, invited: Case, client_as: As) -> None:
    application, _student = invited
    ipd, here = client_as(cast.ipd), reverse("admissions:application", args=[application.pk])

    early = [_told(ipd, name, application.pk) for name in ("depart", "departure-correct")]
    Application.objects.filter(pk=application.pk).update(state=S.DEPARTED)
    late = _told(ipd, "depart", application.pk)

    assert early == [([here], False)] * 2
    assert late == ([here], True)


@pytest.mark.django_db
@pytest.mark.clause("7.3")
@pytest.mark.parametrize("page", ["agree", "propose"])
def test_what_was_typed_where_one_decides_comes_along_as_the_reason(page: str, client_as: As) -> None:
    guests = Guests()
    case = guests.in_review()
    if page == "propose":
        incoming.agree(application_id=case.pk, actor=guests.head)
    who = client_as(guests.head if page == "agree" else guests.director)
    refuse = reverse("admissions:incoming-refuse", args=[case.pk])

    decision = who.get(reverse(f"admissions:incoming-{page}", args=[case.pk])).content.decode()
    asked = who.post(refuse, {"comment": "Пререквизиттер жоқ", "rows": ["1"]})
    unchanged = fresh(case).state
    who.post(refuse, {"reason": asked.context["form"]["reason"].value()})

    assert f'<button type="submit" class="button" formaction="{refuse}">Refuse…</button>' in decision
    assert (asked.status_code, asked.context["form"].errors) == (200, {})
    assert "Пререквизиттер жоқ</textarea>" in asked.content.decode()
    assert unchanged != S.REFUSED
    assert fresh(case).state == S.REFUSED


def test_an_answer_is_given_by_the_partner_and_entered_from_paper_by_the_ipd(
    cast: Cast, proposed: Case, client_as: As
) -> None:
    page = reverse("admissions:application", args=[proposed[0].pk])

    labels = [client_as(who).get(page).context["action"].label for who in (cast.partner, cast.ipd)]

    assert labels == ["Invite, wait or refuse", "Enter the answer from paper"]
