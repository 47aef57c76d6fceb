"""Approving a plan: what keeps it from being sent, agreements on its content hash, new versions."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from agreements.enums import Direction
from agreements.models import AnnexCourse
from core.models import WorkItem
from core.workflow import (
    BlockedError,
    NotAllowedError,
    WrongStateError,
)
from core.worklist import open_items_of
from institutions.enums import Role
from mobility.enums import LineKind, PlacementState, PlanState
from mobility.models import Placement, StudyPlan
from mobility.selectors import plans as selectors
from mobility.services import plan_changes
from mobility.services import plans as services
from satbayev_jdp.desk.worklist import ask_of
from tests.admissions.coming import Guests
from tests.conftest import ClientAs
from tests.factories import agreements, institutions, mobility, programmes
from tests.many import confirm, foresee, told

pytestmark = pytest.mark.django_db


@pytest.mark.clause("5.10")
def test_everybody_agrees_and_the_last_word_approves() -> None:
    plan = mobility.proposed()
    people = list(mobility.parties(plan.placement).values())

    for user in people[:-1]:
        assert services.agree_to_plan(plan_id=plan.pk, actor=user, seen_hash=plan.content_hash).state == "proposed"
    approved = services.agree_to_plan(plan_id=plan.pk, actor=people[-1], seen_hash=plan.content_hash)

    assert approved.state == PlanState.APPROVED
    assert not WorkItem.objects.filter(subject_type="mobility.studyplan", closed_at=None).exists()


@pytest.mark.clause("5.10")
def test_a_proposed_plan_waits_for_each_part_in_its_own_queue() -> None:
    plan = mobility.proposed()

    queues = WorkItem.objects.filter(subject_id=plan.pk, subject_type="mobility.studyplan", closed_at=None)

    assert {queue.split("@")[0] for queue in queues.values_list("queue", flat=True)} == {
        "student",
        "advisor",
        "department_head",
        "partner_coordinator",
    }


@pytest.mark.clause("5.13-a")
def test_a_change_asks_everybody_again() -> None:
    plan = mobility.proposed()
    people = mobility.parties(plan.placement)
    for who in ("student", "department"):
        services.agree_to_plan(plan_id=plan.pk, actor=people[who], seen_hash=plan.content_hash)
    services.return_plan(plan_id=plan.pk, actor=people["department"], reason="Too much")
    unchanged = services.propose_plan(plan_id=plan.pk, actor=people["advisor"])
    assert selectors.plan_facts_of([unchanged])[plan.pk].agreed == {"student"}  # who returned it is asked again
    services.return_plan(plan_id=plan.pk, actor=people["department"], reason="As I said")
    item = plan.items.get(course__code="CSE1")
    plan_changes.change_line(
        item_id=item.pk, plan_id=plan.pk, actor=people["advisor"], semester=4, is_summer=False, mode="on_site"
    )
    old = plan.content_hash
    plan = services.propose_plan(plan_id=plan.pk, actor=people["advisor"])

    assert plan.content_hash != old
    assert selectors.plan_facts_of([plan])[plan.pk].agreed == frozenset()
    with pytest.raises(WrongStateError):
        services.agree_to_plan(plan_id=plan.pk, actor=people["student"], seen_hash=old)


@pytest.mark.clause("5.10")
def test_a_returned_plan_tells_the_advisor_who_returned_it() -> None:
    plan = mobility.proposed()
    people = mobility.parties(plan.placement)
    services.return_plan(plan_id=plan.pk, actor=people["partner"], reason="Another module")

    (item,) = open_items_of(plan)

    name = people["partner"].person.names.en
    told = f"Change the plan and send it again: returned by {name} (partner coordinator)"
    assert (item.queue.split("@")[0], ask_of(item)) == ("advisor", told)


@pytest.mark.clause("9.4")
def test_a_guests_plan_waits_for_an_advisor_to_be_named(client_as: ClientAs) -> None:
    guests = Guests()
    plan = StudyPlan.objects.get(placement__application=guests.admitted())
    address = f"/mobility/plans/{plan.pk}/"

    page = client_as(guests.head).get(address)

    assert page.context["movers"] == ["You: head of department"]
    assert [one.clause for one in page.context["blockers"]] == ["9.4"]
    assert (page.context["action"]["label"], page.context["action"]["url"]) == (
        "Assign an advisor",
        f"/mobility/stays/{plan.placement_id}/advisor/",
    )
    assert open_items_of(plan) == []  # nobody is the advisor yet: the head is asked, with the stay
    any_advisor = institutions.user(Role.ADVISOR, unit=plan.placement.application.department)
    assert client_as(any_advisor).get(address).context["action"] is None
    with pytest.raises(NotAllowedError):
        services.propose_plan(plan_id=plan.pk, actor=any_advisor)
    naming = [item.due for item in open_items_of(plan.placement) if item.clause == "9.4"]
    assert naming == [page.context["due"]]  # no later than the plan is due

    guests.advise(plan.placement.application)

    named = client_as(guests.head).get(address)
    assert (named.context["movers"], named.context["blockers"]) == (["advisor"], ())
    assert [item.queue.split("@")[0] for item in open_items_of(plan)] == ["advisor"]


def test_nobody_without_a_part_agrees() -> None:
    plan = mobility.proposed()

    with pytest.raises(NotAllowedError):
        services.agree_to_plan(plan_id=plan.pk, actor=institutions.user(Role.REGISTRAR), seen_hash=plan.content_hash)


@pytest.mark.clause("5.13-a")
def test_a_new_version_replaces_the_approved_one_when_it_is_approved() -> None:
    plan = mobility.approved()
    people = mobility.parties(plan.placement)
    newer = services.revise_plan(plan_id=plan.pk, actor=people["advisor"])
    services.propose_plan(plan_id=newer.pk, actor=people["advisor"])

    for user in people.values():
        services.agree_to_plan(plan_id=newer.pk, actor=user, seen_hash=newer.content_hash)

    plan.refresh_from_db()
    newer.refresh_from_db()
    assert (plan.state, newer.state, newer.number) == (PlanState.REPLACED, PlanState.APPROVED, 2)


@pytest.mark.clause("5.13-a")
def test_a_version_that_is_given_up_leaves_the_approved_plan_and_room_for_another(client_as: ClientAs) -> None:
    plan = mobility.approved()
    advisor = mobility.parties(plan.placement)["advisor"]
    client, page = client_as(advisor), reverse("mobility:studyplan", args=[plan.pk])
    assert "Make a new version" in client.get(reverse("mobility:studyplan-revise", args=[plan.pk])).content.decode()
    assert not StudyPlan.objects.exclude(pk=plan.pk).exists()  # told, not done

    newer = client.post(reverse("mobility:studyplan-revise", args=[plan.pk]), follow=True).context["plan"]
    assert reverse("mobility:studyplan", args=[newer.pk]) in client.get(page).content.decode()
    client.post(reverse("mobility:studyplan-give-up", args=[newer.pk]), {"reason": "Begun by mistake."})

    newer.refresh_from_db()
    assert newer.state == PlanState.DROPPED
    assert not open_items_of(newer)
    assert services.revise_plan(plan_id=plan.pk, actor=advisor).number == newer.number + 1


def test_the_first_plan_of_a_stay_and_one_that_is_sent_are_not_given_up() -> None:
    plan = mobility.approved()
    advisor = mobility.parties(plan.placement)["advisor"]
    newer = services.revise_plan(plan_id=plan.pk, actor=advisor)
    services.propose_plan(plan_id=newer.pk, actor=advisor)

    first = mobility.plan(mobility.placement())
    with pytest.raises(BlockedError, match="Only the draft of a later version"):
        services.give_up_version(plan_id=first.pk, reason="No.", actor=mobility.parties(first.placement)["advisor"])
    for one in (newer, plan):
        with pytest.raises(WrongStateError):
            services.give_up_version(plan_id=one.pk, reason="No.", actor=advisor)


def test_a_guests_plan_is_not_revised_after_the_stay() -> None:
    plan = mobility.approved(mobility.placement(direction=Direction.INCOMING, number_here="20269009"))
    Placement.objects.update(state=PlacementState.ENDED)

    with pytest.raises(WrongStateError, match="until the stay ends"):
        services.revise_plan(plan_id=plan.pk, actor=mobility.parties(plan.placement)["advisor"])


@pytest.mark.clause("5.14-b")
def test_a_plan_without_its_practice_in_full_cannot_be_sent() -> None:
    pathway = agreements.open_pathway()
    assert pathway.home_curriculum is not None
    programmes.course(pathway.home_curriculum, "PRC1", semester=2, kind="practice")
    plan = mobility.plan(mobility.placement(pathway))
    advisor = mobility.parties(plan.placement)["advisor"]
    item = plan.items.get(course__code="PRC1")
    plan_changes.change_line(
        item_id=item.pk,
        plan_id=plan.pk,
        actor=advisor,
        semester=2,
        is_summer=False,
        mode="on_site",
        difference_reason="Later",
    )

    with pytest.raises(BlockedError, match="PRC1"):
        services.propose_plan(plan_id=plan.pk, actor=advisor)


@pytest.mark.clause("7.3-d")
def test_a_guests_plan_with_a_course_that_the_department_did_not_agree_to_is_not_sent() -> None:
    stay = mobility.placement(direction=Direction.INCOMING, number_here="20269003")
    plan = mobility.plan(stay)
    advisor = mobility.parties(stay)["advisor"]
    assert plan.items.get(course__code="CSE4").kind == LineKind.PLANNED
    others = AnnexCourse.objects.filter(row__version=plan.annex_version, course__code="CSE2")
    stay.application.chosen_rows.set(others.values_list("row", flat=True))

    with pytest.raises(BlockedError, match="CSE4") as refused:
        services.propose_plan(plan_id=plan.pk, actor=advisor)

    assert [(blocker.clause, blocker.whose_move) for blocker in refused.value.blockers] == [("7.3", Role.ADVISOR)]


@pytest.mark.parametrize("who", ["student", "advisor", "department", "partner"])
def test_the_page_shows_the_grid_and_takes_an_agreement(who: str, client_as: ClientAs) -> None:
    plan = mobility.proposed()
    user = mobility.parties(plan.placement)[who]
    client: Client = client_as(user)

    page = client.get(f"/mobility/plans/{plan.pk}/")
    answer = client.post(f"/mobility/plans/{plan.pk}/agree/{plan.content_hash}/", follow=True)

    assert "Agree to the plan" in page.content.decode()
    assert answer.status_code == 200
    assert who in {part.name for part in answer.context["sheet"].parts if part.agreed}


def test_who_agrees_is_told_who_is_still_asked(client_as: ClientAs) -> None:
    plan = mobility.proposed()
    parties = mobility.parties(plan.placement)
    told = []
    for user in parties.values():
        address = f"/mobility/plans/{plan.pk}/agree/{plan.content_hash}/"
        (message,) = client_as(user).post(address, follow=True).context["messages"]
        told.append(str(message))

    assert told[0] == "You have agreed. Still to agree: advisor, head of department, partner coordinator."
    assert told[-1] == "You have agreed; everybody has, and the plan is approved."


@pytest.mark.clause("5.10")
def test_many_plans_are_agreed_to_as_they_were_shown_and_what_cannot_be_is_told(
    client_as: ClientAs, settings: Settings
) -> None:
    # Each is agreed to in a transaction of its own, locked and read anew: that is no N+1 to be mended.
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if not name.startswith("zeal.")]
    pathway = agreements.open_pathway()
    first, second = (mobility.proposed(mobility.placement(pathway)) for _ in range(2))
    draft = mobility.plan(mobility.placement(pathway))
    head = mobility.parties(first.placement)["department"]
    client, address = client_as(head), reverse("mobility:studyplans-bulk")

    page = foresee(client, address, "plans.agree", first.pk, second.pk, draft.pk)
    (elsewhere,) = page.context["will_not"]
    StudyPlan.objects.filter(pk=second.pk).update(content_hash="changed")
    answer = confirm(client, address, page)

    assert [one.pk for one in page.context["will"]] == [first.pk, second.pk]
    assert all(len(one.details) == len(selectors.items_of([first])[first.pk]) for one in page.context["will"])
    assert elsewhere.reasons == [
        ("Now it stands at “being made”: it has not come to this step yet.", "5.10", "advisor, institute coordinator")
    ]
    assert told(answer) == [
        "Done for 1 row.",
        "The plan was changed after you opened it. Please read it again. (1 row)",
    ]
    (again,) = foresee(client, address, "plans.agree", first.pk).context["will_not"]
    assert again.reasons[0][0] == "You have agreed to it already."
    returned = foresee(client, address, "plans.return", first.pk)
    assert told(confirm(client, address, returned, reason="Semester 2 is too full.")) == ["Done for 1 row."]
    first.refresh_from_db()
    assert first.state == PlanState.DRAFT
