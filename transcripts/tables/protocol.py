"""A draft protocol as a table of decisions: what came from the partner, what it is recognised for, sums by semester."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext, pgettext

from core.grids import Bucket, GridCell, GridColumn, SumColumn, Sums, Totals, grid_row, sums_by
from core.templatetags.written import points
from core.values import text_hash
from mobility.selectors.plans import items_of
from programmes.models import Course
from transcripts.convert import gpa
from transcripts.enums import DifferenceCause, RemovalWay
from transcripts.models import Difference, RecognitionLine, RecognitionProtocol, Result
from transcripts.selectors import protocols as selectors
from transcripts.services.decisions import stands_so

TYPED = ("decision", "reason", "way", "due", "seen")


@dataclass(frozen=True, slots=True)
class ProtocolRow:
    """A course of the University: the marks it is recognised for, or why it is missing; `values` as they stand or were typed."""

    course: Course
    line: RecognitionLine | None
    gap: Difference | None
    marks: tuple[Result, ...]
    semester: int | None
    partner_credits: Decimal
    cells: dict[str, GridCell]
    values: Mapping[str, str]

    @property
    def credits(self) -> Decimal:
        """What the decision is about: recognised, or refused."""
        found = self.line or self.gap
        return found.credits if found else Decimal(0)

    @property
    def decided(self) -> bool:
        """Whether there is something to recognise or to refuse; else it is a difference whatever is decided."""
        return self.line is not None or (self.gap is not None and self.gap.cause == DifferenceCause.REFUSED)

    @property
    def short(self) -> Decimal:
        """What is missing whatever is decided: all of a course without a pass, or the credits that the partner gave too few."""
        refused = self.gap is not None and self.gap.cause == DifferenceCause.REFUSED
        return self.gap.credits if self.gap is not None and not refused else Decimal(0)

    @property
    def refused(self) -> bool:
        """Whether it is refused, as it stands or was typed."""
        return self.decided and self.values["decision"] == "refuse"

    @property
    def unmarked(self) -> bool:
        """Whether the partner's mark has not come."""
        return self.gap is not None and self.gap.cause == DifferenceCause.NOT_TAKEN


def columns(*, decided: bool) -> tuple[GridColumn, ...]:
    """What is decided about a course. One without a mark to recognise has only its removal."""
    ways = (("", "—"), *((way.value, str(way.label)) for way in RemovalWay))
    verdicts = (("recognise", gettext("recognise")), ("refuse", gettext("refuse")))
    found = (
        GridColumn("decision", gettext("Decision"), "choice", verdicts),
        GridColumn("reason", gettext("Reason of the refusal")),
        GridColumn("way", gettext("Way of removal"), "choice", ways),
        GridColumn("due", pgettext("deadline", "Until"), "day", max_length=10),
    )
    return found if decided else found[2:]


def stands(course_id: int, gap: Difference | None) -> dict[str, str]:
    """What is decided about a course, as it would be typed."""
    now = stands_so(course_id, gap)
    return {
        "decision": "recognise" if now.recognised else "refuse",
        "reason": now.reason,
        "way": now.way,
        "due": f"{now.due:%d.%m.%Y}" if now.due else "",
        "seen": text_hash(now.words),
    }


def protocol_table(
    protocol: RecognitionProtocol,
    typed: Mapping[str, Mapping[str, str]] | None = None,
    faults: Mapping[str, Mapping[str, tuple[str, ...]]] | None = None,
) -> list[ProtocolRow]:
    """The courses of a draft: recognised ones as the protocol has them, then those that are missing."""
    lines = {line.course_id: line for line in selectors.lines_of(protocol)}
    gaps = {gap.course_id: gap for gap in selectors.differences_of(protocol)}
    semesters = {item.course_id: item.semester for item in items_of([protocol.plan])[protocol.plan_id]}
    counted: set[int] = set()
    found = []
    for number, pk in enumerate(dict.fromkeys([*lines, *gaps]), start=1):
        line, gap = lines.get(pk), gaps.get(pk)
        marks = tuple(line.results.all()) if line else ()
        new = [mark for mark in marks if mark.pk not in counted]
        counted |= {mark.pk for mark in new}
        values = {**stands(pk, gap), **(typed or {}).get(str(pk), {})}
        decided = line is not None or (gap is not None and gap.cause == DifferenceCause.REFUSED)
        found.append(
            ProtocolRow(
                course=line.course if line else gaps[pk].course,
                line=line,
                gap=gap,
                marks=marks,
                semester=semesters.get(pk),
                partner_credits=sum((mark.credits for mark in new), Decimal(0)),
                cells=grid_row(columns(decided=decided), str(pk), number, values, (faults or {}).get(str(pk), {})),
                values=values,
            )
        )
    return found


def totals_of(rows: Sequence[ProtocolRow]) -> Totals:
    """Credits by semester as typed, then of the whole protocol; the GPA of what is recognised as it was saved."""
    blocks, whole = sums_by((_bucket(row), _sums(row)) for row in rows)
    average = gpa((row.line.points, row.line.credits) for row in rows if row.line)
    return Totals(
        title=gettext("Totals"),
        by="semester",
        label=gettext("Semester"),
        whole_label=gettext("Whole protocol"),
        said=gettext("{bucket}: recognised {recognise}, refused {refuse}, other differences {difference}"),
        columns=(
            SumColumn("partner", gettext("credits of the partner")),
            SumColumn("recognise", gettext("recognised")),
            SumColumn("refuse", gettext("refused")),
            SumColumn("difference", gettext("other differences")),
            SumColumn("unmarked", gettext("courses without a mark")),
        ),
        rows=sorted(blocks, key=lambda block: block.bucket.rjust(4, "0")),
        whole=whole,
        note="" if average is None else gettext("GPA of the decisions as saved: %(gpa)s") % {"gpa": points(average)},
    )


def _bucket(row: ProtocolRow) -> Bucket:
    return str(row.semester or "—"), False


def _sums(row: ProtocolRow) -> Sums:
    sums: dict[str, Decimal | int] = {
        "partner": row.partner_credits,
        "difference": row.short,
        "unmarked": int(row.unmarked),
    }
    return {**sums, "refuse" if row.refused else "recognise": row.credits} if row.decided else sums
