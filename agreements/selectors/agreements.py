"""Reads of agreements, beginning with who is looking: their text, their reviews, their facts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch, QuerySet

from agreements.enums import AgreementState, TermGroup
from agreements.models import Agreement, AgreementParty, AgreementTerm, LegalReview, Pathway
from agreements.permissions import agreement_q
from agreements.selectors.pathways import Evidence, evidence_on
from agreements.workflow import agreement as agreement_life
from agreements.workflow import pathway as pathway_life
from agreements.workflow.annex import AnnexStand
from core.decisions import decisions_on
from core.models import Decision, Verdict
from core.values import content_hash, today
from institutions.models import University
from institutions.permissions import Standing


def agreements_visible_to(standing: Standing) -> QuerySet[Agreement]:
    """The agreements that a person may see, with their parties."""
    parties = AgreementParty.objects.select_related("university").order_by("-university__is_home", "pk")
    return Agreement.objects.filter(agreement_q(standing)).prefetch_related(Prefetch("parties", parties))


def agreement_in_force(agreement: Agreement, on: date) -> bool:
    """Whether an agreement is signed, not ended, and covers a day (5.8, 6.12-e). A memorandum never does (3-d)."""
    if agreement.is_memorandum:
        return False
    return pathway_life.in_force(agreement.state, agreement.valid_from, agreement.valid_until, on)


def terms_of(agreement: Agreement) -> list[AgreementTerm]:
    """The seven groups in the order of 6.12, also those that are empty."""
    written = {term.group: term for term in AgreementTerm.objects.filter(agreement=agreement)}
    return [written.get(group) or AgreementTerm(agreement=agreement, group=group) for group in TermGroup.values]


def law_reviews_of(agreement: Agreement) -> list[LegalReview]:
    """The last legal review of each country with who made it, by country; of this text or of an earlier one."""
    return list(
        LegalReview.objects.filter(agreement=agreement).select_related("reviewed_by__person").order_by("country")
    )


def objections_to(state: str, reviews: Iterable[LegalReview]) -> list[LegalReview]:
    """What the lawyer objected to, while it is put right in the draft: until the review is given anew, of a changed text too."""
    return [review for review in reviews if state == AgreementState.DRAFT and not review.is_positive]


@dataclass(frozen=True, slots=True)
class Written:
    """What stands in an agreement, read once: its parties' universities (ours first), its terms and its pathways."""

    parties: Sequence[University]
    terms: Sequence[AgreementTerm]
    pathways: Sequence[Pathway]


def written_in(agreement: Agreement) -> Written:
    """Three queries. Each pathway knows its agreement and both universities: these are read already."""
    parties = AgreementParty.objects.filter(agreement=agreement).select_related("university")
    universities = [party.university for party in parties.order_by("-university__is_home", "pk")]
    ways = Pathway.objects.filter(agreement=agreement).select_related("home_programme", "partner_programme", "scale")
    pathways, by_key = list(ways.order_by("pk")), {university.pk: university for university in universities}
    for way in pathways:
        way.agreement = agreement
        for programme in (way.home_programme, way.partner_programme):
            programme.university = by_key[programme.university_id]
    terms = AgreementTerm.objects.filter(agreement=agreement).order_by("group")
    return Written(parties=universities, terms=list(terms), pathways=pathways)


def evidence_of(agreement: Agreement, written: Written) -> Evidence:
    """What its pathways can show today, read afresh."""
    return evidence_on(written.pathways, today(), {agreement.pk: written.parties})


def _text(agreement: Agreement, written: Written) -> dict[str, Any]:
    """All that both sides agree to beside Annex 1: terms, award, and what each pathway fixes."""
    return {
        "kind": agreement.kind,
        "name": [agreement.name_kk, agreement.name_ru, agreement.name_en],
        "award": agreement.award,
        "aims": sorted(agreement.aims),
        "parties": sorted(party.pk for party in written.parties),
        "terms": [[term.group, term.text_kk, term.text_ru, term.text_en] for term in written.terms],
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
                way.required_documents,
            ]
            for way in written.pathways
        ],
    }


def text_hash(agreement: Agreement) -> str:
    """The hash of the text that parties agree to; any change asks everybody again."""
    return content_hash(_text(agreement, written_in(agreement)))


def _whole_hash(text: str, pathways: Sequence[Pathway], stands: Mapping[int, AnnexStand]) -> str:
    """The hash of what the University approves, Councils decide on and is signed: the text with its frozen Annex 1."""
    return content_hash([text, [stands[way.pk].content_hash for way in pathways]])


def part_of(university_id: int) -> str:
    """How a party is named in decisions on an agreement's text."""
    return f"university:{university_id}"


def facts_of_agreement(
    agreement: Agreement, written: Written | None = None, evidence: Evidence | None = None
) -> agreement_life.AgreementFacts:
    """What the guards of an agreement need to know, read afresh. A fixed number of queries.

    `written`, `evidence`: where the caller has read them and not changed them since.
    """
    written = written or written_in(agreement)
    known = evidence or evidence_of(agreement, written)
    pathways = written.pathways
    text = content_hash(_text(agreement, written))
    said = decisions_on(agreement, text)
    filled = {term.group: term for term in written.terms}
    current, outdated = _reviews_of(agreement, text)
    return agreement_life.AgreementFacts(
        kind=agreement.kind,
        parties=_parties(written.parties, said),
        award=agreement.award,
        empty_terms=tuple(group for group in TermGroup.values if not _is_filled(filled.get(group))),
        reviews=current,
        outdated=outdated,
        annexes=tuple(agreement_life.AnnexPart(way.title, known.stands[way.pk]) for way in pathways),
        councils=tuple(council for way in pathways for council in known.councils[way.pk]),
        on=today(),
        licences=tuple(dict.fromkeys(_licence_of(way, known) for way in pathways)),
        number=agreement.number,
        signed_on=agreement.signed_on,
        valid_from=agreement.valid_from,
        valid_until=agreement.valid_until,
        renewal_begun=agreement.renewals.exclude(state=AgreementState.ENDED).exists(),
        text_hash=text,
        whole_hash=_whole_hash(text, pathways, known.stands),
    )


def term_facts_of(agreements: Sequence[Agreement]) -> dict[int, agreement_life.AgreementFacts]:
    """What the term of each of these agreements is judged by today, and nothing else, by key. One query."""
    renewed = Agreement.objects.filter(renews__in=agreements).exclude(state=AgreementState.ENDED)
    begun = set(renewed.values_list("renews", flat=True))
    empty: dict[str, Any] = dict.fromkeys(("parties", "empty_terms", "reviews", "annexes", "councils"), ())
    return {
        one.pk: agreement_life.AgreementFacts(
            kind=one.kind,
            award=one.award,
            on=today(),
            signed_on=one.signed_on,
            valid_until=one.valid_until,
            renewal_begun=one.pk in begun,
            **empty,
        )
        for one in agreements
    }


def _parties(parties: Sequence[University], said: Mapping[str, Decision]) -> tuple[agreement_life.PartyFacts, ...]:
    """What each party said of this very text, and last: who returns it takes the University's offer back."""
    words = {university.pk: said.get(part_of(university.pk)) for university in parties}
    ours = next((words[university.pk] for university in parties if university.is_home), None)
    returns = [word for word in words.values() if word and word.verdict == Verdict.RETURNED]
    waiting = {word.pk for word in returns if ours is None or word.pk > ours.pk}
    return tuple(
        agreement_life.PartyFacts(
            university.pk,
            university.names,
            university.country,
            is_home=university.is_home,
            agreed=word is not None and word.verdict == Verdict.AGREED and not (university.is_home and waiting),
            returned=word.reason if word is not None and word.pk in waiting else "",
        )
        for university, word in ((university, words[university.pk]) for university in parties)
    )


def _reviews_of(agreement: Agreement, text: str) -> tuple[tuple[tuple[str, bool], ...], tuple[str, ...]]:
    """The reviews of this very text, and the countries whose review is of an earlier one."""
    rows = LegalReview.objects.filter(agreement=agreement).order_by("country")
    current: list[tuple[str, bool]] = []
    outdated: list[str] = []
    for country, is_positive, reviewed in rows.values_list("country", "is_positive", "text_hash"):
        if agreement_life.review_counts(agreement.state, reviewed, text):
            current.append((country, is_positive))
        else:
            outdated.append(country)
    return tuple(current), tuple(outdated)


def _licence_of(way: Pathway, known: Evidence) -> agreement_life.LicenceFacts:
    cover = known.licence_of(way)
    return agreement_life.LicenceFacts(
        way.partner_programme.university.names, way.home_programme.direction, cover.holds, cover.ends
    )


def _is_filled(term: AgreementTerm | None) -> bool:
    # Kazakh is the legal language of the house: a group is filled when its Kazakh text is.
    return term is not None and bool(term.text_kk.strip())
