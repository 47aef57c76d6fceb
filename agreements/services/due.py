"""What time brings to agreements and pathways: a term or a licence about to end, or ended (4.2-b, 6.12)."""

from django.db import transaction
from django.db.models import QuerySet

from agreements.enums import AgreementKind, AgreementState, PathwayState
from agreements.models import Agreement, Pathway
from agreements.selectors.pathways import PATHWAY_PARTS
from agreements.services.settling import settle_agreement, settle_pathway
from agreements.workflow.agreement import ENDS_SOON
from core.values import today
from institutions.events import LicenceEntered

_WATCHED = (PathwayState.PREPARED, PathwayState.OPEN)


def settle_due() -> None:
    """The sweep of the day: signed agreements whose term ends soon or is over, and pathways, whose licence may end.

    One transaction for each, in the order of keys; a second run changes nothing.
    """
    ending = Agreement.objects.filter(state=AgreementState.SIGNED, valid_until__lte=today() + ENDS_SOON)
    for pk in ending.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            settle_agreement(Agreement.objects.select_for_update().get(pk=pk))
    _settle_pathways(Pathway.objects.all())


def on_licence_entered(event: LicenceEntered) -> None:
    """A licence of a partner was entered: its pathways no longer ask for one, in the same transaction (4.2-b)."""
    _settle_pathways(Pathway.objects.filter(partner_programme__university=event.university_id))


def _settle_pathways(pathways: QuerySet[Pathway]) -> None:
    watched = pathways.filter(state__in=_WATCHED, agreement__kind=AgreementKind.AGREEMENT)
    for pk in watched.exclude(agreement__state=AgreementState.ENDED).order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            Pathway.objects.select_for_update().get(pk=pk)
            settle_pathway(Pathway.objects.select_related(*PATHWAY_PARTS).get(pk=pk))
