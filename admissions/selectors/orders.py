"""Reads of orders, beginning with who is looking: facts for the guards, students ready for an order, the order's list."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date

from django.db.models import F, OuterRef, QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext_noop

from admissions.enums import ApplicationState, OrderKind, OrderState
from admissions.models import Application, Order, OrderLine
from admissions.permissions import orders as may
from admissions.selectors import incoming
from admissions.selectors.applications import applications_visible_to, case_facts_of, with_case
from admissions.workflow.orders import ORDER, LineFacts, OrderFacts
from agreements.enums import Direction
from core.history import subject_type
from core.models import HistoryEntry
from core.tables import how_many
from core.values import Localized, joined, today
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


def lines_of(order: Order) -> list[OrderLine]:
    """The lines of an order with their students, in order."""
    return lines_of_all([order])[order.pk]


def lines_of_all(orders: Sequence[Order]) -> Mapping[int, list[OrderLine]]:
    """The lines of each order as `lines_of` gives them, by the order's key. One query."""
    found: dict[int, list[OrderLine]] = defaultdict(list)
    lines = OrderLine.objects.filter(order__in=[order.pk for order in orders])
    with_students = lines.select_related("application__enrolment__person__user", "application__enrolment__programme")
    for line in with_students.order_by("position"):
        found[line.order_id].append(line)
    return found


def applications_on(order: Order) -> list[Application]:
    """The applications of an order with their cases, by position."""
    return applications_on_all([order])[order.pk]


def applications_on_all(orders: Sequence[Order]) -> Mapping[int, list[Application]]:
    """The applications of each order as `applications_on` gives them, by the order's key. One query."""
    found: dict[int, list[Application]] = defaultdict(list)
    named = Application.objects.filter(order_lines__order__in=[order.pk for order in orders])
    # After the filter: both read the lines that it took, so that a student of two orders comes once for each.
    by_order = with_case(named).annotate(on_order=F("order_lines__order"))
    for application in by_order.order_by("order_lines__position"):
        found[application.on_order].append(application)
    return found


def called(order: Order, lines: Sequence[OrderLine]) -> Localized:
    """An order in an inbox: its partner and its students, by the first of them; a draft has no number to be known by."""
    partner = order.intake.pathway.partner_programme.university.names if order.intake else order.host.names
    first = [line.application.enrolment.person.names for line in lines[:1]]
    return joined(partner, *first, *([f"+{len(lines) - 1}"] if len(lines) > 1 else []))


def names_of(pks: Sequence[int]) -> dict[int, str]:
    """What these orders are called, by key."""
    rows = Order.objects.filter(pk__in=pks)
    orders = list(rows.select_related("host", "intake__pathway__partner_programme__university"))
    lines = lines_of_all(orders)
    return {order.pk: str(called(order, lines[order.pk])) for order in orders}


def returned_of(orders: Sequence[Order]) -> dict[int, str]:
    """Why each of these drafts was returned, by key, of those that were not moved since. One query."""
    drafts = [order.pk for order in orders if order.state == OrderState.DRAFT]
    moves = HistoryEntry.objects.filter(
        subject_type=subject_type(Order),
        subject_id__in=drafts,
        action__in=[f"{ORDER.name}.{step.name}" for step in ORDER.steps],
    )
    rows = moves.order_by("id").values_list("subject_id", "action", "reason")
    last = {pk: (action, reason) for pk, action, reason in rows}
    return {pk: reason for pk, (action, reason) in last.items() if action == f"{ORDER.name}.return"}


def living_order_of(application: Application) -> Order | None:
    """The order that names the student and was not given up, if any."""
    return (
        Order.objects.filter(lines__application=application).exclude(state=OrderState.CANCELLED).order_by("-pk").first()
    )


def order_facts(order: Order, *, on: date | None = None) -> OrderFacts:
    """The facts of an order on a day (today by default), read afresh."""
    return order_facts_of([order], on=on)[order.pk]


def order_facts_of(orders: Sequence[Order], *, on: date | None = None) -> dict[int, OrderFacts]:
    """The facts of loaded orders on a day (today by default), by key, in a fixed number of queries."""
    named = applications_on_all(orders)
    cases = case_facts_of([one for order in orders for one in named[order.pk]], on=on or today())
    lines = OrderLine.objects.filter(order__in=[order.pk for order in orders])
    rows = lines.values_list("order_id", "application_id", "courses")
    courses = {(order, application): counted for order, application, counted in rows}
    holders = _holders_of({order.intake_id for order in orders if order.intake_id})
    return {
        order.pk: OrderFacts(
            kind=order.kind,
            lines=tuple(
                LineFacts(
                    student=application.enrolment.person.names,
                    case=cases[application.pk],
                    state=application.state,
                    courses=courses[order.pk, application.pk],
                )
                for application in named[order.pk]
            ),
            seats=order.intake.seats if order.intake else 0,
            held_by_others=_held_by_others(order, holders, named[order.pk]),
        )
        for order in orders
    }


def _holders_of(intakes: Collection[int]) -> list[tuple[int, int, str]]:
    """Who may hold a place of these intakes: intake, application, state."""
    found = Application.objects.filter(intake__in=intakes, state__in=_ADMITTED)
    return list(found.values_list("intake_id", "pk", "state"))


def _held_by_others(order: Order, holders: Sequence[tuple[int, int, str]], own: Sequence[Application]) -> int:
    """Places of the order's intake that students of other signed orders hold (7.4)."""
    states = set(_ADMITTED)
    if order.kind == OrderKind.DEPARTURE_OUT:
        states.remove(ApplicationState.INVITED)  # on the way out an invitation comes before the order
    mine = {application.pk for application in own}
    return sum(
        intake == order.intake_id and state in states and application not in mine
        for intake, application, state in holders
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
    return proposals_of_all([applications])[0]


def proposals_of_all(groups: Sequence[Sequence[Application]]) -> list[list[tuple[Unit, date]]]:
    """The proposals of each group of students as `proposals_of` gives them. One query."""
    told = HistoryEntry.objects.filter(
        subject_type=subject_type(Application),
        subject_id__in={application.pk for group in groups for application in group},
        action__in=["incoming.propose", "outgoing.nominate"],
    )
    last = {pk: (entry, at) for entry, pk, at in told.order_by("id").values_list("id", "subject_id", "at")}
    found = []
    for group in groups:
        proposed = sorted((*last[one.pk], one.institute) for one in group if one.pk in last)  # no two have one entry
        days = {institute: localdate(at) for _entry, at, institute in proposed}
        found.append(sorted(days.items(), key=lambda pair: (pair[1], pair[0].code)))
    return found


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
