"""Recognition is derived, never typed (5.7.3): posted marks × rows of Annex 1 in the approved plan give lines and differences."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from agreements.enums import Direction, Side
from agreements.models import AnnexCourse
from core.values import round_half_up
from mobility.enums import LineKind
from mobility.models import PlanItem, StudyPlan
from mobility.permissions.plans import at_university
from mobility.selectors.plans import annex_courses_of, items_of
from programmes.enums import CourseKind
from programmes.models import AcademicTerm, Course
from transcripts.convert import Conversion, convert_cluster
from transcripts.enums import DifferenceCause
from transcripts.models import Result
from transcripts.selectors.marks import last_attempts, mark_of, rule_of, scale_of


@dataclass(frozen=True)
class Recognised:
    """A home course recognised from the marks of one row."""

    item: PlanItem
    results: tuple[Result, ...]
    credits: Decimal
    conversion: Conversion


@dataclass(frozen=True)
class Missing:
    """A home course, or a part of its credits, that is not recognised, and why."""

    course: Course
    cause: str
    credits: Decimal
    reason: str = ""


@dataclass(frozen=True)
class Derivation:
    """What the marks of one term give: lines, differences, and whether any mark of the term has come."""

    lines: tuple[Recognised, ...]
    differences: tuple[Missing, ...]
    results_posted: bool

    def content(self) -> dict[str, Any]:
        """What was derived, without who did it: what is certified is this with the ways and days of removal."""
        return {
            "lines": [
                {
                    "course": line.item.course_id,
                    "row": line.item.annex_row_id,
                    "results": [result.pk for result in line.results],
                    "credits": line.credits,
                    "percent": line.conversion.percent,
                    "letter": line.conversion.letter,
                    "points": line.conversion.points,
                }
                for line in self.lines
            ],
            "differences": [
                {"course": gap.course.pk, "cause": gap.cause, "credits": gap.credits, "reason": gap.reason}
                for gap in self.differences
            ],
        }


def terms_of(plan: StudyPlan) -> list[AcademicTerm]:
    """The terms at the partner in which a loaded outgoing plan has lines, in their order."""
    if plan.placement.direction != Direction.OUTGOING:
        return []
    items = items_of([plan])[plan.pk]
    terms = {item.term_id: item.term for item in items if item.term and not at_university(item, Direction.OUTGOING)}
    return sorted(terms.values(), key=lambda term: term.starts_on)


@dataclass(frozen=True)
class Sources:
    """What recognition derives from: lines by plan, Annex courses by row, marks by student."""

    items: Mapping[int, Sequence[PlanItem]]
    rows: Mapping[int, list[AnnexCourse]]
    results: Mapping[int, Sequence[Result]]


def sources_of(plans: Sequence[StudyPlan]) -> Sources:
    """The sources of loaded plans, in three queries whatever their number.

    Every mark of a student, of the partner and of the University: a course may be passed in a later term.
    """
    results: dict[int, list[Result]] = defaultdict(list)
    found = Result.objects.filter(enrolment__in={plan.enrolment_id for plan in plans})
    for result in found.select_related("term", "course", "scale"):
        results[result.enrolment_id].append(result)
    return Sources(items_of(plans), annex_courses_of([plan.annex_version_id for plan in plans]), results)


def derive(
    plan: StudyPlan, term: AcademicTerm, refused: Mapping[int, str] | None = None, sources: Sources | None = None
) -> Derivation:
    """Lines and differences of a term for a loaded outgoing plan. `refused`: reasons by course that was not recognised.

    One to one; two home courses from one partner course, each with its mark; one home course from two partner courses,
    the marks weighed by their credits. A pass without a number carries credits and no points.
    """
    known = sources or sources_of([plan])
    items = [item for item in known.items[plan.pk] if item.course.curriculum_id == _home_curriculum(plan)]
    rows = known.rows
    there = [item for item in items if not at_university(item, plan.placement.direction) and item.term_id == term.pk]
    semesters = {item.semester for item in there}
    results = known.results[plan.enrolment_id]
    if not any(result.term_id == term.pk for result in results):
        return Derivation((), (), results_posted=False)  # nothing is missing yet: the partner is waited for
    last = {result.course_id: result for result in last_attempts(results)}
    lines: list[Recognised] = []
    gaps: list[Missing] = []
    by_row: dict[int, list[PlanItem]] = defaultdict(list)
    for item in there:
        if item.course.kind != CourseKind.FINAL_ATTESTATION and item.annex_row_id:
            by_row[item.annex_row_id].append(item)
    for row_id, found in by_row.items():
        partners = [course for course in rows.get(row_id, ()) if course.side == Side.PARTNER]
        _derive_row(plan, found, partners, last, refused or {}, lines, gaps)
    gaps += _not_covered(plan, items, semesters, rows, last)
    return Derivation(tuple(lines), tuple(gaps), results_posted=True)


def _home_curriculum(plan: StudyPlan) -> int | None:
    return plan.placement.application.intake.pathway.home_curriculum_id


def _derive_row(
    plan: StudyPlan,
    items: Sequence[PlanItem],
    partners: Sequence[AnnexCourse],
    last: Mapping[int, Result],
    refused: Mapping[int, str],
    lines: list[Recognised],
    gaps: list[Missing],
) -> None:
    results = [last[course.course_id] for course in partners if course.course_id in last]
    if len(results) < len(partners) or not results:
        gaps += [Missing(item.course, DifferenceCause.NOT_TAKEN, item.credits) for item in items]
        return
    if not all(result.is_pass for result in results):
        gaps += [Missing(item.course, DifferenceCause.FAILED, item.credits) for item in items]
        return
    pathway = plan.placement.application.intake.pathway
    day = max(result.examined_on for result in results)
    marks = [mark_of(result) for result in results]
    conversion = convert_cluster(marks, scale_of(results[0].scale), rule_of(pathway), day)
    share = _earned_share(partners, results)
    for item in items:
        if item.course_id in refused:
            gaps.append(Missing(item.course, DifferenceCause.REFUSED, item.credits, refused[item.course_id]))
            continue
        earned = round_half_up(item.credits * share, 2)
        lines.append(Recognised(item, tuple(results), earned, conversion))
        if earned < item.credits:
            gaps.append(Missing(item.course, DifferenceCause.CREDITS_SHORT, item.credits - earned))


def _earned_share(partners: Sequence[AnnexCourse], results: Sequence[Result]) -> Decimal:
    """The share of the row's agreed credits that the partner gave: 1 unless the mark brings fewer than Annex 1 says."""
    agreed = sum((course.credits for course in partners), Decimal(0))
    given = sum((result.credits for result in results), Decimal(0))
    return min(Decimal(1), given / agreed)


def _not_covered(
    plan: StudyPlan,
    items: Sequence[PlanItem],
    semesters: set[int],
    rows: Mapping[int, list[AnnexCourse]],
    last: Mapping[int, Result],
) -> list[Missing]:
    """Courses of the semester spent away that the partner does not teach: differences until they are passed at home."""
    found = []
    for item in items:
        away = item.semester in semesters and at_university(item, plan.placement.direction)
        if not away or item.course.kind == CourseKind.FINAL_ATTESTATION:
            continue
        result = last.get(item.course_id)
        covered = any(course.side == Side.PARTNER for course in rows.get(item.annex_row_id or 0, ()))
        stated = item.kind == LineKind.DIFFERENCE
        if (stated or not covered) and not (result and result.is_pass):
            found.append(Missing(item.course, DifferenceCause.NOT_COVERED, item.credits, item.reason if stated else ""))
    return found
