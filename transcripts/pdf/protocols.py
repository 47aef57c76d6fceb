"""The protocol of recognition (5.11): partner's course, credits, mark → home course, credits, percent, letter; differences."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agreements.enums import Side
from core.values import Localized
from documents.kinds import PaperKind, register_paper
from documents.pdf import acts_cited
from institutions.enums import Role
from institutions.permissions import Standing
from institutions.selectors import signature_of
from mobility.selectors.plans import annex_courses_of
from transcripts.enums import DifferenceCause, RemovalWay
from transcripts.models import RecognitionLine, RecognitionProtocol
from transcripts.pdf.words import course_names, in_three, own_words, points_text, term_names
from transcripts.selectors.protocols import (
    PartnerCredits,
    differences_of,
    lines_of,
    partner_credits,
    protocols_visible_to,
)

# What a recognition rests on beside the regulation and the agreement (R-2-a).
ACTS = ("credit-technology-rules",)
TITLE = Localized(
    "Пәндерді қайта есептеу хаттамасы", "Протокол перезачёта дисциплин", "Protocol of recognition of courses"
)


@dataclass(frozen=True)
class PartnerMark:
    """A course of the partner with the mark that it gave."""

    course: Localized
    code: str
    credits: Decimal
    mark: str


@dataclass(frozen=True)
class LineOnPaper:
    """A recognised home course and what it comes from; `repeats`: from the same courses of the partner as the line above;
    `differs`: the partner gave other credits.
    """

    row: str
    code: str
    course: Localized
    credits: Decimal
    exact: str
    percent: int | None
    letter: str
    points: str | None
    marks: tuple[PartnerMark, ...]
    repeats: bool
    differs: bool


@dataclass(frozen=True)
class DifferenceOnPaper:
    """A home course that is not recognised: why, how and until when it is removed."""

    code: str
    course: Localized
    credits: Decimal
    cause: Localized
    reason: Localized
    way: Localized
    due: date | None


@dataclass(frozen=True)
class ProtocolContext:
    """What the protocol says."""

    student: Localized
    passport_name: str
    number: str
    programme_code: str
    programme: Localized
    partner: Localized
    partner_programme: Localized
    agreement: str
    agreement_date: date | None
    annex: int
    term: Localized
    scale: Localized
    best: Decimal | None
    passing: Decimal | None
    rule: str
    lines: tuple[LineOnPaper, ...]
    differences: tuple[DifferenceOnPaper, ...]
    credits: Decimal
    partner_credits: Decimal
    maker: dict[str, dict[str, str]] | None
    corrects: str
    acts: tuple[dict[str, Any], ...]


def _visible(standing: Standing) -> Q:
    keys = protocols_visible_to(standing).select_related(None).values("pk")
    return Q(subject_type="transcripts.recognitionprotocol", subject_id__in=keys)


RECOGNITION_PROTOCOL = register_paper(
    PaperKind(
        "recognition_protocol",
        "RECOGNITION",
        "ҚЕ",
        "transcripts/pdf/protocol",
        visible=_visible,
        revoked_by=frozenset({Role.VICE_RECTOR}),
        label=_("protocol of recognition of courses"),
    )
)


def protocol_context(protocol: RecognitionProtocol) -> ProtocolContext:
    """Copy a loaded protocol as it is certified."""
    pathway = protocol.plan.placement.application.intake.pathway
    enrolment = protocol.plan.enrolment
    numbers = _printed(protocol)
    found = list(lines_of(protocol))
    earned = partner_credits(found)
    lines = tuple(_line(line, numbers, there) for line, there in zip(found, earned, strict=True))
    scale = pathway.scale
    older = protocol.supersedes
    return ProtocolContext(
        student=enrolment.person.names,
        passport_name=enrolment.person.passport_name,
        number=enrolment.student_number,
        programme_code=pathway.home_programme.code,
        programme=pathway.home_programme.names,
        partner=pathway.partner_programme.university.names,
        partner_programme=pathway.partner_programme.names,
        agreement=pathway.agreement.number,
        agreement_date=pathway.agreement.signed_on,
        annex=protocol.plan.annex_version.number,
        term=term_names(protocol.term),
        scale=Localized(scale.name_kk, scale.name_ru, scale.name_en) if scale else Localized(""),
        best=scale.best if scale else None,
        passing=scale.passing if scale else None,
        rule=next((line.explanation.get("rule", "") for line in found), ""),
        lines=lines,
        differences=tuple(_differences(protocol)),
        credits=sum((line.credits for line in lines), Decimal(0)),
        partner_credits=sum((there.credits for there in earned), Decimal(0)),
        maker=signature_of(protocol.made_by, Role.INSTITUTE_DIRECTOR) if protocol.made_by else None,
        corrects=older.document.number_text if older and older.document else "",
        acts=tuple(acts_cited(*ACTS)),
    )


def _printed(protocol: RecognitionProtocol) -> dict[int, str]:
    """The numbers that the printed Annex 1 gives the rows, by key of the row."""
    rows = annex_courses_of([protocol.plan.annex_version_id])
    return {
        pk: "–".join(dict.fromkeys(c.printed_number for c in found if c.side == Side.HOME and c.printed_number))
        for pk, found in rows.items()
    }


def _line(line: RecognitionLine, numbers: dict[int, str], there: PartnerCredits) -> LineOnPaper:
    return LineOnPaper(
        row=numbers.get(line.annex_row_id or 0, ""),
        code=line.course.code,
        course=course_names(line.course),
        credits=line.credits,
        exact=str(line.explanation.get("exact") or ""),
        percent=line.percent,
        letter=line.letter,
        points=points_text(line.points),
        marks=tuple(
            PartnerMark(course_names(mark.course), mark.course.code, mark.credits, mark.mark_text)
            for mark in line.results.all()
        ),
        repeats=there.repeats,
        differs=there.differs,
    )


def _differences(protocol: RecognitionProtocol) -> list[DifferenceOnPaper]:
    return [
        DifferenceOnPaper(
            code=row.course.code,
            course=course_names(row.course),
            credits=row.credits,
            cause=in_three(DifferenceCause(row.cause).label),
            reason=own_words(row.reason),
            way=in_three(RemovalWay(row.way).label) if row.way else Localized(""),
            due=row.due,
        )
        for row in differences_of(protocol)
    ]
