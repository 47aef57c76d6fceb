"""The lines of a new plan: from the frozen Annex 1, the working plan and the semesters of the stay."""

from functools import partial

import pytest

from admissions.models import Intake
from agreements.enums import Direction
from agreements.models import AnnexCourse
from core.workflow import (
    FaultyError,
)
from institutions.permissions import standing_of
from mobility.enums import LineKind, TakenAt
from mobility.selectors import plans as selectors
from mobility.selectors.plan_sheets import sheet_of
from mobility.services import plan_changes
from tests.factories import agreements, mobility

pytestmark = pytest.mark.django_db


@pytest.mark.clause("5.10-a")
def test_a_plan_is_made_from_the_frozen_annex() -> None:
    plan = mobility.plan()

    found = {item.course.code: item for item in selectors.items_of([plan])[plan.pk]}

    assert {code: item.taken_at for code, item in found.items()} == {
        "CSE1": TakenAt.HOME,
        "CSE2": TakenAt.HOST,
        "CSE3": TakenAt.HOST,
        "CSE4": TakenAt.HOST,
        "CSE5": TakenAt.HOME,
    }
    assert found["CSE2"].annex_row_id == found["CSE3"].annex_row_id
    assert found["CSE2"].term == plan.placement.application.intake.term
    assert found["CSE5"].reason


@pytest.mark.clause("5.14-b")
def test_the_attestation_is_planned_at_the_university() -> None:
    pathway = agreements.open_pathway()
    mobility.with_attestation(pathway)

    plan = mobility.plan(mobility.placement(pathway))

    assert plan.items.get(course__code="FAT1").taken_at == TakenAt.HOME


@pytest.mark.clause("5.14-a")
def test_an_incoming_students_plan_is_of_university_courses() -> None:
    plan = mobility.plan(mobility.placement(direction=Direction.INCOMING, number_here="20269001"))

    found = {item.course.code: (item.taken_at, item.kind) for item in selectors.items_of([plan])[plan.pk]}

    assert found == {
        "CSE1": (TakenAt.HOME, LineKind.PLANNED),
        "CSE2": (TakenAt.HOST, LineKind.PLANNED),
        "CSE3": (TakenAt.HOST, LineKind.PLANNED),
        "CSE4": (TakenAt.HOST, LineKind.PLANNED),
        "CSE5": (TakenAt.HOST, LineKind.DIFFERENCE),
    }


@pytest.mark.clause("7.3-d")
def test_a_guest_masters_here_what_the_department_agreed_to_for_the_term() -> None:
    stay = mobility.placement(direction=Direction.INCOMING, number_here="20269002")
    Intake.objects.filter(pk=stay.application.intake_id).update(semester=2)
    others = AnnexCourse.objects.filter(row__version=stay.application.annex_version, course__code="CSE4")
    stay.application.chosen_rows.set(others.values_list("row", flat=True))

    plan = mobility.plan(stay)

    line = plan.items.get(course__code="CSE5")
    assert (line.kind, line.term) == (LineKind.DIFFERENCE, None)
    assert line.reason == "not among the courses that the department agreed to for that term"
    change = partial(
        plan_changes.change_line,
        item_id=line.pk,
        plan_id=plan.pk,
        actor=mobility.parties(stay)["advisor"],
        is_summer=False,
        mode=line.mode,
    )
    with pytest.raises(FaultyError, match="did not agree to course CSE5 for semester 2"):
        change(semester=2, difference_reason="")
    change(semester=3, difference_reason="Taught later")
    assert change(semester=2, difference_reason="Taught in autumn").term is None


@pytest.mark.clause("7.3-d")
def test_whatever_the_department_did_not_agree_to_is_told_in_one_way() -> None:
    stay = mobility.placement(direction=Direction.INCOMING, number_here="20269004")
    Intake.objects.filter(pk=stay.application.intake_id).update(semester=2)
    others = AnnexCourse.objects.filter(row__version=stay.application.annex_version, course__code="CSE4")
    stay.application.chosen_rows.set(others.values_list("row", flat=True))
    plan = mobility.plan(stay)

    semesters = sheet_of(plan, standing_of(mobility.parties(stay)["advisor"])).semesters

    rows = [row for semester in semesters for row in semester.rows if row.item]
    outside = {row.item.course.code for row in rows if row.not_agreed and row.item}
    assert outside == {row.item.course.code for row in rows if row.item and row.item.semester == 2} - {"CSE4"}
    assert "CSE5" in outside
