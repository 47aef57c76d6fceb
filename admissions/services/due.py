"""What time brings to the two roads: an intake about to close (7.1, 8.1), one that has closed, answers that are late (7.3, 8.3)."""

from datetime import timedelta

from django.db.models import Exists, OuterRef, QuerySet

from admissions.enums import ApplicationState
from admissions.models import Application, Intake, Order
from admissions.selectors.applications import with_case
from admissions.selectors.lists import candidates_in, with_pathway
from admissions.services import orders
from admissions.services.settling import LATE, settle_alone, settle_intake, waits_of_intake
from admissions.workflow.lists import CLOSING_SOON
from agreements.enums import Direction
from core.history import subject_type
from core.models import WorkItem
from core.reminders import astray, batches, late_untold, settle_each
from core.values import today

# An intake that closed longer ago has been looked at on every day since.
_CLOSED_LATELY = timedelta(days=30)


def settle_due() -> None:
    """This app's part of the sweep. A fixed number of queries a batch, and a transaction for each thing whose work has changed."""
    day = today()
    closing = Intake.objects.filter(closes_on__range=(day - _CLOSED_LATELY, day + CLOSING_SOON))
    for intakes in batches(with_pathway(closing).order_by("pk").iterator()):
        named = candidates_in(intakes)
        waits = {intake.pk: waits_of_intake(intake, named.get(intake.pk, 0)) for intake in intakes}
        wanted = {pk: [wait.cause for wait in found] for pk, found in waits.items()}
        settle_each(astray(Intake, wanted), _settle_intake)
    settle_each(_drafts_gone_astray(), _settle_application)
    settle_each(late_untold(Application, roles=LATE), _settle_application)
    settle_each(late_untold(Order, roles=orders.LATE), _settle_order)


def _drafts_gone_astray() -> list[int]:
    """Drafts that still wait though their intake has closed, and those that could be sent again since it was prolonged (8.1)."""
    open_ = WorkItem.objects.filter(subject_type=subject_type(Application), subject_id=OuterRef("pk"), closed_at=None)
    drafts: QuerySet[Application] = Application.objects.filter(
        direction=Direction.OUTGOING, state=ApplicationState.DRAFT
    )
    past, lasting = drafts.filter(intake__closes_on__lt=today()), drafts.filter(intake__closes_on__gte=today())
    found = past.filter(Exists(open_)) | lasting.filter(~Exists(open_), intake__opens_on__lte=today())
    return sorted(found.values_list("pk", flat=True))


def _settle_intake(pk: int) -> None:
    Intake.objects.select_for_update().get(pk=pk)
    settle_intake(with_pathway(Intake.objects.filter(pk=pk)).get())


def _settle_application(pk: int) -> None:
    Application.objects.select_for_update().get(pk=pk)
    settle_alone(with_case(Application.objects.filter(pk=pk)).get())


def _settle_order(pk: int) -> None:
    Order.objects.select_for_update().get(pk=pk)
    orders.settle(Order.objects.select_related("host", "intake__pathway__partner_programme__university").get(pk=pk))
