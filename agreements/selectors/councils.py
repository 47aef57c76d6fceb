"""What Academic Councils of the parties decided on pathways: to be shown, and as facts."""

from collections.abc import Sequence

from agreements.enums import CouncilResult
from agreements.models import AgreementParty, CouncilDecision, Pathway
from agreements.workflow import agreement as agreement_life
from institutions.models import University


def councils_of(pathways: Sequence[Pathway]) -> list[CouncilDecision]:
    """What Councils decided on pathways, the University's first."""
    rows = CouncilDecision.objects.filter(pathway__in=pathways).select_related("university", "recorded_by__person")
    return list(rows.order_by("-university__is_home", "pk"))


def council_facts_of(pathways: Sequence[Pathway]) -> dict[int, tuple[agreement_life.CouncilFacts, ...]]:
    """What every party's Council decided, by pathway, also where it has not yet. Two queries."""
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
