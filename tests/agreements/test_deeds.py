"""What a reader is asked for on the Agreement road is the strip's button, and "go there" lands where it is done."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agreements.models import Agreement, Pathway
from agreements.selectors.agreements import text_hash
from agreements.services.due import settle_due
from agreements.services.evidence import name_teacher
from core.values import today
from core.worklist import open_items_of
from institutions.enums import Role
from institutions.models import Licence
from tests.agreements.road import Road, whole
from tests.conftest import ClientAs
from tests.factories import institutions


def _agreement(client: Client, pathway: Pathway) -> tuple[str, str]:
    return _deed(client, reverse("agreements:agreement", args=[pathway.agreement_id]))


def _pathway(client: Client, pathway: Pathway) -> tuple[str, str]:
    return _deed(client, reverse("agreements:pathway", args=[pathway.pk]))


def _deed(client: Client, page: str) -> tuple[str, str]:
    """The main action's word and address: it stands there, is not grey and opens."""
    answer = client.get(page)
    action = answer.context["action"]
    assert f'<a class="button button-main" href="{action.url}">{action.label}</a>' in answer.content.decode()
    assert client.get(action.url).status_code == 200
    return action.label, action.url


@pytest.mark.clause("4.2-c")
def test_the_lawyer_gives_the_review_by_the_main_button(road: Road, agreed: Pathway, client_as: ClientAs) -> None:
    form = reverse("agreements:review", args=[agreed.agreement_id, text_hash(agreed.agreement)])
    page = reverse("agreements:agreement", args=[agreed.agreement_id])

    assert _agreement(client_as(road.lawyer), agreed) == ("Give the legal review", form)
    assert f'<a href="{form}">go there</a>' in client_as(road.lawyer).get(page).content.decode()
    assert '<a href="#law">go there</a>' in client_as(road.ipd).get(page).content.decode()


@pytest.mark.clause("4.2-c")
def test_a_negative_review_is_put_right_in_the_draft_where_the_objection_stays_in_view(
    road: Road, agreed: Pathway, client_as: ClientAs
) -> None:
    road.review(agreed.agreement, positive=False)
    client, found = client_as(road.ipd), agreed.agreement
    page, back = (
        reverse("agreements:agreement", args=[found.pk]),
        reverse("agreements:agreement-step", args=[found.pk, "return"]),
    )
    objection = '<a href="#law">By the legal review the agreement contradicts the law of Germany.</a>'

    deed, before = _agreement(client, agreed), client.get(page).content.decode()
    client.post(back, {"reason": "Contradicts the law"})
    draft = client.get(page).content.decode()

    assert deed == ("Correct the text after the legal review", back)
    assert f'<a href="{back}">go there</a>' in before
    assert f'<a href="{back}">go there</a>' not in client_as(road.lawyer).get(page).content.decode()
    assert [objection in shown for shown in (before, draft)] == [False, True]
    road.review(Agreement.objects.get(pk=found.pk))
    assert objection not in client.get(page).content.decode()


def test_a_council_is_recorded_by_the_main_button_of_each_side(
    road: Road, approved: Pathway, client_as: ClientAs
) -> None:
    digest = whole(approved.agreement)
    forms = {
        user.pk: reverse("agreements:council", args=[approved.pk, side.pk, digest])
        for user, side in ((road.ipd, road.home), (road.coordinator, road.partner))
    }

    shown = {user.pk: _agreement(client_as(user), approved) for user in (road.ipd, road.coordinator)}

    assert shown == {pk: ("Enter the decision of the Academic Council", form) for pk, form in forms.items()}


def test_a_pathway_in_preparation_offers_each_what_lies_in_the_own_inbox(
    road: Road, signed: Pathway, client_as: ClientAs
) -> None:
    names = {"finance": "money-add", "partner": "teacher-add", "ipd": "epvo"}
    name_teacher(pathway_id=signed.pk, university_id=road.home.pk, full_name="Prof. X", part="teaching", actor=road.ipd)
    people = {"finance": institutions.user(Role.FINANCE_OFFICER), "partner": road.coordinator, "ipd": road.ipd}

    shown = {name: _pathway(client_as(user), signed) for name, user in people.items()}

    labels = {"finance": "Fix the terms of money", "partner": "Name a teacher", "ipd": "Enter the programme into EPVO"}
    assert shown == {
        name: (labels[name], reverse(f"agreements:{form}", args=[signed.pk])) for name, form in names.items()
    }


def test_what_waits_with_the_agreement_is_led_to_from_the_pathway(
    road: Road, agreed: Pathway, client_as: ClientAs
) -> None:
    page = reverse("agreements:agreement", args=[agreed.agreement_id])

    assert _pathway(client_as(road.lawyer), agreed) == ("Give the legal review", page)


def test_who_is_not_asked_is_offered_nothing(road: Road, signed: Pathway, client_as: ClientAs) -> None:
    page = reverse("agreements:pathway", args=[signed.pk])

    answer = client_as(road.lawyer).get(page)

    assert answer.context["action"] is None
    assert [card in answer.content.decode() for card in ("#money", "#teachers", "#epvo")] == [True] * 3


@pytest.mark.clause("6.12-e")
def test_an_agreement_that_ends_is_renewed_by_the_main_button(road: Road, ready: Pathway, client_as: ClientAs) -> None:
    Agreement.objects.filter(pk=ready.agreement_id).update(valid_until=today() + timedelta(days=20))
    page = reverse("agreements:agreement", args=[ready.agreement_id])

    answer = client_as(road.ipd).get(page)
    client_as(road.ipd).post(answer.context["action"].url)

    assert (answer.context["action"].label, answer.context["action"].method) == ("Draft the renewal", "post")
    assert '<a href="#renewal">go there</a>' in answer.content.decode()
    assert '<section class="card" id="renewal">' in answer.content.decode()
    assert Agreement.objects.filter(renews=ready.agreement_id).exists()


@pytest.mark.clause("4.2")
def test_a_licence_that_ends_is_asked_for_at_the_partner(road: Road, ready: Pathway, client_as: ClientAs) -> None:
    Licence.objects.update(valid_until=today() - timedelta(days=1))
    settle_due()

    shown = _pathway(client_as(road.ipd), ready)

    assert shown == ("Enter a licence in force", reverse("institutions:university", args=[road.partner.pk]))


def test_what_is_asked_on_pathways_of_two_drafts_is_told_apart(road: Road, drafted: Pathway) -> None:
    with time_machine.travel(timezone.now() + timedelta(days=3), tick=True):
        other = road.drafted()

    titles = [{item.title for item in open_items_of(way)} for way in (drafted, other)]

    days = [f"{today() + timedelta(days=ahead):%d.%m.%Y}" for ahead in (0, 3)]
    assert titles == [{f"Hochschule Nordtal · 7M06102 ↔ M.Sc. Informatik · draft of {day}"} for day in days]
