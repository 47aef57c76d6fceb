"""The record of a case in words: parts in the order of the road, each line with clause, day, who, paper and state."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.db.models import Model
from django.utils.text import capfirst
from django.utils.translation import gettext

from admissions.enums import ApplicationState, ItemState
from admissions.models import Application
from admissions.selectors.cases import STATE_TONES, TONES
from admissions.selectors.roads import road_of
from admissions.workflow.visa import VISA
from agreements.enums import Direction
from core.http import page_of
from core.machine import Machine
from core.models import Verdict
from core.permissions import role_label
from core.story import Told
from core.templatetags.written import day as day_in_full
from core.values import numbered
from core.way import Stage, way_of
from documents.enums import DocumentState
from documents.models import OfficialDocument
from mobility.enums import PlanState
from mobility.models import Placement, StudyPlan
from mobility.workflow.plans import PARTS
from satbayev_jdp.desk.dossier.reading import Reading, Road
from transcripts.phrases import undone

# A medical certificate, a passport and an insurance stand here by their name and state alone, as for everybody (decision 17).
_PAPER_TONES = {DocumentState.SUPERSEDED: "attention", DocumentState.REVOKED: "bad"}
_VISA_STEPS = frozenset(f"admissions.visa_{step.name}" for machine in VISA.values() for step in machine.steps)


@dataclass(frozen=True, slots=True)
class Paper:
    """The number of a paper, empty before it has one; the address of its page where this reader may open it."""

    number: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the record."""

    what: str
    clause: str = ""
    at: date | datetime | None = None
    who: str = ""
    state: str = ""
    tone: str = "plain"
    paper: Paper | None = None
    url: str = ""
    more: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A heading with its lines."""

    title: str
    clause: str
    entries: list[Entry]


@dataclass(frozen=True, slots=True)
class Chapter:
    """A road as the page shows it: where it leads and when, how it stands, the way of its states, its parts."""

    title: str
    direction: str
    period: tuple[date, date]
    state: str
    tone: str
    url: str
    stages: list[Stage]
    parts: list[Part] = field(default_factory=list)


def chapter_of(reading: Reading, road: Road) -> Chapter:
    """What one road tells, part by part; parts without a line are left out."""
    application, way = road.application, road.application.intake.pathway
    parts = [part(reading, road) for part in _PARTS]
    machine = road_of(application).machine
    return Chapter(
        title=f"{way.home_programme.code} ↔ {way.partner_programme.university.name}",
        direction=str(application.get_direction_display()),
        period=(application.intake.term.starts_on, application.intake.last_term.ends_on),
        state=str(application.get_state_display()),
        tone=STATE_TONES.get(application.state, "accent"),
        url=page_of("admissions.application", application.pk) if road.case else "",
        stages=_stages(machine, application, road.case.story) if road.case else [],
        parts=[part for part in parts if part.entries],
    )


def _stages(machine: Machine[Any], application: Application, story: Sequence[Told]) -> list[Stage]:
    """The way of the states. Its papers stand in the record below, which asks once for all roads who may open them."""
    return [replace(stage, papers=()) for stage in way_of(machine, application.state, ApplicationState, story)]


def _paper(reading: Reading, paper: OfficialDocument | None) -> Paper | None:
    if paper is None:
        return None
    return _numbered(reading, paper.pk, paper.number_text)


def _numbered(reading: Reading, pk: int, number: str) -> Paper:
    return Paper(number, page_of("documents.officialdocument", pk) if pk in reading.links.papers else "")


def _of_paper(reading: Reading, paper: OfficialDocument, clause: str) -> Entry:
    """A paper by its own name: when it was issued, and how it stands where it stands no longer."""
    return Entry(
        what=paper.name,
        clause=clause,
        at=paper.issued_at,
        state=undone(paper),
        tone=_PAPER_TONES.get(DocumentState(paper.state), "plain"),
        paper=_paper(reading, paper),
    )


def _told(reading: Reading, thing: Model) -> list[Entry]:
    """What happened to a thing, in the words of history, the oldest first."""
    return [
        Entry(
            what=str(capfirst(told.text)),
            clause=told.clause,
            at=told.at,
            who=f"{told.who} ({told.role})" if told.who and told.role else told.who,
            paper=_numbered(reading, told.paper.pk, told.paper.number) if told.paper else None,
            more=told.reason,
        )
        for told in reading.story(thing)
    ]


# --- the case ---------------------------------------------------------------------------------------------------------


def _steps(reading: Reading, road: Road) -> Part:
    clause = "8.1" if road.application.direction == Direction.OUTGOING else "7.1"
    return Part(gettext("Application and decisions"), clause, _told(reading, road.application))


def _package(reading: Reading, road: Road) -> Part:
    case = road.case
    entries = [
        Entry(
            what=str(capfirst(item.get_kind_display())),
            clause="6.12",
            who=str(item.checked_by or ""),
            state=str(item.get_status_display()),
            tone=TONES[ItemState(item.status)],
            more=item.return_reason if item.status == ItemState.RETURNED else "",
        )
        for item in (case.documents if case else ())
    ]
    if case and case.chair:
        words = gettext("Application to the Chair of the Board – Rector")
        paper = _paper(reading, case.chair.document)
        entries.append(Entry(words, "7.5a", case.chair.signed_at, str(reading.person), paper=paper))
    return Part(gettext("Package of documents"), "6.12", entries)


def _letters(reading: Reading, road: Road) -> Part:
    application, case, entries = road.application, road.case, []
    outgoing = application.direction == Direction.OUTGOING
    if case and application.candidate_list_id and application.candidate_list:
        listed, pk = application.candidate_list, application.candidate_list_id
        url = page_of("admissions.candidatelist", pk) if pk in reading.links.lists else ""
        place = gettext("place %(rank)s") % {"rank": application.rank} if application.rank else ""
        words = gettext("Candidate list No. %(number)s") % {"number": listed.number}
        state = str(listed.get_state_display())
        entries.append(Entry(words, "8.1" if outgoing else "7.1", listed.sent_at, state=state, url=url, more=place))
    if case and application.letter:
        entries.append(_of_paper(reading, application.letter, "8.2"))
    for reply in reversed(case.replies if case else ()):
        state = str(reply.get_answer_display())
        words = gettext("Answer of the partner")
        entries.append(Entry(words, "8.3", reply.at, str(reply.entered_by), state, more=reply.reason))
    entries += [_of_paper(reading, paper, "7.5b") for paper in (case.papers_called("invitation") if case else ())]
    return Part(gettext("Lists and letters"), "8.2" if outgoing else "7.1", entries)


def _contract(reading: Reading, road: Road) -> Part:
    case, entries = road.case, []
    if case and case.contract:
        entries.append(_of_paper(reading, case.contract.document, "6.12"))
        for party in case.parties:
            words = gettext("Signature: %(party)s") % {"party": party.label}
            signed = party.signature
            if signed:
                entries.append(Entry(words, "6.12", signed.signed_on, str(signed.signer), gettext("signed"), "good"))
            else:
                entries.append(Entry(words, "6.12", state=gettext("not signed")))
        if case.signature_sheet:
            entries.append(_of_paper(reading, case.signature_sheet, "6.12"))
    return Part(gettext("Three-party contract"), "6.12", entries)


def _orders(reading: Reading, road: Road) -> Part:
    clause = "8.6" if road.application.direction == Direction.OUTGOING else "7.4"
    entries = []
    for order in reversed(road.case.orders if road.case else ()):
        may_open = order.pk in reading.links.orders
        entries.append(
            Entry(
                what=str(capfirst(order.get_kind_display())),
                clause=clause,
                at=order.document.issued_at if order.document else None,
                state=undone(order.document) or str(order.get_state_display()),
                tone="good" if order.document and not undone(order.document) else "plain",
                paper=_paper(reading, order.document),
                url=page_of("admissions.order", order.pk) if may_open else "",
            )
        )
        if may_open:
            entries += _told(reading, order)
    entries += [_of_paper(reading, paper, clause) for paper in (road.case.extracts if road.case else ())]
    return Part(gettext("Order"), clause, entries)


def _visa(_reading: Reading, road: Road) -> Part:
    clause = "8.5" if road.application.direction == Direction.OUTGOING else "7.6"
    visa = road.case.visa if road.case else None
    if visa is None:
        return Part(gettext("Visa"), clause, [])
    more = []
    if visa.submitted_on:
        more.append(gettext("file submitted on %(day)s") % {"day": day_in_full(visa.submitted_on)})
    if visa.valid_from and visa.valid_until:
        more.append(f"{day_in_full(visa.valid_from)} – {day_in_full(visa.valid_until)}")
    steps = (told for told in road.case.story if told.action in _VISA_STEPS) if road.case else iter(())
    last = next(steps, None)
    state = str(visa.get_state_display())
    tone = {"granted": "good", "not_needed": "good", "refused": "bad"}.get(visa.state, "accent")
    at, who = (last.at, last.who) if last else (None, "")
    return Part(gettext("Visa"), clause, [Entry(gettext("Visa"), clause, at, who, state, tone, more=" · ".join(more))])


# --- the stay and the study -------------------------------------------------------------------------------------------


def _stay(reading: Reading, road: Road) -> Part:
    stay = road.stay
    if stay is None:
        return Part(gettext("Stay"), "6.3", [])
    url = page_of("mobility.placement", stay.pk)
    period = f"{day_in_full(stay.starts_on)} – {day_in_full(stay.ends_on)}"
    entries = [Entry(stay.host.name, "6.3", stay.starts_on, state=stay.where, url=url, more=period)]
    entries += [entry for entry in _arrival(stay) if entry.at or entry.who]
    return Part(gettext("Stay"), "6.3", entries + _told(reading, stay))


def _arrival(stay: Placement) -> list[Entry]:
    advisor = Entry(gettext("Advisor"), "9.4", who=str(stay.advisor or ""))
    if stay.direction == Direction.OUTGOING:
        return [Entry(gettext("Departed"), "6.3", stay.departed_on), advisor]
    number = numbered(stay.registration_number) if stay.registration_number else ""
    until = gettext("until %(day)s") % {"day": day_in_full(stay.registered_until)} if stay.registered_until else ""
    done = stay.registered_on is not None
    registration = Entry(
        what=gettext("Migration registration"),
        clause="9.2",
        at=stay.registered_on or stay.registration_due,
        state=gettext("registered") if done else gettext("due"),
        tone="good" if done else "attention",
        more=" · ".join(word for word in (number, until) if word),
    )
    return [
        Entry(gettext("Entered the country"), "9.1", stay.crossed_border_on),
        Entry(gettext("Came to the IPD"), "9.1", stay.came_to_ipd_on, stay.met_by),
        registration,
        advisor,
    ]


def _plans(reading: Reading, road: Road) -> Part:
    entries = []
    for plan in road.plans:
        words = gettext("Study plan, version %(number)s") % {"number": plan.number}
        annex = gettext("Annex 1, version %(number)s") % {"number": plan.annex_version.number}
        url = page_of("mobility.studyplan", plan.pk)
        entries.append(Entry(words, "5.10", state=str(plan.get_state_display()), tone="accent", url=url, more=annex))
        entries += _told(reading, plan) + _not_agreed(reading, plan)
    return Part(gettext("Individual study plan"), "5.10", entries)


def _not_agreed(reading: Reading, plan: StudyPlan) -> list[Entry]:
    """Who has not agreed yet to a plan that was sent round; whoever has agreed stands in its history."""
    decided = reading.decisions.get(plan.pk, {})
    missing = [part for part in PARTS if part not in decided or decided[part].verdict != Verdict.AGREED]
    if plan.state != PlanState.PROPOSED:
        return []
    return [Entry(str(capfirst(role_label(PARTS[part]))), "5.10", state=gettext("not yet agreed")) for part in missing]


def _recognition(reading: Reading, road: Road) -> Part:
    entries = []
    for protocol in road.protocols:
        words = gettext("Recognition protocol, %(term)s") % {"term": protocol.term}
        gone = undone(protocol.document)
        entries.append(
            Entry(
                what=words,
                clause="5.11",
                at=protocol.certified_at,
                who=str(protocol.certified_by or ""),
                state=gone or str(protocol.get_state_display()),
                tone="bad" if gone else "good" if protocol.document else "accent",
                paper=_paper(reading, protocol.document),
                url=page_of("transcripts.recognitionprotocol", protocol.pk),
            )
        )
        entries += _told(reading, protocol)
    return Part(gettext("Recognition"), "5.11", entries)


def _reports(reading: Reading, road: Road) -> Part:
    entries = [
        Entry(
            what=gettext("Semester report, %(term)s") % {"term": report.term},
            clause="6.9",
            at=report.document.issued_at if report.document else None,
            who=str(report.made_by or ""),
            state=undone(report.document) or str(report.get_state_display()),
            paper=_paper(reading, report.document),
            url=page_of("transcripts.semesterreport", report.pk),
        )
        for report in (reading.study.reports.get(road.stay.pk, ()) if road.stay else ())
    ]
    return Part(gettext("Reports to the partner"), "6.9", entries)


_PARTS = (_steps, _package, _letters, _contract, _orders, _visa, _stay, _plans, _recognition, _reports)


def transcripts_of(reading: Reading) -> Part:
    """The person's transcripts, of whatever stay: who issued each and how it stands."""
    entries = [
        Entry(
            what=gettext("Transcript"),
            clause="6.11",
            at=one.document.issued_at,
            who=str(one.created_by),
            state=str(one.document.get_state_display()),
            tone=_PAPER_TONES.get(DocumentState(one.document.state), "good"),
            paper=_paper(reading, one.document),
            url=page_of("transcripts.transcript", one.pk),
        )
        for one in reading.study.transcripts
    ]
    return Part(gettext("Transcripts"), "6.11", entries)
