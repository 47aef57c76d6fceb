"""A study plan as a table that is typed into: the lines of one's own side, the other side's beside them, sums by semester."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext

from agreements.enums import Side
from core.grids import Bucket, GridCell, GridColumn, SumColumn, Sums, Totals, grid_row, sums_by
from core.values import text_hash
from institutions.permissions import Standing
from mobility.enums import LineKind, StudyMode
from mobility.models import PlanItem, StudyPlan
from mobility.selectors.plan_sheets import sheet_of
from mobility.selectors.plans import annex_courses_of, line_in_words

TYPED = ("semester", "is_summer", "mode", "difference_reason", "joint_commission", "seen")
_OF_THE_UNIVERSITY = ("difference_reason", "joint_commission")


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A line. `cells`: what may be typed, empty on the other side's line; `values`: what stands there, as texts."""

    item: PlanItem
    beside: str
    ours: bool
    cells: dict[str, GridCell]
    values: Mapping[str, str]

    @property
    def summer(self) -> bool:
        """Whether it stands in a summer semester, as typed."""
        return bool(self.values["is_summer"])


def columns(*, ours: bool) -> tuple[GridColumn, ...]:
    """What each side may say of a line: the difference and the commission are the University's words (5.14)."""
    found = (
        GridColumn("semester", gettext("Semester"), "number", max_length=4, whole=True),
        GridColumn("is_summer", gettext("Summer semester"), "check"),
        GridColumn("mode", gettext("Mode of study"), "choice", tuple((one.value, str(one.label)) for one in StudyMode)),
        GridColumn("difference_reason", gettext("Difference: why")),
        GridColumn("joint_commission", gettext("Before a joint commission"), "check"),
    )
    return found if ours else tuple(column for column in found if column.name not in _OF_THE_UNIVERSITY)


def stands(item: PlanItem) -> dict[str, str]:
    """What stands in a line, as it would be typed. A reason that the program gave is a message id: shown in words."""
    stated = item.kind == LineKind.DIFFERENCE and item.reason
    return {
        "semester": str(item.semester),
        "is_summer": "1" if item.is_summer else "",
        "mode": item.mode,
        "difference_reason": gettext(item.reason) if stated else "",
        "joint_commission": "1" if item.joint_commission else "",
        "seen": text_hash(line_in_words(item)),
    }


def plan_table(
    plan: StudyPlan,
    standing: Standing,
    typed: Mapping[str, Mapping[str, str]] | None = None,
    faults: Mapping[str, Mapping[str, tuple[str, ...]]] | None = None,
) -> list[PlanRow]:
    """The lines of a plan in its order; those of the reader's side to be typed into, as they stand or were `typed`."""
    beside: dict[int, list[str]] = defaultdict(list)
    for courses in annex_courses_of([plan.annex_version_id]).values():
        for course in courses:
            if course.side == Side.PARTNER:
                beside[course.row_id].append(course.printed_name)
    found: list[PlanRow] = []
    for row in (row for semester in sheet_of(plan, standing).semesters for row in semester.rows):
        if row.item is None:
            continue
        key = str(row.item.pk)
        values = {**stands(row.item), **(typed or {}).get(key, {})} if row.mine else stands(row.item)
        shown = columns(ours=row.at_university)
        cells = grid_row(shown, key, len(found) + 1, values, (faults or {}).get(key, {})) if row.mine else {}
        names = " + ".join(beside[row.item.annex_row_id or 0])
        found.append(PlanRow(row.item, names, row.at_university, cells, values))
    return found


def totals_of(rows: Sequence[PlanRow]) -> Totals:
    """Credits and hours by semester as typed and by where they are mastered, then of the whole plan."""
    blocks, whole = sums_by((_bucket(row), _sums(row)) for row in rows)
    return Totals(
        title=gettext("Whole plan"),
        by="semester",
        label=gettext("Semester"),
        whole_label=gettext("Whole plan"),
        said=gettext(
            "{bucket}: at the University {home-credits}, at the partner {partner-credits}, difference {difference}"
        ),
        columns=(
            SumColumn("home-credits", gettext("at the University"), "home-hours"),
            SumColumn("partner-credits", gettext("at the partner"), "partner-hours"),
            SumColumn("difference", gettext("stated as a difference")),
        ),
        rows=sorted(blocks, key=lambda block: (block.bucket.rjust(4, "0"), block.summer)),
        whole=whole,
    )


def _bucket(row: PlanRow) -> Bucket:
    semester = row.cells["semester"].amount if row.cells else row.item.semester
    return f"{int(semester) or '—'}", row.summer


def _sums(row: PlanRow) -> Sums:
    side = "home" if row.ours else "partner"
    stated = row.item.credits if row.values["difference_reason"] else Decimal(0)
    return {f"{side}-credits": row.item.credits, f"{side}-hours": row.item.hours, "difference": stated}
