"""Reads of recognition protocols: who may see them, facts for guards, what waits, what a page shows."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext

from agreements.enums import Direction
from core.machine import Blocker
from core.tables import how_many
from core.templatetags.written import credits_, day
from core.values import content_hash, today
from core.worklist import Wait, wait_for, waits_of, working_days_after
from documents.enums import DocumentState
from institutions.enums import Role
from institutions.models import Membership, User
from institutions.permissions import Standing, in_force
from institutions.selectors import holidays_of
from mobility.enums import PlanState, TakenAt
from mobility.models import Placement, PlanItem, StudyPlan
from programmes.models import Enrolment
from transcripts.enums import DifferenceCause, ProtocolState
from transcripts.models import Difference, RecognitionLine, RecognitionProtocol, Result, ResultFile, TranscriptLine
from transcripts.permissions.study import sees_protocol
from transcripts.phrases import PERCENT
from transcripts.selectors.recognition import Derivation, derive, sources_of
from transcripts.workflow.differences import SOON, OpenDifference, deadline
from transcripts.workflow.protocols import PROTOCOL, DifferenceFact, ProtocolFacts
from transcripts.workflow.transcripts import CertifiedFacts, lacking_of_certified

DEFAULT_DAYS = 5
# How long after a term's end the partner has for its marks; speaks of the end of the semester.
MARKS_WITHIN = timedelta(days=30)
# The last month and day of an academic year, its summer semester included.
# The stay is fetched by a query of its own: in one statement PostgreSQL plans the twenty-five joins for longer than it runs.
_STAY = (
    "host",
    "advisor__person",
    "application__enrolment__person",
    "application__intake__pathway__agreement",
    "application__intake__pathway__scale",
    "application__intake__pathway__home_programme",
    "application__intake__pathway__partner_programme__university",
    "application__department",
    "application__institute",
)
_PLAN = ("plan__enrolment__person", "plan__enrolment__programme", "plan__annex_version")


def protocols_visible_to(standing: Standing) -> "QuerySet[RecognitionProtocol]":
    """The protocols that this person may see, with plan, student, partner, term and paper. Unordered."""
    found = RecognitionProtocol.objects.filter(sees_protocol.q(standing)).select_related(
        "term__university", "made_by__person", "certified_by__person", "document", *_PLAN
    )
    return found.prefetch_related(_stays())


def _stays() -> "Prefetch[str, QuerySet[Placement], str]":
    return Prefetch("plan__placement", Placement.objects.select_related(*_STAY))


def protocol_with_case(pk: int) -> RecognitionProtocol:
    """One protocol with what its worklist needs."""
    found = RecognitionProtocol.objects.filter(pk=pk).select_related("term__university", "document", *_PLAN)
    return found.prefetch_related(_stays()).get()


def with_counts(protocols: "QuerySet[RecognitionProtocol]") -> "QuerySet[RecognitionProtocol]":
    """Add `recognised` and `missing`: how many lines and differences each protocol has."""
    return protocols.annotate(
        recognised=how_many(RecognitionLine.objects.filter(protocol=OuterRef("pk"))),
        missing=how_many(Difference.objects.filter(protocol=OuterRef("pk"))),
    )


def lines_of(protocol: RecognitionProtocol) -> "QuerySet[RecognitionLine]":
    """The lines in their order, with courses and marks."""
    marks = Prefetch("results", Result.objects.select_related("course", "term").order_by("pk"))
    return protocol.lines.select_related("course", "annex_row", "plan_item").prefetch_related(marks)


def repeats(lines: Sequence[RecognitionLine]) -> list[bool]:
    """For each line in its order: its row of Annex 1 is that of the line above, so that the partner's credits are told there.

    Two home courses stand for one of the partner's: its credits are earned once.
    """
    rows = [line.annex_row_id for line in lines]
    return [row is not None and row == above for row, above in zip(rows, [None, *rows], strict=False)]


@dataclass(frozen=True, slots=True)
class PartnerCredits:
    """What the partner gave for a line: `repeats` where it is told at the line above; `differs` where the courses of its row
    of Annex 1 have other credits there than here.
    """

    credits: Decimal
    repeats: bool
    differs: bool


def partner_credits(lines: Sequence[RecognitionLine]) -> list[PartnerCredits]:
    """The partner's credits of each line in its order: their sum is what was earned there. No query for loaded lines."""
    rows: list[list[RecognitionLine]] = []
    for line, again in zip(lines, repeats(lines), strict=True):
        if again:
            rows[-1].append(line)
        else:
            rows.append([line])
    found = []
    for row in rows:
        there = sum((mark.credits for mark in row[0].results.all()), Decimal(0))
        differs = there != sum(line.credits for line in row)
        found += [PartnerCredits(there, repeats=False, differs=differs)]
        found += [PartnerCredits(Decimal(0), repeats=True, differs=differs)] * (len(row) - 1)
    return found


def differences_of(protocol: RecognitionProtocol) -> "QuerySet[Difference]":
    """The differences in their order, with courses."""
    return protocol.differences.select_related("course")


@dataclass(frozen=True, slots=True)
class Content:
    """What a protocol says, for whoever decides about many: in one line, then course by course."""

    summary: str
    lines: tuple[str, ...]


def contents_of(protocols: Sequence[int]) -> dict[int, Content]:
    """What each protocol would certify, in two queries (5.11)."""
    recognised: dict[int, list[RecognitionLine]] = defaultdict(list)
    missing: dict[int, list[Difference]] = defaultdict(list)
    for line in RecognitionLine.objects.filter(protocol__in=protocols).select_related("course"):
        recognised[line.protocol_id].append(line)
    for gap in Difference.objects.filter(protocol__in=protocols).select_related("course"):
        missing[gap.protocol_id].append(gap)
    return {pk: _content(recognised[pk], missing[pk]) for pk in protocols}


def _content(recognised: Sequence[RecognitionLine], missing: Sequence[Difference]) -> Content:
    credits = credits_(sum(line.credits for line in recognised))
    summary = gettext("credits recognised: %(credits)s, differences: %(count)s")
    return Content(
        summary % {"credits": credits, "count": len(missing)},
        (
            *(f"{line.course} · {credits_(line.credits)} · {_converted(line)}" for line in recognised),
            *(f"{gap.course} · {credits_(gap.credits)} · {_ending(gap)}" for gap in missing),
        ),
    )


def _converted(line: RecognitionLine) -> str:
    return f"{line.percent}{PERCENT} · {line.letter}" if line.percent is not None else line.letter


def _ending(gap: Difference) -> str:
    """A difference: why, how and until when it is removed."""
    words = [gettext("difference"), str(gap.get_cause_display()), str(gap.get_way_display())]
    return " · ".join(word for word in [*words, day(gap.due) if gap.due else ""] if word)


def open_differences_of(enrolment: Enrolment) -> "QuerySet[Difference]":
    """What a student has still to remove by certified protocols in force, the nearest day first (5.11)."""
    mine = Difference.objects.filter(
        protocol__plan__enrolment=enrolment, protocol__document__state=DocumentState.ISSUED
    )
    return mine.filter(removed_on=None).select_related("course").order_by("due", "position")


def correction_of(protocol: RecognitionProtocol) -> RecognitionProtocol | None:
    """The protocol that corrects this one, if there is any (5.11)."""
    return RecognitionProtocol.objects.filter(supersedes=protocol).select_related("document").first()


def corrected_by(protocol: RecognitionProtocol) -> RecognitionProtocol | None:
    """The protocol that this one corrects, with its paper; None where it corrects nothing."""
    return RecognitionProtocol.objects.filter(superseded_by=protocol).select_related("document").first()


def persons_behind(users: Iterable[int], role: str) -> dict[int, frozenset[int]]:
    """Persons, each with those for whom he or she acts in an office today (R-5.11-a: acting offices included)."""
    found = {pk: frozenset({pk}) for pk in users}
    acting = Membership.objects.filter(in_force(), user__in=found, role=role, acting_for__isnull=False)
    for pk, other in acting.values_list("user_id", "acting_for_id") if found else ():
        found[pk] |= {other}
    return found


def refused_in(protocol: RecognitionProtocol) -> dict[int, str]:
    """The reasons why courses are not recognised though they were passed, by course."""
    found = protocol.differences.filter(cause=DifferenceCause.REFUSED)
    return dict(found.values_list("course", "reason"))


def content_of(protocol: RecognitionProtocol, derived: Derivation) -> str:
    """The hash of what is certified: what was derived, and how and until when each difference is removed (5.11)."""
    removal = protocol.differences.order_by("course").values_list("course", "way", "due")
    return content_hash([derived.content(), list(removal)])


def _as_made(protocols: Sequence[RecognitionProtocol]) -> dict[int, bool]:
    """Of made protocols: False where it would be another one today, because marks have come or the plan has a new version."""
    plans = _plans_in_force(protocols)
    known = sources_of(list(plans.values())) if plans else None
    refused: dict[int, dict[int, str]] = defaultdict(dict)
    removal: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    rows = Difference.objects.filter(protocol__in=[one.pk for one in protocols]).order_by("course")
    for pk, course, way, due, cause, reason in rows.values_list("protocol", "course", "way", "due", "cause", "reason"):
        removal[pk].append((course, way, due))
        if cause == DifferenceCause.REFUSED:
            refused[pk][course] = reason
    return {
        one.pk: content_hash([derive(plans[one.pk], one.term, refused[one.pk], known).content(), removal[one.pk]])
        == one.content_hash
        for one in protocols
    }


def _plans_in_force(protocols: Sequence[RecognitionProtocol]) -> dict[int, StudyPlan]:
    """The approved plan of each protocol's stay, with everything that recognition needs; its own where none is any more."""
    stays = {one.plan.placement_id for one in protocols}
    own = Q(pk__in=[one.plan_id for one in protocols])
    found = (
        list(_loaded(StudyPlan.objects.filter(own | Q(placement__in=stays, state=PlanState.APPROVED)))) if stays else []
    )
    approved = {plan.placement_id: plan for plan in found if plan.state == PlanState.APPROVED}
    by_key = {plan.pk: plan for plan in found}
    return {one.pk: approved.get(one.plan.placement_id) or by_key[one.plan_id] for one in protocols}


def protocol_facts(protocol: RecognitionProtocol, *, actor: User | None) -> ProtocolFacts:
    """The facts of one loaded protocol; `actor`: who would certify it."""
    return protocol_facts_of([protocol], by=actor.pk if actor else None)[protocol.pk]


def protocol_facts_of(protocols: Sequence[RecognitionProtocol], *, by: int | None) -> dict[int, ProtocolFacts]:
    """The facts of loaded protocols, by key, in a fixed number of queries; `by`: the key of who would certify them."""
    pks = [one.pk for one in protocols]
    differences: dict[int, list[DifferenceFact]] = defaultdict(list)
    for row in Difference.objects.filter(protocol__in=pks).select_related("course"):
        differences[row.protocol_id].append(DifferenceFact(row.course.code, bool(row.way), row.due is not None))
    lines = dict(
        RecognitionLine.objects.filter(protocol__in=pks).order_by().values_list("protocol").annotate(Count("pk"))
    )
    marks = Result.objects.filter(
        enrolment__in={one.plan.enrolment_id for one in protocols}, term__in={one.term_id for one in protocols}
    )
    posted = set(marks.order_by().values_list("enrolment", "term").distinct())
    as_made = _as_made([one for one in protocols if one.state == ProtocolState.MADE])
    makers = persons_behind({one.made_by_id for one in protocols if one.made_by_id}, Role.INSTITUTE_DIRECTOR)
    certifiers = persons_behind([by] if by else [], Role.VICE_RECTOR)
    return {
        one.pk: ProtocolFacts(
            results_posted=(one.plan.enrolment_id, one.term_id) in posted,
            lines=lines.get(one.pk, 0),
            differences=tuple(differences[one.pk]),
            content_unchanged=as_made.get(one.pk, True),
            makers=makers.get(one.made_by_id or 0, frozenset()),
            certifiers=certifiers.get(by or 0, frozenset()),
            academic_year=one.term.academic_year,
            term_kind=one.term.kind,
        )
        for one in protocols
    }


def names_of(pks: Sequence[int]) -> dict[int, str]:
    """Whose protocols these are, by key."""
    rows = RecognitionProtocol.objects.filter(pk__in=pks).select_related("plan__enrolment__person")
    return {row.pk: str(row.plan.enrolment.person) for row in rows}


def marks_posted(plan: StudyPlan, term_id: int) -> bool:
    """True once any mark of the plan's student for the term has come (6.9): the same that recognition is derived from."""
    return Result.objects.filter(enrolment=plan.enrolment_id, term=term_id).exists()


def protocol_waits(protocol: RecognitionProtocol) -> tuple[Wait, ...]:
    """Who is waited for: the partner while its marks are missing, else the director, the vice-rector, then for what it lacks."""
    if protocol.state == ProtocolState.CERTIFIED:
        deadlines = deadlines_of([protocol.pk]).get(protocol.pk, {})
        return (
            *(wait_for(blocker) for blocker in lacking_after(protocol)),
            *(wait for wait, _day in deadlines.values()),
        )
    return waits_of(PROTOCOL, protocol.state, protocol_facts(protocol, actor=None))


def lacking_after(protocol: RecognitionProtocol) -> tuple[Blocker, ...]:
    """What a certified protocol has come to lack: a correction of a revoked one (5.11), a transcript with its credits (6.11)."""
    if protocol.state != ProtocolState.CERTIFIED:
        return ()
    return lacking_of_certified(
        CertifiedFacts(
            revoked=protocol.document is not None and protocol.document.state == DocumentState.REVOKED,
            corrected=correction_of(protocol) is not None,
            on_transcript=not owed_to_transcripts().filter(protocol=protocol).exists(),
        )
    )


def due_of_protocol(protocol: RecognitionProtocol) -> Callable[[Wait], date]:
    """The partner's marks are due thirty days after the term; everybody else has five working days."""
    usual = working_days_after(today(), DEFAULT_DAYS, holidays_of())
    marks = protocol.term.ends_on + MARKS_WITHIN
    ends = deadlines_of([protocol.pk]).get(protocol.pk, {})

    def due(wait: Wait) -> date:
        if wait.cause in ends:
            return ends[wait.cause][1]
        return marks if wait.role == Role.PARTNER_COORDINATOR else usual

    return due


def deadlines_of(protocols: Sequence[int]) -> dict[int, dict[str, tuple[Wait, date]]]:
    """Who is reminded of differences that certified protocols in force have set, each until when; by protocol and cause (5.11)."""
    rows = differences_due().filter(protocol__in=protocols).order_by("position")
    found: dict[int, dict[str, tuple[Wait, date]]] = defaultdict(dict)
    for protocol, course, due in rows.values_list("protocol_id", "course__code", "due"):
        if due is None:  # none of a certified protocol is without its day (constraint)
            continue
        for blocker in deadline(OpenDifference(course, due), today()):
            wait = wait_for(blocker)
            found[protocol][wait.cause] = wait, due
    return found


def differences_due() -> "QuerySet[Difference]":
    """The differences whose day comes within a month or is over, and that are not removed (5.11)."""
    certified = Difference.objects.filter(protocol__document__state=DocumentState.ISSUED, removed_on=None)
    return certified.filter(due__lte=today() + SOON)


def plans_of(pks: Sequence[int]) -> "QuerySet[StudyPlan]":
    """Plans by key with everything that recognition needs."""
    return _loaded(StudyPlan.objects.filter(pk__in=pks))


def plan_in_force(protocol: RecognitionProtocol) -> StudyPlan:
    """The approved plan of the protocol's stay, with everything that recognition needs; its own where none is any more."""
    return _plans_in_force([protocol])[protocol.pk]


def _loaded(plans: "QuerySet[StudyPlan]") -> "QuerySet[StudyPlan]":
    return plans.select_related(
        "enrolment__person", "enrolment__programme", "annex_version", *(f"placement__{path}" for path in _STAY)
    )


def plans_without_protocol(day: date, limit: int = 200) -> list[int]:
    """Keys of approved outgoing plans with a term at the host that ended before `day` and that no protocol stands for."""
    items = PlanItem.objects.filter(
        plan__state=PlanState.APPROVED,
        plan__placement__direction=Direction.OUTGOING,
        taken_at=TakenAt.HOST,
        term__ends_on__lt=day,
    )
    known = RecognitionProtocol.objects.filter(plan__placement=OuterRef("plan__placement"), term=OuterRef("term"))
    return sorted(set(items.filter(~Exists(known)).values_list("plan_id", flat=True)))[:limit]


def _counting() -> "QuerySet[RecognitionLine]":
    """The lines that a transcript is to hold: of certified protocols whose paper is in force (R-5.12-a).

    A certified correction supersedes the paper, the vice-rector may revoke it. Passed at home after all (a difference
    removed): the home mark stands. Recognised twice: the later protocol.
    """
    lines = RecognitionLine.objects.filter(protocol__document__state=DocumentState.ISSUED)
    here = Result.objects.filter(
        enrolment=OuterRef("protocol__plan__enrolment"), course=OuterRef("course"), university__is_home=True
    ).order_by("-term__starts_on", "-attempt", "-pk")
    later = lines.filter(
        protocol__plan__enrolment=OuterRef("protocol__plan__enrolment"),
        course=OuterRef("course"),
        protocol__gt=OuterRef("protocol"),
    )
    at_home = Coalesce(Subquery(here.values("is_pass")[:1]), Value(value=False))
    return lines.annotate(passed_at_home=at_home).filter(~Exists(later), passed_at_home=False)


def owed_to_transcripts() -> "QuerySet[RecognitionLine]":
    """The recognised lines that count and stand on no transcript in force (5.12, 6.11)."""
    printed = TranscriptLine.objects.filter(
        recognition=OuterRef("pk"), transcript__document__state=DocumentState.ISSUED
    )
    return _counting().filter(~Exists(printed))


def certified_of(enrolment_ids: Sequence[int]) -> "QuerySet[RecognitionLine]":
    """The recognised lines that count for these students, with everything that a transcript prints."""
    marks = Prefetch("results", Result.objects.select_related("course", "term").order_by("pk"))
    lines = _counting().filter(protocol__plan__enrolment__in=enrolment_ids)
    return lines.select_related(
        "course",
        "plan_item",
        "annex_row",
        "protocol__term__university",
        "protocol__document",
        "protocol__plan__placement__host",
    ).prefetch_related(marks)


def counted_for(enrolment_ids: Sequence[int]) -> set[int]:
    """Those of the students for whom recognised lines count."""
    lines = _counting().filter(protocol__plan__enrolment__in=enrolment_ids).order_by()
    return set(lines.values_list("protocol__plan__enrolment", flat=True))


def certified_protocols_of(enrolment_ids: Iterable[int]) -> "QuerySet[RecognitionProtocol]":
    """The certified protocols of these students with what their worklist needs."""
    found = RecognitionProtocol.objects.filter(plan__enrolment__in=enrolment_ids, state=ProtocolState.CERTIFIED)
    return found.select_related("term__university", "document", *_PLAN).prefetch_related(_stays())


def touched_by(file: ResultFile) -> "QuerySet[Enrolment]":
    """Students whose marks of a file are in courses that are recognised too: which of both counts is asked again."""
    marks = Result.objects.filter(file=file, enrolment=OuterRef("protocol__plan__enrolment"), course=OuterRef("course"))
    lines = RecognitionLine.objects.filter(Exists(marks), protocol__document__state=DocumentState.ISSUED)
    return Enrolment.objects.filter(pk__in=lines.values("protocol__plan__enrolment")).select_related("person")
