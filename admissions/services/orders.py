"""Orders on movement (6.3, 7.4, 8.6): drafted by the RO for those who go and by the IPD for those who come, then signed.

One table and one road for every kind: a further kind gives its codes in `workflow.orders`, its paper in `pdf.orders` and
a verb like `draft_admission` here.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop

from admissions.enums import MobilityFormat, OrderKind, OrderState
from admissions.events import ApplicationAdmitted
from admissions.models import Application, Order, OrderLine
from admissions.notifications.outgoing import order_issued
from admissions.pdf.drafts import order_of
from admissions.pdf.invitations import languages_for
from admissions.pdf.orders import (
    EXTRACT_TITLE,
    ORDER_EXTRACT,
    PAPER_OF_KIND,
    extract_context,
    order_title,
    seen_hash_of,
)
from admissions.permissions.orders import drafts, queue_of, roles_on
from admissions.selectors import orders as read
from admissions.selectors.applications import applications_visible_to, stay_of
from admissions.services.applications import lock_intake, step
from admissions.services.settling import settle as settle_application
from admissions.workflow.days import period_faults
from admissions.workflow.orders import EPVO_CODES, ORDER, OrderFacts, basis_faults
from core.events import publish
from core.history import record
from core.notifications import notify
from core.reminders import LATE_TEXT, late_waits
from core.values import trimmed
from core.workflow import BlockedError, NotAllowedError, RefusedError, WrongStateError, perform, refuse_faults
from core.worklist import reconcile
from documents import services as papers
from institutions.enums import Role
from institutions.models import User
from institutions.permissions import standing_of
from institutions.selectors import home_university

# Whose part of an order the IPD reminds of once it is late (7.4, 8.6).
LATE = dict.fromkeys((Role.REGISTRAR, Role.SIGNATORY), LATE_TEXT)
# The program's own reason is a message id: whoever reads it reads it in their language. Why a draft was returned stands with
# its return.
_ANEW = gettext_noop("drafted anew")


def locked(order_id: int, actor: User) -> Order:
    """The order, locked, if the actor may see it. Order.DoesNotExist otherwise (shown as 404)."""
    return read.orders_visible_to(standing_of(actor)).select_for_update(of=("self",)).get(pk=order_id)


@transaction.atomic
def draft_admission(
    *,
    applications: Sequence[int],
    actor: User,
    starts_on: date | None = None,
    ends_on: date | None = None,
    basis_kk: str = "",
    basis_ru: str = "",
    format: str = MobilityFormat.ON_SITE,  # noqa: A002 -- EPVO's word
    language: str = "",
) -> Order:
    """The IPD drafts the order on admission of incoming students (7.4): EPVO type 2, category 43, mark of 5.9 on each line.

    Courses and credits of a line are counted from the Annex rows that the department chose, never typed. Dates: those of
    the intake's terms unless given. Raises NotAllowedError, WrongStateError, BlockedError (everything of 7.4 that is missing).
    """
    students = _locked_students(applications, OrderKind.ADMISSION_IN, actor)
    lock_intake(students[0].intake_id)  # a draft holds places already
    order = _draft(OrderKind.ADMISSION_IN, students, actor, starts_on, ends_on, (basis_kk, basis_ru), format, language)
    loads = read.loads(students)
    for position, student in enumerate(students, start=1):
        load = loads[student.pk]
        OrderLine.objects.create(
            order=order,
            application=student,
            position=position,
            courses=load.courses,
            credits=load.credits,
            is_included_education=load.courses > 0,
        )
    _refuse_if_blocked(order)
    for student in students:
        # The line stands already: the machine's own guards look at package, contract, application and places.
        step(student, "draft_order", actor=actor)
        settle_application(student)
    settle(order)
    return order


@transaction.atomic
def draft_departure(
    *,
    applications: Sequence[int],
    actor: User,
    starts_on: date | None = None,
    ends_on: date | None = None,
    basis_kk: str = "",
    basis_ru: str = "",
    format: str = MobilityFormat.ON_SITE,  # noqa: A002 -- EPVO's word
    language: str = "",
) -> Order:
    """The Registrar's Office drafts the order on departure (8.6): EPVO type 32, no category, without the mark of 5.9.

    Dates: those of the intake's terms unless given. Raises NotAllowedError, WrongStateError, BlockedError.
    """
    students = _locked_students(applications, OrderKind.DEPARTURE_OUT, actor)
    order = _draft(OrderKind.DEPARTURE_OUT, students, actor, starts_on, ends_on, (basis_kk, basis_ru), format, language)
    OrderLine.objects.bulk_create(
        OrderLine(order=order, application=student, position=position, funding=student.enrolment.funding)
        for position, student in enumerate(students, start=1)
    )
    _refuse_if_blocked(order)
    for student in students:
        settle_application(student)
    settle(order)
    return order


def _locked_students(application_ids: Sequence[int], kind: str, actor: User) -> list[Application]:
    """The students, locked in the order of their keys (so that two drafts cannot deadlock), ready and on no other order."""
    standing = standing_of(actor)
    if not drafts(kind, standing):
        raise NotAllowedError(gettext_noop("This order is drafted by another office."))
    wanted = sorted(set(application_ids))
    visible = applications_visible_to(standing).filter(direction=read.DIRECTION_OF_KIND[kind], pk__in=wanted)
    students = list(visible.select_for_update(of=("self",)).order_by("pk"))
    if not students or len(students) != len(wanted):
        raise RefusedError(gettext_noop("Choose the students of the order."))
    if len({student.intake_id for student in students}) > 1:
        raise RefusedError(gettext_noop("An order names students of one intake."))
    if (
        any(student.state != read.READY_STATE[kind] for student in students)
        or OrderLine.objects.filter(application__in=wanted).exclude(order__state=OrderState.CANCELLED).exists()
    ):
        raise WrongStateError(
            gettext_noop("Some of these students are not ready for an order, or stand on one already.")
        )
    return sorted(students, key=lambda student: (student.rank or 0, student.enrolment.person.names.kk))


def _draft(
    kind: str,
    students: Sequence[Application],
    actor: User,
    starts_on: date | None,
    ends_on: date | None,
    basis: tuple[str, str],
    study_format: str,
    language: str,
) -> Order:
    intake = students[0].intake
    epvo_type, epvo_category = EPVO_CODES[kind]
    first, last = starts_on or intake.term.starts_on, ends_on or intake.last_term.ends_on
    in_kazakh, in_russian = map(trimmed, basis)
    refuse_faults((*period_faults(first, last, stay_of(students[0])), *basis_faults(in_kazakh, in_russian)))
    order = Order.objects.create(
        kind=kind,
        intake=intake,
        host=home_university() if kind == OrderKind.ADMISSION_IN else intake.pathway.partner_programme.university,
        starts_on=first,
        ends_on=last,
        basis_kk=in_kazakh,
        basis_ru=in_russian,
        drafted_by=actor,
        epvo_type=epvo_type,
        epvo_category=epvo_category,
        format=study_format,
        language=language or students[0].enrolment.study_language,
    )
    record(
        actor=actor,
        action="order.drafted",
        subject=order,
        text=gettext_noop("order drafted"),
        clause="7.4" if kind == OrderKind.ADMISSION_IN else "8.6",
    )
    return order


def _refuse_if_blocked(order: Order) -> None:
    """Nothing is drafted that could not be signed today (7.4, 8.6)."""
    if blockers := ORDER.step("send_for_signature").blockers(read.order_facts(order)):
        raise BlockedError(blockers)


@transaction.atomic
def send_for_signature(*, order_id: int, actor: User) -> Order:
    """The office that drafted it sends the order to the signatory. Raises RefusedError."""
    return _take("send_for_signature", order_id, actor)


@transaction.atomic
def return_order(*, order_id: int, actor: User, reason: str) -> Order:
    """The signatory returns the draft with a reason. Raises RefusedError."""
    return _take("return", order_id, actor, reason=reason)


@transaction.atomic
def cancel_order(*, order_id: int, actor: User, reason: str) -> Order:
    """The office gives its draft up: the students stand on no order again. Raises RefusedError."""
    order = _take("cancel", order_id, actor, reason=reason)
    if order.kind == OrderKind.ADMISSION_IN:
        for student in read.applications_on(order):
            step(student, "leave_order", actor=actor, reason=reason)
            settle_application(student)
    return order


@transaction.atomic
def draft_anew(*, order_id: int, applications: Sequence[int], actor: User, **said: Any) -> Order:
    """The office gives its draft up for another one (6.3), which names these students and says what `said` holds.

    Raises RefusedError as `cancel_order` and the kind's own verb do; then the former draft stands as it stood.
    """
    former = cancel_order(order_id=order_id, actor=actor, reason=_ANEW)
    made = VERB_OF_KIND[former.kind](applications=applications, actor=actor, **said)
    made.redrafts = former
    made.save(update_fields=["redrafts"])
    return made


VERB_OF_KIND: dict[str, Callable[..., Order]] = {
    OrderKind.ADMISSION_IN: draft_admission,
    OrderKind.DEPARTURE_OUT: draft_departure,
}


def _take(name: str, order_id: int, actor: User, *, reason: str = "") -> Order:
    order = locked(order_id, actor)
    perform(
        ORDER,
        name,
        order,
        actor=actor,
        roles=roles_on(order, standing_of(actor)),
        facts=read.order_facts(order),
        reason=reason,
    )
    settle(order)
    for student in read.applications_on(order):
        settle_application(student)
    return order


@transaction.atomic
def sign(*, order_id: int, actor: User, signed_on: date | None = None, seen_hash: str = "") -> Order:
    """The signatory signs: the number is given now, the paper frozen, every student of the order admitted (6.3, 7.4, 8.6).

    In this order: the intake is locked and its places counted again; guards on the day of the order (`signed_on`, today by
    default); number and paper; state; each student's own step, an extract for whoever departs, ApplicationAdmitted for each.
    `seen_hash`: of what the order said when the actor was shown it; empty: it was not. Raises RefusedError.
    """
    order = locked(order_id, actor)
    students = read.applications_on(order)
    if order.intake_id:  # late, and before the count: two orders of one intake are signed one after the other
        lock_intake(order.intake_id)
    standing = standing_of(actor)
    facts = read.order_facts(order, on=signed_on)
    _check(order, roles_on(order, standing), facts)
    paper = order_of(order, students, actor)
    if seen_hash and seen_hash != seen_hash_of(paper.context):
        raise WrongStateError(gettext_noop("The order was changed after you opened it. Please read it again."))
    order.document = papers.issue(
        kind=PAPER_OF_KIND[order.kind].name,
        subject=order,
        title=order_title(order),
        actor=actor,
        **paper.said,
    )
    order.signed_by, order.signed_at = actor, order.document.issued_at
    order.save(update_fields=["document", "signed_by", "signed_at"])
    number = {"number": order.document.number_text}
    perform(ORDER, "sign", order, actor=actor, roles=roles_on(order, standing), facts=facts, params=number)
    lines = dict(order.lines.values_list("application_id", "pk"))
    for student in sorted(students, key=lambda one: one.pk):
        step(student, "admit", actor=actor, params=number, on=signed_on)
        if order.kind == OrderKind.DEPARTURE_OUT:  # who comes gets hers or his with the invitation (7.5b)
            _hand_extract(student, order)
        publish(ApplicationAdmitted(application_id=student.pk, order_line_id=lines[student.pk]))
        settle_application(student)
    settle(order)
    return order


def _hand_extract(student: Application, order: Order) -> None:
    """The Registrar's Office, which keeps the order, certifies an extract with the student's own line alone, and hands it over."""
    line = read.signed_line_of(student)
    if line is None:
        raise WrongStateError(gettext_noop("The order is not signed."))
    person = student.enrolment.person
    account = User.objects.filter(person=person, is_active=True).first()
    extract = papers.issue(
        kind=ORDER_EXTRACT.name,
        subject=student,
        title=EXTRACT_TITLE,
        context=extract_context(line),
        languages=languages_for(student, account),
        actor=order.drafted_by,
        signatory=order.drafted_by,
        signatory_role=Role.REGISTRAR,
        holder=person,
    )
    if account:
        papers.deliver(document=extract, recipient=person.passport_name, actor=order.drafted_by, person=person)
    if order.document:
        notify(order_issued(student, order.document.number_text))


def _check(order: Order, roles: frozenset[str], facts: OrderFacts) -> None:
    """Refuse before a number is taken: what `perform` will ask, asked early, with its own words."""
    step_ = ORDER.step("sign")
    if not roles & set(step_.by):
        raise NotAllowedError(gettext_noop("This step is not yours to take."))
    if order.state not in step_.sources:
        raise WrongStateError(gettext_noop("Somebody was first: this has already moved on. Here is how it stands now."))
    if blockers := step_.blockers(facts):
        raise BlockedError(blockers)


def settle(order: Order) -> None:
    """Bring the worklist in line with the order as it stands."""
    waits = read.waits(order)
    reconcile(
        order,
        [*waits, *late_waits(order, waits, texts=LATE, watcher=Role.IPD_COORDINATOR)],
        queue_of=lambda role: queue_of(order, role),
        due=read.due(order),
        title=read.called(order, read.lines_of(order)),
    )
