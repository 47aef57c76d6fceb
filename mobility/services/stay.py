"""The stay of a student (5.9, 6.3, 9): opened by the order, advisor, arrival, migration registration, rules acknowledged."""

from datetime import date

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext_noop

from admissions.enums import ApplicationState
from admissions.events import ApplicationAdmitted, ApplicationDeparted, ApplicationSettled, DepartureCorrected
from admissions.models import Application, OrderLine
from admissions.services.applications import take_step as take_application_step
from agreements.enums import Direction
from core.history import record
from core.values import today
from core.workflow import NotAllowedError, ReasonMissingError, RefusedError, WrongStateError, perform
from core.worklist import reconcile, working_days_after
from institutions.enums import Role
from institutions.iin import meaning_of
from institutions.models import Person, University, User
from institutions.permissions import standing_of
from institutions.selectors import holidays_of
from mobility.enums import PlacementState
from mobility.models import AdvisorMessage, Placement
from mobility.permissions.stay import queue_of, roles_on
from mobility.selectors import stay as read
from mobility.selectors.arrival import arrival_rules
from mobility.workflow.stay import STAY

_NOT_YOURS = gettext_noop("This step is not yours to take.")
_PROGRAM = frozenset({Role.IPD_COORDINATOR.value})  # the program itself acts on the IPD's recorded word


def locked(placement_id: int, actor: User) -> Placement:
    """The stay, locked, if the actor may see it. Placement.DoesNotExist otherwise (shown as 404)."""
    return read.placements_visible_to(standing_of(actor)).select_for_update(of=("self",)).get(pk=placement_id)


def _demand(placement: Placement, actor: User, *roles: str) -> str:
    held = roles_on(placement, standing_of(actor))
    role = next((role for role in roles if role in held), "")
    if not role:
        raise NotAllowedError(_NOT_YOURS)
    return role


# --- what admissions tells (satbayev_jdp.wiring) ----------------------------------------------------------------------


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
    last = Placement.objects.filter(host=host, host_student_number__startswith=prefix).aggregate(
        last=Max("host_student_number")
    )["last"]
    return f"{prefix}{int(last.removeprefix(prefix)) + 1 if last else 1:03d}"


def begin_departed(event: ApplicationDeparted) -> None:
    """The departure that the outgoing road recorded begins the stay (6.3)."""
    placement = _of_application(event.application_id)
    if placement is None or placement.state != PlacementState.PLANNED:
        return
    placement.departed_on = event.departed_on
    placement.save(update_fields=["departed_on"])
    perform(
        STAY[placement.direction],
        "depart",
        placement,
        actor=None,
        roles=_PROGRAM,
        facts=read.stay_facts(placement),
        params={"day": event.departed_on},
    )
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
    """The application has changed: the stay is cancelled with it, or its worklist brought in line."""
    placement = _of_application(event.application_id)
    if placement is None:
        return
    cancelled = placement.application.state in ApplicationState.closed()
    if cancelled and placement.state == PlacementState.PLANNED:
        perform(
            STAY[placement.direction],
            "cancel",
            placement,
            actor=None,
            roles=_PROGRAM,
            facts=read.stay_facts(placement),
            reason=str(placement.application.get_state_display()),
        )
    settle(placement)


def _of_application(application_id: int) -> Placement | None:
    found = Placement.objects.filter(application=application_id)
    # Most applications that change have no stay yet: the case with all its joins is loaded only where there is one.
    return read.with_student(found).first() if found.exists() else None


# --- verbs of people --------------------------------------------------------------------------------------------------


@transaction.atomic
def assign_advisor(*, placement_id: int, advisor_id: int, actor: User) -> Placement:
    """The head of department assigns an advisor of the department, or another one (9.4). Raises RefusedError."""
    placement = locked(placement_id, actor)
    role = _demand(placement, actor, Role.DEPARTMENT_HEAD)
    if placement.state not in {PlacementState.PLANNED, PlacementState.PRESENT}:
        raise WrongStateError(gettext_noop("The stay is over."))
    advisor = read.advisors_of(placement.application.department_id).filter(pk=advisor_id).first()
    if advisor is None:
        raise RefusedError(gettext_noop("Choose an advisor of the department."))
    before = str(placement.advisor) if placement.advisor else ""
    placement.advisor = advisor
    placement.save(update_fields=["advisor"])
    record(
        actor=actor,
        action="stay.advisor",
        subject=placement,
        text=gettext_noop("advisor assigned: %(name)s"),
        params={"name": str(advisor)},
        clause="9.4",
        role=role,
        before={"advisor": before},
        after={"advisor": str(advisor)},
    )
    settle(placement)
    return placement


@transaction.atomic
def record_arrival(*, placement_id: int, crossed_border_on: date, met_by: str, actor: User) -> Placement:
    """The institute (or the IPD) writes down that the student has come, who met, and when the border was crossed (9.1).

    The migration registration becomes due (9.2). Blocked without an advisor (9.4), a visa (7.6) or the invitation (7.5b).
    Raises RefusedError.
    """
    placement = locked(placement_id, actor)
    if placement.direction != Direction.INCOMING:
        raise WrongStateError(gettext_noop("Arrivals are recorded for incoming students."))
    if crossed_border_on > today():
        raise RefusedError(gettext_noop("The day lies ahead."))
    rules = arrival_rules()
    facts = read.stay_facts(placement)
    perform(
        STAY[placement.direction],
        "arrive",
        placement,
        actor=actor,
        roles=roles_on(placement, standing_of(actor)),
        facts=facts,
        params={"met_by": met_by, "crossed_border_on": crossed_border_on},
    )
    placement.crossed_border_on, placement.met_by = crossed_border_on, met_by.strip()[:200]
    if facts.needs_registration:
        placement.registration_due = working_days_after(crossed_border_on, rules.registration_days, holidays_of())
    placement.save(update_fields=["crossed_border_on", "met_by", "registration_due"])
    take_application_step(application_id=placement.application_id, name="arrive", actor=actor)
    placement.application.refresh_from_db(fields=["state"])
    settle(placement)
    return placement


@transaction.atomic
def record_came_to_ipd(*, placement_id: int, day: date, actor: User) -> Placement:
    """The IPD writes down that the student has come to it (9.1). Raises RefusedError."""
    placement = _present(placement_id, actor)
    role = _demand(placement, actor, Role.IPD_COORDINATOR)
    if day > today() or (placement.crossed_border_on and day < placement.crossed_border_on):
        raise RefusedError(gettext_noop("The day lies ahead, or before the arrival."))
    placement.came_to_ipd_on = day
    _keep(placement, ["came_to_ipd_on"], "came_to_ipd", gettext_noop("came to the IPD"), "9.1", actor, role)
    return placement


@transaction.atomic
def record_registration(
    *, placement_id: int, registered_on: date, number: str, registered_until: date, actor: User
) -> Placement:
    """The IPD writes down the migration registration: done on, number, until (9.2). A new one replaces an older one.

    Raises RefusedError.
    """
    placement = _present(placement_id, actor)
    role = _demand(placement, actor, Role.IPD_COORDINATOR)
    if not number.strip():
        raise ReasonMissingError(gettext_noop("Please enter the number of the registration."))
    if registered_on > today() or registered_until <= registered_on:
        raise RefusedError(gettext_noop("The registration must lie behind and end later than it begins."))
    placement.registered_on, placement.registered_until = registered_on, registered_until
    placement.registration_number = number.strip()[:60]
    fields = ["registered_on", "registered_until", "registration_number"]
    _keep(placement, fields, "registered", gettext_noop("migration registration entered"), "9.2", actor, role)
    return placement


@transaction.atomic
def acknowledge_rules(*, placement_id: int, actor: User) -> Placement:
    """The student has read the rules of arrival and the note of 9.7. Once; a second time does nothing. Raises RefusedError."""
    placement = locked(placement_id, actor)
    role = _demand(placement, actor, Role.STUDENT)
    if placement.checklist_acknowledged_at is None:
        placement.checklist_acknowledged_at = timezone.now()
        text = gettext_noop("rules of arrival acknowledged")
        _keep(placement, ["checklist_acknowledged_at"], "acknowledged", text, "9.7", actor, role)
    return placement


@transaction.atomic
def enter_contingent(*, placement_id: int, epvo_id: str, iin: str, actor: User) -> Placement:
    """The EPVO id and, when it is given out, the IIN of an incoming student (5.9). Raises RefusedError."""
    placement = locked(placement_id, actor)
    role = _demand(placement, actor, Role.REGISTRAR, Role.IPD_COORDINATOR)
    person = placement.application.enrolment.person
    if iin.strip():
        _set_iin(person, iin.strip())
    placement.epvo_id = epvo_id.strip()[:30]
    _keep(placement, ["epvo_id"], "contingent", gettext_noop("EPVO id and IIN entered"), "5.9", actor, role)
    return placement


def _set_iin(person: Person, iin: str) -> None:
    told = meaning_of(iin)
    if told is None or (person.birth_date and told.birth_date != person.birth_date):
        raise RefusedError(
            gettext_noop("This IIN cannot be right: it does not fit the birth date or its own control digit.")
        )
    if Person.objects.filter(iin=iin).exclude(pk=person.pk).exists():
        raise RefusedError(gettext_noop("This IIN is that of another person."))
    person.iin = iin
    person.save(update_fields=["iin"])


@transaction.atomic
def write_to_advisor(*, placement_id: int, text: str, actor: User) -> AdvisorMessage:
    """The student asks, or the advisor answers (9.4). Kept for good. Raises RefusedError."""
    placement = locked(placement_id, actor)
    role = _demand(placement, actor, Role.STUDENT, Role.ADVISOR)
    if not text.strip():
        raise ReasonMissingError(gettext_noop("The message is empty."))
    message = AdvisorMessage.objects.create(
        placement=placement, author=actor, from_student=role == Role.STUDENT, text=text.strip()
    )
    settle(placement)
    return message


@transaction.atomic
def end_stay(*, placement_id: int, actor: User) -> Placement:
    """The IPD ends a stay whose period is over (6.3); section 9's duties come first. Raises RefusedError."""
    placement = locked(placement_id, actor)
    roles = roles_on(placement, standing_of(actor))
    perform(STAY[placement.direction], "end", placement, actor=actor, roles=roles, facts=read.stay_facts(placement))
    settle(placement)
    return placement


def _present(placement_id: int, actor: User) -> Placement:
    placement = locked(placement_id, actor)
    if placement.direction != Direction.INCOMING or placement.state != PlacementState.PRESENT:
        raise WrongStateError(gettext_noop("The student is not here."))
    return placement


def _keep(placement: Placement, fields: list[str], action: str, text: str, clause: str, actor: User, role: str) -> None:
    before = Placement.objects.filter(pk=placement.pk).values(*fields).get()
    placement.save(update_fields=fields)
    record(
        actor=actor,
        action=f"stay.{action}",
        subject=placement,
        text=text,
        clause=clause,
        role=role,
        before=before,
        after={field: getattr(placement, field) for field in fields},
    )
    settle(placement)


def settle(placement: Placement) -> None:
    """Bring the worklist in line with the stay as it stands."""
    student: Application = placement.application
    reconcile(
        placement,
        read.waits(placement),
        queue_of=lambda role: queue_of(placement, role),
        due=read.due(placement),
        title=f"{student.enrolment.person} · {placement.host.short_name}",
    )


def settle_due() -> None:
    """The sweep of the day: registrations that became overdue (9.2) and stays whose period is over (6.3).

    One transaction for each, in the order of keys; a second run changes nothing.
    """
    over = Q(state=PlacementState.PRESENT, ends_on__lt=today())
    for pk in Placement.objects.filter(read.overdue() | over).order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            Placement.objects.select_for_update().get(pk=pk)
            settle(read.with_student(Placement.objects.filter(pk=pk)).get())
