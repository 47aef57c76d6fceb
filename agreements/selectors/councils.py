"""What Academic Councils of the parties decided on pathways: to be shown, and as facts."""

from collections.abc import Mapping, Sequence

from agreements.enums import CouncilResult
from agreements.models import Agreement, AgreementParty, CouncilDecision, Pathway
from agreements.workflow import agreement as agreement_life
from core.values import Localized
from institutions.models import University


def councils_of(pathways: Sequence[Pathway]) -> list[CouncilDecision]:
    """What Councils decided on pathways as they stand, the University's first; history keeps what a return to the draft undid."""
    rows = CouncilDecision.objects.filter(pathway__in=pathways).order_by("-university__is_home", "pk")
    found = rows.select_related("pathway__agreement", "university", "recorded_by__person")
    return [row for row in found if _counts(row, row.pathway.agreement)]


def _counts(row: CouncilDecision, agreement: Agreement) -> bool:
    return agreement_life.council_counts(agreement.state, agreement.approved_at, row.recorded_at)


def council_facts_of(
    pathways: Sequence[Pathway], parties: Mapping[int, Sequence[University]] | None = None
) -> dict[int, tuple[agreement_life.CouncilFacts, ...]]:
    """What every party's Council decided, by pathway, also where it has not yet. One query, and one for the parties.

    `parties`: of each agreement, where they are read already.
    """
    agreements = {way.pk: way.agreement for way in pathways}
    rows = CouncilDecision.objects.filter(pathway__in=agreements)
    decided = {(row.pathway_id, row.university_id): row for row in rows if _counts(row, agreements[row.pathway_id])}
    parties = _parties_of(pathways) if parties is None else parties
    return {
        way.pk: tuple(
            _council(way.title, university, decided.get((way.pk, university.pk)))
            for university in parties.get(way.agreement_id, ())
        )
        for way in pathways
    }


def _parties_of(pathways: Sequence[Pathway]) -> dict[int, list[University]]:
    found: dict[int, list[University]] = {}
    members = AgreementParty.objects.filter(agreement__in={way.agreement_id for way in pathways})
    for party in members.select_related("university").order_by("-university__is_home", "pk"):
        found.setdefault(party.agreement_id, []).append(party.university)
    return found


def _council(pathway: Localized, university: University, row: CouncilDecision | None) -> agreement_life.CouncilFacts:
    return agreement_life.CouncilFacts(
        pathway=pathway,
        university_id=university.pk,
        university=university.names,
        is_home=university.is_home,
        decided_on=row.decided_on if row else None,
        approved=row is not None and row.result == CouncilResult.APPROVED,
    )
