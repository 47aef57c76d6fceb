"""Why a credit stands on a transcript: line → recognition → mark → row of the partner's file → row of Annex 1 → agreement."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from agreements.enums import Side
from agreements.models import AnnexCourse, AnnexRow
from agreements.selectors.agreements import agreements_visible_to
from agreements.selectors.annex import annexes_visible_to
from core.templatetags.written import credits_
from core.values import active_language
from institutions.permissions import Standing
from mobility.selectors.plans import annex_courses_of
from transcripts.models import RecognitionProtocol, Result, TranscriptLine
from transcripts.phrases import explain, scale_name, undone
from transcripts.selectors.protocols import correction_of


@dataclass(frozen=True)
class Link:
    """One link of a chain. `kind` says what it is; `title`, `detail` are shown; `subject`, `pk` lead to its page."""

    kind: str
    title: str
    detail: tuple[str, ...] = ()
    subject: str = ""
    pk: int = 0
    values: Mapping[str, Any] = field(default_factory=dict)


def chain_of(line: TranscriptLine) -> list[Link]:
    """Every link behind a printed line, loaded by `lines_visible_to`, from the transcript down to the agreement."""
    paper = line.transcript.document
    links = [
        Link(
            "line",
            str(line.course),
            subject="transcripts.transcript",
            pk=line.transcript_id,
            values={
                "number": paper.number_text,
                "day": timezone.localdate(paper.issued_at),
                "credits": line.credits,
                "percent": line.percent,
                "letter": line.letter,
            },
        )
    ]
    if line.result:
        return [*links, _mark(line.result, line.result.scale.name), _row(line.result)]
    recognition = line.recognition
    if recognition is None:
        return links
    protocol = recognition.protocol
    links.append(
        Link(
            "recognition",
            protocol.document.number_text if protocol.document else "",
            (scale_name(recognition.explanation), explain(recognition.explanation)),
            "transcripts.recognitionprotocol",
            protocol.pk,
            {"day": protocol.certified_at, "term": str(protocol.term), "undone": undone(protocol.document)},
        )
    )
    if newer := correction_of(protocol):
        links.append(_correction(newer))
    for mark in recognition.results.all():
        links += [_mark(mark, mark.scale.name), _row(mark)]
    if recognition.annex_row:
        links += _annex(recognition.annex_row)
    return links


def may_open(link: Link, standing: Standing) -> bool:
    """Whether a link of somebody's own chain leads further: a student sees the number of the agreement, not its page."""
    if link.subject == "agreements.agreement":
        return agreements_visible_to(standing).filter(pk=link.pk).exists()
    if link.subject == "agreements.annexversion":
        return annexes_visible_to(standing).filter(pk=link.pk).exists()
    return bool(link.subject)


def _correction(newer: RecognitionProtocol) -> Link:
    """The protocol that took the place of the line's own, or that will once it is certified (5.11)."""
    number = newer.document.number_text if newer.document else str(newer.get_state_display())
    values = {"day": newer.certified_at}
    return Link("correction", number, subject="transcripts.recognitionprotocol", pk=newer.pk, values=values)


def _mark(result: Result, scale: str) -> Link:
    values = {
        "mark": result.mark_text,
        "credits": result.credits,
        "day": result.examined_on,
        "attempt": result.attempt,
        "university": result.university.name,
        "scale": scale,
    }
    return Link("mark", str(result.course), values=values)


def _row(result: Result) -> Link:
    return Link(
        "row",
        f"{result.file.upload.original_name}, {result.row_in_file}",
        (),
        "transcripts.resultfile",
        result.file_id,
        {"sha256": result.file.sha256, "day": result.file.imported_at},
    )


def _named(course: AnnexCourse) -> str:
    """A course of Annex 1 in the reader's language; in Kazakh as the Annex itself prints it."""
    return course.printed_name if active_language() == "kk" else course.course.name


def _annex(row: AnnexRow) -> list[Link]:
    courses = annex_courses_of([row.version_id]).get(row.pk, [])
    sides = [
        " + ".join(f"{_named(course)} ({credits_(course.credits)})" for course in courses if course.side == side)
        for side in (Side.HOME, Side.PARTNER)
    ]
    numbers = "–".join(dict.fromkeys(c.printed_number for c in courses if c.printed_number))
    agreement = row.version.pathway.agreement
    return [
        Link(
            "annex",
            numbers,
            (f"{sides[0]} ↔ {sides[1]}",),
            "agreements.annexversion",
            row.version_id,
            {"version": row.version.number, "semester": row.semester},
        ),
        Link(
            "agreement",
            agreement.number,
            (row.version.pathway.partner_programme.university.name,),
            "agreements.agreement",
            agreement.pk,
            {"day": agreement.signed_on},
        ),
    ]
