"""The lines of a plan as a table: one save, all or none, each fault beside its cell, what others saved is told line by line."""

from dataclasses import replace

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from core.story import story_of
from core.workflow import ChangedMeanwhileError, FaultyError, ManyRefusedError, NotAllowedError
from institutions.permissions import standing_of
from mobility.enums import LineKind
from mobility.models import PlanItem, StudyPlan
from mobility.services import plan_changes
from mobility.services import plans as services
from mobility.services.plan_changes import LineChange
from mobility.tables.plan import plan_table, stands, totals_of
from tests.conftest import ClientAs
from tests.factories import mobility

pytestmark = pytest.mark.django_db


def _change(item: PlanItem, **other: object) -> LineChange:
    item.refresh_from_db()
    line = LineChange(
        item.pk, item.semester, item.is_summer, item.mode, None, item.joint_commission, stands(item)["seen"]
    )
    return replace(line, **other)  # type: ignore[arg-type]  # names are the fields'


def _sent(*items: PlanItem, **changed: str) -> dict[str, str]:
    """The table as its page has it, with some cells changed: `semester__CSE1="4"`."""
    cells: dict[str, str] = {}
    for item in items:
        item.refresh_from_db()
        values = {
            **stands(item),
            **{key.split("__")[0]: text for key, text in changed.items() if key.endswith(item.course.code)},
        }
        cells |= {f"{name}-{item.pk}": text for name, text in values.items() if text}
    return cells


def _own(plan: StudyPlan) -> list[PlanItem]:
    advisor = mobility.parties(plan.placement)["advisor"]
    return [row.item for row in plan_table(plan, standing_of(advisor)) if row.cells]


@pytest.mark.clause("6.8-a")
def test_lines_are_changed_together_or_not_at_all() -> None:
    plan = mobility.plan()
    advisor = mobility.parties(plan.placement)["advisor"]
    one, two = _own(plan)[:2]

    changes = [_change(one, semester=4), _change(two, semester=99)]
    with pytest.raises(ManyRefusedError) as refused:
        plan_changes.change_lines(plan_id=plan.pk, changes=changes, actor=advisor)
    one.refresh_from_db()

    assert one.semester != 4
    assert {pk: type(why) for pk, why in refused.value.refused.items()} == {two.pk: FaultyError}
    changes = [_change(one, semester=4), _change(two, difference_reason="later")]
    plan_changes.change_lines(plan_id=plan.pk, changes=changes, actor=advisor)
    for item in (one, two):
        item.refresh_from_db()
    assert (one.semester, two.kind, two.reason) == (4, LineKind.DIFFERENCE, "later")


@pytest.mark.clause("6.8-a")
def test_the_other_sides_line_and_another_plans_are_refused() -> None:
    plan = mobility.plan()
    people = mobility.parties(plan.placement)
    ours, theirs = _own(plan)[0], plan.items.get(course__code="CSE4")
    foreign = StudyPlan.objects.create(
        enrolment=plan.enrolment, placement=plan.placement, annex_version=plan.annex_version, number=9
    )

    for change in (_change(theirs, semester=3), _change(theirs)):
        with pytest.raises(NotAllowedError):
            plan_changes.change_lines(plan_id=plan.pk, changes=[change], actor=people["advisor"])
    with pytest.raises(NotAllowedError):
        plan_changes.change_lines(plan_id=plan.pk, changes=[_change(ours)], actor=people["partner"])
    with pytest.raises(PlanItem.DoesNotExist):
        plan_changes.change_lines(plan_id=foreign.pk, changes=[_change(ours)], actor=people["advisor"])


def test_a_line_left_as_it_was_shown_keeps_what_another_saved_meanwhile() -> None:
    plan = mobility.plan()
    advisor = mobility.parties(plan.placement)["advisor"]
    one, two = _own(plan)[:2]
    mine = [_change(one), _change(two, is_summer=True)]
    plan_changes.change_lines(plan_id=plan.pk, changes=[_change(one, semester=4)], actor=advisor)

    plan_changes.change_lines(plan_id=plan.pk, changes=mine, actor=advisor)

    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.semester, two.is_summer) == (4, True)
    assert [entry.text.startswith("changed the line") for entry in story_of(plan)[:3]] == [True, True, False]


def test_what_another_saved_in_the_same_line_is_told_beside_it_and_saving_again_goes_on(client_as: ClientAs) -> None:
    plan = mobility.plan()
    advisor = mobility.parties(plan.placement)["advisor"]
    one = _own(plan)[0]
    stale, mine = _change(one, semester=2), _sent(one, **{f"semester__{one.course.code}": "2"})
    plan_changes.change_lines(plan_id=plan.pk, changes=[_change(one, semester=4)], actor=advisor)
    url = reverse("mobility:studyplan-lines", args=[plan.pk])

    with pytest.raises(ManyRefusedError) as refused:
        plan_changes.change_lines(plan_id=plan.pk, changes=[stale], actor=advisor)
    told = client_as(advisor).post(url, mine)
    one.refresh_from_db()

    assert isinstance(refused.value.refused[one.pk], ChangedMeanwhileError)
    assert (told.status_code, one.semester) == (422, 4)
    html = told.content.decode()
    assert "Another text was saved meanwhile" in html
    assert f'id="semester-{one.pk}" value="2"' in html
    now = stands(one)["seen"]
    assert f'name="seen-{one.pk}" value="{now}"' in html
    assert client_as(advisor).post(url, {**mine, f"seen-{one.pk}": now}).status_code == 302


def test_faults_stand_beside_their_cells_and_nothing_typed_is_lost(client_as: ClientAs) -> None:
    plan = mobility.plan()
    advisor = mobility.parties(plan.placement)["advisor"]
    one, two = _own(plan)[:2]
    url = reverse("mobility:studyplan-lines", args=[plan.pk])
    changed = {f"semester__{one.course.code}": "көп", f"difference_reason__{two.course.code}": "later"}

    page = client_as(advisor).post(url, _sent(one, two, **changed))

    html = page.content.decode()
    two.refresh_from_db()
    assert (page.status_code, two.kind) == (422, LineKind.PLANNED)
    assert f'href="#semester-{one.pk}">' in html
    assert f'id="semester-{one.pk}" value="көп"' in html
    assert f'aria-describedby="semester-{one.pk}-fault"' in html
    assert f'id="difference_reason-{two.pk}" value="later"' in html


def test_the_table_is_for_the_makers_of_a_draft(client_as: ClientAs) -> None:
    plan = mobility.plan()
    people = mobility.parties(plan.placement)
    url = reverse("mobility:studyplan-lines", args=[plan.pk])

    found = {name: client_as(user).get(url).status_code for name, user in people.items()}
    assert found == {"student": 404, "advisor": 200, "department": 200, "partner": 200}
    assert client_as(people["advisor"]).post(url, {"semester-999999": "1"}).status_code == 404
    services.propose_plan(plan_id=plan.pk, actor=people["advisor"])
    assert client_as(people["advisor"]).get(url).status_code == 302


def test_the_table_saves_and_sums(client_as: ClientAs, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    plan = mobility.plan()
    advisor = mobility.parties(plan.placement)["advisor"]
    one = _own(plan)[0]
    rows = plan_table(plan, standing_of(advisor))
    totals = totals_of(rows)
    client = client_as(advisor)
    url = reverse("mobility:studyplan-lines", args=[plan.pk])

    for unit in ("credits", "hours"):
        by_side = [block.sums.get(f"{side}-{unit}", 0) for block in totals.rows for side in ("home", "partner")]
        assert sum(by_side) == sum(getattr(row.item, unit) for row in rows)
    assert totals.whole.sums["home-hours"] == sum(row.item.hours for row in rows if row.ours)
    client.get(url)
    with django_assert_num_queries(13):
        client.get(url)
    saved = client.post(url, _sent(one, **{f"mode__{one.course.code}": "online"}), follow=True)
    one.refresh_from_db()
    assert (one.mode, "Saved." in saved.content.decode()) == ("online", True)
