"""Who sees which plans, and what lists and pages of them cost."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from core.history import history_of
from core.values import today
from core.worklist import inbox, open_items_of
from institutions.enums import Role
from institutions.models import Membership, User
from institutions.permissions import holders_of, standing_of
from mobility.models import Placement, StudyPlan
from mobility.permissions.plans import roles_on_plan, sees_plan
from mobility.selectors import plans as selectors
from mobility.services.plans import propose_plan, settle_plan
from tests.conftest import ClientAs
from tests.factories import agreements, institutions, mobility

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("role", "mine"),
    [
        (Role.ADVISOR, True),
        (Role.DEPARTMENT_HEAD, True),
        (Role.INSTITUTE_DIRECTOR, True),
        (Role.REGISTRAR, True),
        (Role.AUDITOR, True),
        (Role.FINANCE_OFFICER, False),
        (Role.PARTNER_COORDINATOR, False),
    ],
)
def test_a_list_and_a_page_agree_on_who_sees_a_plan(role: str, *, mine: bool) -> None:
    plan = mobility.plan()
    application = plan.placement.application
    units = {
        Role.ADVISOR: application.department,
        Role.DEPARTMENT_HEAD: application.department,
        Role.INSTITUTE_DIRECTOR: application.institute,
    }
    other = institutions.partner("Elsewhere", "PL") if role == Role.PARTNER_COORDINATOR else None
    user = institutions.user(role, unit=units.get(Role(role)), university=other)
    standing = standing_of(user)

    loaded = StudyPlan.objects.get(pk=plan.pk)

    assert selectors.plans_visible_to(standing).filter(pk=plan.pk).exists() is mine
    assert sees_plan.test(standing, loaded) is mine


def test_a_named_advisor_is_the_only_one() -> None:
    plan = mobility.plan()
    other = institutions.user(Role.ADVISOR, unit=plan.placement.application.department)
    named = institutions.user(Role.ADVISOR, unit=plan.placement.application.department)
    plan.placement.advisor = named

    assert Role.ADVISOR not in roles_on_plan(plan, standing_of(other))
    assert Role.ADVISOR in roles_on_plan(plan, standing_of(named))


@pytest.mark.clause("9.4-a")
def test_who_acts_for_a_named_advisor_has_the_work_and_history_says_for_whom(client_as: ClientAs) -> None:
    plan = mobility.plan()
    placement, department = plan.placement, plan.placement.application.department
    named = institutions.user(Role.ADVISOR, unit=department)
    Placement.objects.filter(pk=placement.pk).update(advisor=named)
    settle_plan(StudyPlan.objects.get(pk=plan.pk))
    acting = institutions.user(Role.ADVISOR, unit=institutions.department("ZZ", institutions.institute("ZZ")))
    client, page = client_as(acting), reverse("mobility:studyplan", args=[plan.pk])
    assert client.get(page).status_code == 404

    Membership.objects.create(
        user=acting,
        role=Role.ADVISOR,
        university=institutions.home(),
        unit=department,
        starts_on=today(),
        acting_for=named,
    )
    acting = User.objects.get(pk=acting.pk)

    (item,) = open_items_of(plan)
    assert item in inbox(standing_of(acting).queues)
    assert holders_of([item.queue]) == {item.queue: [named, acting]}
    assert client.get(page).context["action"] is not None
    propose_plan(plan_id=plan.pk, actor=acting)
    entry = history_of(plan).latest("pk")
    assert (entry.actor_id, entry.role, entry.acting_for_id) == (acting.pk, "advisor", named.pk)


@pytest.mark.parametrize("count", [1, 3])
def test_facts_of_a_list_cost_the_same(count: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    pathway = agreements.open_pathway()
    for _ in range(count):
        mobility.plan(mobility.placement(pathway))
    plans = list(selectors.plans_visible_to(standing_of(institutions.user(Role.AUDITOR))).order_by("pk"))

    with django_assert_num_queries(5):
        assert len(selectors.plan_facts_of(plans)) == count


def test_a_stranger_gets_the_same_answer_as_for_nothing(client_as: ClientAs) -> None:
    plan = mobility.plan()
    client: Client = client_as(institutions.user(Role.FINANCE_OFFICER))

    assert client.get(f"/mobility/plans/{plan.pk}/").status_code == 404
    assert client.post(f"/mobility/plans/{plan.pk}/propose/").status_code == 404
