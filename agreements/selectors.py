"""Reads of agreements, pathways and Annex 1, beginning with who is looking; facts for guards, also for whole lists."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from agreements.convert import AnnexEntry, AnnexLine, annex_hash, conversion_complete, table_covers
from agreements.enums import AgreementState, AnnexState, CouncilResult, PathwayState, TermGroup
from agreements.models import (
    Agreement,
    AgreementParty,
    AgreementTerm,
    AnnexCourse,
    AnnexRow,
    AnnexVersion,
    CouncilDecision,
    GradeScale,
    LegalReview,
    Pathway,
    PathwayTeacher,
)
from agreements.permissions import agreement_q, annex_q, pathway_q
from agreements.workflow import agreement as agreement_life
from agreements.workflow import annex as annex_life
from agreements.workflow import pathway as pathway_life
from core.decisions import agreed_parts
from core.history import subject_type
from core.machine import Blocker
from core.models import Decision, WorkItem
from core.values import content_hash, today
from institutions.models import Licence, University
from institutions.permissions import Standing
from institutions.selectors import UNLICENSED, Cover, covered_by_licences, valid_licences
from programmes.models import Course

_PATHWAY_PARTS = (
    "agreement",
    "home_programme__university",
    "home_programme__department__parent",
    "partner_programme__university",
    "scale",
)


def agreements_visible_to(standing: Standing) -> QuerySet[Agreement]:
    """The agreements that a person may see, with their parties."""
    parties = AgreementParty.objects.select_related("university").order_by("-university__is_home", "pk")
    return Agreement.objects.filter(agreement_q(standing)).prefetch_related(Prefetch("parties", parties))


def pathways_visible_to(standing: Standing) -> QuerySet[Pathway]:
    """The pathways that a person may see, with agreement, both programmes and the grade scale."""
    return Pathway.objects.filter(pathway_q(standing)).select_related(*_PATHWAY_PARTS)


def annexes_visible_to(standing: Standing) -> QuerySet[AnnexVersion]:
    """The versions of Annex 1 that a person may see: a side's draft only that side."""
    visible = Pathway.objects.filter(pathway_q(standing))
    versions = AnnexVersion.objects.filter(annex_q(standing), pathway__in=visible)
    return versions.select_related(*(f"pathway__{part}" for part in _PATHWAY_PARTS))


def agreement_in_force(agreement: Agreement, on: date) -> bool:
    """Whether an agreement is signed, not ended, and covers a day (5.8, 6.12-e). A memorandum never does (3-d)."""
    if agreement.is_memorandum:
        return False
    return pathway_life.in_force(agreement.state, agreement.valid_from, agreement.valid_until, on)


def frozen_annex_of(pathway: Pathway) -> AnnexVersion | None:
    """The latest frozen version of Annex 1: what new students are admitted under."""
    frozen = AnnexVersion.objects.filter(pathway=pathway, state=AnnexState.FROZEN)
    return frozen.select_related("pathway").order_by("-number").first()


def rows_of(version: AnnexVersion) -> list[AnnexRow]:
    """All rows of a version in their order, courses prefetched. Two queries."""
    return _with_courses(AnnexRow.objects.filter(version=version))


def rows_of_semester(version: AnnexVersion, semester: int) -> list[AnnexRow]:
    """The rows of one semester in their order, courses prefetched. Two queries."""
    return _with_courses(AnnexRow.objects.filter(version=version, semester=semester))


def _with_courses(rows: QuerySet[AnnexRow]) -> list[AnnexRow]:
    courses = AnnexCourse.objects.select_related("course").order_by("side", "position")
    return list(rows.order_by("position").prefetch_related(Prefetch("courses", courses)))


def pathway_opening_blockers(pathway: Pathway, on: date) -> tuple[Blocker, ...]:
    """Everything that still keeps a pathway from opening on a day, by clause, with whose move it is (4–6)."""
    return pathway_life.PATHWAY.step("open").blockers(facts_of_pathway(pathway, on))


def admits_on(pathway: Pathway, day: date) -> tuple[Blocker, ...]:
    """Why a pathway takes nobody new on a day; empty when it does (4.2-b, 5.8, 7.1-b).

    An open pathway closes to new admissions by itself when the licence or the agreement has ended; who is on the way stays.
    """
    facts = facts_of_pathway(pathway, day)
    found = [blocker for rule in pathway_life.ADMISSION for blocker in rule(facts)]
    if pathway.state != PathwayState.OPEN and not found:
        return pathway_life.PATHWAY.step("open").blockers(facts) or (pathway_life.not_open(),)
    return tuple(found)


def admitting(pathways: Sequence[Pathway], day: date) -> frozenset[int]:
    """The pathways (keys) that take new students on a day: open, licensed, under an agreement in force (4.2-b). One query."""
    covered = covered_by_licences({way.partner_programme.university_id for way in pathways}, day)
    return frozenset(
        way.pk
        for way in pathways
        if way.state == PathwayState.OPEN
        and agreement_in_force(way.agreement, day)
        and covered.get(_trained(way), UNLICENSED).holds
    )


def agreement_text(agreement: Agreement) -> dict[str, Any]:
    """All that both sides agree to beside Annex 1: terms, award, and what each pathway fixes. Three queries."""
    pathways = Pathway.objects.filter(agreement=agreement).select_related("scale").order_by("pk")
    return {
        "kind": agreement.kind,
        "name": [agreement.name_kk, agreement.name_ru, agreement.name_en],
        "award": agreement.award,
        "aims": sorted(agreement.aims),
        "parties": sorted(AgreementParty.objects.filter(agreement=agreement).values_list("university_id", flat=True)),
        "terms": [
            [term.group, term.text_kk, term.text_ru, term.text_en]
            for term in AgreementTerm.objects.filter(agreement=agreement).order_by("group")
        ],
        "pathways": [
            [
                way.home_programme_id,
                way.partner_programme_id,
                way.kind,
                way.home_semesters,
                way.partner_semesters,
                way.quota_out,
                way.quota_in,
                way.scale.code if way.scale else "",
                way.rule,
                way.rule_table,
                way.min_gpa,
            ]
            for way in pathways
        ],
    }


def text_hash(agreement: Agreement) -> str:
    """The hash of the text that parties agree to; any change asks everybody again."""
    return content_hash(agreement_text(agreement))


def part_of(university_id: int) -> str:
    """How a party is named in decisions on an agreement's text."""
    return f"university:{university_id}"


def facts_of_agreement(agreement: Agreement) -> agreement_life.AgreementFacts:
    """What the guards of an agreement need to know, read afresh. A fixed number of queries."""
    parties = list(
        AgreementParty.objects.filter(agreement=agreement)
        .select_related("university")
        .order_by("-university__is_home", "pk")
    )
    agreed = agreed_parts(agreement, text_hash(agreement))
    filled = {term.group: term for term in AgreementTerm.objects.filter(agreement=agreement)}
    pathways = list(Pathway.objects.filter(agreement=agreement).select_related(*_PATHWAY_PARTS).order_by("pk"))
    frozen = _frozen_days(pathways)
    councils = _councils_of(pathways)
    licensed = covered_by_licences({way.partner_programme.university_id for way in pathways}, today())
    return agreement_life.AgreementFacts(
        kind=agreement.kind,
        parties=tuple(
            agreement_life.PartyFacts(
                university_id=party.university_id,
                name=party.university.short_name,
                country=party.university.country,
                is_home=party.university.is_home,
                agreed=part_of(party.university_id) in agreed,
            )
            for party in parties
        ),
        award=agreement.award,
        empty_terms=tuple(group for group in TermGroup.values if not _is_filled(filled.get(group))),
        reviews=tuple(LegalReview.objects.filter(agreement=agreement).values_list("country", "is_positive")),
        annexes=tuple(agreement_life.AnnexPart(str(way), way.pk in frozen) for way in pathways),
        councils=tuple(council for way in pathways for council in councils[way.pk]),
        on=today(),
        licences=tuple(dict.fromkeys(_licence_of(way, licensed) for way in pathways)),
        number=agreement.number,
        signed_on=agreement.signed_on,
        valid_from=agreement.valid_from,
        valid_until=agreement.valid_until,
        renewal_begun=agreement.renewals.exclude(state=AgreementState.ENDED).exists(),
    )


def _licence_of(way: Pathway, licensed: Mapping[tuple[int, str, str], Cover]) -> agreement_life.LicenceFacts:
    cover = licensed.get(_trained(way), UNLICENSED)
    return agreement_life.LicenceFacts(
        way.partner_programme.university.short_name, way.home_programme.direction, cover.holds, cover.ends
    )


def _is_filled(term: AgreementTerm | None) -> bool:
    # Kazakh is the legal language of the house: a group is filled when its Kazakh text is.
    return term is not None and bool(term.text_kk.strip())


def facts_of_pathway(pathway: Pathway, on: date | None = None) -> pathway_life.PathwayFacts:
    """What the guards of one pathway need to know on a day (today by default)."""
    return facts_of_pathways([pathway], on)[pathway.pk]


def facts_of_pathways(pathways: Sequence[Pathway], on: date | None = None) -> dict[int, pathway_life.PathwayFacts]:
    """As `facts_of_pathway` for a whole list, in a fixed number of queries, whatever its length."""
    day = on or today()
    frozen, councils, teachers = _frozen_days(pathways), _councils_of(pathways), _teachers_of(pathways)
    covered = covered_by_licences({way.partner_programme.university_id for way in pathways}, day)
    gaps = _standard_gaps(pathways)
    facts = {}
    for way in pathways:
        agreement, home, partner = way.agreement, way.home_programme, way.partner_programme
        named = teachers.get(way.pk, {})
        licence = covered.get(_trained(way), UNLICENSED)
        facts[way.pk] = pathway_life.PathwayFacts(
            on=day,
            kind=way.kind,
            agreement_kind=agreement.kind,
            agreement_state=agreement.state,
            valid_from=agreement.valid_from,
            valid_until=agreement.valid_until,
            signed_on=agreement.signed_on,
            award=agreement.award,
            licensed=licence.holds,
            licence_ends=licence.ends,
            direction=home.direction,
            partner=partner.university.short_name,
            annex_frozen=way.pk in frozen,
            councils=councils[way.pk],
            epvo_number=way.epvo_number,
            epvo_date=way.epvo_date,
            conversion_agreed=_conversion_said(way),
            home_semesters=way.home_semesters,
            partner_semesters=way.partner_semesters,
            home_teachers=named.get(home.university_id, 0),
            partner_teachers=named.get(partner.university_id, 0),
            degrees_named=bool(home.degree_kk and partner.degree_kk),
            curricula_linked=bool(way.home_curriculum_id and way.partner_curriculum_id),
            standard_gaps=gaps.get(way.home_curriculum_id or 0, ()),
        )
    return facts


def _trained(way: Pathway) -> tuple[int, str, str]:
    """What a licence must cover: the partner, for the University's direction and level (4.2)."""
    return way.partner_programme.university_id, way.home_programme.direction, way.home_programme.level


def _conversion_said(way: Pathway) -> bool:
    scale = way.scale
    if scale is None:
        return False
    whole = bool(way.rule_table) and table_covers((scale.best, scale.passing, _step_of(way)), way.rule_table)
    return conversion_complete(way.rule, has_scale=True, table_is_whole=whole)


def _step_of(way: Pathway) -> Decimal:
    """The step of a table's marks: a tenth for scales of a few units, one for scales of hundreds."""
    return Decimal("0.1") if way.scale and abs(way.scale.best - way.scale.worst) <= 20 else Decimal(1)


def _frozen_days(pathways: Sequence[Pathway]) -> dict[int, int]:
    """The number of the latest frozen version, by pathway."""
    frozen = AnnexVersion.objects.filter(pathway__in=pathways, state=AnnexState.FROZEN).order_by("number")
    return dict(frozen.values_list("pathway_id", "number"))


def _councils_of(pathways: Sequence[Pathway]) -> dict[int, tuple[agreement_life.CouncilFacts, ...]]:
    """What every party's Council decided, also where it has not yet."""
    decided = {(row.pathway_id, row.university_id): row for row in CouncilDecision.objects.filter(pathway__in=pathways)}
    parties: dict[int, list[University]] = {}
    rows = AgreementParty.objects.filter(agreement__in={way.agreement_id for way in pathways})
    for party in rows.select_related("university").order_by("-university__is_home", "pk"):
        parties.setdefault(party.agreement_id, []).append(party.university)
    return {
        way.pk: tuple(
            _council(str(way), university, decided.get((way.pk, university.pk)))
            for university in parties.get(way.agreement_id, ())
        )
        for way in pathways
    }


def _council(pathway: str, university: University, row: CouncilDecision | None) -> agreement_life.CouncilFacts:
    return agreement_life.CouncilFacts(
        pathway=pathway,
        university_id=university.pk,
        university=university.short_name,
        is_home=university.is_home,
        decided_on=row.decided_on if row else None,
        approved=row is not None and row.result == CouncilResult.APPROVED,
    )


def _teachers_of(pathways: Sequence[Pathway]) -> dict[int, dict[int, int]]:
    found: dict[int, dict[int, int]] = {}
    rows = PathwayTeacher.objects.filter(pathway__in=pathways).values_list("pathway_id", "university_id")
    for pathway_id, university_id, count in rows.annotate(count=Count("pk")).order_by():
        found.setdefault(pathway_id, {})[university_id] = count
    return found


def _standard_gaps(pathways: Sequence[Pathway]) -> dict[int, tuple[str, ...]]:
    """What a home curriculum lacks of the State Standard (5.2-a), by curriculum: message ids."""
    wanted = {way.home_curriculum_id: way.home_programme.credits for way in pathways if way.home_curriculum_id}
    sums: dict[int, dict[str, Decimal]] = {pk: {} for pk in wanted}
    for pk, kind, credits in Course.objects.filter(curriculum__in=wanted).values_list(
        "curriculum_id", "kind", "credits"
    ):
        sums[pk][kind] = sums[pk].get(kind, Decimal(0)) + credits
    return {pk: tuple(pathway_life.standard_gaps(sums[pk], total)) for pk, total in wanted.items()}


def entries_of(rows: Iterable[AnnexRow]) -> tuple[AnnexEntry, ...]:
    """Rows with prefetched courses as plain values: what is hashed, summed and exported."""
    return tuple(
        AnnexEntry(
            semester=row.semester,
            is_summer=row.is_summer,
            relation=row.relation,
            reason=row.reason,
            lines=tuple(
                AnnexLine(
                    side=line.side,
                    printed_number=line.printed_number,
                    printed_name=line.printed_name,
                    course_id=line.course_id,
                    credits=line.credits,
                    hours=line.hours,
                )
                for line in row.courses.all()
            ),
        )
        for row in rows
    )


def facts_of_annex(version: AnnexVersion) -> annex_life.AnnexFacts:
    """What the guards of a version need to know, read afresh."""
    entries = entries_of(rows_of(version))
    newer = AnnexVersion.objects.filter(pathway=version.pathway_id, number__gt=version.number)
    return annex_life.AnnexFacts(
        rows=len(entries),
        proposed_by=version.proposed_by,
        agreed=agreed_parts(version, version.content_hash),
        hash_holds=annex_hash(entries) == version.content_hash,
        is_latest=not newer.exclude(state=AnnexState.WITHDRAWN).exists(),
    )


def licences_for(pathway: Pathway, on: date) -> list[Licence]:
    """The partner's licences that cover the University's direction and level on a day (4.2)."""
    home = pathway.home_programme
    found = valid_licences(pathway.partner_programme.university_id, direction=home.direction, level=home.level, on=on)
    return list(found.order_by("valid_from"))


def law_reviews_of(agreement: Agreement) -> list[LegalReview]:
    """The legal reviews of an agreement with who made them, by country."""
    return list(
        LegalReview.objects.filter(agreement=agreement).select_related("reviewed_by__person").order_by("country")
    )


def terms_of(agreement: Agreement) -> list[AgreementTerm]:
    """The seven groups in the order of 6.12, also those that are empty."""
    written = {term.group: term for term in AgreementTerm.objects.filter(agreement=agreement)}
    return [written.get(group) or AgreementTerm(agreement=agreement, group=group) for group in TermGroup.values]


def pathways_of(agreement: Agreement, standing: Standing) -> list[Pathway]:
    """The visible pathways of an agreement."""
    return list(pathways_visible_to(standing).filter(agreement=agreement).order_by("pk"))


def waiting_for(pathway: Pathway) -> list[WorkItem]:
    """What is open about a pathway, oldest deadline first: its own, and until it opens its agreement's and Annex 1's."""
    asked = Q(subject_type=subject_type(pathway), subject_id=pathway.pk)
    if pathway.state == PathwayState.PREPARED:
        versions = AnnexVersion.objects.filter(pathway=pathway).values("pk")
        asked |= Q(subject_type=subject_type(Agreement), subject_id=pathway.agreement_id)
        asked |= Q(subject_type=subject_type(AnnexVersion), subject_id__in=versions)
    return list(WorkItem.objects.filter(asked, closed_at=None).order_by("due", "id"))


def councils_of(pathways: Sequence[Pathway]) -> list[CouncilDecision]:
    """What Councils decided on pathways, the University's first."""
    rows = CouncilDecision.objects.filter(pathway__in=pathways).select_related("university", "recorded_by__person")
    return list(rows.order_by("-university__is_home", "pk"))


def versions_of(pathway: Pathway, standing: Standing) -> list[AnnexVersion]:
    """The visible versions of a pathway's Annex 1, the newest first."""
    return list(annexes_visible_to(standing).filter(pathway=pathway).order_by("-number"))


def decided_by(version: AnnexVersion) -> list[Decision]:
    """The last word of each side on a version's content, with who said it. One query."""
    rows = Decision.objects.filter(
        subject_type=subject_type(version), subject_id=version.pk, subject_hash=version.content_hash
    )
    last = {row.part: row for row in rows.select_related("person__person").order_by("id")}
    return list(last.values())


def scales() -> QuerySet[GradeScale]:
    """All grade scales. They are no secret: whoever is signed in may read them."""
    return GradeScale.objects.order_by("code")
