"""What the stay does when its application moves (satbayev_jdp.wiring): opened by the order, begun by the departure, cancelled."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_noop

from admissions.enums import ApplicationState
from admissions.events import ApplicationAdmitted, ApplicationDeparted, ApplicationSettled, DepartureCorrected
from admissions.models import OrderLine
from agreements.enums import Direction
from core.history import history_of, record
from core.models import HistoryEntry
from core.workflow import perform
from institutions.enums import Role
from institutions.models import University, User
from mobility.enums import PlacementState
from mobility.models import Placement
from mobility.selectors import stay as read
from mobility.services.plans import drop_plans_of
from mobility.services.stay import settle
from mobility.workflow.stay import STAY
from programmes.models import Enrolment

# Departure and cancelling are the IPD's word on the application; the stay takes it over.
_BY_THE_IPD = frozenset({Role.IPD_COORDINATOR.value})


def open_placement(event: ApplicationAdmitted) -> None:
    """A signed order opens the stay, in its transaction; an incoming student enters the general contingent (5.9)."""
    line = OrderLine.objects.select_related("order__host", "application").get(pk=event.order_line_id)
    order, incoming = line.order, line.application.direction == Direction.INCOMING
    placement = Placement.objects.create(
        order_line=line,
        application=line.application,
        direction=line.application.direction,
        host=order.host,
        starts_on=order.starts_on,
        ends_on=order.ends_on,
        host_student_number=_next_number(order.host, order.starts_on.year) if incoming else "",
    )
    record(
        actor=order.signed_by,
        action="stay.opened",
        subject=placement,
        text=gettext_noop("stay opened by the order"),
        clause="5.9" if incoming else "8.6",
        after={"student_number": placement.host_student_number},
    )
    settle(read.with_student(Placement.objects.filter(pk=placement.pk)).get())


def _next_number(host: University, year: int) -> str:
    """The next number of the general contingent: year, 9 for those who come from partners, three digits.

    The host's row is locked, so that two orders signed at once do not give the same number.
    """
    University.objects.select_for_update().get(pk=host.pk)
    prefix = f"{year}9"
    taken = rf"^{prefix}\d{{3,}}$"
    guests = Placement.objects.filter(host=host, host_student_number__regex=taken)
    register = Enrolment.objects.filter(university=host, student_number__regex=taken)
    numbers = [
        *guests.values_list("host_student_number", flat=True),
        *register.values_list("student_number", flat=True),
    ]
    last = max((int(number.removeprefix(prefix)) for number in numbers), default=0)
    return f"{prefix}{last + 1:03d}"


def begin_departed(event: ApplicationDeparted) -> None:
    """The departure that the outgoing road recorded begins the stay (6.3)."""
    placement = _of_application(event.application_id)
    if placement is None or placement.state != PlacementState.PLANNED:
        return
    placement.departed_on = event.departed_on
    placement.save(update_fields=["departed_on"])
    _follow(placement, "depart", params={"day": event.departed_on})
    settle(placement)


def correct_departed(event: DepartureCorrected) -> None:
    """The day of the departure is another than was written down (6.3)."""
    placement = _of_application(event.application_id)
    if placement is None or placement.departed_on is None:
        return
    before, placement.departed_on = placement.departed_on, event.departed_on
    placement.save(update_fields=["departed_on"])
    record(
        actor=User.objects.get(pk=event.actor_id),
        action="stay.departure_corrected",
        subject=placement,
        text=gettext_noop("day of the departure corrected"),
        clause="6.3",
        role=Role.IPD_COORDINATOR,
        before={"departed_on": before},
        after={"departed_on": event.departed_on},
        reason=event.reason,
    )


def follow_application(event: ApplicationSettled) -> None:
    """The application has changed: stay and plan are cancelled with it, or the stay's worklist brought in line."""
    placement = _of_application(event.application_id)
    if placement is None:
        return
    cancelled = placement.application.state in ApplicationState.closed()
    if cancelled and placement.state == PlacementState.PLANNED:
        entry = _follow(placement, "cancel")
        drop_plans_of(placement, actor=entry.actor, roles=_BY_THE_IPD, reason=entry.reason)
    settle(placement)


def _follow(placement: Placement, name: str, *, params: Mapping[str, Any] | None = None) -> HistoryEntry:
    """Take a step that the application has just taken too: by the same person, for the same reason."""
    cause = history_of(placement.application).select_related("actor__person").latest("pk")
    return perform(
        STAY[placement.direction],
        name,
        placement,
        actor=cause.actor,
        roles=_BY_THE_IPD,
        facts=read.stay_facts(placement),
        reason=cause.reason,
        params=params,
    )


def _of_application(application_id: int) -> Placement | None:
    found = Placement.objects.filter(application=application_id)
    # Most applications that change have no stay yet: the case with all its joins is loaded only where there is one.
    return read.with_student(found).first() if found.exists() else None
