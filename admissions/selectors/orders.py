"""Reads of orders, beginning with who is looking: facts for the guards, students ready for an order, the order's list."""

from collections.abc import Callable, Sequence
from datetime import date

from django.db.models import OuterRef, QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext_noop

from admissions.enums import ApplicationState, OrderKind, OrderState
from admissions.models import Application, Intake, Order, OrderLine
from admissions.permissions import orders as may
from admissions.selectors import incoming
from admissions.selectors.applications import applications_visible_to, case_facts_of, with_case
from admissions.workflow.orders import ORDER, LineFacts, OrderFacts
from agreements.enums import Direction
from core.history import subject_type
from core.models import HistoryEntry
from core.tables import how_many
from core.values import today
from core.worklist import Wait, after_return, waits_of, working_days_after
from institutions.models import Unit
from institutions.permissions import Standing
from institutions.selectors import holidays_of

SIGN_WITHIN_DAYS = 5
DIRECTION_OF_KIND: dict[str, str] = {
    OrderKind.ADMISSION_IN: Direction.INCOMING,
    OrderKind.DEPARTURE_OUT: Direction.OUTGOING,
}
# From which state a student can be put on an order of this kind (7.4, 8.6).
READY_STATE: dict[str, str] = {
    OrderKind.ADMISSION_IN: ApplicationState.DOCUMENTS_COMPLETE,
    OrderKind.DEPARTURE_OUT: ApplicationState.ORDER_REQUESTED,
}
# Who holds a place of an intake by a signed order.
_ADMITTED = [
    ApplicationState.ADMITTED,
    ApplicationState.DEPARTED,
    ApplicationState.INVITED,
    ApplicationState.ARRIVED,
]


def orders_visible_to(standing: Standing) -> "QuerySet[Order]":
    """The orders that this person may see, with what their pages and papers name. Unordered."""
    return Order.objects.filter(may.sees_order.q(standing)).select_related(
        "intake__term",
        "intake__last_term",
        "intake__pathway__agreement",
        "intake__pathway__home_programme",
        "intake__pathway__partner_programme__university",
        "host",
        "document",
        "drafted_by__person",
        "signed_by__person",
    )


def orders_for_list(standing: Standing) -> "QuerySet[Order]":
    """As `orders_visible_to`, with the number of students as `students`."""
    return orders_visible_to(standing).annotate(students=how_many(OrderLine.objects.filter(order=OuterRef("pk"))))


def redraft_of(order: Order) -> Order | None:
    """The order that was drafted in the place of a draft that was given up."""
    return Order.objects.filter(redrafts=order).first() if order.state == OrderState.CANCELLED else None


def lines_of(order: Order) -> "QuerySet[OrderLine]":
    """The lines of an order with their students, in order."""
    return (
        OrderLine.objects.filter(order=order)
        .select_related("application__enrolment__person__user", "application__enrolment__programme")
        .order_by("position")
    )


def applications_on(order: Order) -> list[Application]:
    """The applications of an order with their cases, by position."""
    return list(with_case(Application.objects.filter(order_lines__order=order)).order_by("order_lines__position"))


def living_order_of(application: Application) -> Order | None:
    """The order that names the student and was not given up, if any."""
    return (
        Order.objects.filter(lines__application=application).exclude(state=OrderState.CANCELLED).order_by("-pk").first()
    )


def held_by_others(intake: Intake, application_ids: Sequence[int], kind: str) -> int:
    """Places of an intake that students outside `application_ids` hold by a signed order (7.4)."""
    states = list(_ADMITTED)
    if kind == OrderKind.DEPARTURE_OUT:
        states.remove(ApplicationState.INVITED)  # on the way out an invitation comes before the order
    return Application.objects.filter(intake=intake, state__in=states).exclude(pk__in=application_ids).count()


def order_facts(order: Order, *, on: date | None = None) -> OrderFacts:
    """The facts of an order on a day (today by default), read afresh."""
    applications = applications_on(order)
    cases = case_facts_of(applications, on=on or today())
    courses = dict(OrderLine.objects.filter(order=order).values_list("application_id", "courses"))
    pks = [application.pk for application in applications]
    return OrderFacts(
        kind=order.kind,
        lines=tuple(
            LineFacts(
                student=application.enrolment.person.names,
                case=cases[application.pk],
                state=application.state,
                courses=courses[application.pk],
            )
            for application in applications
        ),
        seats=order.intake.seats if order.intake else 0,
        held_by_others=held_by_others(order.intake, pks, order.kind) if order.intake else 0,
    )


def ready_for_order(standing: Standing, kind: str) -> "QuerySet[Application]":
    """The students that can be put on an order of this kind and stand on none, for the office that drafts it."""
    if not may.drafts(kind, standing):
        return Application.objects.none()
    taken = OrderLine.objects.exclude(order__state=OrderState.CANCELLED).values("application")
    ready = applications_visible_to(standing).filter(direction=DIRECTION_OF_KIND[kind], state=READY_STATE[kind])
    return ready.exclude(pk__in=taken).order_by("intake", "rank", "pk")


def waits(order: Order) -> tuple[Wait, ...]:
    """Who is waited for with this order; who returned it is named."""
    waits = waits_of(ORDER, order.state, order_facts(order))
    if order.state != OrderState.DRAFT:
        return waits
    text = gettext_noop("Draft the order anew: returned by %(name)s (%(role)s)")
    return after_return(waits, order, ORDER, step="send_for_signature", text=text)


def due(_order: Order) -> Callable[[Wait], date]:
    """An order is moved within five working days."""
    day = working_days_after(today(), SIGN_WITHIN_DAYS, holidays_of())
    return lambda _wait: day


def loads(applications: Sequence[Application]) -> dict[int, incoming.Load]:
    """Courses and credits of each student, counted from the rows the department chose (5.9)."""
    return incoming.loads_of([application.pk for application in applications])


def proposals_of(applications: Sequence[Application]) -> list[tuple[Unit, date]]:
    """The institutes that proposed these students, with the day of the last proposal of each (7.3, 8.1)."""
    institutes = {application.pk: application.institute for application in applications}
    told = HistoryEntry.objects.filter(
        subject_type=subject_type(Application),
        subject_id__in=institutes,
        action__in=["incoming.propose", "outgoing.nominate"],
    )
    days: dict[Unit, date] = {}
    for pk, at in told.order_by("id").values_list("subject_id", "at"):
        days[institutes[pk]] = localdate(at)
    return sorted(days.items(), key=lambda pair: (pair[1], pair[0].code))


def signed_line_of(application: Application) -> OrderLine | None:
    """The line of the signed order that admits the student, with the order and its paper."""
    lines = OrderLine.objects.filter(application=application, order__state=OrderState.SIGNED)
    return (
        lines.select_related(
            "order__document",
            "order__signed_by__person",
            "order__host",
            "order__intake__term",
            "order__intake__pathway__agreement",
            "order__intake__pathway__home_programme",
            "order__intake__pathway__partner_programme__university",
            "application__enrolment__person",
        )
        .order_by("-order_id")
        .first()
    )
