"""Reads of Annex 1, beginning with who is looking: its versions, their rows, their facts."""

from collections.abc import Iterable

from django.db.models import Case, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery, When

from agreements.convert import AnnexEntry, AnnexLine, annex_hash
from agreements.enums import AnnexState, Side
from agreements.models import AnnexCourse, AnnexRow, AnnexVersion, Pathway
from agreements.permissions import annex_q, pathway_q
from agreements.selectors.pathways import PATHWAY_PARTS
from agreements.workflow import annex as annex_life
from core.decisions import agreed_parts
from core.history import subject_type
from core.models import Decision
from core.tables import how_many
from institutions.permissions import Standing
from programmes.models import Course

_MOST_AGREED = 500  # rows of what was agreed before: more than any page needs


def annexes_visible_to(standing: Standing) -> QuerySet[AnnexVersion]:
    """The versions of Annex 1 that a person may see: a side's draft only that side."""
    visible = Pathway.objects.filter(pathway_q(standing))
    versions = AnnexVersion.objects.filter(annex_q(standing), pathway__in=visible)
    return versions.select_related(*(f"pathway__{part}" for part in PATHWAY_PARTS))


def annexes_listed(standing: Standing) -> QuerySet[AnnexVersion]:
    """The same with `size`: how many rows each has."""
    return annexes_visible_to(standing).annotate(size=how_many(AnnexRow.objects.filter(version=OuterRef("pk"))))


def versions_of(pathway: Pathway, standing: Standing) -> list[AnnexVersion]:
    """The visible versions of a pathway's Annex 1, the newest first."""
    return list(annexes_visible_to(standing).filter(pathway=pathway).order_by("-number"))


def shown_to_side(pathway: Pathway, side: str) -> QuerySet[AnnexVersion]:
    """The versions that stand beside those of a side: neither withdrawn ones nor a draft of the other side, which it cannot see."""
    standing = AnnexVersion.objects.filter(pathway=pathway).exclude(state=AnnexState.WITHDRAWN)
    return standing.filter(~Q(state=AnnexState.DRAFT) | Q(proposed_by=side))


def latest_for(pathway: Pathway, side: str) -> AnnexVersion | None:
    """The latest version that stands beside those of a side."""
    return shown_to_side(pathway, side).order_by("-number").first()


def printed_before(pathway: Pathway, side: str) -> dict[int, str]:
    """How the latest version that stands beside those of a side prints the University's courses, by course. One query."""
    latest = shown_to_side(pathway, side).order_by("-number").values("pk")[:1]
    lines = AnnexCourse.objects.filter(row__version=Subquery(latest), side=Side.HOME).order_by()
    return dict(lines.values_list("course_id", "printed_name"))


def courses_to_tie(pathway: Pathway) -> tuple[list[Course], list[Course]]:
    """The courses of both curricula that a pathway ties, the University's first. One query."""
    keys = (pathway.home_curriculum_id, pathway.partner_curriculum_id)
    by_side: dict[int, list[Course]] = {}
    for course in Course.objects.filter(curriculum__in=[key for key in keys if key]).order_by("semester", "pk"):
        by_side.setdefault(course.curriculum_id, []).append(course)
    home, partner = (by_side.get(key or 0, []) for key in keys)
    return home, partner


def version_before(version: AnnexVersion, standing: Standing) -> AnnexVersion | None:
    """What a version is compared with: the last one before it that both sides agreed to, else the last that may be seen."""
    before = annexes_visible_to(standing).filter(pathway=version.pathway_id, number__lt=version.number)
    agreed = Case(When(state=AnnexState.FROZEN, then=0), default=1)
    return before.order_by(agreed, "-number").first()


def agreed_before(pathway: Pathway, standing: Standing) -> list[AnnexRow]:
    """Rows of two sides that hold a course of this pathway's home programme, of what was agreed elsewhere or here before.

    The courses of another curriculum are the same by their code. The newest version of each pathway, frozen only.
    """
    codes = Course.objects.filter(curriculum=pathway.home_curriculum_id).values("code")
    newer = AnnexVersion.objects.filter(
        pathway=OuterRef("pathway"), state=AnnexState.FROZEN, number__gt=OuterRef("number")
    )
    visible = annexes_visible_to(standing).filter(state=AnnexState.FROZEN).filter(~Exists(newer))
    here = AnnexCourse.objects.filter(row=OuterRef("pk"), side=Side.HOME, course__code__in=codes)
    there = AnnexCourse.objects.filter(row=OuterRef("pk"), side=Side.PARTNER)
    rows = AnnexRow.objects.filter(Exists(here), Exists(there), version__in=visible.values("pk"))
    ordered = Prefetch("courses", AnnexCourse.objects.select_related("course").order_by("side", "position"))
    found = rows.select_related("version__pathway__partner_programme__university").prefetch_related(ordered)
    return list(found.order_by("-version", "position")[:_MOST_AGREED])


def frozen_annex_of(pathway: Pathway) -> AnnexVersion | None:
    """The latest frozen version of Annex 1: what new students are admitted under."""
    frozen = AnnexVersion.objects.filter(pathway=pathway, state=AnnexState.FROZEN)
    return frozen.select_related("pathway").order_by("-number").first()


def rows_of(version: AnnexVersion) -> list[AnnexRow]:
    """All rows of a version in their order, courses prefetched. Two queries."""
    return _rows_with(AnnexCourse.objects.select_related("course"), version)


def _rows_with(courses: QuerySet[AnnexCourse], version: AnnexVersion) -> list[AnnexRow]:
    ordered = Prefetch("courses", courses.order_by("side", "position"))
    return list(AnnexRow.objects.filter(version=version).order_by("position").prefetch_related(ordered))


def entries_of(rows: Iterable[AnnexRow]) -> tuple[AnnexEntry, ...]:
    """Rows with prefetched courses as plain values: what is hashed, summed and exported."""
    return tuple(
        AnnexEntry(
            semester=row.semester,
            is_summer=row.is_summer,
            relation=row.relation,
            reason=row.reason,
            lines=tuple(
                AnnexLine(
                    side=line.side,
                    printed_number=line.printed_number,
                    printed_name=line.printed_name,
                    course_id=line.course_id,
                    credits=line.credits,
                    hours=line.hours,
                )
                for line in row.courses.all()
            ),
        )
        for row in rows
    )


def decided_by(version: AnnexVersion) -> list[Decision]:
    """The last word of each side on a version's content, with who said it. One query."""
    rows = Decision.objects.filter(
        subject_type=subject_type(version), subject_id=version.pk, subject_hash=version.content_hash
    )
    last = {row.part: row for row in rows.select_related("person__person").order_by("id")}
    return list(last.values())


def facts_of_annex(version: AnnexVersion) -> annex_life.AnnexFacts:
    """What the guards of a version need to know, read afresh."""
    entries = entries_of(_rows_with(AnnexCourse.objects.all(), version))
    tied = {version.pathway.home_curriculum_id, version.pathway.partner_curriculum_id}
    lines = AnnexCourse.objects.filter(row__version=version).order_by()
    newer = shown_to_side(version.pathway, version.proposed_by).filter(number__gt=version.number)
    return annex_life.AnnexFacts(
        rows=len(entries),
        proposed_by=version.proposed_by,
        agreed=agreed_parts(version, version.content_hash),
        hash_holds=annex_hash(entries) == version.content_hash,
        is_latest=not newer.exists(),
        courses_tied=set(lines.values_list("course__curriculum_id", flat=True)) <= tied,
    )
