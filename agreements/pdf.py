"""Papers of the Agreement road: Annex 1 in the printed form of the regulation; and what uploads here are for."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from agreements.convert import AnnexEntry, AnnexLine, names_in_annex, sums_of
from agreements.enums import Side
from agreements.models import Agreement, AnnexRow, AnnexVersion, CouncilDecision, LegalReview, Pathway
from agreements.permissions import agreement_q, annex_q, opens_agreements, pathway_q, sees_all_agreements, units_of
from agreements.selectors.annex import annexes_visible_to, entries_of, rows_of
from agreements.selectors.pathways import pathways_visible_to
from agreements.selectors.readiness import readiness_of
from core.history import subject_type
from core.permissions import NOTHING
from core.templatetags.written import with_paper_dates
from core.values import LANGUAGES, Localized, printed, today
from documents.kinds import TABLE_TYPES, PaperDraft, PaperKind, UploadPurpose, drafts, register_paper, register_purpose
from institutions.enums import Role
from institutions.models import Membership, User
from institutions.permissions import Standing, standing_of

_Text = dict[str, str]


@dataclass(frozen=True, slots=True)
class LineContext:
    """A course as the paper shows it."""

    number: str
    name: _Text
    credits: Decimal
    hours: int


@dataclass(frozen=True, slots=True)
class RowContext:
    """A line of the table. An empty side is a gap; `span` 0: this side is covered by a cell above it."""

    number: str
    home: LineContext | None
    home_span: int
    partner: LineContext | None
    partner_span: int
    note: str


@dataclass(frozen=True, slots=True)
class SemesterContext:
    """A block of the table with its totals."""

    semester: int
    is_summer: bool
    rows: tuple[RowContext, ...]
    home_credits: Decimal
    home_hours: int
    partner_credits: Decimal
    partner_hours: int


@dataclass(frozen=True, slots=True)
class AnnexContext:
    """All that the paper of Annex 1 says."""

    agreement: _Text
    version: int
    hash: str
    home: _Text
    partner: _Text
    home_programme: _Text
    partner_programme: _Text
    semesters: tuple[SemesterContext, ...]
    home_credits: Decimal
    home_hours: int
    partner_credits: Decimal
    partner_hours: int


def annex_context(version: AnnexVersion, rows: Sequence[AnnexRow]) -> dict[str, Any]:
    """The frozen context of the paper: plain values only (rows come with their courses)."""
    way = version.pathway
    names = {course.course_id: _names(course) for row in rows for course in row.courses.all()}
    entries = entries_of(rows)
    whole = sums_of(entries)
    return asdict(
        AnnexContext(
            agreement=_three(way.agreement.title),
            version=version.number,
            hash=version.content_hash,
            home=_three(way.home_programme.university.names),
            partner=_three(way.partner_programme.university.names),
            home_programme=_titled(way.home_programme.code, way.home_programme.names),
            partner_programme=_titled(way.partner_programme.code, way.partner_programme.names),
            semesters=tuple(
                _semester(semester, is_summer, tuple(group), names)
                for (semester, is_summer), group in groupby(
                    entries, key=lambda entry: (entry.semester, entry.is_summer)
                )
            ),
            home_credits=whole.home_credits,
            home_hours=whole.home_hours,
            partner_credits=whole.partner_credits,
            partner_hours=whole.partner_hours,
        )
    )


def _three(text: Localized) -> _Text:
    return {"kk": text.kk, "ru": text.in_language("ru"), "en": text.in_language("en")}


def _titled(code: str, names: Localized) -> _Text:
    """Code and name, the name in the language's quotation marks, so that a code in words does not run into it."""
    quoted = {"kk": "«%s»", "ru": "«%s»", "en": "“%s”"}
    return {
        language: name if name.startswith(code) else f"{code} {quoted[language] % name}"
        for language, name in _three(names).items()
    }


def _names(line: Any) -> _Text:
    return _three(names_in_annex(line.side, line.printed_name, line.course.names))


def _semester(
    semester: int,
    is_summer: bool,  # noqa: FBT001 -- a value of the row, not a switch
    entries: tuple[AnnexEntry, ...],
    names: dict[int, _Text],
) -> SemesterContext:
    total = sums_of(entries)
    return SemesterContext(
        semester=semester,
        is_summer=is_summer,
        rows=tuple(row for entry in entries for row in _rows(entry, names)),
        home_credits=total.home_credits,
        home_hours=total.home_hours,
        partner_credits=total.partner_credits,
        partner_hours=total.partner_hours,
    )


def _rows(entry: AnnexEntry, names: dict[int, _Text]) -> tuple[RowContext, ...]:
    home, partner = entry.side(Side.HOME), entry.side(Side.PARTNER)
    height = max(len(home), len(partner))
    return tuple(
        RowContext(
            number=(home[at : at + 1] or partner[at : at + 1] or home[-1:])[0].printed_number,
            home=_line(home, at, names),
            home_span=span_at(len(home), at, height),
            partner=_line(partner, at, names),
            partner_span=span_at(len(partner), at, height),
            note=entry.reason if at == 0 else "",
        )
        for at in range(height)
    )


def _line(lines: tuple[AnnexLine, ...], at: int, names: dict[int, _Text]) -> LineContext | None:
    if at >= len(lines):
        return None
    line = lines[at]
    return LineContext(line.printed_number, names[line.course_id], line.credits, line.hours)


def span_at(count: int, at: int, height: int) -> int:
    """Over how many lines of a row the cell at line `at` reaches: the last course of the shorter side covers the rest."""
    if count == 0:
        return height if at == 0 else 0
    if at < count - 1:
        return 1
    return height - count + 1 if at == count - 1 else 0


def _annexes(standing: Standing) -> Q:
    visible = AnnexVersion.objects.filter(
        annex_q(standing), pathway__in=Pathway.objects.filter(pathway_q(standing))
    ).values("pk")
    return Q(subject_type=subject_type(AnnexVersion), subject_id__in=visible)


def _pathways(standing: Standing) -> Q:
    visible = Pathway.objects.filter(pathway_q(standing)).values("pk")
    return Q(subject_type=subject_type(Pathway), subject_id__in=visible)


def _annex_files(standing: Standing) -> Q:
    """A file of Annex 1 is its side's own: the other side and students meet what came of it, once it is proposed (A1)."""
    by_partner = Q(Exists(Membership.objects.filter(user=OuterRef("uploaded_by"), role=Role.PARTNER_COORDINATOR)))
    if standing.partner_ids:
        return _pathways(standing) & by_partner
    if sees_all_agreements(standing) or units_of(standing):
        return _pathways(standing) & ~by_partner
    return NOTHING


def _councils(standing: Standing) -> Q:
    """What a Council wrote is read by the parties; a student reads that it approved."""
    if not opens_agreements(standing):
        return NOTHING
    visible = CouncilDecision.objects.filter(pathway__in=Pathway.objects.filter(pathway_q(standing))).values("pk")
    return Q(subject_type=subject_type(CouncilDecision), subject_id__in=visible)


def _reviews(standing: Standing) -> Q:
    """An opinion is written for the University: the partner reads what was decided, and not why."""
    if not (sees_all_agreements(standing) or units_of(standing)):
        return NOTHING
    visible = LegalReview.objects.filter(agreement__in=Agreement.objects.filter(agreement_q(standing))).values("pk")
    return Q(subject_type=subject_type(LegalReview), subject_id__in=visible)


ANNEX_PAPER = register_paper(
    PaperKind(
        name="annex1",
        series="ANX",
        suffix="1Қ",
        template="agreements/pdf/annex1",
        visible=_annexes,
        revoked_by=frozenset({Role.IPD_COORDINATOR}),
        label=_("Annex 1"),
    )
)
ANNEX_FILE = register_purpose(UploadPurpose("annex_file", visible=_annex_files, types=TABLE_TYPES))
COUNCIL_PROTOCOL = register_purpose(UploadPurpose("council_protocol", visible=_councils))
LEGAL_OPINION = register_purpose(UploadPurpose("legal_opinion", visible=_reviews))


def annex_of(version: AnnexVersion, actor: User) -> PaperDraft:
    """Annex 1 in the printed form (A1-e)."""
    return PaperDraft(annex_context(version, rows_of(version)), LANGUAGES, actor, Role.IPD_COORDINATOR)


@drafts(ANNEX_PAPER)
def _annex(actor: User, pk: int) -> PaperDraft:
    """For the IPD, which issues it, before both sides have agreed too."""
    standing = standing_of(actor)
    version: AnnexVersion = annexes_visible_to(standing).get(pk=pk)
    if not standing.holds(Role.IPD_COORDINATOR):
        raise AnnexVersion.DoesNotExist
    return annex_of(version, actor)


READINESS_TITLE = Localized(
    "Траекторияның дайындық досьесі", "Досье готовности траектории", "Readiness dossier of the pathway"
)
READINESS_DOSSIER = register_paper(
    PaperKind(
        name="readiness_dossier",
        series="READINESS",
        suffix="ДД",
        template="agreements/pdf/readiness",
        visible=_pathways,
        revoked_by=frozenset({Role.IPD_COORDINATOR}),
        label=_("readiness dossier"),
    )
)


def readiness_of_day(pathway: Pathway, actor: User) -> PaperDraft:
    """Each demand of sections 4–6 with clause, evidence, whose move it is and its state, as things stand today (5.2, 6.12)."""
    standing, rows = standing_of(actor), {}
    for language in LANGUAGES:
        with translation.override(language):
            rows[language] = [
                {
                    "clause": printed(row.clause),
                    "demand": capfirst(row.demand),
                    "evidence": with_paper_dates(row.evidence),
                    "met": row.met,
                    "early": row.early,
                    "movers": ", ".join(row.movers),
                }
                for row in readiness_of(pathway, today(), standing)
            ]
    home, partner = pathway.home_programme, pathway.partner_programme
    context = {
        "agreement": _three(pathway.agreement.title),
        "partner": _three(partner.university.names),
        "home_programme": _titled(home.code, home.names),
        "partner_programme": _titled(partner.code, partner.names),
        "rows": rows,
        "met": sum(bool(row["met"]) for row in rows["kk"]),
        "total": len(rows["kk"]),
    }
    return PaperDraft(context, LANGUAGES, actor, Role.IPD_COORDINATOR)


@drafts(READINESS_DOSSIER)
def _readiness(actor: User, pk: int) -> PaperDraft:
    """For the IPD, which issues it."""
    standing = standing_of(actor)
    pathway = pathways_visible_to(standing).get(pk=pk)
    if not standing.holds(Role.IPD_COORDINATOR):
        raise Pathway.DoesNotExist
    return readiness_of_day(pathway, actor)
