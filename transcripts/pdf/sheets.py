"""The transcript (5.12, 5.16, 6.11): one paper in three languages, recognised lines under their partner and protocol."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.values import Localized, today
from documents.kinds import PaperKind, register_paper
from institutions.enums import Level, Role
from institutions.models import User
from institutions.permissions import Standing
from institutions.selectors import holders_of, home_university, signature_of
from programmes.enums import StudyLanguage
from programmes.models import Enrolment
from programmes.selectors import enrolments_visible_to
from transcripts.convert import edition_on
from transcripts.pdf.words import course_names, gpa_text, in_three, points_text
from transcripts.selectors.transcripts import Block, Contents, Line, traditional_of

TITLE = Localized("Транскрипт", "Академический транскрипт", "Transcript of records")


@dataclass(frozen=True)
class PartnerCourse:
    """What a recognised line comes from: the partner's course, its credits and mark (R-6.11-a)."""

    course: str
    credits: Decimal
    mark: str


@dataclass(frozen=True)
class LineOnSheet:
    """A line as printed."""

    code: str
    course: Localized
    credits: Decimal
    percent: int | None
    letter: str
    points: str | None
    traditional: Localized
    partner: str
    sources: tuple[PartnerCourse, ...]


@dataclass(frozen=True)
class BlockOnSheet:
    """A semester at one university; of recognised lines the protocol's number and day."""

    year: str
    semester: int
    university: Localized
    protocol: str
    certified_on: str
    lines: tuple[LineOnSheet, ...]


@dataclass(frozen=True)
class BandOnSheet:
    """A letter of the key to the scale: whole percents from `low` to `high`, and points."""

    letter: str
    points: str | None
    low: int
    high: int


@dataclass(frozen=True)
class WordOnSheet:
    """A traditional word of the key, and over how many letters it reaches."""

    name: Localized
    bands: int


@dataclass(frozen=True)
class Included:
    """«Енгізілген білім» of an incoming student (5.9): period, term, number of courses, credits."""

    partner: Localized
    starts_on: date
    ends_on: date
    terms: tuple[str, ...]
    courses: int
    credits: Decimal


@dataclass(frozen=True)
class TranscriptContext:
    """What the transcript says."""

    names: Localized
    passport_name: str
    birth_date: str
    number: str
    programme_code: str
    programme: Localized
    level: Localized
    study_language: Localized
    starts: str
    partners: tuple[Localized, ...]
    blocks: tuple[BlockOnSheet, ...]
    credits: Decimal
    gpa: str
    included: Included | None
    signers: tuple[Mapping[str, Mapping[str, str]], ...]
    scale: tuple[BandOnSheet, ...]
    scale_words: tuple[WordOnSheet, ...]


def _visible(standing: Standing) -> Q:
    keys = enrolments_visible_to(standing).select_related(None).values("pk")
    return Q(subject_type="programmes.enrolment", subject_id__in=keys)


TRANSCRIPT = register_paper(
    PaperKind(
        "transcript",
        "TRANSCRIPT",
        "ТР",
        "transcripts/pdf/transcript",
        visible=_visible,
        revoked_by=frozenset({Role.REGISTRAR}),
        label=_("transcript of records"),
    )
)


def transcript_context(enrolment: Enrolment, contents: Contents, registrar: User) -> TranscriptContext:
    """Copy what a transcript holds; `registrar` signs it beside the vice-rector."""
    programme = enrolment.programme
    blocks = tuple(_block(block) for block in contents.blocks)
    bands = edition_on(today()).bands
    partners = {str(block.university.kk): block.university for block in blocks if block.protocol}
    return TranscriptContext(
        names=enrolment.person.names,
        passport_name=enrolment.person.passport_name,
        birth_date=_short(enrolment.person.birth_date),
        number=enrolment.student_number,
        programme_code=programme.code if programme else "",
        programme=programme.names if programme else Localized(""),
        level=in_three(Level(programme.level).label) if programme else Localized(""),
        study_language=in_three(StudyLanguage(enrolment.study_language).label)
        if enrolment.study_language
        else Localized(""),
        starts=str(enrolment.entry_year or ""),
        partners=tuple(partners.values()),
        blocks=blocks,
        credits=contents.credits,
        gpa=gpa_text(contents.gpa),
        included=_included(enrolment, contents),
        signers=_signers(registrar),
        scale=tuple(BandOnSheet(band.letter, points_text(band.points), band.low, band.high) for band in bands),
        scale_words=tuple(
            WordOnSheet(name, len(list(reached))) for name, reached in groupby(bands, key=lambda band: band.traditional)
        ),
    )


def _short(day: date | None) -> str:
    """A day as tables write it: 14.03.2003."""
    return f"{day:%d.%m.%Y}" if day else ""


def _signers(registrar: User) -> tuple[Mapping[str, Mapping[str, str]], ...]:
    found = [signature_of(registrar, Role.REGISTRAR)]
    vice_rector = holders_of(Role.VICE_RECTOR).first()
    if vice_rector:
        found.append(signature_of(vice_rector.user, Role.VICE_RECTOR))
    return tuple(found)


def _block(block: Block) -> BlockOnSheet:
    protocol = block.recognition.protocol if block.recognition else None
    document = protocol.document if protocol else None
    return BlockOnSheet(
        year=block.term.academic_year,
        semester=block.semester,
        university=_university(block),
        protocol=document.number_text if document else "",
        certified_on=_short(timezone.localdate(protocol.certified_at) if protocol and protocol.certified_at else None),
        lines=tuple(_line(line) for line in block.lines),
    )


def _university(block: Block) -> Localized:
    """The University by its short name, a partner by its full one."""
    where = block.term.university
    return Localized(where.short_name) if where.is_home else where.names


def _line(line: Line) -> LineOnSheet:
    recognition = line.recognition
    return LineOnSheet(
        code=line.course.code,
        course=course_names(line.course),
        credits=line.credits,
        percent=line.percent,
        letter=line.letter,
        points=points_text(line.points),
        traditional=traditional_of(line),
        partner=line.term.university.short_name if recognition else "",
        sources=tuple(
            PartnerCourse(mark.course.name_en or mark.course.name_original, mark.credits, mark.mark_text)
            for mark in recognition.results.all()
        )
        if recognition
        else (),
    )


def _included(enrolment: Enrolment, contents: Contents) -> Included | None:
    if enrolment.university_id == home_university().pk or not contents.included:
        return None
    placement = contents.included[0].plan.placement
    terms = {item.term.academic_year + ", " + str(item.semester): None for item in contents.included if item.term}
    return Included(
        partner=enrolment.university.names,
        starts_on=placement.starts_on,
        ends_on=placement.ends_on,
        terms=tuple(terms),
        courses=len(contents.included),
        credits=sum((item.credits for item in contents.included), Decimal(0)),
    )
