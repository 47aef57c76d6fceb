"""The courses of a stay, each from the plan to its source: Annex 1, marks, recognition, difference, transcript (5.10–5.12)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext

from agreements.enums import Side
from agreements.models import AnnexCourse
from core.http import page_of
from core.templatetags.written import credits_, points
from mobility.enums import LineKind, PlanState, TakenAt
from mobility.models import PlanItem, StudyPlan
from programmes.models import Course
from satbayev_jdp.desk.dossier.reading import Reading, Road
from satbayev_jdp.desk.dossier.record import Paper
from transcripts.models import Difference, RecognitionLine, Result
from transcripts.phrases import PERCENT, undone


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark as it came: what, of which course there, when, from which file and row."""

    mark: str
    course: str
    day: date
    source: str


@dataclass(frozen=True, slots=True)
class Lack:
    """A difference: why, how and until when it is removed, or when it was."""

    cause: str
    way: str
    due: date | None
    removed_on: date | None


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a course was recognised as, by which protocol; `undone`: a paper that stands no longer."""

    percent: str
    paper: Paper
    undone: str


@dataclass(frozen=True, slots=True)
class Line:
    """A course with all that is known of it."""

    course: str
    credits: Decimal
    notes: tuple[str, ...]
    annex: str
    annex_url: str
    marks: tuple[Mark, ...]
    recognised: tuple[Recognised, ...]
    lacks: tuple[Lack, ...]
    printed: tuple[Paper, ...]

    @property
    def is_told_of(self) -> bool:
        """True where more is known of the course than that it is planned."""
        return bool(self.marks or self.recognised or self.lacks or self.printed)


@dataclass(frozen=True, slots=True)
class Semester:
    """The courses of one semester; None: what stands in no line of the plan. `at_home`: those of the home university of which
    there is nothing to tell here, with their sum.
    """

    number: int | None
    lines: list[Line]
    at_home: list[str]
    credits_at_home: Decimal


@dataclass(frozen=True, slots=True)
class Ledger:
    """The courses of a road, and which columns its table has: what is told of no course has none."""

    semesters: list[Semester]

    def _any(self, *names: str) -> bool:
        return any(getattr(line, name) for semester in self.semesters for line in semester.lines for name in names)

    @property
    def has_marks(self) -> bool:
        """True where a mark has come."""
        return self._any("marks")

    @property
    def has_recognised(self) -> bool:
        """True where something was recognised, or is lacking."""
        return self._any("recognised", "lacks")

    @property
    def has_printed(self) -> bool:
        """True where a course stands on a transcript."""
        return self._any("printed")

    @property
    def beyond_credits(self) -> int:
        """The columns that follow the credits: Annex 1, and those that are told of."""
        return 1 + self.has_marks + self.has_recognised + self.has_printed

    @property
    def width(self) -> int:
        """All columns: the course and its credits too."""
        return 2 + self.beyond_credits


def ledger_of(reading: Reading, road: Road) -> Ledger:
    """The courses of a road by semester: those of its plan, then whatever was recognised or is lacking beside it."""
    plan = _plan_of(road.plans)
    if plan is None:
        return Ledger([])
    sources = _Sources.of(reading, road)
    by_semester: dict[int, list[tuple[PlanItem, Line]]] = defaultdict(list)
    items = reading.items.get(plan.pk, [])
    for item in sorted(items, key=lambda one: (one.semester, one.position)):
        by_semester[item.semester].append((item, _planned(reading, sources, item)))
    known = {item.course_id for item in items}
    beside = [_line(reading, sources, course) for course in sources.courses() if course.pk not in known]
    found = [_semester(number, rows) for number, rows in by_semester.items()]
    return Ledger([*found, Semester(None, beside, [], Decimal(0))] if beside else found)


def _semester(number: int, rows: Sequence[tuple[PlanItem, Line]]) -> Semester:
    quiet = {item.pk for item, line in rows if item.taken_at == TakenAt.HOME and not line.is_told_of}
    at_home = [item for item, _line_ in rows if item.pk in quiet]
    return Semester(
        number,
        [line for item, line in rows if item.pk not in quiet],
        [item.course.code for item in at_home],
        sum((item.credits for item in at_home), Decimal(0)),
    )


def _plan_of(plans: Sequence[StudyPlan]) -> StudyPlan | None:
    """The plan that holds; before there is one, the last that was begun."""
    return next((plan for plan in plans if plan.state == PlanState.APPROVED), plans[-1] if plans else None)


@dataclass(frozen=True, slots=True)
class _Sources:
    """What is known of courses on one road, by key of the course."""

    marks: dict[int, list[Result]]
    recognised: dict[int, list[RecognitionLine]]
    lacks: dict[int, list[Difference]]

    @classmethod
    def of(cls, reading: Reading, road: Road) -> "_Sources":
        protocols = {protocol.pk for protocol in road.protocols}
        found = cls(defaultdict(list), defaultdict(list), defaultdict(list))
        for mark in reading.study.marks:
            if mark.enrolment_id == road.application.enrolment_id:
                found.marks[mark.course_id].append(mark)
        for line in reading.study.recognised:
            if line.protocol_id in protocols:
                found.recognised[line.course_id].append(line)
        for lack in reading.study.differences:
            if lack.protocol_id in protocols:
                found.lacks[lack.course_id].append(lack)
        return found

    def courses(self) -> list[Course]:
        """The courses that were recognised or are lacking."""
        found = {row.course_id: row.course for rows in self.recognised.values() for row in rows}
        return list((found | {row.course_id: row.course for rows in self.lacks.values() for row in rows}).values())


def _planned(reading: Reading, sources: _Sources, item: PlanItem) -> Line:
    notes = [item.get_taken_at_display()]
    notes += [item.get_kind_display()] if item.kind != LineKind.PLANNED else []
    notes += [gettext("summer semester")] if item.is_summer else []
    notes += [gettext(item.reason)] if item.reason else []
    row = reading.annex.get(item.annex_row_id or 0, [])
    return _line(reading, sources, item.course, credits=item.credits, notes=notes, row=row)


def _line(
    reading: Reading,
    sources: _Sources,
    course: Course,
    *,
    credits: Decimal | None = None,
    notes: Iterable[object] = (),
    row: Sequence[AnnexCourse] = (),
) -> Line:
    recognised = sources.recognised.get(course.pk, [])
    keys = [course.pk, *(there.course_id for there in row)]
    marks = {mark.pk: mark for key in keys for mark in sources.marks.get(key, ())}
    cited = {mark.pk for line in recognised for mark in line.results.all()}
    marks |= {mark.pk: mark for found in sources.marks.values() for mark in found if mark.pk in cited}
    version = row[0].row.version_id if row else 0
    return Line(
        course=str(course),
        credits=credits or course.credits,
        notes=tuple(str(note) for note in notes),
        annex=_tie(row),
        annex_url=page_of("agreements.annexversion", version) if version in reading.links.annexes else "",
        marks=tuple(_mark(mark) for mark in marks.values()),
        recognised=tuple(_recognised(line) for line in recognised),
        lacks=tuple(_lack(lack) for lack in sources.lacks.get(course.pk, ())),
        printed=_printed(reading, marks, recognised),
    )


def _tie(row: Sequence[AnnexCourse]) -> str:
    """A row of Annex 1: the codes of both sides with their credits."""
    sides = [
        " + ".join(f"{one.course.code} ({credits_(one.credits)})" for one in row if one.side == side)
        for side in (Side.HOME, Side.PARTNER)
    ]
    return " ↔ ".join(side or "—" for side in sides) if row else ""


def _mark(mark: Result) -> Mark:
    return Mark(mark.mark_text, mark.course.code, mark.examined_on, mark.source)


def _recognised(line: RecognitionLine) -> Recognised:
    number = line.protocol.document.number_text if line.protocol.document else ""
    words = [f"{line.percent}{PERCENT}" if line.percent is not None else "", line.letter]
    words += [points(line.points)] if line.points is not None else []
    paper = Paper(number, page_of("transcripts.recognitionprotocol", line.protocol_id))
    return Recognised(" · ".join(word for word in words if word), paper, undone(line.protocol.document))


def _lack(lack: Difference) -> Lack:
    return Lack(str(lack.get_cause_display()), str(lack.get_way_display()), lack.due, lack.removed_on)


def _printed(reading: Reading, marks: Iterable[int], recognised: Iterable[RecognitionLine]) -> tuple[Paper, ...]:
    """The transcripts on which the course stands, each leading to the chain of its line."""
    numbers = {one.pk: one.document.number_text for one in reading.study.transcripts}
    keys = [("recognition", line.pk) for line in recognised] + [("result", pk) for pk in marks]
    lines = [found for key in keys for found in reading.study.printed.get(key, ())]
    return tuple(Paper(numbers[transcript], reverse("transcripts:chain", args=[pk])) for pk, transcript in lines)
