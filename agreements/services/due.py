"""What time brings to agreements and pathways: a term or a licence about to end, or ended (4.2-b, 6.12), answers that are late."""

from django.db.models import Q, QuerySet

from agreements.enums import AgreementKind, AgreementState, PathwayState
from agreements.models import Agreement, AnnexVersion, Pathway
from agreements.selectors.agreements import term_facts_of
from agreements.selectors.pathways import PATHWAY_PARTS, facts_of_pathways
from agreements.services.settling import LATE, settle_agreement, settle_annex, settle_pathway, waits_of_pathway
from agreements.workflow.agreement import ENDS_SOON, term_runs_on
from core.reminders import astray, batches, late_untold, settle_each
from core.values import today
from core.worklist import wait_for
from institutions.events import LicenceEntered
from programmes.events import ProgrammeCorrected

_WATCHED = (PathwayState.PREPARED, PathwayState.OPEN)


def settle_due() -> None:
    """This app's part of the sweep: terms and licences that end soon or are over, answers that are late.

    A fixed number of queries a batch, and a transaction for each thing whose work has changed; a second run changes nothing.
    """
    ending = Agreement.objects.filter(state=AgreementState.SIGNED, valid_until__lte=today() + ENDS_SOON).order_by("pk")
    for batch in batches(ending.iterator()):
        facts = term_facts_of(batch)
        wanted = {pk: [wait_for(blocker).cause for blocker in term_runs_on(of)] for pk, of in facts.items()}
        settle_each(astray(Agreement, wanted, exactly=False), _settle_agreement)
    for ways in batches(_watched(Pathway.objects.all()).iterator()):
        settle_each(_gone_astray(ways), _settle_pathway)
    settle_each(late_untold(Agreement, roles=LATE), _settle_agreement)
    settle_each(late_untold(AnnexVersion, roles=LATE), _settle_annex)
    settle_each(late_untold(Pathway, roles=LATE), _settle_pathway)


def on_licence_entered(event: LicenceEntered) -> None:
    """A licence of a partner is another, or gone: its pathways ask for what they lack now, in the same transaction (4.2-b)."""
    ways = _watched(Pathway.objects.filter(partner_programme__university=event.university_id))
    settle_each(ways.values_list("pk", flat=True), _settle_pathway)


def on_programme_corrected(event: ProgrammeCorrected) -> None:
    """A programme was corrected: its pathways ask for what they lack now, in the same transaction (5.7)."""
    ways = Pathway.objects.filter(Q(home_programme=event.programme_id) | Q(partner_programme=event.programme_id))
    settle_each(_watched(ways).values_list("pk", flat=True), _settle_pathway)


def _watched(pathways: QuerySet[Pathway]) -> QuerySet[Pathway]:
    found = pathways.filter(state__in=_WATCHED, agreement__kind=AgreementKind.AGREEMENT)
    return found.exclude(agreement__state=AgreementState.ENDED).select_related(*PATHWAY_PARTS).order_by("pk")


def _gone_astray(ways: list[Pathway]) -> list[int]:
    facts = facts_of_pathways(ways)
    waits = {way.pk: waits_of_pathway(way, facts[way.pk])[0] for way in ways}
    return astray(Pathway, {pk: [wait.cause for wait in found if wait.role] for pk, found in waits.items()})


def _settle_agreement(pk: int) -> None:
    settle_agreement(Agreement.objects.select_for_update().get(pk=pk))


def _settle_annex(pk: int) -> None:
    AnnexVersion.objects.select_for_update().get(pk=pk)
    way = [f"pathway__{part}" for part in PATHWAY_PARTS]
    settle_annex(AnnexVersion.objects.select_related(*way).get(pk=pk))


def _settle_pathway(pk: int) -> None:
    Pathway.objects.select_for_update().get(pk=pk)
    settle_pathway(Pathway.objects.select_related(*PATHWAY_PARTS).get(pk=pk))
