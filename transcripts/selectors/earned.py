"""Credits that approved plans have at the host against those that were earned, summed by the database (5.10, 5.12)."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from agreements.enums import Direction
from agreements.models import Pathway
from core.values import kazakh_sort_key
from documents.enums import DocumentState
from institutions.permissions import Standing
from mobility.enums import PlanState, TakenAt
from mobility.models import PlanItem, StudyPlan
from mobility.permissions.plans import sees_plan
from programmes.models import Enrolment
from transcripts.models import RecognitionLine, Result

_PATHWAY = "plan__placement__application__intake__pathway"


@dataclass(frozen=True, slots=True)
class Earned:
    """A pathway, or a student of one: how much is planned at the host and how much of it is earned."""

    key: int
    label: str
    direction: str
    students: int
    planned: Decimal
    earned: Decimal


def _items(standing: Standing, partner: int | None, year: int | None) -> "QuerySet[PlanItem]":
    """The lines of approved plans that are mastered at the host."""
    plans = StudyPlan.objects.filter(sees_plan.q(standing), state=PlanState.APPROVED)
    found = PlanItem.objects.filter(plan__in=plans.order_by().values("pk"), taken_at=TakenAt.HOST)
    if partner is not None:
        found = found.filter(**{f"{_PATHWAY}__partner_programme__university": partner})
    return found if year is None else found.filter(plan__placement__application__term__year=year)


def earned_by_pathway(standing: Standing, *, partner: int | None = None, year: int | None = None) -> list[Earned]:
    """By pathway and direction. Three queries."""
    items = _items(standing, partner, year)
    rows = _sums(items, _PATHWAY)
    ways = Pathway.objects.filter(pk__in={row[0] for row in rows}).select_related(
        "agreement", "home_programme", "partner_programme__university"
    )
    names = {way.pk: f"{way.home_programme.code} ↔ {way.partner_programme.university.name}" for way in ways}
    return _told(rows, names, _recognised(items, f"protocol__{_PATHWAY}"))


def earned_by_student(
    standing: Standing, pathway: int, *, partner: int | None = None, year: int | None = None
) -> list[Earned]:
    """The students of a pathway, each with planned and earned credits. Three queries."""
    items = _items(standing, partner, year).filter(**{_PATHWAY: pathway})
    rows = _sums(items, "plan__enrolment")
    students = Enrolment.objects.filter(pk__in={row[0] for row in rows}).select_related("person")
    names = {one.pk: f"{one.person} · {one.student_number}" for one in students}
    return _told(rows, names, _recognised(items, "protocol__plan__enrolment"))


_Row = tuple[int, str, int, Decimal, Decimal | None]


def _sums(items: "QuerySet[PlanItem]", by: str) -> list[_Row]:
    """Planned credits, and for incoming students those that were passed: key, direction, students, planned, passed."""
    passed = Exists(
        Result.objects.filter(
            enrolment=OuterRef("plan__enrolment"), course=OuterRef("course"), university__is_home=True, is_pass=True
        )
    )
    rows: Iterable[Any] = (
        items.order_by()
        .values_list(by, "plan__placement__direction")
        .annotate(
            students=Count("plan__enrolment", distinct=True),
            planned=Sum("credits"),
            passed=Sum("credits", filter=Q(passed, plan__placement__direction=Direction.INCOMING)),
        )
    )
    return list(rows)


def _recognised(items: "QuerySet[PlanItem]", by: str) -> dict[int, Decimal]:
    """Credits of outgoing students by certified protocols in force, by key."""
    lines = RecognitionLine.objects.filter(
        protocol__document__state=DocumentState.ISSUED,
        protocol__plan__placement__in=items.order_by().values("plan__placement"),
    )
    return dict(lines.order_by().values_list(by).annotate(credits=Sum("credits")))


def _told(rows: Iterable[_Row], names: dict[int, str], recognised: dict[int, Decimal]) -> list[Earned]:
    found = [
        Earned(
            key=key,
            label=names[key],
            direction=str(Direction(direction).label),
            students=students,
            planned=planned,
            earned=(recognised.get(key) if direction == Direction.OUTGOING else passed) or Decimal(0),
        )
        for key, direction, students, planned, passed in rows
    ]
    return sorted(found, key=lambda one: (-one.planned, kazakh_sort_key(one.label)))
