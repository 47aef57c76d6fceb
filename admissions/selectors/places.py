"""Who holds a place of an intake, on either road: counted here and nowhere else (7.4, 8.1)."""

from collections.abc import Sequence

from django.db.models import Count, Q

from admissions.enums import ApplicationState as S
from admissions.models import Application, Intake
from agreements.enums import Direction

# Out: from the list on, until the candidate falls out; the reserve holds a place once a letter names it (8.1, 8.2).
# In: from the draft of the order on (7.4). Whoever has gone or come keeps the place: it is not given out again.
HOLDS_A_PLACE = (
    Q(
        direction=Direction.OUTGOING,
        state__in=[
            S.NOMINATED,
            S.PROPOSED,
            S.INVITED,
            S.DOCUMENTS_COMPLETE,
            S.ORDER_REQUESTED,
            S.ADMITTED,
            S.DEPARTED,
        ],
    )
    & (Q(is_reserve=False) | Q(letter__isnull=False))
) | Q(direction=Direction.INCOMING, state__in=[S.ORDER_DRAFTED, S.ADMITTED, S.INVITED, S.ARRIVED])


def taken_places(intake_ids: Sequence[int]) -> dict[int, int]:
    """How many places of each intake are held, in one query; none, where there are none."""
    if not intake_ids:
        return {}
    held = Application.objects.filter(HOLDS_A_PLACE, intake__in=intake_ids)
    return dict(held.values_list("intake_id").annotate(held=Count("pk")).order_by("intake_id"))


def wanted_places(intake_ids: Sequence[int]) -> dict[int, int]:
    """How many candidates of each intake were proposed for admission or hold a place already, in one query (7.3, 7.4)."""
    proposed = Q(direction=Direction.INCOMING, state__in=[S.RECOMMENDED, S.DOCUMENTS_COMPLETE])
    wanted = Application.objects.filter(HOLDS_A_PLACE | proposed, intake__in=intake_ids)
    return dict(wanted.values_list("intake_id").annotate(wanted=Count("pk")).order_by("intake_id"))


def free_places(intake: Intake) -> int:
    """Places of an intake that nobody holds; never below nothing."""
    return max(0, intake.seats - taken_places([intake.pk]).get(intake.pk, 0))
