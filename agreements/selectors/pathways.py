"""Reads of pathways, beginning with who is looking, and their facts for one and for lists."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.db.models import Count, Q, QuerySet

from agreements.convert import conversion_complete, step_of, table_covers
from agreements.enums import AgreementState, AnnexState, Party, PathwayState
from agreements.models import Agreement, AnnexVersion, MoneyTerm, Pathway, PathwayTeacher
from agreements.permissions import pathway_q
from agreements.selectors.councils import council_facts_of
from agreements.workflow import pathway as pathway_life
from agreements.workflow.agreement import CouncilFacts
from agreements.workflow.annex import AnnexStand, coordinator_of, is_on_its_way, mover_of
from core.history import subject_type
from core.models import Decision, Verdict, WorkItem
from core.values import today
from institutions.models import Licence, University
from institutions.permissions import Standing
from institutions.selectors import UNLICENSED, Cover, covered_by_licences, valid_licences
from programmes.models import Course
from programmes.workflow import Naming

PATHWAY_PARTS = (
    "agreement",
    "home_programme__university",
    "home_programme__department__parent",
    "partner_programme__university",
    "scale",
)


def pathways_visible_to(standing: Standing) -> QuerySet[Pathway]:
    """The pathways that a person may see, with agreement, both programmes and the grade scale."""
    return Pathway.objects.filter(pathway_q(standing)).select_related(*PATHWAY_PARTS)


def namings_of_programme(programme_id: int) -> tuple[Naming, ...]:
    """The pathways that name a programme, ours or a partner's. A draft binds nothing, neither does one that was given up."""
    named = Pathway.objects.filter(Q(home_programme=programme_id) | Q(partner_programme=programme_id))
    loose = (AgreementState.DRAFT, AgreementState.ENDED)
    return tuple(
        Naming(way.title, binds=way.agreement.state not in loose or way.agreement.signed_on is not None)
        for way in named.select_related(*PATHWAY_PARTS).order_by("pk")
    )


def pathways_of(agreement: Agreement, standing: Standing) -> list[Pathway]:
    """The visible pathways of an agreement."""
    return list(pathways_visible_to(standing).filter(agreement=agreement).order_by("pk"))


def licences_for(pathway: Pathway, on: date) -> list[Licence]:
    """The partner's licences that cover the University's direction and level on a day (4.2)."""
    home = pathway.home_programme
    found = valid_licences(pathway.partner_programme.university_id, direction=home.direction, level=home.level, on=on)
    return list(found.order_by("valid_from"))


def money_terms_for(pathway: Pathway, roles: frozenset[str]) -> "QuerySet[MoneyTerm]":
    """The terms of money in their order: all to whoever holds a role on the pathway, to others what students pay or get (6.5)."""
    found = pathway.money_terms.order_by("pk")
    return found if roles else found.filter(Q(payer=Party.STUDENT) | Q(payee=Party.STUDENT))


def waiting_for(pathway: Pathway) -> list[WorkItem]:
    """What is open about a pathway, oldest deadline first: its own, and until it opens its agreement's and Annex 1's."""
    return waiting_for_each([pathway])[pathway.pk]


def waiting_for_each(pathways: Sequence[Pathway]) -> dict[int, list[WorkItem]]:
    """As `waiting_for` for several, by key. Two queries."""
    prepared = {way.pk: way.agreement_id for way in pathways if way.state == PathwayState.PREPARED}
    versions = (
        dict(AnnexVersion.objects.filter(pathway__in=prepared).values_list("pk", "pathway_id")) if prepared else {}
    )
    of: dict[tuple[str, int], list[int]] = defaultdict(list)
    for way in pathways:
        of[subject_type(Pathway), way.pk].append(way.pk)
    for pk, agreement in prepared.items():
        of[subject_type(Agreement), agreement].append(pk)
    for version, pk in versions.items():
        of[subject_type(AnnexVersion), version].append(pk)
    asked = Q(pk__in=())
    for kind in {kind for kind, _subject in of}:
        asked |= Q(subject_type=kind, subject_id__in=[subject for one, subject in of if one == kind])
    found: dict[int, list[WorkItem]] = {way.pk: [] for way in pathways}
    for item in WorkItem.objects.filter(asked, closed_at=None).order_by("due", "id"):
        for pk in of[item.subject_type, item.subject_id]:
            found[pk].append(item)
    return found


def training_of(way: Pathway) -> tuple[int, str, str]:
    """What a licence must cover: the partner, for the University's direction and level (4.2)."""
    return way.partner_programme.university_id, way.home_programme.direction, way.home_programme.level


def annex_stands_of(pathways: Sequence[Pathway]) -> dict[int, AnnexStand]:
    """How Annex 1 of each pathway stands, by key. One query, and one more where the last version was withdrawn."""
    stands = {way.pk: AnnexStand() for way in pathways}
    withdrawn: dict[int, tuple[int, str]] = {}
    versions = AnnexVersion.objects.filter(pathway__in=pathways).order_by("number")
    for pathway_id, pk, state, side, digest in versions.values_list(
        "pathway_id", "pk", "state", "proposed_by", "content_hash"
    ):
        if state == AnnexState.FROZEN:
            stands[pathway_id] = AnnexStand(frozen=True, content_hash=digest)
        elif is_on_its_way(state, side):
            stands[pathway_id] = replace(stands[pathway_id], version=pk, mover=mover_of(state, side))
        elif state == AnnexState.WITHDRAWN:
            withdrawn[pathway_id] = pk, side
    last = {way: one for way, one in withdrawn.items() if not stands[way].frozen and stands[way].version is None}
    remarks = _remarks_on(dict(last.values()))
    for way, (pk, side) in last.items():
        if pk in remarks:
            stands[way] = AnnexStand(mover=coordinator_of(side), returned=remarks[pk])
    return stands


def _remarks_on(versions: Mapping[int, str]) -> dict[int, str]:
    """Why versions of Annex 1, with the side that proposed them, were returned by the other side; by key."""
    if not versions:
        return {}
    said = Decision.objects.filter(subject_type=subject_type(AnnexVersion), subject_id__in=versions)
    words = said.filter(verdict=Verdict.RETURNED).order_by("pk").values_list("subject_id", "part", "reason")
    return {pk: reason for pk, part, reason in words if part != versions[pk]}


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is read about pathways for their own facts and for those of their agreement: Annex 1, Councils, licences."""

    stands: Mapping[int, AnnexStand]
    councils: Mapping[int, tuple[CouncilFacts, ...]]
    licences: Mapping[tuple[int, str, str], Cover]

    def licence_of(self, way: Pathway) -> Cover:
        """How the partner's licences cover what a pathway trains."""
        return self.licences.get(training_of(way), UNLICENSED)


def evidence_on(
    pathways: Sequence[Pathway], on: date, parties: Mapping[int, Sequence[University]] | None = None
) -> Evidence:
    """The evidence on a day, in three or four queries; `parties`: of each agreement, where they are read already."""
    return Evidence(
        stands=annex_stands_of(pathways),
        councils=council_facts_of(pathways, parties),
        licences=covered_by_licences({way.partner_programme.university_id for way in pathways}, on),
    )


def facts_of_pathway(pathway: Pathway, on: date | None = None) -> pathway_life.PathwayFacts:
    """What the guards of one pathway need to know on a day (today by default)."""
    return facts_of_pathways([pathway], on)[pathway.pk]


def facts_of_pathways(
    pathways: Sequence[Pathway], on: date | None = None, evidence: Evidence | None = None
) -> dict[int, pathway_life.PathwayFacts]:
    """As `facts_of_pathway` for a whole list, in a fixed number of queries, whatever its length.

    `evidence`: of that day, where it is read already.
    """
    day = on or today()
    known = evidence or evidence_on(pathways, day)
    teachers, gaps = _teachers_of(pathways), _standard_gaps(pathways)
    moneyed = set(MoneyTerm.objects.filter(pathway__in=pathways).values_list("pathway_id", flat=True))
    facts = {}
    for way in pathways:
        agreement, home, partner = way.agreement, way.home_programme, way.partner_programme
        named = teachers.get(way.pk, {})
        licence = known.licence_of(way)
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
            partner=partner.university.names,
            annex=known.stands[way.pk],
            councils=known.councils[way.pk],
            epvo_number=way.epvo_number,
            epvo_date=way.epvo_date,
            conversion_agreed=_conversion_said(way),
            home_semesters=way.home_semesters,
            partner_semesters=way.partner_semesters,
            home_teachers=named.get(home.university_id, 0),
            partner_teachers=named.get(partner.university_id, 0),
            degrees_named=bool(home.degree_kk and partner.degree_kk),
            curricula_linked=bool(way.home_curriculum_id and way.partner_curriculum_id),
            money_fixed=way.pk in moneyed,
            standard_gaps=gaps.get(way.home_curriculum_id or 0, ()),
        )
    return facts


def _conversion_said(way: Pathway) -> bool:
    scale = way.scale
    if scale is None:
        return False
    step = step_of(scale.best, scale.worst)
    whole = bool(way.rule_table) and table_covers((scale.best, scale.passing, step), way.rule_table)
    return conversion_complete(way.rule, has_scale=True, table_is_whole=whole)


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
