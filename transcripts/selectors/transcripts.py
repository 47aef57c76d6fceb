"""What a transcript holds: home marks by their last attempt, certified recognitions, sums; and every line's chain (5.12, 6.11)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Exists, OuterRef, Prefetch, QuerySet, Subquery

from core.machine import Blocker
from core.values import Localized, content_hash
from documents.enums import DocumentState
from institutions.permissions import Standing
from mobility.enums import PlanState, TakenAt
from mobility.models import PlanItem
from programmes.models import AcademicTerm, Course, Enrolment
from transcripts.convert import PASSED, UNSATISFACTORY, band_of, gpa, home_conversion
from transcripts.enums import ProtocolState
from transcripts.models import RecognitionLine, RecognitionProtocol, Result, Transcript, TranscriptLine
from transcripts.permissions.study import sees_transcript
from transcripts.selectors.marks import last_attempts
from transcripts.selectors.protocols import certified_of, counted_for, owed_to_transcripts
from transcripts.workflow.transcripts import (
    IssuedFacts,
    PrintableFacts,
    recognition_is_certified,
    stands_on_protocols_in_force,
)


@dataclass(frozen=True)
class Line:
    """A line of a transcript with its one source: a mark of the University, or a certified recognition."""

    course: Course
    term: AcademicTerm
    semester: int
    credits: Decimal
    percent: int | None
    letter: str
    points: Decimal | None
    is_pass: bool
    day: date
    result: Result | None = None
    recognition: RecognitionLine | None = None


@dataclass(frozen=True)
class Block:
    """The lines of one semester at one university, recognised ones under their protocol."""

    term: AcademicTerm
    semester: int
    recognition: RecognitionLine | None
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Contents:
    """All lines in the order of paper, earned credits, GPA, and for incoming students what was planned here (5.9)."""

    blocks: tuple[Block, ...]
    credits: Decimal
    gpa: Decimal | None
    included: tuple[PlanItem, ...] = ()

    @property
    def lines(self) -> list[Line]:
        """Every line, in the order of paper."""
        return [line for block in self.blocks for line in block.lines]


def transcripts_visible_to(standing: Standing) -> "QuerySet[Transcript]":
    """The transcripts that this person may see, with student and paper. Unordered."""
    return Transcript.objects.filter(sees_transcript.q(standing)).select_related(
        "enrolment__person", "enrolment__programme", "enrolment__university", "document", "created_by__person"
    )


def lines_visible_to(standing: Standing) -> "QuerySet[TranscriptLine]":
    """The printed lines of visible transcripts, with everything that the chain shows."""
    marks = Prefetch(
        "recognition__results",
        Result.objects.select_related("course", "term", "university", "scale", "file__upload").order_by("pk"),
    )
    lines = TranscriptLine.objects.filter(transcript__in=Transcript.objects.filter(sees_transcript.q(standing)))
    return lines.select_related(
        "course",
        "transcript__document",
        "transcript__enrolment__person",
        "result__course",
        "result__term",
        "result__university",
        "result__scale",
        "result__file__upload",
        "recognition__course",
        "recognition__annex_row__version__pathway__agreement",
        "recognition__annex_row__version__pathway__partner_programme__university",
        "recognition__protocol__document",
        "recognition__protocol__term",
    ).prefetch_related(marks)


def with_marks(enrolments: "QuerySet[Enrolment]") -> "QuerySet[Enrolment]":
    """Students for whom a transcript has something to print: a mark of the University or of a partner."""
    return enrolments.filter(Exists(Result.objects.filter(enrolment=OuterRef("pk"))))


def owed_among(enrolments: "QuerySet[Enrolment]") -> "QuerySet[Enrolment]":
    """Those of the students whose recognised credits stand on no transcript in force (5.12, 6.11)."""
    return enrolments.filter(pk__in=owed_to_transcripts().values("protocol__plan__enrolment"))


def with_last_transcript(enrolments: "QuerySet[Enrolment]") -> "QuerySet[Enrolment]":
    """Students with marks, each with key, number and day of the transcript in force, and whether credits are owed to one."""
    last = Transcript.objects.filter(enrolment=OuterRef("pk"), document__state=DocumentState.ISSUED).order_by("-pk")
    return with_marks(enrolments).annotate(
        last_pk=Subquery(last.values("pk")[:1]),
        last_number=Subquery(last.values("document__number_text")[:1]),
        last_day=Subquery(last.values("document__issued_at")[:1]),
        owed=Exists(owed_to_transcripts().filter(protocol__plan__enrolment=OuterRef("pk"))),
    )


def programmes_of(enrolments: "QuerySet[Enrolment]") -> list[tuple[int, str]]:
    """The programmes that students with marks study, by code."""
    rows = with_marks(enrolments).filter(programme__isnull=False).order_by("programme__code")
    return list(dict.fromkeys(rows.values_list("programme", "programme__code")))


def contents_of(enrolment: Enrolment) -> Contents:
    """What a transcript of this student would hold today, in six queries."""
    return contents_of_each([enrolment])[enrolment.pk]


def contents_of_each(enrolments: Sequence[Enrolment]) -> dict[int, Contents]:
    """What a transcript of each of these students would hold today, in as many queries as for one."""
    pks = [one.pk for one in enrolments]
    home = Result.objects.filter(enrolment__in=pks, university__is_home=True)
    lines: dict[int, dict[int, Line]] = {pk: {} for pk in pks}
    for result in last_attempts(home.select_related("course", "term__university")):
        lines[result.enrolment_id][result.course_id] = _home_line(result)
    for row in certified_of(pks).order_by("protocol", "position"):
        lines[row.protocol.plan.enrolment_id][row.course_id] = _recognised_line(row)
    included = _included(pks)
    return {pk: _contents(lines[pk].values(), included[pk]) for pk in pks}


def _contents(found: Iterable[Line], included: Sequence[PlanItem]) -> Contents:
    lines = sorted(
        found, key=lambda line: (line.term.starts_on, line.recognition is not None, line.semester, line.course.code)
    )
    return Contents(
        blocks=tuple(_blocks(lines)),
        credits=sum((line.credits for line in lines if line.is_pass), Decimal(0)),
        gpa=gpa((line.points, line.credits) for line in lines),
        included=tuple(included),
    )


def digest_of(enrolment: Enrolment, contents: Contents) -> str:
    """The hash of what a transcript of this student would say: whose, which lines, which sums. Who signs it stays out."""
    person = enrolment.person
    return content_hash(
        {
            "student": [person.names, person.passport_name, person.birth_date, enrolment.student_number],
            "programme": enrolment.programme_id,
            "lines": [
                {
                    "course": line.course.pk,
                    "term": line.term.pk,
                    "credits": line.credits,
                    "percent": line.percent,
                    "letter": line.letter,
                    "points": line.points,
                    "result": line.result.pk if line.result else None,
                    "recognition": line.recognition.pk if line.recognition else None,
                }
                for line in contents.lines
            ],
            "credits": contents.credits,
            "gpa": contents.gpa,
            "included": [[item.pk, item.credits] for item in contents.included],
        }
    )


def lacking_for(enrolment: Enrolment, contents: Contents) -> tuple[Blocker, ...]:
    """Whose move it is where marks have come but none is recognised yet (5.12); empty when nothing is on its way."""
    states = frozenset[str]() if contents.lines else _open_protocols([enrolment.pk])[enrolment.pk]
    return recognition_is_certified(PrintableFacts(len(contents.lines), states))


def _open_protocols(enrolment_ids: Sequence[int]) -> dict[int, frozenset[str]]:
    """For each student the states of protocols that would add a line once they are certified."""
    found = RecognitionProtocol.objects.filter(plan__enrolment__in=enrolment_ids, lines__isnull=False)
    open_ = found.exclude(state=ProtocolState.CERTIFIED).order_by().values_list("plan__enrolment", "state").distinct()
    states: dict[int, set[str]] = defaultdict(set)
    for pk, state in open_:
        states[pk].add(state)
    return {pk: frozenset(states[pk]) for pk in enrolment_ids}


def printable_of(enrolment_ids: Sequence[int]) -> dict[int, PrintableFacts]:
    """What a transcript of each student would have to print, in three queries: 1 for something, 0 for nothing."""
    home = Result.objects.filter(enrolment__in=enrolment_ids, university__is_home=True).order_by()
    some = {*home.values_list("enrolment", flat=True), *counted_for(enrolment_ids)}
    states = _open_protocols(enrolment_ids)
    return {pk: PrintableFacts(1, frozenset()) if pk in some else PrintableFacts(0, states[pk]) for pk in enrolment_ids}


def in_force_of(enrolment: Enrolment) -> Transcript | None:
    """The student's transcript in force, with its paper: neither superseded nor revoked."""
    return _in_force([enrolment.pk]).get(enrolment.pk)


def _in_force(enrolment_ids: Iterable[int]) -> dict[int, Transcript]:
    found = Transcript.objects.filter(enrolment__in=enrolment_ids, document__state=DocumentState.ISSUED)
    return {one.enrolment_id: one for one in found.select_related("document").order_by("pk")}


def unchanged_of(enrolments: Sequence[Enrolment]) -> dict[int, Transcript]:
    """By student the transcript in force that says just what one of today would say: no other is issued beside it."""
    in_force = _in_force([one.pk for one in enrolments])
    issued = [one for one in enrolments if one.pk in in_force]
    contents = contents_of_each(issued)
    same = (one for one in issued if in_force[one.pk].content_hash == digest_of(one, contents[one.pk]))
    return {one.pk: in_force[one.pk] for one in same}


def successor_of(transcript: Transcript) -> Transcript | None:
    """The transcript that has taken the place of this one."""
    found = Transcript.objects.filter(document__supersedes=transcript.document_id)
    return found.select_related("document").first()


def lacking_since(transcript: Transcript) -> tuple[Blocker, ...]:
    """What an issued transcript has come to lack: a protocol behind its lines was corrected or revoked since (5.11)."""
    recognised = TranscriptLine.objects.filter(transcript=transcript, recognition__isnull=False)
    undone = recognised.exclude(recognition__protocol__document__state__in=DocumentState.standing())
    in_force = transcript.document.state == DocumentState.ISSUED
    return stands_on_protocols_in_force(IssuedFacts(in_force, not (in_force and undone.exists())))


def names_of(enrolment_ids: Sequence[int]) -> dict[int, str]:
    """Students by key as lists name them: name and number."""
    rows = Enrolment.objects.filter(pk__in=enrolment_ids).select_related("person")
    return {row.pk: f"{row.person} · {row.student_number}" for row in rows}


def _home_line(result: Result) -> Line:
    number = result.mark
    if number is None:
        return Line(
            result.course, result.term, result.course.semester, result.credits, None, "P" if result.is_pass else "F",
            None, result.is_pass, result.examined_on, result=result,
        )  # fmt: skip
    found = home_conversion(int(number), result.examined_on)
    return Line(
        course=result.course,
        term=result.term,
        semester=result.course.semester,
        credits=result.credits,
        percent=found.percent,
        letter=found.letter,
        points=found.points,
        is_pass=found.is_pass,
        day=result.examined_on,
        result=result,
    )


def _recognised_line(row: RecognitionLine) -> Line:
    return Line(
        course=row.course,
        term=row.protocol.term,
        semester=row.plan_item.semester if row.plan_item else row.course.semester,
        credits=row.credits,
        percent=row.percent,
        letter=row.letter,
        points=row.points,
        is_pass=True,
        day=max((mark.examined_on for mark in row.results.all()), default=row.protocol.term.ends_on),
        recognition=row,
    )


def _blocks(lines: Sequence[Line]) -> Iterable[Block]:
    groups: dict[tuple[int, int, int], list[Line]] = {}
    for line in lines:
        protocol = line.recognition.protocol_id if line.recognition else 0
        groups.setdefault((line.term.pk, line.semester, protocol), []).append(line)
    for found in groups.values():
        yield Block(found[0].term, found[0].semester, found[0].recognition, tuple(found))


def _included(enrolment_ids: Sequence[int]) -> dict[int, list[PlanItem]]:
    """For students of a partner: the courses at the University in the approved plan, with their stay and order (5.9)."""
    items = PlanItem.objects.filter(
        plan__enrolment__in=enrolment_ids,
        plan__state=PlanState.APPROVED,
        plan__placement__host__is_home=True,
        taken_at=TakenAt.HOST,
        term__isnull=False,
    )
    found: dict[int, list[PlanItem]] = {pk: [] for pk in enrolment_ids}
    for item in items.select_related("plan__placement", "term", "course").order_by("position"):
        found[item.plan.enrolment_id].append(item)
    return found


def traditional_of(line: Line) -> Localized:
    """The traditional word for a line's mark, in three languages."""
    if line.percent is None:
        return PASSED if line.is_pass else UNSATISFACTORY
    return band_of(line.percent, line.day).traditional
