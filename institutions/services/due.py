"""What time brings to universities: an accreditation, or a licence of the University itself, about to end or ended (4.2)."""

from core.history import subject_type
from core.machine import Blocker
from core.models import WorkItem
from core.reminders import astray, batches, settle_each
from core.values import today
from core.worklist import reconcile, wait_for
from institutions.models import Licence
from institutions.permissions import queue_for
from institutions.selectors import licences_about_to_end
from institutions.workflow import licence_ends


def settle_due() -> None:
    """This app's part of the sweep. A fixed number of queries a batch, and a transaction for each thing whose work has changed."""
    for licences in batches(licences_about_to_end(today()).iterator()):
        settle_each(astray(Licence, {one.pk: [wait_for(renewal_of(one)).cause] for one in licences}), _settle)
    settle_answered()


def settle_answered() -> None:
    """Licences that are still asked for though a later one follows, or the asking is over. One query, and those that are."""
    items = WorkItem.objects.filter(subject_type=subject_type(Licence), closed_at=None)
    ending = licences_about_to_end(today()).values("pk")
    settle_each(sorted(set(items.exclude(subject_id__in=ending).values_list("subject_id", flat=True))), _settle)


def stop_asking(licence: Licence) -> None:
    """Nobody is asked about a licence any more: it is about to be taken away."""
    reconcile(licence, [], queue_of=lambda _role: None, due=lambda _wait: today())


def _settle(pk: int) -> None:
    Licence.objects.select_for_update().get(pk=pk)
    licence = Licence.objects.select_related("university").get(pk=pk)
    ending = licences_about_to_end(today()).filter(pk=pk).exists()
    reconcile(
        licence,
        [wait_for(renewal_of(licence))] if ending else [],
        queue_of=queue_for,
        due=lambda _wait: licence.valid_until or today(),
        title=licence.university.names,
    )


def renewal_of(licence: Licence) -> Blocker:
    """What the IPD is asked about a licence, loaded with its university, that is about to end (4.2)."""
    return licence_ends(
        kind=licence.kind,
        university=licence.university.names,
        direction=licence.direction,
        ends=licence.valid_until or today(),
        on=today(),
    )
